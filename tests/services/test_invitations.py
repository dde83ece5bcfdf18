"""Letting people in."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from tests.clinic import JOINED, LAST_WEEK, PASSWORD, THIS_WEEK, give_keys
from tests.peers import agree_on, pair, stages
from tests.services.test_races import at_once
from wellbeing.domain.check_ins import Kind, Tag
from wellbeing.domain.errors import (
    InvalidInputError,
    LastAdministratorError,
    LinkUsedOrExpiredError,
    NotFoundError,
    SignedOutError,
    WeakPasswordError,
)
from wellbeing.domain.ids import PersonId, new_id
from wellbeing.domain.pairings import PeerRhythm
from wellbeing.domain.peer_appointments import PeerTime
from wellbeing.domain.peer_check_ins import PeerRecord
from wellbeing.domain.people import Role, Standing
from wellbeing.services import (
    accounts,
    check_ins,
    kind_notes,
    my_weeks,
    pairings,
    passwords,
    peer_appointments,
    peer_blocks,
    peer_check_ins,
    people,
)
from wellbeing.services.invitations import (
    accept_invitation,
    invitation_email,
    invite,
    start_over,
)
from wellbeing.services.peer_check_ins import Texts
from wellbeing.services.peer_texts import ReadTexts
from wellbeing.storage import account_queries


@pytest.fixture
def emil(ctx, cast):
    return people.add_person(
        ctx, cast.ada, name="Emil", email="emil@example.org", roles=[Role.CLINICIAN]
    )


def token_of(link: str) -> str:
    return link.rsplit("/", 1)[1]


def person(ctx, cast, person_id):
    return next(p for p in people.all_people(ctx, cast.ada) if p.person_id == person_id)


def test_an_invited_person_sets_a_password_and_is_signed_in(ctx, cast, emil):
    link = invite(ctx, cast.ada, emil)
    assert link.startswith("http://127.0.0.1:8501/invitation/")
    assert invitation_email(ctx, token_of(link)) == "emil@example.org"
    assert person(ctx, cast, emil).standing is Standing.INVITED
    entrance = accept_invitation(ctx, token_of(link), PASSWORD)
    assert accounts.viewer_of_token(ctx, entrance.token).person_id == emil
    assert person(ctx, cast, emil).standing is Standing.ACTIVE
    assert accounts.sign_in(
        ctx, email="emil@example.org", password=PASSWORD, address=""
    )


def test_an_invitation_works_once(ctx, cast, emil):
    token = token_of(invite(ctx, cast.ada, emil))
    accept_invitation(ctx, token, PASSWORD)
    assert invitation_email(ctx, token) is None
    with pytest.raises(LinkUsedOrExpiredError):
        accept_invitation(ctx, token, PASSWORD)


def test_of_two_at_once_one_gets_in(ctx, cast, emil):
    token = token_of(invite(ctx, cast.ada, emil))

    def attempt(n):
        try:
            return accept_invitation(ctx, token, f"{PASSWORD} {n}").token
        except LinkUsedOrExpiredError:
            return None

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(attempt, range(2)))
    assert found.count(None) == 1


def test_an_invitation_expires(ctx, cast, emil, clock):
    token = token_of(invite(ctx, cast.ada, emil))
    clock.turn(days=14, seconds=-1)
    assert invitation_email(ctx, token)
    clock.turn(seconds=1)
    assert invitation_email(ctx, token) is None
    with pytest.raises(LinkUsedOrExpiredError):
        accept_invitation(ctx, token, PASSWORD)


def test_a_new_invitation_makes_the_old_one_useless(ctx, cast, emil):
    old = token_of(invite(ctx, cast.ada, emil))
    new = token_of(invite(ctx, cast.ada, emil))
    with pytest.raises(LinkUsedOrExpiredError):
        accept_invitation(ctx, old, PASSWORD)
    assert accept_invitation(ctx, new, PASSWORD).token


@pytest.mark.parametrize("token", ["", "x", "\x00", "' OR 1=1 --"])
@pytest.mark.usefixtures("cast")
def test_an_invented_invitation_opens_nothing(ctx, token):
    with pytest.raises(LinkUsedOrExpiredError):
        accept_invitation(ctx, token, PASSWORD)


@pytest.mark.parametrize("password", ["short", "emil@example.org", "passwordpassword"])
def test_a_weak_password_leaves_the_invitation_usable(ctx, cast, emil, password):
    token = token_of(invite(ctx, cast.ada, emil))
    with pytest.raises(WeakPasswordError):
        accept_invitation(ctx, token, password)
    assert accept_invitation(ctx, token, PASSWORD).token


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_invitation_made_while_another_is_accepted_opens_nothing(ctx, cast, emil):
    entrance = accept_invitation(ctx, token_of(invite(ctx, cast.ada, emil)), PASSWORD)
    with ctx.writing() as db:
        account_queries.put_invitation(
            db,
            cast.clinic.clinic_id,
            emil,
            passwords.hash_token("late"),
            ctx.now() + timedelta(days=1),
        )
    assert invitation_email(ctx, "late") is None
    with pytest.raises(LinkUsedOrExpiredError):
        accept_invitation(ctx, "late", f"{PASSWORD} anew")
    assert accounts.viewer_of_token(ctx, entrance.token).person_id == emil


def test_ending_the_access_of_somebody_who_accepts_holds(ctx, cast, emil):
    token = token_of(invite(ctx, cast.ada, emil))

    def accept():
        with suppress(LinkUsedOrExpiredError):
            accept_invitation(ctx, token, PASSWORD)

    at_once(accept, lambda: people.end_access(ctx, cast.ada, emil))
    assert person(ctx, cast, emil).standing is Standing.LEFT


def test_somebody_with_a_password_gets_no_invitation(ctx, cast):
    with pytest.raises(InvalidInputError, match="recovery code"):
        invite(ctx, cast.ada, cast.alice.person_id)
    with pytest.raises(InvalidInputError):
        invite(ctx, cast.ada, cast.ada.person_id)


def test_somebody_who_left_gets_no_invitation_and_an_old_one_is_useless(
    ctx, cast, emil
):
    token = token_of(invite(ctx, cast.ada, emil))
    people.end_access(ctx, cast.ada, emil)
    with pytest.raises(LinkUsedOrExpiredError):
        accept_invitation(ctx, token, PASSWORD)
    with pytest.raises(NotFoundError):
        invite(ctx, cast.ada, emil)


def test_nobody_unknown_is_invited_or_started_over(ctx, cast):
    unknown = PersonId(new_id(ctx.now()))
    for use in (invite, start_over):
        with pytest.raises(NotFoundError):
            use(ctx, cast.ada, unknown)


def test_starting_over_erases_what_was_answered_and_keeps_roles_and_teams(ctx, cast):
    alice = cast.alice
    check_ins.choose_team_trends(ctx, alice, counted=True)
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 3})
    check_ins.save(ctx, alice, THIS_WEEK, Kind.FULL)
    check_ins.keep(ctx, alice, LAST_WEEK, {"overall": 3})
    my_weeks.tag_week(ctx, alice, THIS_WEEK, [Tag.CRISIS])
    people.move(ctx, cast.ada, alice.person_id, cast.south.team_id, THIS_WEEK)
    before = person(ctx, cast, alice.person_id)

    token = token_of(start_over(ctx, cast.ada, alice.person_id))

    after = person(ctx, cast, alice.person_id)
    assert after.standing is Standing.INVITED
    assert (after.roles, after.memberships) == (before.roles, before.memberships)
    assert [m.from_week for m in after.memberships] == [JOINED, THIS_WEEK]
    with pytest.raises(SignedOutError):
        accounts.viewer_of(ctx, alice.session)
    entrance = accept_invitation(ctx, token, PASSWORD)
    anew = accounts.viewer_of_token(ctx, entrance.token)
    for week in (THIS_WEEK, LAST_WEEK):
        form = check_ins.check_in_form(ctx, anew, week)
        assert (form.fields, form.saved, form.team_trends) == ({}, None, None)
    assert not my_weeks.my_weeks(ctx, anew).tags


def test_starting_over_takes_nothing_from_others(ctx, cast):
    alice, bob, charlie = cast.alice, cast.bob, cast.charlie
    keys, bobs = give_keys(ctx, alice), give_keys(ctx, bob)
    peer_blocks.block(ctx, alice, charlie.person_id)
    peer_blocks.block(ctx, bob, charlie.person_id)
    pair(ctx, alice, bob)
    kept = PeerRecord(week=THIS_WEEK, connected=3)
    mine = Texts(keys=keys, intention="Rest", sentence="Pond")
    peer_check_ins.record(ctx, alice, bob.person_id, kept, mine)
    late = PeerRecord(week=LAST_WEEK)
    theirs = Texts(keys=bobs, intention="Walk", sentence="Gladly")
    for week in (kept, late):
        peer_check_ins.record(ctx, bob, alice.person_id, week, theirs)
    kind_notes.send_note(ctx, bob, alice.person_id, "Thank you")
    blocks = [peer_blocks.my_blocks(ctx, one) for one in (alice, bob)]
    records = peer_check_ins.my_records(ctx, alice)

    for one in (bob, charlie):
        start_over(ctx, cast.ada, one.person_id)

    assert [peer_blocks.my_blocks(ctx, one) for one in (alice, bob)] == blocks
    assert peer_check_ins.my_records(ctx, alice) == records != {}
    contact = bob.person_id, THIS_WEEK
    assert peer_check_ins.my_contacts(ctx, alice) == {
        bob.person_id: [LAST_WEEK, THIS_WEEK]
    }
    assert peer_check_ins.my_texts(ctx, alice, keys) == {
        contact: ReadTexts(intention="Rest", mine="Pond", theirs="Gladly"),
        (bob.person_id, LAST_WEEK): ReadTexts(theirs="Gladly"),
    }
    assert [n.text for n in kind_notes.my_notes(ctx, alice, keys)] == ["Thank you"]
    assert stages(ctx, alice) == {"Bob": "ended"}
    assert peer_check_ins.my_records(ctx, bob) == {}
    assert peer_check_ins.my_texts(ctx, bob, bobs) == {}
    peer_check_ins.forget(ctx, alice, *contact)
    assert peer_check_ins.my_contacts(ctx, alice) == {bob.person_id: [LAST_WEEK]}


def test_starting_over_ends_pairings_and_lets_both_agree_anew(ctx, cast):
    alice, bob, charlie = cast.alice, cast.bob, cast.charlie
    pair(ctx, alice, bob)
    agree_on(ctx, alice, bob, PeerTime(weekday=4, hour=12))
    pairings.ask(ctx, charlie, bob.person_id, PeerRhythm.WEEKLY)
    start_over(ctx, cast.ada, bob.person_id)
    assert stages(ctx, alice) == {"Bob": "ended"}
    assert stages(ctx, charlie) == {}  # nobody who cannot sign in is waited for
    assert peer_appointments.my_times(ctx, alice) == {}


def test_whoever_was_blocked_cannot_ask_again_once_the_other_has_started_over(
    ctx, cast
):
    alice, bob = cast.alice, cast.bob
    peer_blocks.block(ctx, bob, alice.person_id)
    token = token_of(start_over(ctx, cast.ada, bob.person_id))
    entrance = accept_invitation(ctx, token, PASSWORD)
    anew = accounts.viewer_of_token(ctx, entrance.token)
    pairings.ask(ctx, alice, bob.person_id, PeerRhythm.WEEKLY)
    assert stages(ctx, anew) == {}
    assert peer_blocks.my_blocks(ctx, anew) == {alice.person_id: "Alice"}


def test_starting_over_keeps_the_teams_that_somebody_leads(ctx, cast):
    start_over(ctx, cast.ada, cast.dora.person_id)
    found = person(ctx, cast, cast.dora.person_id)
    assert (found.roles, found.leads) == ({Role.LEAD}, {cast.north.team_id})


def test_the_only_administrator_does_not_start_over(ctx, cast):
    with pytest.raises(LastAdministratorError):
        start_over(ctx, cast.ada, cast.ada.person_id)
    assert accounts.viewer_of(ctx, cast.ada.session).person_id == cast.ada.person_id


def test_somebody_who_left_is_not_started_over(ctx, cast):
    people.end_access(ctx, cast.ada, cast.alice.person_id)
    with pytest.raises(NotFoundError):
        start_over(ctx, cast.ada, cast.alice.person_id)

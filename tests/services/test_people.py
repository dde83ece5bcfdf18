"""People, teams and roles, as an administrator keeps them."""

import pytest

from tests.clinic import (
    JOINED,
    LAST_WEEK,
    THIS_WEEK,
    make_clinic,
    make_person,
    make_team,
)
from wellbeing.domain.errors import (
    EmailTakenError,
    InvalidInputError,
    LastAdministratorError,
    NotFoundError,
    SignedOutError,
)
from wellbeing.domain.ids import PersonId, TeamId, new_id
from wellbeing.domain.people import Role, Standing
from wellbeing.services import accounts, people


def find(ctx, cast, person_id):
    return next(p for p in people.all_people(ctx, cast.ada) if p.person_id == person_id)


def teams(ctx, cast, person_id):
    return [
        (m.team.name, str(m.from_week), m.to_week and str(m.to_week))
        for m in find(ctx, cast, person_id).memberships
    ]


def add(ctx, cast, **changes):
    wanted = {"name": "Emil", "email": "emil@example.org", "roles": [Role.CLINICIAN]}
    return people.add_person(ctx, cast.ada, **(wanted | changes))


def test_everybody_is_listed_by_name_with_roles_and_teams(ctx, cast):
    found = people.all_people(ctx, cast.ada)
    assert [p.name for p in found] == [
        "Ada",
        "Alice",
        "Bob",
        "Charlie",
        "Dora",
        "Rita",
    ]
    dora = find(ctx, cast, cast.dora.person_id)
    assert (dora.roles, dora.leads) == ({Role.LEAD}, {cast.north.team_id})
    assert teams(ctx, cast, cast.alice.person_id) == [("North", str(JOINED), None)]


def test_a_person_is_added_invited_in_a_team_from_this_week_on(ctx, cast):
    emil = add(ctx, cast, email=" Emil@Example.ORG", team_id=cast.north.team_id)
    found = find(ctx, cast, emil)
    assert (found.email, found.standing) == ("emil@example.org", Standing.INVITED)
    assert teams(ctx, cast, emil) == [("North", str(THIS_WEEK), None)]


def test_a_person_can_have_belonged_since_a_past_week(ctx, cast):
    emil = add(ctx, cast, team_id=cast.north.team_id, from_week=JOINED)
    assert teams(ctx, cast, emil) == [("North", str(JOINED), None)]


@pytest.mark.parametrize("email", ["alice@example.org", "ALICE@example.org "])
def test_an_e_mail_address_belongs_to_one_person(ctx, cast, email):
    with pytest.raises(EmailTakenError):
        add(ctx, cast, email=email)
    assert len(people.all_people(ctx, cast.ada)) == 6


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "@SUM(A1)"},
        {"name": "\uff1d1+1"},  # a full-width equals sign
        {"name": "a\x07b"},
        {"name": "x" * 121},
        {"email": "emil"},
        {"email": "emil@example"},
        {"email": "+emil@example.org"},
        {"email": "a b@example.org"},
        {"email": f"{'x' * 250}@example.org"},
        {"roles": [Role.LEAD]},
    ],
)
def test_a_field_that_cannot_be_taken_adds_nobody(ctx, cast, change):
    with pytest.raises(InvalidInputError):
        add(ctx, cast, **change)
    assert len(people.all_people(ctx, cast.ada)) == 6


def test_an_e_mail_address_without_control_characters_only(ctx, cast):
    with pytest.raises(InvalidInputError):
        add(ctx, cast, email="em\x00il@example.org")


def test_only_a_lead_leads_a_team(ctx, cast):
    with pytest.raises(InvalidInputError):
        add(ctx, cast, leads=[cast.north.team_id])
    emil = add(ctx, cast, roles=[Role.LEAD], leads=[cast.south.team_id])
    assert find(ctx, cast, emil).leads == {cast.south.team_id}


def test_a_person_may_hold_several_roles_or_none(ctx, cast):
    held = set(Role) - {Role.ADMINISTRATOR}
    everything = {"roles": held, "leads": [cast.north.team_id]}
    people.set_roles(ctx, cast.ada, cast.alice.person_id, **everything)
    assert find(ctx, cast, cast.alice.person_id).roles == held
    people.set_roles(ctx, cast.ada, cast.alice.person_id, roles=[])
    found = find(ctx, cast, cast.alice.person_id)
    assert (found.roles, found.leads) == (set(), set())


def test_the_last_administrator_stays_one(ctx, cast):
    own = cast.ada.person_id
    with pytest.raises(LastAdministratorError):
        people.set_roles(ctx, cast.ada, own, roles=[Role.CLINICIAN])
    with pytest.raises(LastAdministratorError):
        people.end_access(ctx, cast.ada, own)
    assert find(ctx, cast, own).roles == {Role.ADMINISTRATOR}
    assert accounts.viewer_of(ctx, cast.ada.session).person_id == cast.ada.person_id


def test_somebody_invited_or_gone_is_no_administrator_to_rely_on(ctx, cast):
    add(ctx, cast, roles=[Role.ADMINISTRATOR])
    people.set_roles(ctx, cast.ada, cast.bob.person_id, roles=[Role.ADMINISTRATOR])
    people.end_access(ctx, cast.ada, cast.bob.person_id)
    with pytest.raises(LastAdministratorError):
        people.set_roles(ctx, cast.ada, cast.ada.person_id, roles=[])


def test_an_administrator_can_hand_over(ctx, cast):
    people.set_roles(ctx, cast.ada, cast.bob.person_id, roles=[Role.ADMINISTRATOR])
    people.set_roles(ctx, cast.ada, cast.ada.person_id, roles=[Role.CLINICIAN])
    # He has no second factor, which the role asks for: he has to sign in anew.
    with pytest.raises(SignedOutError):
        accounts.viewer_of(ctx, cast.bob.session)
    with ctx.writing() as db:
        own = cast.clinic.clinic_id, cast.bob.person_id
        token = accounts.begin_session(ctx, db, *own)
    assert people.all_people(ctx, accounts.viewer_of_token(ctx, token))


def test_a_move_ends_the_old_team_a_week_before_and_keeps_history(ctx, cast):
    own = cast.alice.person_id
    people.move(ctx, cast.ada, own, cast.south.team_id, THIS_WEEK)
    assert teams(ctx, cast, own) == [
        ("North", str(JOINED), str(LAST_WEEK)),
        ("South", str(THIS_WEEK), None),
    ]


def test_a_move_can_be_planned_changed_and_taken_back(ctx, cast):
    own, later = cast.alice.person_id, THIS_WEEK.plus(6)
    people.move(ctx, cast.ada, own, cast.south.team_id, later)
    people.move(ctx, cast.ada, own, cast.south.team_id, THIS_WEEK.plus(2))
    assert teams(ctx, cast, own) == [
        ("North", str(JOINED), str(THIS_WEEK.plus(1))),
        ("South", str(THIS_WEEK.plus(2)), None),
    ]
    people.move(ctx, cast.ada, own, cast.north.team_id, THIS_WEEK)
    found = teams(ctx, cast, own)
    assert [(name, start) for name, start, _ in found] == [
        ("North", str(JOINED)),
        ("North", str(THIS_WEEK)),
    ]


def test_a_move_to_no_team_ends_the_membership(ctx, cast):
    own = cast.alice.person_id
    people.move(ctx, cast.ada, own, None, THIS_WEEK)
    assert teams(ctx, cast, own) == [("North", str(JOINED), str(LAST_WEEK))]


@pytest.mark.parametrize("weeks", [-1, -10, -100])
def test_a_move_into_the_past_is_refused_and_changes_nothing(ctx, cast, weeks):
    own = cast.alice.person_id
    with pytest.raises(InvalidInputError, match="past weeks keep their team"):
        people.move(ctx, cast.ada, own, cast.south.team_id, THIS_WEEK.plus(weeks))
    assert teams(ctx, cast, own) == [("North", str(JOINED), None)]


def test_somebody_who_never_had_a_team_can_get_one_from_a_past_week(ctx, cast):
    people.move(ctx, cast.ada, cast.rita.person_id, cast.south.team_id, JOINED)
    assert teams(ctx, cast, cast.rita.person_id) == [("South", str(JOINED), None)]


def test_access_ends_at_once_and_the_team_with_this_week(ctx, cast):
    own = cast.alice.person_id
    people.move(ctx, cast.ada, own, cast.south.team_id, THIS_WEEK.plus(3))
    people.end_access(ctx, cast.ada, own)
    with pytest.raises(SignedOutError):
        accounts.viewer_of(ctx, cast.alice.session)
    assert find(ctx, cast, own).standing is Standing.LEFT
    assert teams(ctx, cast, own) == [("North", str(JOINED), str(THIS_WEEK))]


def test_somebody_who_left_can_be_let_in_again(ctx, cast):
    own = cast.alice.person_id
    people.end_access(ctx, cast.ada, own)
    people.let_in_again(ctx, cast.ada, own)
    assert find(ctx, cast, own).standing is Standing.ACTIVE
    with pytest.raises(SignedOutError):
        accounts.viewer_of(ctx, cast.alice.session)
    emil = add(ctx, cast)
    people.end_access(ctx, cast.ada, emil)
    people.let_in_again(ctx, cast.ada, emil)
    assert find(ctx, cast, emil).standing is Standing.INVITED


def test_a_team_name_is_there_once(ctx, cast):
    with pytest.raises(InvalidInputError, match="exists already"):
        people.add_team(ctx, cast.ada, "  North ")
    with pytest.raises(InvalidInputError, match="exists already"):
        people.add_team(ctx, cast.ada, "NORTH")
    with pytest.raises(InvalidInputError):
        people.add_team(ctx, cast.ada, "")
    people.add_team(ctx, cast.ada, "East")
    found = people.all_teams(ctx, cast.ada)
    assert [t.name for t in found] == ["East", "North", "South"]


def refused_as_unknown(ctx, cast, person_id, team_id):
    """Every use of a person and of a team that are not of this clinic."""
    ada, alice = cast.ada, cast.alice.person_id
    tries = [
        lambda: people.set_roles(ctx, ada, person_id, roles=[]),
        lambda: people.move(ctx, ada, person_id, None, THIS_WEEK),
        lambda: people.end_access(ctx, ada, person_id),
        lambda: people.let_in_again(ctx, ada, person_id),
        lambda: people.move(ctx, ada, alice, team_id, THIS_WEEK),
        lambda: add(ctx, cast, team_id=team_id),
        lambda: add(ctx, cast, roles=[Role.LEAD], leads=[team_id]),
        lambda: people.set_roles(ctx, ada, alice, roles=[Role.LEAD], leads=[team_id]),
    ]
    for attempt in tries:
        with pytest.raises(NotFoundError):
            attempt()


def test_unknown_people_and_teams_are_refused_and_change_nothing(ctx, cast):
    before = people.all_people(ctx, cast.ada)
    now = ctx.now()
    refused_as_unknown(ctx, cast, PersonId(new_id(now)), TeamId(new_id(now)))
    assert people.all_people(ctx, cast.ada) == before


def test_people_and_teams_of_another_clinic_do_not_exist_here(ctx, cast):
    other = make_clinic(ctx, "Hillside")
    team = make_team(ctx, other, "North")
    boss = make_person(ctx, other, "Ada", Role.ADMINISTRATOR, team=team)
    before = people.all_people(ctx, cast.ada), people.all_people(ctx, boss)
    assert [p.name for p in before[1]] == ["Ada"]
    assert people.all_teams(ctx, boss) == (team,)
    refused_as_unknown(ctx, cast, boss.person_id, team.team_id)
    assert (people.all_people(ctx, cast.ada), people.all_people(ctx, boss)) == before

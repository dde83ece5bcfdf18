"""Whose account at a provider is whose, what it opens, and what it does not."""

import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine

from tests.clinic import PASSWORD, TUESDAY, give_keys
from tests.openid_provider import CLIENT, SECRET, serving
from tests.second_factors import set_up
from tests.services.test_races import wait_for_locks
from wellbeing.domain.audit import Event
from wellbeing.domain.errors import (
    InvalidInputError,
    NotFoundError,
    SignedOutError,
    WrongPasswordError,
)
from wellbeing.domain.people import Role, Standing
from wellbeing.domain.sign_in import (
    AlreadyConnectedError,
    IdentityTakenError,
    PasswordsOffError,
    Provider,
    Purpose,
    UnknownIdentityError,
    VisitOverError,
)
from wellbeing.services import (
    accounts,
    identities,
    invitations,
    keyring,
    my_data,
    my_keys,
    people,
    proofs,
    single_sign_on,
)
from wellbeing.services.audit import my_records
from wellbeing.services.identities import ConfirmError
from wellbeing.services.keyring import TextsLockedError
from wellbeing.services.openid import Answer
from wellbeing.services.passwords import hash_token
from wellbeing.services.private_texts import session_secret
from wellbeing.services.proofs import ProofNeededError
from wellbeing.storage import (
    audit_queries,
    clinic_queries,
    identity_queries,
    people_queries,
    session_queries,
)
from wellbeing.storage.identity_queries import Identity

ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def server():
    with serving() as found:
        yield found


@pytest.fixture
def theirs(server):
    with time_machine.travel(TUESDAY, tick=False):
        server.begin_anew()
        yield server


@pytest.fixture
def uni(theirs) -> Provider:
    return Provider(
        name="uni",
        title="Uni",
        issuer=theirs.issuer,
        client_id=CLIENT,
        client_secret=SECRET,
    )


@pytest.fixture
def ctx(ctx, uni):
    """The clinic knows one provider."""
    return replace(ctx, providers=(uni,))


def connect(ctx, viewer, subject="at-the-provider"):
    issuer, today = ctx.providers[0].issuer, ctx.now().date()
    identity = Identity(issuer=issuer, subject=subject, connected_on=today)
    with ctx.writing() as db:
        identity_queries.add_identity(db, viewer.clinic_id, viewer.person_id, identity)


def prove(ctx, viewer):
    with ctx.writing() as db:
        proofs.remember(ctx, db, viewer.clinic_id, viewer.session)


def ticket_in(address):
    return dict(parse_qsl(urlsplit(address).query))["connect"]


def went(ctx, theirs, subject="at-the-provider", purpose=Purpose.ENTER, ticket=""):
    """Go to the provider; return what comes back with the browser."""
    flow = single_sign_on.new_visit(ctx, "uni", purpose, ticket, "/")
    address = single_sign_on.way_there(ctx, flow)
    told = dict(parse_qsl(urlsplit(theirs.back_from(address, subject)).query))
    return flow, Answer(code=told["code"], state=told["state"])


def back(ctx, visit, session_token=None):
    return single_sign_on.come_back(
        ctx, *visit, address="", session_token=session_token
    )


def entered(ctx, theirs, subject="at-the-provider"):
    return accounts.viewer_of_token(ctx, back(ctx, went(ctx, theirs, subject)))


def events(ctx, cast):
    with ctx.reading() as db:
        found = audit_queries.records_of(db, cast.clinic.clinic_id, 100)
    return [(one.event, one.actor, one.concerning, one.about) for one in found]


def test_an_account_that_is_connected_lets_its_person_in(ctx, cast, theirs):
    connect(ctx, cast.dora)
    assert entered(ctx, theirs).person_id == cast.dora.person_id
    assert (Event.SIGNED_IN, cast.dora.person_id, None, "") in events(ctx, cast)


def test_of_two_who_come_back_at_once_with_one_visit_one_gets_in(ctx, cast, theirs):
    theirs.one_use = False
    connect(ctx, cast.alice)
    visit = went(ctx, theirs)

    def attempt(_):
        try:
            return back(ctx, visit)
        except VisitOverError:
            return None

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(attempt, range(3)))
    assert found.count(None) == 2


def test_of_two_who_connect_one_account_at_once_one_does(ctx, cast, theirs):
    visits = []
    for viewer in (cast.alice, cast.bob):
        address = identities.begin_connecting(ctx, viewer, "uni", password=PASSWORD)
        ticket = ticket_in(address)
        with ctx.writing() as db:
            token = accounts.begin_session(ctx, db, viewer.clinic_id, viewer.person_id)
        visits.append((went(ctx, theirs, purpose=Purpose.LINK, ticket=ticket), token))

    def attempt(each):
        try:
            return back(ctx, *each) is None
        except (VisitOverError, IdentityTakenError):
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, visits)) == [False, True]


def test_an_invitation_lets_somebody_in_without_a_password(ctx, cast, theirs):
    prove(ctx, cast.ada)
    emil = people.add_person(
        ctx, cast.ada, name="Emil", email="emil@example.org", roles=[Role.RESEARCHER]
    )
    ticket = invitations.invite(ctx, cast.ada, emil).rpartition("/")[2]
    visit = went(ctx, theirs, purpose=Purpose.INVITATION, ticket=ticket)
    viewer = accounts.viewer_of_token(ctx, back(ctx, visit))
    assert viewer.person_id == emil
    assert not identities.has_a_password(ctx, viewer)
    assert (Event.IDENTITY_LINKED, emil, None, "") in events(ctx, cast)
    with pytest.raises(WrongPasswordError):
        accounts.sign_in(ctx, email="emil@example.org", password="", address="")
    people.end_access(ctx, cast.ada, emil)
    people.let_in_again(ctx, cast.ada, emil)
    [person] = [p for p in people.all_people(ctx, cast.ada) if p.person_id == emil]
    assert person.standing is Standing.ACTIVE
    assert entered(ctx, theirs).person_id == emil


def test_an_emptied_account_is_connected_with_nothing(ctx, cast, theirs):
    connect(ctx, cast.alice)
    prove(ctx, cast.ada)
    invitations.start_over(ctx, cast.ada, cast.alice.person_id)
    with pytest.raises(UnknownIdentityError):
        entered(ctx, theirs)


def test_connecting_is_recorded_of_those_who_do_more_than_check_in(ctx, cast, theirs):
    for viewer, subject in ((cast.alice, "a"), (cast.dora, "d")):
        address = identities.begin_connecting(ctx, viewer, "uni", password=PASSWORD)
        ticket = ticket_in(address)
        with ctx.writing() as db:
            token = accounts.begin_session(ctx, db, viewer.clinic_id, viewer.person_id)
        back(ctx, went(ctx, theirs, subject, Purpose.LINK, ticket), token)
    linked = [one for one in events(ctx, cast) if one[0] is Event.IDENTITY_LINKED]
    assert linked == [(Event.IDENTITY_LINKED, cast.dora.person_id, None, "")]
    assert Event.IDENTITY_LINKED not in {
        one.record.event for one in my_records(ctx, cast.alice)
    }


@ONE_DATABASE
def test_connecting_needs_somebody_who_is_signed_in(ctx, cast, theirs):
    address = identities.begin_connecting(ctx, cast.alice, "uni", password=PASSWORD)
    visit = went(ctx, theirs, purpose=Purpose.LINK, ticket=ticket_in(address))
    with pytest.raises(SignedOutError):
        back(ctx, visit)


@ONE_DATABASE
def test_a_second_account_at_one_provider_is_refused(ctx, cast, theirs):
    connect(ctx, cast.alice)
    address = identities.begin_connecting(ctx, cast.alice, "uni", password=PASSWORD)
    own = cast.alice.clinic_id, cast.alice.person_id
    with ctx.writing() as db:
        token = accounts.begin_session(ctx, db, *own)
    visit = went(ctx, theirs, "another", Purpose.LINK, ticket_in(address))
    with pytest.raises(AlreadyConnectedError):
        back(ctx, visit, token)


def test_private_texts_stay_locked_until_the_old_password_opens_them(ctx, cast, theirs):
    keys = give_keys(ctx, cast.alice)
    connect(ctx, cast.alice)
    token = back(ctx, went(ctx, theirs)) or ""
    viewer, secret = accounts.viewer_of_token(ctx, token), session_secret(token)
    with pytest.raises(TextsLockedError):
        keyring.keys_of_session(ctx, viewer, secret)
    my_keys.open_texts(ctx, viewer, password=PASSWORD, secret=secret)
    assert keyring.keys_of_session(ctx, viewer, secret) == keys


def test_disconnecting_ends_other_sessions_and_lets_nobody_in(ctx, cast, theirs):
    connect(ctx, cast.dora)
    token = back(ctx, went(ctx, theirs))
    with pytest.raises(WrongPasswordError):
        identities.disconnect(ctx, cast.dora, "uni", password="not this password")
    identities.disconnect(ctx, cast.dora, "uni", password=PASSWORD)
    with pytest.raises(SignedOutError):
        accounts.viewer_of_token(ctx, token)
    assert accounts.viewer_of(ctx, cast.dora.session) == cast.dora
    with pytest.raises(UnknownIdentityError):
        entered(ctx, theirs)
    with pytest.raises(NotFoundError):
        identities.disconnect(ctx, cast.dora, "uni", password=PASSWORD)
    assert (Event.IDENTITY_UNLINKED, cast.dora.person_id, None, "") in events(ctx, cast)


@ONE_DATABASE
def test_who_has_a_second_factor_changes_the_ways_in_only_with_its_code(
    ctx, cast, clock
):
    """An open session and the password are not enough to get in without it."""
    set_up(ctx, cast.dora)
    clock.turn(hours=1)
    change = {"name": "uni", "password": PASSWORD}
    with pytest.raises(ProofNeededError):
        identities.begin_connecting(ctx, cast.dora, **change)
    connect(ctx, cast.dora)
    with pytest.raises(ProofNeededError):
        identities.disconnect(ctx, cast.dora, **change)
    prove(ctx, cast.dora)
    assert identities.begin_connecting(ctx, cast.dora, **change)
    identities.disconnect(ctx, cast.dora, **change)


@ONE_DATABASE
def test_who_comes_back_in_a_new_hour_holds_up_nobody(ctx, cast, theirs):
    address = identities.begin_connecting(ctx, cast.alice, "uni", password=PASSWORD)
    visit = went(ctx, theirs, purpose=Purpose.LINK, ticket=ticket_in(address))
    own, earlier = (cast.alice.clinic_id, cast.alice.person_id), ctx.now()
    with ctx.writing() as db:
        token = accounts.begin_session(ctx, db, *own)
        session = hash_token(token)
        session_queries.touch_session(db, session, earlier - timedelta(minutes=1))
    assert back(ctx, visit, token) is None


@ONE_DATABASE
def test_nobody_shuts_themselves_out(ctx, cast):
    connect(ctx, cast.alice)
    settings = ctx.settings.model_copy(update={"passwords": "off"})
    without = replace(ctx, settings=settings)
    [uni] = identities.my_providers(without, cast.alice)
    assert not uni.may_go
    with pytest.raises(InvalidInputError, match="could not sign in any more"):
        identities.disconnect(without, cast.alice, "uni", password=PASSWORD)
    [uni] = identities.my_providers(ctx, cast.alice)
    assert uni.may_go
    assert uni.connected_on


@ONE_DATABASE
def test_without_passwords_none_is_taken(ctx, cast):
    settings = ctx.settings.model_copy(update={"passwords": "off"})
    without = replace(ctx, settings=settings)
    email = cast.alice.email
    with pytest.raises(PasswordsOffError):
        accounts.sign_in(without, email=email, password=PASSWORD, address="")
    with pytest.raises(PasswordsOffError):
        my_keys.recover(without, email=email, code="", password=PASSWORD, address="")
    with pytest.raises(PasswordsOffError):
        invitations.accept_invitation(without, "", PASSWORD)


def test_who_has_no_password_deletes_their_account_with_a_confirmation(
    ctx, cast, theirs
):
    connect(ctx, cast.alice)
    viewer = entered(ctx, theirs)
    prove(ctx, cast.alice)
    with pytest.raises(WrongPasswordError):
        my_data.delete_account(ctx, cast.alice, password="")
    with ctx.writing() as db:
        db.exec_driver_sql("UPDATE person SET password_hash = NULL")
    with pytest.raises(ConfirmError):
        my_data.delete_account(ctx, viewer, password="")
    prove(ctx, viewer)
    my_data.delete_account(ctx, viewer, password="")
    with pytest.raises(UnknownIdentityError):
        entered(ctx, theirs)


@ONE_DATABASE
def test_what_is_stored_is_in_ones_own_download(ctx, cast):
    with zipfile.ZipFile(BytesIO(my_data.my_archive(ctx, cast.alice))) as files:
        assert "connected_accounts.json" not in files.namelist()
    connect(ctx, cast.alice)
    with zipfile.ZipFile(BytesIO(my_data.my_archive(ctx, cast.alice))) as files:
        assert b"at-the-provider" in files.read("connected_accounts.json")
    with zipfile.ZipFile(BytesIO(my_data.my_archive(ctx, cast.bob))) as files:
        assert "connected_accounts.json" not in files.namelist()


GIVES = {"wb-research": Role.RESEARCHER, "wb-admin": Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("who", "groups", "after"),
    [
        ("bob", ["wb-research", "staff"], {Role.CLINICIAN, Role.RESEARCHER}),
        ("bob", None, {Role.CLINICIAN}),
        ("rita", [], set()),
        ("rita", ["wb-research"], {Role.RESEARCHER}),
        ("dora", ["wb-admin"], {Role.LEAD}),
        ("ada", [], {Role.ADMINISTRATOR}),
        ("ada", ["wb-research"], {Role.ADMINISTRATOR, Role.RESEARCHER}),
    ],
)
def test_a_claim_gives_and_takes_only_the_roles_that_it_is_for(
    ctx, cast, theirs, uni, who, groups, after
):
    """A lead never becomes an administrator; the last administrator stays one."""
    claimed = replace(uni, roles_claim="groups", roles=GIVES)
    ctx = replace(ctx, providers=(claimed,))
    person = getattr(cast, who)
    connect(ctx, person)
    theirs.claims = {"groups": groups}
    assert entered(ctx, theirs).roles == after
    changed = (Event.ROLES_CHANGED, None, person.person_id, ", ".join(sorted(after)))
    assert (changed in events(ctx, cast)) is (after != person.roles)


def test_a_second_administrator_can_lose_the_role(ctx, cast, theirs, uni):
    ctx = replace(ctx, providers=(replace(uni, roles_claim="g", roles=GIVES),))
    own = cast.bob.clinic_id, cast.bob.person_id
    with ctx.writing() as db:
        people_queries.set_roles(db, *own, [Role.CLINICIAN, Role.ADMINISTRATOR])
    connect(ctx, cast.bob)
    theirs.claims = {"g": "staff"}
    assert entered(ctx, theirs).roles == {Role.CLINICIAN}


@ONE_DATABASE
def test_a_role_by_claim_ends_the_sessions_that_began_without_a_second_factor(
    ctx, cast, theirs, uni
):
    ctx = replace(ctx, providers=(replace(uni, roles_claim="g", roles=GIVES),))
    connect(ctx, cast.bob)
    theirs.claims = {"g": ["wb-admin"]}
    assert Role.ADMINISTRATOR in entered(ctx, theirs).roles
    with pytest.raises(SignedOutError):
        accounts.viewer_of(ctx, cast.bob.session)


@ON_POSTGRESQL
def test_whose_access_ends_while_a_claim_is_followed_is_no_deadlock(
    ctx, cast, theirs, uni
):
    ctx = replace(ctx, providers=(replace(uni, roles_claim="g", roles=GIVES),))
    connect(ctx, cast.bob)
    own, visit = (cast.bob.clinic_id, cast.bob.person_id), went(ctx, theirs)
    with ThreadPoolExecutor(1) as pool:
        with ctx.writing() as db:  # locks in the order of whoever ends an access
            clinic_queries.lock_clinic(db, own[0])
            entering = pool.submit(back, ctx, visit)
            wait_for_locks(ctx, 1)
            people_queries.lock_person(db, *own)
        assert entering.result()


@ONE_DATABASE
def test_used_visits_and_tickets_are_forgotten(ctx, cast, theirs, clock):
    connect(ctx, cast.alice)
    entered(ctx, theirs)
    identities.begin_connecting(ctx, cast.bob, "uni", password=PASSWORD)
    clock.turn(hours=2)
    with ctx.writing() as db:
        identity_queries.drop_old_visits(db, ctx.now())
        for table in ("provider_visit", "identity_ticket"):
            assert not db.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 (a table's name)


@ONE_DATABASE
def test_a_session_through_a_provider_holds_no_wrapped_key(ctx, cast, theirs):
    give_keys(ctx, cast.alice)
    connect(ctx, cast.alice)
    viewer = entered(ctx, theirs)
    with ctx.reading() as db:
        assert session_queries.session_viewer(db, viewer.session)
        held = db.exec_driver_sql(
            "SELECT wrapped_key FROM web_session WHERE token_hash = ?",
            (viewer.session,),
        ).scalar()
    assert held is None

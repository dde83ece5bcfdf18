"""What is grave needs a fresh proof: password, and code where there is one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.clinic import PASSWORD, give_keys
from tests.second_factors import code_now, just_proved, set_up
from wellbeing.domain.errors import (
    TooManyAttemptsError,
    WrongPasswordError,
)
from wellbeing.domain.people import Role
from wellbeing.domain.studies import BundleId
from wellbeing.services import (
    accounts,
    bundle_jobs,
    bundle_ledger,
    bundles,
    invitations,
    loading,
    my_data,
    my_keys,
    people,
    proofs,
    second_factor,
    step_up,
    studies,
    study_tokens,
    throttle,
)
from wellbeing.services.factors import WrongCodeError
from wellbeing.services.proofs import ProofNeededError
from wellbeing.storage import account_queries, proof_queries

NEW = "seven quiet harbours at dawn"
FILE = b"name,email,roles\nEmil,emil@example.org,administrator\n"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def a_bundle(cast):
    return BundleId(cast.alice.person_id)


GRAVE = {
    "a bundle": lambda ctx, cast: bundles.make_bundle(ctx, cast.rita, "rest-study"),
    "a bundle in the background": lambda ctx, cast: bundle_jobs.start_bundle(
        ctx, cast.rita, "rest-study"
    ),
    "the file of a bundle": lambda ctx, cast: bundle_ledger.bundle_file(
        ctx, cast.rita, a_bundle(cast)
    ),
    "a token": lambda ctx, cast: study_tokens.make_token(
        ctx, cast.rita, a_bundle(cast), days=1, uses=1
    ),
    "the end of a study and its key": lambda ctx, cast: studies.close_study(
        ctx, cast.ada, "rest-study"
    ),
    "roles": lambda ctx, cast: people.set_roles(
        ctx, cast.ada, cast.alice.person_id, roles=[Role.ADMINISTRATOR]
    ),
    "somebody new with a role": lambda ctx, cast: people.add_person(
        ctx, cast.ada, name="Emil", email="e@example.org", roles=[Role.RESEARCHER]
    ),
    "people of a file": lambda ctx, cast: loading.load_people(
        ctx, cast.ada, FILE, dry_run=False
    ),
    "ending the access of somebody": lambda ctx, cast: people.end_access(
        ctx, cast.ada, cast.alice.person_id
    ),
    "letting in again": lambda ctx, cast: people.let_in_again(
        ctx, cast.ada, cast.alice.person_id
    ),
    "starting over": lambda ctx, cast: invitations.start_over(
        ctx, cast.ada, cast.alice.person_id
    ),
    "ending the factor of somebody": lambda ctx, cast: second_factor.end_factor_of(
        ctx, cast.ada, cast.alice.person_id
    ),
    "beginning a factor": lambda ctx, cast: second_factor.begin_factor(
        ctx, cast.alice, give_keys(ctx, cast.alice)
    ),
    "confirming a factor": lambda ctx, cast: second_factor.confirm_factor(
        ctx, cast.alice, give_keys(ctx, cast.alice), "000000"
    ),
    "new codes of a factor": lambda ctx, cast: second_factor.renew_codes(
        ctx, cast.alice
    ),
    "ending one's own factor": lambda ctx, cast: second_factor.end_factor(
        ctx, cast.alice
    ),
}
WITH_PASSWORD = {
    "a new password": lambda ctx, viewer: accounts.change_password(
        ctx, viewer, old=PASSWORD, new=NEW
    ),
    "a new recovery code": lambda ctx, viewer: my_keys.new_recovery_code(
        ctx, viewer, password=PASSWORD
    ),
    "the end of an account": lambda ctx, viewer: my_data.delete_account(
        ctx, viewer, password=PASSWORD
    ),
}


def contents(ctx):
    with ctx.reading() as db:
        return [
            db.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2").all()  # noqa: S608 (a table's name)
            for table in ("person", "person_role", "second_factor", "study_token")
        ]


@ON_SQLITE
@pytest.mark.parametrize("act", GRAVE.values(), ids=GRAVE)
def test_it_is_refused_below_the_screen_without_a_fresh_proof(ctx, cast, clock, act):
    clock.turn(minutes=10)
    before = contents(ctx)
    with pytest.raises(ProofNeededError):
        act(ctx, cast)
    assert contents(ctx) == before


@ON_SQLITE
@pytest.mark.parametrize("act", WITH_PASSWORD.values(), ids=WITH_PASSWORD)
def test_with_a_second_factor_the_password_alone_is_no_proof(ctx, cast, clock, act):
    set_up(ctx, cast.alice)
    clock.turn(minutes=10)
    before = contents(ctx)
    with pytest.raises(ProofNeededError):
        act(ctx, cast.alice)
    assert contents(ctx) == before
    just_proved(ctx, cast.alice)
    act(ctx, cast.alice)
    assert contents(ctx) != before


@ON_SQLITE
def test_without_one_the_password_that_is_asked_for_anyway_is_the_proof(
    ctx, cast, clock
):
    clock.turn(minutes=10)
    assert my_keys.new_recovery_code(ctx, cast.alice, password=PASSWORD)


def test_password_and_code_prove_it_for_ten_minutes_in_this_session_alone(
    ctx, cast, clock
):
    secret, _ = set_up(ctx, cast.rita)
    clock.turn(minutes=10)
    other = replace(cast.rita, session="another session")
    assert not proofs.is_proved(ctx, cast.rita)
    step_up.prove(ctx, cast.rita, password=PASSWORD, code=code_now(ctx, secret))
    assert not proofs.is_proved(ctx, other)
    assert not proofs.is_proved(ctx, cast.ada)
    clock.turn(minutes=9, seconds=59)
    assert proofs.is_proved(ctx, cast.rita)
    clock.turn(seconds=1)
    assert not proofs.is_proved(ctx, cast.rita)


@ON_SQLITE
@pytest.mark.parametrize(
    ("password", "code", "refusal"),
    [
        ("wrong", "right", WrongPasswordError),
        (PASSWORD, "", WrongCodeError),
        (PASSWORD, "000000", WrongCodeError),
        (PASSWORD, "used", WrongCodeError),
    ],
)
def test_one_of_the_two_alone_proves_nothing(ctx, cast, clock, password, code, refusal):
    secret, _ = set_up(ctx, cast.alice)
    clock.turn(minutes=10)
    typed = {"right": code_now(ctx, secret), "used": code_now(ctx, secret, -21)}
    with pytest.raises(refusal):
        step_up.prove(ctx, cast.alice, password=password, code=typed.get(code, code))
    assert not proofs.is_proved(ctx, cast.alice)


@ON_SQLITE
def test_a_recovery_code_proves_it_once(ctx, cast, clock):
    _, codes = set_up(ctx, cast.alice)
    clock.turn(minutes=10)
    step_up.prove(ctx, cast.alice, password=PASSWORD, code=codes[0])
    with pytest.raises(WrongCodeError):
        step_up.prove(ctx, cast.alice, password=PASSWORD, code=codes[0])


@ON_SQLITE
def test_guessing_codes_in_an_open_session_is_paused(ctx, cast):
    secret, _ = set_up(ctx, cast.alice)
    whose = f"factor {cast.alice.person_id}"
    for _ in range(7):  # counted as a wrong code is, without the slow hash before it
        throttle.count_attempt(ctx, cast.clinic.clinic_id, whose, "")
    with pytest.raises(WrongCodeError):
        step_up.prove(ctx, cast.alice, password=PASSWORD, code="000000")
    with pytest.raises(TooManyAttemptsError):
        step_up.prove(ctx, cast.alice, password=PASSWORD, code=code_now(ctx, secret))


@ON_SQLITE
def test_who_has_no_password_is_told_so(ctx, cast):
    with ctx.writing() as db:
        db.exec_driver_sql("UPDATE person SET password_hash = NULL")
    assert not step_up.can_prove(ctx, cast.ada)
    with pytest.raises(step_up.NoPasswordError, match="Ways to sign in"):
        step_up.prove(ctx, cast.ada, password="")


def test_signing_in_proves_it_for_those_who_do_more_than_check_in(ctx, cast):
    for viewer in (cast.alice, cast.dora):
        token = accounts.sign_in(ctx, email=viewer.email, password=PASSWORD, address="")
        there = accounts.viewer_of_token(ctx, token)
        assert proofs.is_proved(ctx, there) == (viewer is cast.dora)


@ON_SQLITE
def test_a_session_that_another_way_of_signing_in_began_has_proved_nothing(ctx, cast):
    own = cast.ada.clinic_id, cast.ada.person_id
    with ctx.writing() as db:
        assert account_queries.password_hash(db, *own)
        token = accounts.begin_session(ctx, db, *own)
    viewer = accounts.viewer_of_token(ctx, token)
    with pytest.raises(ProofNeededError):
        people.set_roles(ctx, viewer, cast.bob.person_id, roles=[Role.ADMINISTRATOR])


def test_a_proof_ends_with_its_session_and_is_forgotten_with_its_time(ctx, cast):
    just_proved(ctx, cast.alice)
    accounts.sign_out_everywhere(ctx, cast.alice)
    assert not proofs.is_proved(ctx, cast.alice)
    with ctx.writing() as db:
        proof_queries.drop_ended(db, ctx.now() + timedelta(minutes=10))
        assert not db.exec_driver_sql("SELECT * FROM fresh_proof").all()


@ON_SQLITE
def test_a_clinician_is_added_and_moved_without_asking_again(ctx, cast, clock):
    clock.turn(hours=1)
    added = people.add_person(
        ctx, cast.ada, name="Emil", email="e@example.org", roles=[Role.CLINICIAN]
    )
    people.move(ctx, cast.ada, added, cast.north.team_id, ctx.this_week(cast.clinic))
    assert invitations.invite(ctx, cast.ada, added)


@ON_SQLITE
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.RESEARCHER])
def test_who_does_more_is_invited_only_with_a_fresh_proof(ctx, cast, clock, role):
    added = people.add_person(
        ctx, cast.ada, name="Emil", email="e@example.org", roles=[role]
    )
    earlier = invitations.invite(ctx, cast.ada, added).rsplit("/", 1)[1]
    clock.turn(hours=1)
    with pytest.raises(ProofNeededError):
        invitations.invite(ctx, cast.ada, added)
    assert invitations.invitation_email(ctx, earlier)
    just_proved(ctx, cast.ada)
    assert invitations.invite(ctx, cast.ada, added)

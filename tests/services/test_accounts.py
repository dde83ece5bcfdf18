"""Signing in and out, sessions, passwords."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest

from tests.clinic import PASSWORD, open_context
from tests.services.test_races import at_once
from wellbeing.domain.errors import (
    NoClinicError,
    SignedOutError,
    TooManyAttemptsError,
    WeakPasswordError,
    WrongPasswordError,
)
from wellbeing.domain.people import Role, Standing
from wellbeing.services import (
    accounts,
    invitations,
    my_keys,
    open_sessions,
    people,
    throttle,
)
from wellbeing.services.passwords import hash_token
from wellbeing.services.private_texts import session_secret
from wellbeing.settings import Settings
from wellbeing.storage import account_queries, clinic_queries

NEW = "seven quiet harbours at dawn"
ADDRESS = "192.0.2.7"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def sign_in(ctx, viewer, password=PASSWORD, address=ADDRESS):
    return accounts.sign_in(ctx, email=viewer.email, password=password, address=address)


def fail(ctx, email, times=1, address=ADDRESS):
    """Fail to sign in; those before the last are counted alone: hashing is slow."""
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
    assert clinic is not None
    for _ in range(times - 1):
        whose = f"account {email}"
        throttle.count_attempt(ctx, clinic.clinic_id, whose, address)
    with pytest.raises(WrongPasswordError):
        accounts.sign_in(ctx, email=email, password="wrong", address=address)


def signed_in(ctx, token) -> bool:
    try:
        accounts.viewer_of_token(ctx, token)
    except SignedOutError:
        return False
    return True


def with_recovery_code(ctx, cast):
    person = people.add_person(
        ctx, cast.ada, name="Emil", email="emil@example.org", roles=[Role.CLINICIAN]
    )
    link = invitations.invite(ctx, cast.ada, person)
    entrance = invitations.accept_invitation(ctx, link.rsplit("/", 1)[1], PASSWORD)
    return accounts.viewer_of_token(ctx, entrance.token), entrance.recovery_code


def recover(ctx, email, code, password=NEW):
    return my_keys.recover(
        ctx, email=email, code=code, password=password, address=ADDRESS
    )


def test_the_right_password_opens_a_session_of_that_person(ctx, cast):
    viewer = accounts.viewer_of_token(ctx, sign_in(ctx, cast.alice))
    assert (viewer.person_id, viewer.name) == (cast.alice.person_id, "Alice")
    assert viewer.roles == {Role.CLINICIAN}
    assert viewer.clinic == cast.clinic


def test_an_e_mail_address_is_taken_in_any_case_and_with_spaces(ctx, cast):
    token = accounts.sign_in(
        ctx, email="  ALICE@Example.org ", password=PASSWORD, address=""
    )
    assert accounts.viewer_of_token(ctx, token).person_id == cast.alice.person_id


def test_before_set_up_nobody_signs_in(ctx):
    with pytest.raises(NoClinicError):
        accounts.sign_in(ctx, email="a@example.org", password="x", address="")


def test_wrong_unknown_left_and_invited_get_the_same_answer(ctx, cast):
    people.end_access(ctx, cast.ada, cast.bob.person_id)
    people.add_person(
        ctx, cast.ada, name="New", email="new@example.org", roles=[Role.CLINICIAN]
    )
    said = set()
    for email, password in [
        (cast.alice.email, "wrong"),
        ("nobody@example.org", PASSWORD),
        (cast.bob.email, PASSWORD),
        ("new@example.org", PASSWORD),
        ("", ""),
    ]:
        with pytest.raises(WrongPasswordError) as refused:
            accounts.sign_in(ctx, email=email, password=password, address=ADDRESS)
        said.add(str(refused.value))
    assert len(said) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_unknown_address_takes_about_as_long_as_a_wrong_password(ctx, cast, cpu):
    fail(ctx, "warm@example.org")
    # In turns: whatever else the machine does slows both.
    tried = [
        [cpu(partial(fail, ctx, email)) for email in (cast.alice.email, "no@body.org")]
        for _ in range(7)
    ]
    wrong, unknown = map(min, zip(*tried, strict=True))
    assert 0.5 < unknown / wrong < 2


def test_a_token_is_stored_as_a_hash_only(ctx, cast):
    token = sign_in(ctx, cast.alice)
    viewer = accounts.viewer_of_token(ctx, token)
    assert viewer.session == hash_token(token)
    with pytest.raises(SignedOutError):
        accounts.viewer_of_token(ctx, viewer.session)


@pytest.mark.parametrize("token", [None, "", "x", "x" * 10_000, "\x00", "'; --"])
@pytest.mark.usefixtures("cast")
def test_an_invented_token_is_signed_out(ctx, token):
    with pytest.raises(SignedOutError):
        accounts.viewer_of_token(ctx, token)
    with pytest.raises(SignedOutError):
        accounts.viewer_of(ctx, token and hash_token(token))


def test_every_sign_in_has_a_token_of_its_own(ctx, cast):
    assert sign_in(ctx, cast.alice) != sign_in(ctx, cast.alice)


def test_eight_failures_pause_the_account_even_for_the_right_password(ctx, cast):
    fail(ctx, cast.alice.email, 8)
    with pytest.raises(TooManyAttemptsError) as paused:
        sign_in(ctx, cast.alice, address="198.51.100.1")
    assert paused.value.minutes == 15
    assert sign_in(ctx, cast.bob)


@pytest.mark.usefixtures("cast")
def test_an_unknown_address_is_paused_like_a_known_one(ctx):
    fail(ctx, "nobody@example.org", 8)
    with pytest.raises(TooManyAttemptsError):
        accounts.sign_in(
            ctx, email="nobody@example.org", password="wrong", address=ADDRESS
        )


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_sixty_failures_pause_a_network_address_for_every_account(ctx, cast):
    fail(ctx, "somebody@example.org")
    for n in range(59):  # counted as a sign-in counts, without its slow hash
        throttle.count_attempt(ctx, cast.ada.clinic_id, f"account {n}", ADDRESS)
    with pytest.raises(TooManyAttemptsError):
        sign_in(ctx, cast.alice)
    assert sign_in(ctx, cast.alice, address="198.51.100.1")


ONE_CONNECTION = {
    "the same IPv4 address": (ADDRESS, ADDRESS),
    "one of its IPv6 addresses": ("2001:db8:1:2::7", "2001:DB8:1:2:ffff::1"),
    "IPv4 written as IPv6": (f"::ffff:{ADDRESS}", ADDRESS),
    "with the name of a network card": ("fe80::1%eth0", "fe80::1%eth1"),
    "what is no address": ("unknown", "unknown"),
}
OTHERS = {
    "another IPv4 address": (ADDRESS, "192.0.2.8"),
    "another IPv6 network": ("2001:db8:1:2::7", "2001:db8:1:3::7"),
    "another IPv4 address as IPv6": (f"::ffff:{ADDRESS}", "::ffff:192.0.2.8"),
    "what is no address": ("unknown", "other"),
}


def counted_apart(ctx, cast, first, second):
    def count(address):
        whose = f"account {address}"
        return throttle.count_attempt(ctx, cast.clinic.clinic_id, whose, address)[1]

    return count(first) != count(second)


@ON_SQLITE
def test_a_connection_is_counted_once_whichever_of_its_addresses_it_takes(ctx, cast):
    for first, second in ONE_CONNECTION.values():
        assert not counted_apart(ctx, cast, first, second), first
    for first, second in OTHERS.values():
        assert counted_apart(ctx, cast, first, second), first


def test_a_pause_survives_a_restart(ctx, cast, migrated_database_url, clock):
    fail(ctx, cast.alice.email, 8)
    ctx.dispose()
    again = open_context(migrated_database_url, clock)
    with pytest.raises(TooManyAttemptsError):
        sign_in(again, cast.alice)
    again.dispose()


def test_a_pause_ends_after_fifteen_minutes(ctx, cast, clock):
    fail(ctx, cast.alice.email, 8)
    clock.turn(minutes=14)
    with pytest.raises(TooManyAttemptsError) as paused:
        sign_in(ctx, cast.alice)
    assert paused.value.minutes == 1
    clock.turn(minutes=1, seconds=1)
    assert sign_in(ctx, cast.alice)


def test_the_right_password_forgives_what_failed_before(ctx, cast):
    for _ in range(2):
        fail(ctx, cast.alice.email, 7)
        assert sign_in(ctx, cast.alice)


def test_many_tries_at_once_do_not_slip_through(ctx, cast):
    def attempt(_):
        try:
            sign_in(ctx, cast.alice, "wrong")
        except WrongPasswordError:
            return "looked at"
        except TooManyAttemptsError:
            return "paused"

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(attempt, range(14)))
    assert (found.count("looked at"), found.count("paused")) == (8, 6)


def test_a_session_ends_when_it_lies_idle(ctx, cast, clock):
    token = sign_in(ctx, cast.alice)
    clock.turn(hours=8)
    assert signed_in(ctx, token)
    clock.turn(hours=8)
    assert signed_in(ctx, token)
    clock.turn(hours=9, seconds=1)
    assert not signed_in(ctx, token)


def test_a_session_ends_after_thirty_days_however_much_it_is_used(ctx, cast, clock):
    token = sign_in(ctx, cast.alice)
    for _ in range(30 * 4):
        assert signed_in(ctx, token)
        clock.turn(hours=6)
    assert signed_in(ctx, token)
    clock.turn(seconds=1)
    assert not signed_in(ctx, token)


def test_lifetimes_follow_the_settings(ctx, cast, clock):
    settings = Settings(
        database_url=ctx.settings.database_url, idle_hours=1, session_days=1
    )
    strict = replace(ctx, settings=settings)
    token = sign_in(strict, cast.alice)
    clock.turn(hours=2, seconds=1)
    assert not signed_in(strict, token)
    assert signed_in(ctx, token)


def test_of_a_session_only_the_hour_of_its_last_use_is_kept(ctx, cast, clock):
    token = sign_in(ctx, cast.alice)
    clock.turn(minutes=17, seconds=3)
    assert signed_in(ctx, token)
    with ctx.reading() as db:
        seen = db.exec_driver_sql("SELECT seen_at FROM web_session").scalars()
        assert all(":00:00" in str(s) for s in seen)


def test_when_and_from_where_somebody_signed_in_is_not_kept(ctx, cast, clock):
    clock.turn(minutes=17, seconds=23)
    sign_in(ctx, cast.alice)
    with ctx.reading() as db:
        assert not db.exec_driver_sql("SELECT * FROM sign_in_attempt").all()
        rows = db.exec_driver_sql("SELECT * FROM web_session").all()
    assert len(rows) == 7
    times = [str(value) for row in rows for value in row if "2026-11" in str(value)]
    assert len(times) == 14
    assert all(":00:00" in time for time in times)


@ON_SQLITE
def test_a_good_sign_in_leaves_what_others_of_its_address_failed(ctx, cast):
    fail(ctx, cast.bob.email, 2)
    sign_in(ctx, cast.alice)
    with ctx.reading() as db:
        failed = db.exec_driver_sql("SELECT failures FROM sign_in_attempt").scalars()
        assert list(failed) == [2, 2]


def test_sessions_that_have_ended_are_forgotten_at_the_next_sign_in(ctx, cast, clock):
    clock.turn(days=31)
    token = sign_in(ctx, cast.alice)
    viewer = accounts.viewer_of_token(ctx, token)
    assert [s.this_one for s in open_sessions.my_sessions(ctx, viewer)] == [True]


def test_signing_out_ends_this_session_alone(ctx, cast):
    here, there = sign_in(ctx, cast.alice), sign_in(ctx, cast.alice)
    accounts.sign_out(ctx, here)
    accounts.sign_out(ctx, here)
    accounts.sign_out(ctx, None)
    assert (signed_in(ctx, here), signed_in(ctx, there)) == (False, True)


def test_signing_out_everywhere_ends_all_of_mine_and_nobody_elses(ctx, cast):
    mine, others = sign_in(ctx, cast.alice), sign_in(ctx, cast.bob)
    accounts.sign_out_everywhere(ctx, cast.alice)
    assert (signed_in(ctx, mine), signed_in(ctx, others)) == (False, True)
    assert open_sessions.my_sessions(ctx, cast.alice) == ()


def test_my_sessions_are_mine_newest_first_with_this_one_marked(ctx, cast, clock):
    clock.turn(hours=1)
    viewer = accounts.viewer_of_token(ctx, sign_in(ctx, cast.alice))
    found = open_sessions.my_sessions(ctx, viewer)
    assert [s.this_one for s in found] == [True, False]
    assert all(a.started_at > b.started_at for a, b in pairwise(found))
    assert len(open_sessions.my_sessions(ctx, cast.bob)) == 1


def test_a_session_can_be_ended_from_another_but_never_somebody_elses(ctx, cast):
    token = sign_in(ctx, cast.alice)
    (key,) = (
        s.key for s in open_sessions.my_sessions(ctx, cast.alice) if not s.this_one
    )
    open_sessions.end_session(ctx, cast.bob, key)
    assert signed_in(ctx, token)
    open_sessions.end_session(ctx, cast.alice, key)
    assert not signed_in(ctx, token)
    assert len(open_sessions.my_sessions(ctx, cast.alice)) == 1


def test_a_changed_password_ends_the_other_sessions_and_the_old_password(ctx, cast):
    other = sign_in(ctx, cast.alice)
    accounts.change_password(ctx, cast.alice, old=PASSWORD, new=NEW)
    assert not signed_in(ctx, other)
    assert accounts.viewer_of(ctx, cast.alice.session).person_id == cast.alice.person_id
    fail(ctx, cast.alice.email)
    with pytest.raises(WrongPasswordError):
        sign_in(ctx, cast.alice)
    assert sign_in(ctx, cast.alice, NEW)


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("wrong", NEW, WrongPasswordError),
        (PASSWORD, "short", WeakPasswordError),
        (PASSWORD, "passwordpassword", WeakPasswordError),
        (PASSWORD, "alice@example.org", WeakPasswordError),
        (PASSWORD, "many words " * 20, WeakPasswordError),
    ],
)
def test_a_password_is_changed_only_by_its_owner_to_a_strong_one(
    ctx, cast, old, new, refusal
):
    other = sign_in(ctx, cast.alice)
    with pytest.raises(refusal):
        accounts.change_password(ctx, cast.alice, old=old, new=new)
    assert signed_in(ctx, other)
    assert sign_in(ctx, cast.alice)


def test_guessing_the_old_password_is_paused(ctx, cast):
    for _ in range(8):
        with pytest.raises(WrongPasswordError):
            accounts.change_password(ctx, cast.alice, old="wrong", new=NEW)
    with pytest.raises(TooManyAttemptsError):
        accounts.change_password(ctx, cast.alice, old=PASSWORD, new=NEW)
    assert sign_in(ctx, cast.alice)


@ON_SQLITE
def test_a_stranger_keeps_nobody_out_of_their_own_open_session(ctx, cast):
    fail(ctx, cast.alice.email, 8)
    secret = session_secret("what the cookie of this session holds")
    keys = my_keys.open_texts(ctx, cast.alice, password=PASSWORD, secret=secret)
    assert len(keys.data_key) == 32
    with pytest.raises(TooManyAttemptsError):
        sign_in(ctx, cast.alice)


def test_whoever_is_shut_out_does_not_let_themselves_in_again(ctx, cast):
    people.end_access(ctx, cast.ada, cast.bob.person_id)
    with pytest.raises(SignedOutError):
        accounts.change_password(ctx, cast.bob, old=PASSWORD, new=NEW)
    with ctx.writing() as db:
        account_queries.set_password(
            db, cast.bob.clinic_id, cast.bob.person_id, "another hash"
        )
    found = {p.name: p.standing for p in people.all_people(ctx, cast.ada)}
    assert found["Bob"] is Standing.LEFT
    people.let_in_again(ctx, cast.ada, cast.bob.person_id)
    assert sign_in(ctx, cast.bob)


def test_shutting_out_somebody_who_changes_their_password_holds(ctx, cast):
    def change():
        with suppress(SignedOutError):
            accounts.change_password(ctx, cast.bob, old=PASSWORD, new=NEW)

    at_once(change, lambda: people.end_access(ctx, cast.ada, cast.bob.person_id))
    found = {p.name: p.standing for p in people.all_people(ctx, cast.ada)}
    assert found["Bob"] is Standing.LEFT


def test_trying_weak_new_passwords_does_not_pause_the_account(ctx, cast):
    for _ in range(9):
        with pytest.raises(WeakPasswordError):
            accounts.change_password(ctx, cast.alice, old=PASSWORD, new="short")


def test_the_recovery_code_works_once_and_is_replaced(ctx, cast):
    emil, code = with_recovery_code(ctx, cast)
    token, fresh = recover(ctx, emil.email, code.upper().replace("-", " "))
    assert accounts.viewer_of_token(ctx, token).person_id == emil.person_id
    with pytest.raises(SignedOutError):
        accounts.viewer_of(ctx, emil.session)
    assert sign_in(ctx, emil, NEW)
    with pytest.raises(WrongPasswordError):
        recover(ctx, emil.email, code)
    assert recover(ctx, emil.email, fresh)


@pytest.mark.parametrize("code", ["", "aaaaaa-bbbbbb-cccccc-dddddd"])
def test_a_wrong_recovery_code_changes_nothing_and_is_paused(ctx, cast, code):
    emil, right = with_recovery_code(ctx, cast)
    for _ in range(8):
        with pytest.raises(WrongPasswordError):
            recover(ctx, emil.email, code)
    with pytest.raises(TooManyAttemptsError):
        recover(ctx, emil.email, right)
    assert accounts.viewer_of(ctx, emil.session).person_id == emil.person_id


def test_strangers_use_up_nobodys_day_and_no_refused_try_leaves_a_row(ctx, cast, clock):
    emil, code = with_recovery_code(ctx, cast)
    clinic = cast.ada.clinic_id
    for _ in range(5):
        for _ in range(8):
            with pytest.raises(WrongPasswordError):
                recover(ctx, emil.email, "aaaaaa-bbbbbb-cccccc-dddddd")
        with pytest.raises(TooManyAttemptsError):
            recover(ctx, emil.email, code)
        clock.turn(minutes=15, seconds=1)
    for n in range(60):
        throttle.count_attempt(ctx, clinic, f"account {n}", ADDRESS)
    before = tries(ctx)
    for n in range(3):
        with pytest.raises(TooManyAttemptsError):
            recover(ctx, f"nobody{n}@example.org", code)
    with pytest.raises(TooManyAttemptsError):
        recover(ctx, emil.email, code)
    assert tries(ctx) == before
    clock.turn(minutes=15, seconds=1)
    assert recover(ctx, emil.email, code)


def tries(ctx):
    with ctx.reading() as db:
        return len(db.exec_driver_sql("SELECT * FROM sign_in_attempt").all())


def test_nobody_recovers_with_the_code_of_somebody_else(ctx, cast):
    _, code = with_recovery_code(ctx, cast)
    for email in (cast.alice.email, "nobody@example.org"):
        with pytest.raises(WrongPasswordError):
            recover(ctx, email, code)


def test_a_weak_password_does_not_use_the_recovery_code_up(ctx, cast):
    emil, code = with_recovery_code(ctx, cast)
    with pytest.raises(WeakPasswordError):
        recover(ctx, emil.email, code, "short")
    assert recover(ctx, emil.email, code)


def test_somebody_who_left_does_not_recover(ctx, cast):
    emil, code = with_recovery_code(ctx, cast)
    people.end_access(ctx, cast.ada, emil.person_id)
    with pytest.raises(WrongPasswordError):
        recover(ctx, emil.email, code)


def test_a_role_taken_away_is_gone_at_the_next_look(ctx, cast):
    people.set_roles(ctx, cast.ada, cast.alice.person_id, roles=[Role.REPRESENTATIVE])
    assert accounts.viewer_of(ctx, cast.alice.session).roles == {Role.REPRESENTATIVE}

"""The second factor: set up, asked for, counted once, lost, ended."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.clinic import PASSWORD, TUESDAY, give_keys, open_context
from tests.second_factors import (
    code_now,
    half_by_password,
    half_of,
    just_proved,
    set_up,
)
from wellbeing.domain.audit import Event
from wellbeing.domain.errors import (
    InvalidInputError,
    SignedOutError,
    TooManyAttemptsError,
    WrongPasswordError,
)
from wellbeing.domain.people import Role
from wellbeing.domain.second_factor import Asked, is_asked
from wellbeing.services import (
    accounts,
    audit,
    factors,
    forgetting,
    invitations,
    keyring,
    my_keys,
    people,
    private_texts,
    second_factor,
    setup,
    throttle,
)
from wellbeing.services.factors import WrongCodeError
from wellbeing.services.half_sessions import HalfEndedError
from wellbeing.services.passwords import hash_token
from wellbeing.services.second_sign_in import (
    enter_with_code,
    enter_with_new_factor,
    secret_to_set_up,
)
from wellbeing.settings import PREFIX, Settings

NEW = "seven quiet harbours at dawn"
ADDRESS = "192.0.2.7"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def enter(ctx, half, code):
    return enter_with_code(ctx, half, code, ADDRESS)


def sign_in(ctx, viewer, password=PASSWORD):
    return accounts.sign_in(ctx, email=viewer.email, password=password, address="")


def asking(ctx, asked):
    settings = ctx.settings.model_copy(update={"second_factor": asked})
    return replace(ctx, settings=settings)


def rows_of(ctx, table):
    with ctx.reading() as db:
        return db.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 (a table's name)


def events(ctx, cast):
    found = audit.audit_record(ctx, cast.ada).records
    return [(one.record.event, one.actor, one.concerning) for one in found]


def test_by_default_it_is_asked_of_administrators_and_researchers():
    assert f"{PREFIX}SECOND_FACTOR" not in os.environ
    assert Settings().second_factor is Asked.ADMINISTRATORS_AND_RESEARCHERS
    asked = {role for role in Role if is_asked(Settings().second_factor, {role})}
    assert asked == {Role.ADMINISTRATOR, Role.RESEARCHER}
    assert all(is_asked(Asked.EVERYBODY, {role}) for role in Role)
    assert not any(is_asked(Asked.NOBODY, {role}) for role in Role)


def test_the_right_password_alone_opens_no_session_once_it_is_on(ctx, cast):
    secret, _ = set_up(ctx, cast.alice)
    half = half_by_password(ctx, cast.alice)
    with pytest.raises(SignedOutError):
        accounts.viewer_of_token(ctx, half)
    assert secret_to_set_up(ctx, half) is None
    token = enter(ctx, half, code_now(ctx, secret))
    assert accounts.viewer_of_token(ctx, token).person_id == cast.alice.person_id
    assert token != half


@ON_SQLITE
def test_it_counts_only_when_a_first_code_has_confirmed_it(ctx, cast):
    keys = give_keys(ctx, cast.alice)
    just_proved(ctx, cast.alice)
    secret = second_factor.begin_factor(ctx, cast.alice, keys).text
    assert second_factor.begin_factor(ctx, cast.alice, keys).text == secret
    assert sign_in(ctx, cast.alice)
    for code in ("000000", "", code_now(ctx, secret, -2), code_now(ctx, secret, 2)):
        with pytest.raises(WrongCodeError):
            second_factor.confirm_factor(ctx, cast.alice, keys, code)
    assert not second_factor.my_second_factor(ctx, cast.alice).on
    code = code_now(ctx, secret)
    codes = second_factor.confirm_factor(ctx, cast.alice, keys, code)
    assert len(set(codes)) == 10
    assert second_factor.my_second_factor(ctx, cast.alice).codes_left == 10


@ON_SQLITE
def test_the_code_that_confirmed_it_does_not_sign_in(ctx, cast):
    keys = give_keys(ctx, cast.alice)
    just_proved(ctx, cast.alice)
    secret = second_factor.begin_factor(ctx, cast.alice, keys).text
    code = code_now(ctx, secret)
    second_factor.confirm_factor(ctx, cast.alice, keys, code)
    with pytest.raises(WrongCodeError):
        enter(ctx, half_of(ctx, cast.alice), code)


def test_setting_it_up_ends_the_sessions_that_began_without_it(ctx, cast):
    other = sign_in(ctx, cast.alice)
    set_up(ctx, cast.alice)
    assert accounts.viewer_of(ctx, cast.alice.session) == cast.alice
    with pytest.raises(SignedOutError):
        accounts.viewer_of_token(ctx, other)


def test_a_code_counts_once_and_older_ones_no_more(ctx, cast, clock):
    secret, _ = set_up(ctx, cast.alice)
    clock.turn(minutes=5)
    code = code_now(ctx, secret)
    assert enter(ctx, half_of(ctx, cast.alice), code)
    half = half_of(ctx, cast.alice)
    for again in (code, code_now(ctx, secret, -1), code_now(ctx, secret, -2)):
        with pytest.raises(WrongCodeError):
            enter(ctx, half, again)
    clock.turn(seconds=30)
    assert enter(ctx, half, code_now(ctx, secret))


def test_a_code_sent_from_two_browsers_at_once_opens_one(ctx, cast):
    secret, _ = set_up(ctx, cast.alice)
    code = code_now(ctx, secret)
    halves = [half_of(ctx, cast.alice) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        entered = list(pool.map(lambda half: tried(ctx, half, code), halves))
    assert sorted(entered) == [False, False, False, True]


def test_what_waits_for_a_code_works_once(ctx, cast, clock):
    secret, _ = set_up(ctx, cast.alice)
    half = half_of(ctx, cast.alice)
    assert enter(ctx, half, code_now(ctx, secret))
    clock.turn(seconds=30)
    with pytest.raises(HalfEndedError):
        enter(ctx, half, code_now(ctx, secret))


def tried(ctx, half, code):
    try:
        return bool(enter(ctx, half, code))
    except (WrongCodeError, HalfEndedError):
        return False


@ON_SQLITE
def test_after_ten_minutes_the_password_is_asked_again(ctx, cast, clock):
    secret, _ = set_up(ctx, cast.alice)
    half = half_of(ctx, cast.alice)
    clock.turn(minutes=10)
    with pytest.raises(HalfEndedError):
        enter(ctx, half, code_now(ctx, secret))
    assert rows_of(ctx, "half_session")
    forgetting.forget_ended_proofs(ctx)
    assert not rows_of(ctx, "half_session")


@ON_SQLITE
@pytest.mark.parametrize("half", [None, "", "x", "x" * 5000, "\x00", "'; --"])
@pytest.mark.usefixtures("cast")
def test_an_invented_waiting_sign_in_is_none(ctx, half):
    for step in (enter_with_code, enter_with_new_factor):
        with pytest.raises(HalfEndedError):
            step(ctx, half, "000000", ADDRESS)
    with pytest.raises(HalfEndedError):
        secret_to_set_up(ctx, half)


@ON_SQLITE
def test_who_only_asks_for_the_second_step_holds_up_nobody_who_saves(ctx, cast):
    set_up(ctx, cast.alice)
    tokens = ["", "x", half_of(ctx, cast.alice)]
    begun = []

    def keep(connection):
        begun.append(connection.get_execution_options().get("wellbeing_writes"))

    sa.event.listen(ctx.engine, "begin", keep)
    for half in tokens:
        with suppress(HalfEndedError):
            assert secret_to_set_up(ctx, half) is None
    assert begun == [None, None]  # "" is not even looked up


@ON_SQLITE
def test_a_session_token_is_no_waiting_sign_in(ctx, cast):
    with pytest.raises(HalfEndedError):
        secret_to_set_up(ctx, sign_in(ctx, cast.alice))


@ON_SQLITE
@pytest.mark.parametrize("ends", ["access", "password", "everywhere", "factor"])
def test_what_ends_sessions_ends_what_waits_too(ctx, cast, ends):
    secret, _ = set_up(ctx, cast.alice)
    half = half_of(ctx, cast.alice)
    if ends == "access":
        people.end_access(ctx, cast.ada, cast.alice.person_id)
    elif ends == "password":
        accounts.change_password(ctx, cast.alice, old=PASSWORD, new=NEW)
    elif ends == "everywhere":
        accounts.sign_out_everywhere(ctx, cast.alice)
    else:
        second_factor.end_factor_of(ctx, cast.ada, cast.alice.person_id)
    with pytest.raises(HalfEndedError):
        enter(ctx, half, code_now(ctx, secret))


def test_from_the_ninth_try_on_even_the_right_code_has_to_wait(ctx, cast, clock):
    secret, _ = set_up(ctx, cast.alice)
    half = half_of(ctx, cast.alice)
    for _ in range(8):
        with pytest.raises(WrongCodeError):
            enter(ctx, half, "000000")
    for _ in range(3):
        with pytest.raises(TooManyAttemptsError) as paused:
            enter(ctx, half, code_now(ctx, secret))
    assert paused.value.minutes == 15
    clock.turn(minutes=15, seconds=1)
    assert enter(ctx, half_of(ctx, cast.alice), code_now(ctx, secret))
    assert not rows_of(ctx, "sign_in_attempt")


def test_the_right_password_forgives_no_wrong_code(ctx, cast):
    secret, _ = set_up(ctx, cast.alice)
    for _ in range(8):
        with pytest.raises(WrongCodeError):
            enter(ctx, half_of(ctx, cast.alice), "000000")
    with pytest.raises(TooManyAttemptsError):
        enter(ctx, half_by_password(ctx, cast.alice), code_now(ctx, secret))


@ON_SQLITE
def test_codes_are_counted_by_address_and_by_the_day_and_after_a_restart(
    ctx, cast, clock, migrated_database_url
):
    secret, _ = set_up(ctx, cast.alice)
    set_up(ctx, cast.bob)
    whose = f"day factor {cast.alice.person_id}"
    for _ in range(30):
        throttle.count_attempt(ctx, cast.clinic.clinic_id, whose, "", per_account=30)
    clock.turn(hours=23)
    again = open_context(migrated_database_url, clock)
    with pytest.raises(TooManyAttemptsError) as paused:
        enter(again, half_of(again, cast.alice), code_now(ctx, secret))
    assert paused.value.minutes == 60
    again.dispose()
    for n in range(60):
        throttle.count_attempt(ctx, cast.clinic.clinic_id, f"factor {n}", ADDRESS)
    with pytest.raises(TooManyAttemptsError):
        enter(ctx, half_of(ctx, cast.bob), "000000")


def test_a_recovery_code_takes_the_place_of_a_code_once(ctx, cast):
    _, codes = set_up(ctx, cast.alice)
    typed = codes[3].upper().replace("-", " ")
    assert enter(ctx, half_of(ctx, cast.alice), typed)
    with pytest.raises(WrongCodeError):
        enter(ctx, half_of(ctx, cast.alice), codes[3])
    assert second_factor.my_second_factor(ctx, cast.alice).codes_left == 9
    fresh = second_factor.renew_codes(ctx, cast.alice)
    assert not set(fresh) & set(codes)
    with pytest.raises(WrongCodeError):
        enter(ctx, half_of(ctx, cast.alice), codes[0])
    assert enter(ctx, half_of(ctx, cast.alice), fresh[0])


def test_a_recovery_code_at_the_same_moment_twice_opens_one(ctx, cast):
    _, codes = set_up(ctx, cast.alice)
    halves = [half_of(ctx, cast.alice) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        entered = list(pool.map(lambda half: tried(ctx, half, codes[0]), halves))
    assert sorted(entered) == [False, False, True]


def test_nobody_enters_with_a_code_of_somebody_else(ctx, cast):
    theirs, codes = set_up(ctx, cast.bob)
    set_up(ctx, cast.alice)
    half = half_of(ctx, cast.alice)
    for code in (code_now(ctx, theirs), codes[0]):
        with pytest.raises(WrongCodeError):
            enter(ctx, half, code)


def test_a_dump_holds_neither_secret_nor_recovery_code_nor_when(ctx, cast):
    secret, codes = set_up(ctx, cast.alice)
    half = half_of(ctx, cast.alice)
    enter(ctx, half, code_now(ctx, secret))
    half_of(ctx, cast.alice)
    stored = repr([rows_of(ctx, t) for t in ("second_factor", "second_factor_code")])
    assert secret not in stored
    assert not [code for code in codes if code in stored]
    assert str(int(TUESDAY.timestamp()) // 30) not in stored
    assert half not in repr(rows_of(ctx, "half_session"))


@ON_SQLITE
def test_moving_to_another_device_keeps_the_old_one_until_a_code_confirms(
    ctx, cast, clock
):
    keys = give_keys(ctx, cast.alice)
    old, _ = set_up(ctx, cast.alice, keys)
    new = second_factor.begin_factor(ctx, cast.alice, keys).text
    assert new != old
    assert enter(ctx, half_of(ctx, cast.alice), code_now(ctx, old))
    clock.turn(minutes=1)
    second_factor.confirm_factor(ctx, cast.alice, keys, code_now(ctx, new, -1))
    half = half_of(ctx, cast.alice)
    with pytest.raises(WrongCodeError):
        enter(ctx, half, code_now(ctx, old))
    assert enter(ctx, half, code_now(ctx, new))


@ON_SQLITE
def test_a_changed_password_keeps_it(ctx, cast):
    secret, _ = set_up(ctx, cast.alice)
    accounts.change_password(ctx, cast.alice, old=PASSWORD, new=NEW)
    assert enter(ctx, half_by_password(ctx, cast.alice, NEW), code_now(ctx, secret))


def accepted(ctx, cast, role):
    """Let Emil accept an invitation; return him and what he gets."""
    added = people.add_person(
        ctx, cast.ada, name="Emil", email="emil@example.org", roles=[role]
    )
    link = invitations.invite(ctx, cast.ada, added)
    entrance = invitations.accept_invitation(ctx, link.rsplit("/", 1)[1], PASSWORD)
    [emil] = [p for p in people.all_people(ctx, cast.ada) if p.person_id == added]
    return emil, entrance


def recover(ctx, viewer, code, factor_code=""):
    return my_keys.recover(
        ctx,
        email=viewer.email,
        code=code,
        password=NEW,
        address=ADDRESS,
        factor_code=factor_code,
    )


def test_a_lost_password_needs_both_codes_and_one_alone_changes_nothing(ctx, cast):
    _, entrance = accepted(ctx, cast, Role.CLINICIAN)
    emil = accounts.viewer_of_token(ctx, entrance.token)
    own = emil.clinic_id, emil.person_id
    held = private_texts.session_secret(entrance.token)
    secret, codes = set_up(ctx, emil, keyring.keys_of_session(ctx, emil, held))
    for wrong in ("", codes[0][:-1]):
        with pytest.raises(WrongCodeError):
            recover(ctx, emil, entrance.recovery_code, wrong)
    half_by_password(ctx, emil)
    with pytest.raises(WrongPasswordError):
        recover(ctx, emil, "wrong", code_now(ctx, secret))
    token, fresh = recover(ctx, emil, entrance.recovery_code, code_now(ctx, secret))
    assert token
    assert accounts.viewer_of_token(ctx, token).person_id == own[1]
    assert recover(ctx, emil, fresh, codes[0])[0]


@ON_SQLITE
def test_whoever_has_the_recovery_code_guesses_thirty_codes_a_day(ctx, cast, clock):
    _, entrance = accepted(ctx, cast, Role.CLINICIAN)
    emil = accounts.viewer_of_token(ctx, entrance.token)
    own = emil.clinic_id, emil.person_id
    held = private_texts.session_secret(entrance.token)
    secret, _ = set_up(ctx, emil, keyring.keys_of_session(ctx, emil, held))
    for _ in range(30):  # as four quarters of an hour with wrong codes leave it
        factors.count(ctx, own[0], f"factor {own[1]}", "")
        with ctx.writing() as db:
            throttle.forgive(db, own[0], (hash_token(f"factor {own[1]}"),))
    with pytest.raises(TooManyAttemptsError):
        recover(ctx, emil, entrance.recovery_code, code_now(ctx, secret))
    clock.turn(days=1, seconds=1)
    assert recover(ctx, emil, entrance.recovery_code, code_now(ctx, secret))[0]


@ON_SQLITE
def test_a_new_password_opens_nothing_for_who_has_to_set_it_up_first(ctx, cast):
    emil, entrance = accepted(ctx, cast, Role.RESEARCHER)
    token, _ = recover(ctx, emil, entrance.recovery_code)
    assert token is None
    assert secret_to_set_up(ctx, half_by_password(ctx, emil, NEW))


@ON_SQLITE
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.RESEARCHER])
def test_an_invitation_opens_nothing_for_who_has_to_set_it_up_first(ctx, cast, role):
    before = len(rows_of(ctx, "web_session"))
    emil, entrance = accepted(ctx, cast, role)
    assert entrance.recovery_code
    assert entrance.token is None
    assert len(rows_of(ctx, "web_session")) == before
    assert secret_to_set_up(ctx, half_by_password(ctx, emil))


def test_a_lost_one_is_ended_by_an_administrator_and_the_password_still_needed(
    ctx, cast
):
    set_up(ctx, cast.alice)
    second_factor.end_factor_of(ctx, cast.ada, cast.alice.person_id)
    assert not rows_of(ctx, "second_factor")
    assert not rows_of(ctx, "second_factor_code")
    with pytest.raises(SignedOutError):
        accounts.viewer_of(ctx, cast.alice.session)
    with pytest.raises(WrongPasswordError):
        sign_in(ctx, cast.alice, "wrong")
    assert sign_in(ctx, cast.alice)
    assert events(ctx, cast)[0] == (Event.SECOND_FACTOR_ENDED, "Ada", "Alice")


@ON_SQLITE
def test_whether_there_was_one_is_not_told_to_the_administrator(ctx, cast):
    set_up(ctx, cast.alice)
    for who in (cast.alice, cast.bob):
        second_factor.end_factor_of(ctx, cast.ada, who.person_id)
    assert [one[0] for one in events(ctx, cast)] == [Event.SECOND_FACTOR_ENDED] * 2


@ON_SQLITE
def test_that_a_clinician_sets_one_up_is_not_recorded(ctx, cast):
    set_up(ctx, cast.alice)
    second_factor.end_factor(ctx, cast.alice)
    assert events(ctx, cast) == []
    set_up(ctx, cast.dora)
    second_factor.end_factor(ctx, cast.dora)
    kinds = [(event, who) for event, who, _ in events(ctx, cast)]
    assert kinds == [
        (Event.SECOND_FACTOR_ENDED, "Dora"),
        (Event.SECOND_FACTOR_SET, "Dora"),
    ]


@ON_SQLITE
def test_who_has_to_have_one_cannot_turn_it_off(ctx, cast):
    set_up(ctx, cast.rita)
    with pytest.raises(InvalidInputError, match="another device"):
        second_factor.end_factor(ctx, cast.rita)
    second_factor.end_factor(asking(ctx, Asked.NOBODY), cast.rita)


def test_starting_over_takes_it_away_with_everything(ctx, cast):
    set_up(ctx, cast.alice)
    invitations.start_over(ctx, cast.ada, cast.alice.person_id)
    assert not rows_of(ctx, "second_factor")
    assert not rows_of(ctx, "second_factor_code")


@pytest.mark.parametrize("name", ["ada", "rita"])
def test_who_has_to_have_one_sets_it_up_before_anything_opens(ctx, cast, name):
    viewer = getattr(cast, name)
    half = half_of(ctx, viewer)
    shown = secret_to_set_up(ctx, half)
    assert shown
    assert viewer.email.replace("@", "%40") in shown.address
    with pytest.raises(HalfEndedError):
        enter(ctx, half, code_now(ctx, shown.text))
    with pytest.raises(WrongCodeError):
        enter_with_new_factor(ctx, half, "000000", ADDRESS)
    code = code_now(ctx, shown.text)
    token, codes = enter_with_new_factor(ctx, half, code, ADDRESS)
    assert accounts.viewer_of_token(ctx, token).person_id == viewer.person_id
    assert enter(ctx, half_of(ctx, viewer), codes[0])


def test_two_tabs_set_up_one_and_the_second_does_not_change_it(ctx, cast):
    one, two = half_of(ctx, cast.rita), half_of(ctx, cast.rita)
    shown = secret_to_set_up(ctx, one)
    assert shown
    assert shown == secret_to_set_up(ctx, one)
    code = code_now(ctx, shown.text, -1)
    enter_with_new_factor(ctx, one, code, ADDRESS)
    with pytest.raises(HalfEndedError):
        enter_with_new_factor(ctx, two, code_now(ctx, shown.text), ADDRESS)
    assert secret_to_set_up(ctx, two) is None


def test_what_was_shown_in_one_sign_in_is_good_in_no_other(ctx, cast):
    """Who has learned a password looks at a secret, and waits for it to be used."""
    thief, rita = half_of(ctx, cast.rita), half_of(ctx, cast.rita)

    def shown_in(half):
        found = secret_to_set_up(ctx, half)
        assert found
        return found.text

    seen = shown_in(thief)
    with pytest.raises(WrongCodeError):
        enter_with_new_factor(ctx, rita, code_now(ctx, seen), ADDRESS)
    shown = shown_in(rita)
    assert shown != seen
    with pytest.raises(WrongCodeError):
        enter_with_new_factor(ctx, thief, code_now(ctx, shown, -1), ADDRESS)
    assert enter_with_new_factor(ctx, rita, code_now(ctx, shown, -1), ADDRESS)
    assert enter(ctx, half_of(ctx, cast.rita), code_now(ctx, shown))


@ON_SQLITE
def test_what_was_shown_in_a_session_is_good_for_ten_minutes(ctx, cast, clock):
    keys = give_keys(ctx, cast.alice)
    just_proved(ctx, cast.alice)
    seen = second_factor.begin_factor(ctx, cast.alice, keys).text
    clock.turn(minutes=10)
    just_proved(ctx, cast.alice)
    with pytest.raises(WrongCodeError):
        second_factor.confirm_factor(ctx, cast.alice, keys, code_now(ctx, seen))
    assert second_factor.begin_factor(ctx, cast.alice, keys).text != seen


@ON_SQLITE
def test_the_setting_decides_whom_it_is_asked_of(ctx, cast):
    everybody = [cast.alice, cast.dora, cast.rita, cast.ada]

    def asked_of(asked):
        other = asking(ctx, asked)
        found = [second_factor.my_second_factor(other, one).asked for one in everybody]
        return [one.name for one, yes in zip(everybody, found, strict=True) if yes]

    assert asked_of(Asked.NOBODY) == []
    assert asked_of(Asked.ADMINISTRATORS_AND_RESEARCHERS) == ["Rita", "Ada"]
    assert asked_of(Asked.EVERYBODY) == ["Alice", "Dora", "Rita", "Ada"]


@ON_SQLITE
def test_the_first_administrator_is_asked_at_the_next_sign_in(ctx):
    link = setup.new_setup_link(ctx) or ""
    wanted = setup.NewClinic(
        name="Riverside",
        country="DE",
        time_zone="Europe/Berlin",
        administrator="Ada",
        email="ada@example.org",
        password=PASSWORD,
        checks_in=False,
    )
    entrance = setup.set_up(ctx, link.rsplit("/", 1)[-1], wanted)
    ada = accounts.viewer_of_token(ctx, entrance.token)
    assert secret_to_set_up(ctx, half_of(ctx, ada))


def test_a_role_that_asks_for_it_ends_the_sessions_of_who_has_none(ctx, cast):
    set_up(ctx, cast.bob)
    for who in (cast.alice, cast.bob):
        people.set_roles(ctx, cast.ada, who.person_id, roles=[Role.RESEARCHER])
    assert accounts.viewer_of(ctx, cast.bob.session).roles == {Role.RESEARCHER}
    with pytest.raises(SignedOutError):
        accounts.viewer_of(ctx, cast.alice.session)
    assert secret_to_set_up(ctx, half_of(ctx, cast.alice))


@ON_SQLITE
def test_a_wrong_password_costs_the_same_with_and_without_one(ctx, cast, cpu):
    set_up(ctx, cast.alice)

    def fail(viewer):
        with pytest.raises(WrongPasswordError):
            sign_in(ctx, viewer, "wrong")

    fail(cast.charlie)
    on = min(cpu(lambda: fail(cast.alice)) for _ in range(3))
    off = min(cpu(lambda: fail(cast.bob)) for _ in range(3))
    assert 0.5 < on / off < 2


def test_a_key_that_is_lost_leaves_the_recovery_codes(ctx, cast):
    secret, codes = set_up(ctx, cast.alice)
    with ctx.writing() as db:  # as after a restore without the file of secrets
        db.exec_driver_sql("DELETE FROM text_secret")
    half = half_of(ctx, cast.alice)
    with pytest.raises(WrongCodeError):
        enter(ctx, half, code_now(ctx, secret))
    assert enter(ctx, half, codes[0])


@ON_SQLITE
def test_a_session_after_a_code_reads_ones_private_texts(ctx, cast):
    keys = give_keys(ctx, cast.alice)
    secret, _ = set_up(ctx, cast.alice, keys)
    token = enter(ctx, half_of(ctx, cast.alice), code_now(ctx, secret))
    viewer = accounts.viewer_of_token(ctx, token)
    held = private_texts.session_secret(token)
    assert keyring.keys_of_session(ctx, viewer, held) == keys
    assert viewer.session == hash_token(token)


@ON_SQLITE
def test_the_archive_tells_that_there_is_one_and_no_secret(ctx, cast):
    assert second_factor.second_factor_files(ctx, cast.alice) == {}
    secret, _ = set_up(ctx, cast.alice)
    [told] = second_factor.second_factor_files(ctx, cast.alice).values()
    assert b'"recovery_codes_left": 10' in told
    assert secret.encode() not in told

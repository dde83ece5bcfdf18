"""The key to private texts: who can open it, with what, and who never can."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import pytest
import sqlalchemy as sa

from tests.clinic import PASSWORD, THIS_WEEK, give_keys
from tests.second_factors import just_proved
from wellbeing.domain.errors import TooManyAttemptsError, WrongPasswordError
from wellbeing.domain.people import Role
from wellbeing.domain.sign_in import PasswordsOffError
from wellbeing.domain.text_locks import (
    PasswordOpensError,
    StillLockedError,
    WrongFormerError,
)
from wellbeing.services import (
    accounts,
    invitations,
    keyring,
    my_keys,
    passphrases,
    people,
    small_successes,
)
from wellbeing.services.keyring import TextsLockedError
from wellbeing.services.private_texts import (
    OpenKeys,
    UnreadableTextError,
    WrongKeyError,
    about,
    lock,
    password_secret,
    public_key,
    session_secret,
    unlock,
    unwrap,
)
from wellbeing.services.proofs import ProofNeededError
from wellbeing.storage import key_queries
from wellbeing.storage.metadata import METADATA

NEW = "seven quiet harbours at dawn"
ADDRESS = "192.0.2.7"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def sign_in(ctx, viewer, password=PASSWORD):
    return accounts.sign_in(ctx, email=viewer.email, password=password, address=ADDRESS)


def recover(ctx, viewer, code):
    return my_keys.recover(
        ctx, email=viewer.email, code=code, password=NEW, address=ADDRESS
    )


def keys_of(ctx, token):
    viewer = accounts.viewer_of_token(ctx, token)
    return keyring.keys_of_session(ctx, viewer, session_secret(token))


def invited(ctx, cast):
    """Let somebody in, as people are let in; return who, their token and code."""
    emil = people.add_person(
        ctx, cast.ada, name="Emil", email="emil@example.org", roles=[Role.CLINICIAN]
    )
    link = invitations.invite(ctx, cast.ada, emil)
    entrance = invitations.accept_invitation(ctx, link.rsplit("/", 1)[1], PASSWORD)
    viewer = accounts.viewer_of_token(ctx, entrance.token)
    return viewer, entrance.token, entrance.recovery_code


def drop_secrets(ctx):
    with ctx.writing() as db:
        db.execute(METADATA.tables["text_secret"].delete())


@ON_SQLITE
def test_an_invited_person_has_one_key_in_every_session(ctx, cast):
    emil, token, _ = invited(ctx, cast)
    keys = keys_of(ctx, token)
    assert keys == keys_of(ctx, sign_in(ctx, emil))
    assert my_keys.code_opens_texts(ctx, emil)
    with ctx.reading() as db:
        found = keyring.public_key_of(db, emil.clinic_id, emil.person_id)
    assert found == public_key(keys)


@ON_SQLITE
def test_an_account_from_before_gets_its_key_at_the_next_sign_in(ctx, cast):
    with ctx.reading() as db:
        own = cast.alice.clinic_id, cast.alice.person_id
        assert keyring.public_key_of(db, *own) is None
    first = keys_of(ctx, sign_in(ctx, cast.alice))
    assert first == keys_of(ctx, sign_in(ctx, cast.alice))
    assert not my_keys.code_opens_texts(ctx, cast.alice)


def test_two_first_sign_ins_at_the_same_moment_make_one_key(ctx, cast):
    with ThreadPoolExecutor(2) as pool:
        tokens = list(pool.map(lambda _: sign_in(ctx, cast.alice), range(2)))
    assert len({keys_of(ctx, token).data_key for token in tokens}) == 1


@ON_SQLITE
def test_a_session_without_the_key_asks_for_the_password_once(ctx, cast):
    keys = give_keys(ctx, cast.alice)
    secret = session_secret("what the cookie of this session holds")
    with pytest.raises(TextsLockedError):
        keyring.keys_of_session(ctx, cast.alice, secret)
    with pytest.raises(WrongPasswordError):
        my_keys.open_texts(ctx, cast.alice, password="wrong", secret=secret)
    assert my_keys.open_texts(ctx, cast.alice, password=PASSWORD, secret=secret) == keys
    assert keyring.keys_of_session(ctx, cast.alice, secret) == keys


@ON_SQLITE
def test_another_sessions_token_does_not_open_the_key(ctx, cast):
    one, two = sign_in(ctx, cast.alice), sign_in(ctx, cast.alice)
    viewer = accounts.viewer_of_token(ctx, one)
    with pytest.raises(TextsLockedError):
        keyring.keys_of_session(ctx, viewer, session_secret(two))


@ON_SQLITE
def test_nobody_elses_session_opens_the_key(ctx, cast):
    token = sign_in(ctx, cast.alice)
    for other in (cast.bob, cast.dora, cast.ada, cast.rita):
        with pytest.raises(TextsLockedError):
            keyring.keys_of_session(ctx, other, session_secret(token))


def test_a_new_password_keeps_the_key_and_this_session(ctx, cast):
    token = sign_in(ctx, cast.alice)
    keys, viewer = keys_of(ctx, token), accounts.viewer_of_token(ctx, token)
    accounts.change_password(ctx, viewer, old=PASSWORD, new=NEW)
    assert keys_of(ctx, token) == keys
    assert keys_of(ctx, sign_in(ctx, cast.alice, NEW)) == keys
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        wraps = key_queries.wraps_of(db, *own)
    assert wraps is not None
    assert wraps.shred is not None
    old = password_secret(PASSWORD, wraps.password_salt).secret
    with pytest.raises(WrongKeyError):
        unwrap(wraps.by_password, old, wraps.shred, about(*own, "key", "password"))


def test_a_lost_password_with_the_code_keeps_the_key(ctx, cast):
    emil, token, code = invited(ctx, cast)
    keys = keys_of(ctx, token)
    token, fresh = recover(ctx, emil, code)
    assert keys_of(ctx, token) == keys == keys_of(ctx, sign_in(ctx, emil, NEW))
    token, _ = recover(ctx, emil, fresh)
    assert keys_of(ctx, token) == keys


@ON_SQLITE
def test_a_code_from_before_there_were_keys_lets_in_but_opens_nothing(ctx, cast):
    emil, _, code = invited(ctx, cast)
    keys = give_keys(ctx, emil)
    token, _ = recover(ctx, emil, code)
    assert keys_of(ctx, token) != keys
    assert my_keys.code_opens_texts(ctx, emil)


@ON_SQLITE
def test_a_new_recovery_code_opens_the_key_and_the_old_one_is_refused(ctx, cast):
    emil, token, code = invited(ctx, cast)
    keys = keys_of(ctx, token)
    with pytest.raises(WrongPasswordError):
        my_keys.new_recovery_code(ctx, emil, password="wrong")
    fresh = my_keys.new_recovery_code(ctx, emil, password=PASSWORD)
    with pytest.raises(WrongPasswordError):
        recover(ctx, emil, code)
    token, _ = recover(ctx, emil, fresh)
    assert keys_of(ctx, token) == keys


@ON_SQLITE
def test_an_old_account_can_have_a_code_that_opens_its_texts(ctx, cast):
    keys = keys_of(ctx, sign_in(ctx, cast.alice))
    code = my_keys.new_recovery_code(ctx, cast.alice, password=PASSWORD)
    assert my_keys.code_opens_texts(ctx, cast.alice)
    token, _ = recover(ctx, cast.alice, code)
    assert keys_of(ctx, token) == keys


def test_starting_over_destroys_the_key(ctx, cast):
    emil, token, code = invited(ctx, cast)
    keys = keys_of(ctx, token)
    link = invitations.start_over(ctx, cast.ada, emil.person_id)
    with pytest.raises(WrongPasswordError):
        recover(ctx, emil, code)
    entrance = invitations.accept_invitation(ctx, link.rsplit("/", 1)[1], PASSWORD)
    assert keys_of(ctx, entrance.token) != keys


@ON_SQLITE
def test_after_a_restore_without_secrets_one_writes_under_a_new_key(ctx, cast):
    emil, token, _ = invited(ctx, cast)
    keys = keys_of(ctx, token)
    drop_secrets(ctx)
    with pytest.raises(TextsLockedError):
        keys_of(ctx, token)
    assert not my_keys.code_opens_texts(ctx, emil)
    fresh = keys_of(ctx, sign_in(ctx, emil))
    place = about(emil.clinic_id, emil.person_id, "reflection", "1")
    with pytest.raises(UnreadableTextError):
        unlock(fresh, lock(keys, "Tired.", place), place)


@ON_SQLITE
def test_a_password_that_opens_the_account_only_leaves_the_texts_locked(ctx, cast):
    emil, token, code = invited(ctx, cast)
    keys = keys_of(ctx, token)
    with ctx.writing() as db:
        own = emil.clinic_id, emil.person_id
        keyring.change_password(
            db, *own, password_secret(PASSWORD, salt(db, own)), password_secret(NEW)
        )
    token = sign_in(ctx, emil)
    with pytest.raises(TextsLockedError):
        keys_of(ctx, token)
    with pytest.raises(TextsLockedError):
        my_keys.open_texts(ctx, emil, password=PASSWORD, secret=session_secret(token))
    token, _ = recover(ctx, emil, code)
    assert keys_of(ctx, token) == keys


def salt(db, own):
    wraps = key_queries.wraps_of(db, *own)
    assert wraps is not None
    return wraps.password_salt


def test_all_rows_of_the_database_open_nothing(ctx, cast):
    emil, token, code = invited(ctx, cast)
    keys = keys_of(ctx, token)
    place = about(emil.clinic_id, emil.person_id, "reflection", "1")
    locked = lock(keys, "Today I noticed how tired I was.", place)
    stored = everything(ctx)
    secrets = (keys.data_key, keys.data_key.hex(), token, code, PASSWORD)
    for value, secret in product(stored, secrets):
        assert as_bytes(secret) not in value
    own = emil.clinic_id, emil.person_id
    with ctx.reading() as db:
        wraps = key_queries.wraps_of(db, *own)
        held = key_queries.session_wrap(db, *own, emil.session)
    assert wraps is not None
    assert wraps.by_code is not None
    assert wraps.shred is not None
    assert held is not None
    wrapped = (
        (wraps.by_password, "password"),
        (wraps.by_code, "recovery code"),
        (held.wrapped, "session"),
    )
    for value in stored:
        if len(value) in {16, 24, 32}:
            with pytest.raises(UnreadableTextError):
                unlock(OpenKeys(value), locked, place)
        for blob, kind in wrapped:
            with pytest.raises(WrongKeyError):
                unwrap(blob, value, wraps.shred, about(*own, "key", kind))


def everything(ctx):
    with ctx.reading() as db:
        return {
            as_bytes(value)
            for table in METADATA.tables.values()
            for row in db.execute(sa.select(table))
            for value in row
            if value is not None
        }


def as_bytes(value):
    return value if isinstance(value, bytes) else str(value).encode()


@ON_SQLITE
def test_a_refusal_costs_the_same_with_and_without_a_key(ctx, cast, cpu):
    def refused(viewer):
        with pytest.raises(WrongPasswordError):
            sign_in(ctx, viewer, "wrong")

    give_keys(ctx, cast.alice)
    refused(cast.bob)
    with_key = min(cpu(lambda: refused(cast.alice)) for _ in range(2))
    without = min(cpu(lambda: refused(cast.bob)) for _ in range(2))
    assert 0.5 < with_key / without < 2


def with_passwords(ctx, passwords):
    settings = ctx.settings.model_copy(update={"passwords": passwords})
    return replace(ctx, settings=settings)


PASSPHRASE = "borrowed umbrella under a tall cedar"


@pytest.fixture
def toggled(ctx, cast):
    """Emil wrote; with passwords off he changed passphrase and code; they are on."""
    emil, token, account_code = invited(ctx, cast)
    keys, off = keys_of(ctx, token), with_passwords(ctx, "off")
    small_successes.note_success(ctx, emil, keys, THIS_WEEK, "A calm hour")
    code = passphrases.new_code_by_passphrase(off, emil, passphrase=PASSWORD)
    passphrases.change_passphrase(off, emil, old=PASSWORD, new=PASSPHRASE)
    return emil, keys, account_code, code


def with_former(ctx, viewer, former, password=PASSWORD):
    secret = session_secret("another cookie of this person")
    return my_keys.open_with_former(
        ctx, viewer, password=password, former=former, secret=secret
    )


@pytest.mark.parametrize("kind", ["passphrase", "code"])
@ON_SQLITE
def test_after_passwords_were_off_no_code_makes_a_new_key_and_the_last_opens_it(
    ctx, toggled, kind
):
    emil, keys, account_code, code = toggled
    with pytest.raises(StillLockedError):
        my_keys.new_recovery_code(ctx, emil, password=PASSWORD)
    token, _ = recover(ctx, emil, account_code)
    viewer = accounts.viewer_of_token(ctx, token)
    with pytest.raises(TextsLockedError):
        keys_of(ctx, token)
    for wrong in (account_code, PASSWORD, "nothing at all"):
        with pytest.raises(WrongFormerError):
            with_former(ctx, viewer, wrong, NEW)
    with pytest.raises(WrongPasswordError):
        with_former(ctx, viewer, PASSPHRASE)
    former = PASSPHRASE if kind == "passphrase" else code.upper()
    assert with_former(ctx, viewer, former, NEW) == keys
    assert keys_of(ctx, sign_in(ctx, emil, NEW)) == keys
    assert small_successes.small_successes(ctx, viewer, keys)
    fresh = my_keys.new_recovery_code(ctx, viewer, password=NEW)
    assert keys_of(ctx, recover(ctx, emil, fresh)[0]) == keys


@ON_SQLITE
def test_guessing_what_opened_them_is_paused(ctx, toggled):
    emil, *_ = toggled
    for _ in range(8):
        with pytest.raises(WrongFormerError):
            with_former(ctx, emil, "wrong")
    with pytest.raises(TooManyAttemptsError):
        with_former(ctx, emil, PASSPHRASE)


@ON_SQLITE
def test_texts_that_nothing_opens_go_only_by_the_persons_own_wish_and_proof(
    ctx, toggled
):
    emil, keys, *_ = toggled

    def begin_anew():
        my_keys.begin_texts_anew(ctx, emil, password=PASSWORD, secret=bytes(32))

    with pytest.raises(ProofNeededError):
        begin_anew()
    assert small_successes.small_successes(ctx, emil, keys)
    just_proved(ctx, emil)
    begin_anew()
    fresh = keyring.keys_of_session(ctx, emil, bytes(32))
    assert fresh != keys
    assert small_successes.small_successes(ctx, emil, fresh) == ()
    assert keys_of(ctx, sign_in(ctx, emil)) == fresh
    with pytest.raises(PasswordOpensError):
        begin_anew()


@ON_SQLITE
def test_with_passwords_off_nothing_is_joined_to_one(ctx, toggled):
    off = with_passwords(ctx, "off")
    with pytest.raises(PasswordsOffError):
        with_former(off, toggled[0], PASSPHRASE)
    just_proved(ctx, toggled[0])
    with pytest.raises(PasswordsOffError):
        my_keys.begin_texts_anew(off, toggled[0], password=PASSWORD, secret=bytes(32))

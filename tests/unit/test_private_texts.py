"""Private texts open with their author's key, in their own place, and no other way."""

from dataclasses import astuple

import pytest
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from tests.clinic import TUESDAY
from wellbeing.domain.ids import ClinicId, PersonId, new_id
from wellbeing.services.passwords import hash_password
from wellbeing.services.private_texts import (
    KEY,
    OpenKeys,
    UnreadableTextError,
    WrongKeyError,
    about,
    code_secret,
    lock,
    new_keys,
    password_secret,
    public_key,
    seal,
    session_secret,
    unlock,
    unseal,
    unwrap,
    wrap,
)

MINE, YOURS = new_keys(), new_keys()
CLINIC = ClinicId(new_id(TUESDAY))
ALICE, BOB = PersonId(new_id(TUESDAY)), PersonId(new_id(TUESDAY))
HERE = about(CLINIC, ALICE, "reflection", "1")
ELSEWHERE = [
    about(CLINIC, BOB, "reflection", "1"),
    about(ClinicId(new_id(TUESDAY)), ALICE, "reflection", "1"),
    about(CLINIC, ALICE, "draft", "1"),
    about(CLINIC, ALICE, "reflection", "2"),
]
TEXT = "Today I noticed how tired I was."


@given(text=st.text())
def test_a_text_comes_back_as_it_was_written(text):
    assert unlock(MINE, lock(MINE, text, HERE), HERE) == text
    assert unseal(MINE, seal(public_key(MINE), text, HERE), HERE) == text


@given(text=st.text(min_size=4), bit=st.integers(min_value=0))
def test_one_changed_bit_makes_it_unreadable(text, bit):
    for opened, blob in (
        (unlock, lock(MINE, text, HERE)),
        (unseal, seal(public_key(MINE), text, HERE)),
    ):
        place = bit % (len(blob) * 8)
        changed = bytearray(blob)
        changed[place // 8] ^= 1 << place % 8
        # The top bit of an X25519 key says nothing (RFC 7748, section 5), but here it
        # is part of what the text's own key is made of.
        with pytest.raises(UnreadableTextError):
            opened(MINE, bytes(changed), HERE)


@pytest.mark.parametrize("size", [0, 1, 12, 28, 48])
def test_a_text_that_is_cut_short_is_refused(size):
    for opened, blob in (
        (unlock, lock(MINE, TEXT, HERE)),
        (unseal, seal(public_key(MINE), TEXT, HERE)),
    ):
        with pytest.raises(UnreadableTextError):
            opened(MINE, blob[:size], HERE)


@pytest.mark.parametrize("place", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_text_in_another_row_or_of_another_person_is_refused(place):
    with pytest.raises(UnreadableTextError):
        unlock(MINE, lock(MINE, TEXT, HERE), place)
    with pytest.raises(UnreadableTextError):
        unseal(MINE, seal(public_key(MINE), TEXT, HERE), place)


def test_another_persons_key_opens_nothing():
    with pytest.raises(UnreadableTextError):
        unlock(YOURS, lock(MINE, TEXT, HERE), HERE)
    with pytest.raises(UnreadableTextError):
        unseal(YOURS, seal(public_key(MINE), TEXT, HERE), HERE)


def test_what_is_sealed_for_somebody_is_no_text_of_their_own():
    with pytest.raises(UnreadableTextError):
        unlock(MINE, seal(public_key(MINE), TEXT, HERE), HERE)
    with pytest.raises(UnreadableTextError):
        unseal(MINE, lock(MINE, TEXT, HERE), HERE)


def test_the_same_text_never_looks_the_same():
    assert len({lock(MINE, TEXT, HERE) for _ in range(50)}) == 50
    assert len({seal(public_key(MINE), TEXT, HERE) for _ in range(50)}) == 50


def test_a_public_key_stays_the_same_and_is_not_the_key():
    assert public_key(MINE) == public_key(OpenKeys(MINE.data_key))
    assert public_key(MINE) != MINE.data_key
    assert len(public_key(MINE)) == 32


def test_a_wrapped_key_needs_all_three_of_what_made_it():
    secret, shred = session_secret("token"), bytes(range(KEY))
    wrapped = wrap(MINE, secret, shred, HERE)
    assert unwrap(wrapped, secret, shred, HERE) == MINE
    for wrong in (
        (session_secret("another"), shred, HERE),
        (secret, bytes(KEY), HERE),
        (secret, b"", HERE),
        (secret, shred, ELSEWHERE[0]),
    ):
        with pytest.raises(WrongKeyError):
            unwrap(wrapped, *wrong)
    with pytest.raises(WrongKeyError):
        unwrap(wrapped[:-1], secret, shred, HERE)


def test_a_recovery_code_may_be_typed_with_or_without_dashes():
    assert code_secret("abcdef-ghjkmn") == code_secret(" ABCDEF ghjkmn ")
    assert code_secret("abcdef-ghjkmn") != code_secret("abcdef-ghjkmp")


def test_a_password_needs_its_salt():
    first = password_secret("copper lantern drifting otter")
    assert first == password_secret("copper lantern drifting otter", first.salt)
    assert first.secret != password_secret("copper lantern drifting otter").secret


def test_keys_do_not_show_themselves():
    keys, typed = new_keys(), password_secret("copper lantern drifting otter")
    assert repr(keys) == "OpenKeys()"
    for secret in (*astuple(keys), typed.secret):
        assert repr(secret) not in repr(keys) + repr(typed)


def test_a_password_takes_the_work_that_rfc_9106_names_second():
    assert hash_password("meadow").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    made = password_secret("meadow", b"s" * 16)
    raw = hash_secret_raw(b"meadow", b"s" * 16, 3, 65536, 4, 32, Type.ID)
    assert made.secret == raw

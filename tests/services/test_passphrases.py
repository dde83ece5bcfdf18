"""A passphrase for private texts, for whom no password opens anything."""

from dataclasses import replace

import pytest

from tests.clinic import PASSWORD, THIS_WEEK, give_keys
from tests.peers import pair
from tests.second_factors import just_proved
from wellbeing.domain.errors import (
    SignedOutError,
    TooManyAttemptsError,
    WeakPasswordError,
    WrongPasswordError,
)
from wellbeing.domain.peer_check_ins import PeerRecord
from wellbeing.domain.text_locks import (
    Lock,
    PassphraseThereError,
    PasswordOpensError,
    WrongPassphraseError,
    WrongRecoveryCodeError,
)
from wellbeing.services import (
    accounts,
    audit,
    keyring,
    kind_notes,
    my_keys,
    passphrases,
    peer_check_ins,
    small_successes,
)
from wellbeing.services.keyring import TextsLockedError
from wellbeing.services.peer_check_ins import Texts
from wellbeing.services.private_texts import session_secret
from wellbeing.services.proofs import ProofNeededError
from wellbeing.storage.metadata import METADATA

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FIRST = "seven quiet harbours at dawn"
SECOND = "borrowed umbrella under a tall cedar"
PERSON = METADATA.tables["person"]


def forget_password(ctx, viewer):
    """Leave an account as single sign-on leaves it: nobody can type a password."""
    with ctx.writing() as db:
        mine = PERSON.c.person_id == viewer.person_id
        db.execute(PERSON.update().where(mine).values(password_hash=None))


def another_session(ctx, viewer):
    with ctx.writing() as db:
        token = accounts.begin_session(ctx, db, viewer.clinic_id, viewer.person_id)
    return accounts.viewer_of_token(ctx, token), session_secret(token)


@pytest.fixture
def emil(ctx, cast):
    """alice as somebody without a password, with what her cookie comes to."""
    forget_password(ctx, cast.alice)
    return another_session(ctx, cast.alice)


def keys_in(ctx, viewer, secret):
    return keyring.keys_of_session(ctx, viewer, secret)


def choose(ctx, emil, passphrase=FIRST):
    viewer, secret = emil
    return passphrases.set_passphrase(ctx, viewer, passphrase=passphrase, secret=secret)


def unlock(ctx, emil, passphrase=FIRST):
    viewer, secret = emil
    return passphrases.open_by_passphrase(
        ctx, viewer, passphrase=passphrase, secret=secret
    )


def test_it_is_chosen_once_and_opens_the_texts_in_each_session(ctx, emil):
    viewer, secret = emil
    assert passphrases.my_lock(ctx, viewer) is Lock.NOTHING_YET
    with pytest.raises(TextsLockedError):
        keys_in(ctx, viewer, secret)
    choose(ctx, emil)
    keys = keys_in(ctx, viewer, secret)
    assert passphrases.my_lock(ctx, viewer) is Lock.PASSPHRASE
    later = another_session(ctx, viewer)
    with pytest.raises(TextsLockedError):
        keys_in(ctx, *later)
    assert unlock(ctx, later) == keys == keys_in(ctx, *later)
    with pytest.raises(PassphraseThereError):
        choose(ctx, emil, SECOND)
    assert unlock(ctx, later) == keys


def test_nothing_else_opens_it(ctx, cast, emil):
    viewer, secret = emil
    code = choose(ctx, emil)
    later = another_session(ctx, viewer)
    for wrong in (PASSWORD, code):
        with pytest.raises(WrongPassphraseError):
            unlock(ctx, later, wrong)
    with pytest.raises(WrongPasswordError):
        my_keys.open_texts(ctx, later[0], password=FIRST, secret=later[1])
    with pytest.raises(WrongPasswordError):
        accounts.sign_in(ctx, email=viewer.email, password=FIRST, address="192.0.2.7")
    for other in (cast.bob, cast.ada, cast.dora):
        with pytest.raises(PasswordOpensError):
            passphrases.open_by_passphrase(ctx, other, passphrase=FIRST, secret=secret)
    with pytest.raises(TextsLockedError):
        keys_in(ctx, *later)


@ON_SQLITE
def test_its_code_opens_the_texts_and_not_the_account(ctx, emil):
    viewer, _ = emil
    code = choose(ctx, emil)
    with pytest.raises(WrongPasswordError):
        my_keys.recover(
            ctx, email=viewer.email, code=code, password=SECOND, address="192.0.2.7"
        )
    assert my_keys.code_opens_texts(ctx, viewer)


@ON_SQLITE
def test_it_is_as_strong_as_a_password(ctx, emil):
    for weak in ("short", "alice@example.org", "password1234"):
        with pytest.raises(WeakPasswordError):
            choose(ctx, emil, weak)
    assert passphrases.my_lock(ctx, emil[0]) is Lock.NOTHING_YET


@ON_SQLITE
def test_guessing_is_paused(ctx, emil):
    choose(ctx, emil)
    for _ in range(8):
        with pytest.raises(WrongPassphraseError):
            unlock(ctx, emil, SECOND)
    with pytest.raises(TooManyAttemptsError):
        unlock(ctx, emil)


def test_a_new_one_keeps_the_texts_and_locks_other_sessions(ctx, emil):
    viewer, secret = emil
    choose(ctx, emil)
    keys, later = keys_in(ctx, viewer, secret), another_session(ctx, viewer)
    unlock(ctx, later)
    with pytest.raises(WrongPassphraseError):
        passphrases.change_passphrase(ctx, viewer, old=SECOND, new=SECOND)
    passphrases.change_passphrase(ctx, viewer, old=FIRST, new=SECOND)
    assert keys_in(ctx, viewer, secret) == keys
    with pytest.raises(TextsLockedError):
        keys_in(ctx, *later)
    with pytest.raises(WrongPassphraseError):
        unlock(ctx, later, FIRST)
    assert unlock(ctx, later, SECOND) == keys


def recover(ctx, emil, code, passphrase=SECOND):
    viewer, secret = emil
    return passphrases.recover_texts(
        ctx, viewer, code=code, passphrase=passphrase, secret=secret
    )


def test_a_lost_one_is_replaced_with_the_code_which_works_once(ctx, emil):
    viewer, secret = emil
    code = choose(ctx, emil)
    keys, later = keys_in(ctx, viewer, secret), another_session(ctx, viewer)
    with pytest.raises(WrongRecoveryCodeError):
        recover(ctx, later, code[:-1] + "?")
    assert unlock(ctx, later) == keys
    fresh = recover(ctx, later, code.upper())
    assert keys_in(ctx, *later) == keys == unlock(ctx, emil, SECOND)
    with pytest.raises(WrongRecoveryCodeError):
        recover(ctx, later, code)
    recover(ctx, later, fresh, FIRST)
    assert unlock(ctx, emil) == keys


@ON_SQLITE
def test_a_new_code_replaces_the_old_one(ctx, emil):
    viewer, _ = emil
    old = choose(ctx, emil)
    with pytest.raises(WrongPassphraseError):
        passphrases.new_code_by_passphrase(ctx, viewer, passphrase=SECOND)
    new = passphrases.new_code_by_passphrase(ctx, viewer, passphrase=FIRST)
    with pytest.raises(WrongRecoveryCodeError):
        recover(ctx, emil, old)
    recover(ctx, emil, new)


def test_beginning_anew_erases_what_nothing_opens_and_nothing_of_others(
    ctx, cast, emil
):
    viewer, secret = emil
    bob, bobs = cast.bob, give_keys(ctx, cast.bob)
    choose(ctx, emil)
    keys = keys_in(ctx, viewer, secret)
    pair(ctx, viewer, bob)
    small_successes.note_success(ctx, viewer, keys, THIS_WEEK, "A calm hour")
    kept = PeerRecord(week=THIS_WEEK, connected=3)
    mine = Texts(keys=keys, intention="Rest", sentence="Pond")
    peer_check_ins.record(ctx, viewer, bob.person_id, kept, mine)
    kind_notes.send_note(ctx, bob, viewer.person_id, "Thank you")
    kind_notes.send_note(ctx, viewer, bob.person_id, "And you")
    theirs = (
        peer_check_ins.my_texts(ctx, bob, bobs),
        kind_notes.my_notes(ctx, bob, bobs),
    )

    with pytest.raises(ProofNeededError):
        passphrases.begin_texts_anew(ctx, viewer, passphrase=SECOND, secret=secret)
    assert unlock(ctx, emil) == keys
    just_proved(ctx, viewer)
    passphrases.begin_texts_anew(ctx, viewer, passphrase=SECOND, secret=secret)

    fresh = keys_in(ctx, viewer, secret)
    assert fresh != keys
    assert small_successes.small_successes(ctx, viewer, fresh) == ()
    assert kind_notes.my_notes(ctx, viewer, fresh) == ()
    assert peer_check_ins.my_texts(ctx, viewer, fresh) == {}
    assert peer_check_ins.my_records(ctx, viewer)[bob.person_id, THIS_WEEK] == kept
    again = peer_check_ins.my_texts(ctx, bob, bobs), kind_notes.my_notes(ctx, bob, bobs)
    assert again == theirs
    with pytest.raises(WrongPassphraseError):
        unlock(ctx, emil, FIRST)
    assert unlock(ctx, emil, SECOND) == fresh


def test_a_password_from_before_goes_on_as_the_passphrase(ctx, cast):
    token = accounts.sign_in(
        ctx, email=cast.bob.email, password=PASSWORD, address="192.0.2.7"
    )
    viewer = accounts.viewer_of_token(ctx, token)
    keys = keys_in(ctx, viewer, session_secret(token))
    assert passphrases.my_lock(ctx, viewer) is Lock.PASSWORD
    forget_password(ctx, cast.bob)
    assert passphrases.my_lock(ctx, viewer) is Lock.PASSPHRASE
    later = another_session(ctx, viewer)
    assert unlock(ctx, later, PASSWORD) == keys
    passphrases.change_passphrase(ctx, later[0], old=PASSWORD, new=FIRST)
    assert unlock(ctx, another_session(ctx, viewer)) == keys


@ON_SQLITE
def test_where_passwords_are_off_a_kept_one_is_the_passphrase_too(ctx, cast):
    token = accounts.sign_in(
        ctx, email=cast.bob.email, password=PASSWORD, address="192.0.2.7"
    )
    viewer = accounts.viewer_of_token(ctx, token)
    with_password = passphrases.my_lock(ctx, viewer)
    off = ctx.settings.model_copy(update={"passwords": "off"})
    ctx = replace(ctx, settings=off)
    assert (with_password, passphrases.my_lock(ctx, viewer)) == (
        Lock.PASSWORD,
        Lock.PASSPHRASE,
    )
    unlock(ctx, another_session(ctx, viewer), PASSWORD)


@ON_SQLITE
def test_whose_password_opens_them_has_no_passphrase(ctx, cast):
    give_keys(ctx, cast.bob)
    just_proved(ctx, cast.bob)
    secret = bytes(32)
    for refused in (
        lambda: choose(ctx, (cast.bob, secret)),
        lambda: unlock(ctx, (cast.bob, secret), PASSWORD),
        lambda: recover(ctx, (cast.bob, secret), "abc"),
        lambda: passphrases.change_passphrase(ctx, cast.bob, old=PASSWORD, new=FIRST),
        lambda: passphrases.begin_texts_anew(
            ctx, cast.bob, passphrase=FIRST, secret=secret
        ),
    ):
        with pytest.raises(PasswordOpensError):
            refused()


@ON_SQLITE
def test_after_a_restore_without_the_secrets_another_one_is_chosen(ctx, emil):
    choose(ctx, emil)
    with ctx.writing() as db:
        db.execute(METADATA.tables["text_secret"].delete())
    with pytest.raises(WrongPassphraseError):
        unlock(ctx, emil, SECOND)
    assert passphrases.my_lock(ctx, emil[0]) is Lock.NOTHING_YET
    choose(ctx, emil, SECOND)
    unlock(ctx, emil, SECOND)


@ON_SQLITE
def test_an_ended_session_chooses_nothing(ctx, emil):
    viewer, _ = emil
    accounts.sign_out_everywhere(ctx, viewer)
    with pytest.raises(SignedOutError):
        choose(ctx, emil)


@ON_SQLITE
def test_the_audit_record_does_not_tell_who_writes(ctx, cast, emil):
    before = audit.audit_record(ctx, cast.ada)
    code = choose(ctx, emil)
    passphrases.change_passphrase(ctx, emil[0], old=FIRST, new=SECOND)
    recover(ctx, emil, code, FIRST)
    assert audit.audit_record(ctx, cast.ada) == before

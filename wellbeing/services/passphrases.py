"""The passphrase for one's private texts, where no password opens the account.

Whoever signs in somewhere else has typed nothing here that a key could be made of. So
they choose a passphrase for their texts alone; it opens nothing else, and nothing else
opens them but their recovery code. A password that somebody had before goes on as their
passphrase. Nothing of this stands in the audit record: it would tell who writes.
"""

from sqlalchemy import Connection

from wellbeing.domain.errors import SignedOutError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Viewer
from wellbeing.domain.text_locks import (
    Lock,
    PassphraseThereError,
    PasswordOpensError,
    WrongPassphraseError,
    WrongRecoveryCodeError,
)
from wellbeing.services import key_wraps, keyring, lost_keys, passwords
from wellbeing.services.context import Context
from wellbeing.services.private_texts import OpenKeys, PasswordSecret, password_secret
from wellbeing.services.proofs import require_proof
from wellbeing.services.throttle import count_attempt, forgive
from wellbeing.storage import (
    account_queries,
    key_queries,
    people_queries,
    session_queries,
)
from wellbeing.storage.key_queries import Wraps


def my_lock(ctx: Context, viewer: Viewer) -> Lock:
    """Tell what opens the viewer's private texts."""
    with ctx.reading() as db:
        return _lock(ctx, db, (viewer.clinic_id, viewer.person_id))


def set_passphrase(
    ctx: Context, viewer: Viewer, *, passphrase: str, secret: bytes
) -> str:
    """Choose the first passphrase, open the texts, and return a recovery code.

    Args:
        ctx: the surroundings.
        viewer: whose texts they are.
        passphrase: as typed.
        secret: what the session's token comes to.

    Raises:
        WeakPasswordError: it is too short or easy to guess.
        PasswordOpensError, PassphraseThereError: they need none.
    """
    passwords.judge(passphrase, viewer.name, viewer.email)
    typed, code = password_secret(passphrase), passwords.new_recovery_code()
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        _require(ctx, db, viewer, Lock.NOTHING_YET)
        keys = keyring.make(db, *own, typed, code)
        keyring.hold(db, *own, session=viewer.session, secret=secret, keys=keys)
    return code


def open_by_passphrase(
    ctx: Context, viewer: Viewer, *, passphrase: str, secret: bytes
) -> OpenKeys:
    """Open the viewer's private texts in this session.

    Raises:
        WrongPassphraseError, TooManyAttemptsError: it may not be them.
        PasswordOpensError: they have no passphrase.
    """
    counted = _count(ctx, viewer)
    typed = _secret(ctx, viewer, passphrase)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        forgive(db, viewer.clinic_id, counted)
        _, keys = _opened(ctx, db, viewer, typed)
        keyring.hold(db, *own, session=viewer.session, secret=secret, keys=keys)
    return keys


def change_passphrase(ctx: Context, viewer: Viewer, *, old: str, new: str) -> None:
    """Change the passphrase; the texts are locked in the viewer's other sessions.

    Raises:
        WrongPassphraseError, TooManyAttemptsError, WeakPasswordError.
        PasswordOpensError: they have none.
    """
    passwords.judge(new, viewer.name, viewer.email)
    counted = _count(ctx, viewer)
    typed, after = _secret(ctx, viewer, old), password_secret(new)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        forgive(db, viewer.clinic_id, counted)
        wraps, keys = _opened(ctx, db, viewer, typed)
        key_queries.put_wraps(db, *own, key_wraps.rewrapped(wraps, keys, after, own))
        key_queries.drop_session_wraps(db, *own, but=viewer.session)


def new_code_by_passphrase(ctx: Context, viewer: Viewer, *, passphrase: str) -> str:
    """Return a new recovery code for the texts, shown once; the old one opens nothing.

    Raises:
        WrongPassphraseError, TooManyAttemptsError: it may not be them.
        PasswordOpensError: they have no passphrase.
    """
    counted = _count(ctx, viewer)
    typed, code = _secret(ctx, viewer, passphrase), passwords.new_recovery_code()
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        forgive(db, viewer.clinic_id, counted)
        _, keys = _opened(ctx, db, viewer, typed)
        keyring.change_code(db, *own, keys, code)
    return code


def recover_texts(
    ctx: Context, viewer: Viewer, *, code: str, passphrase: str, secret: bytes
) -> str:
    """Open the texts with the recovery code, under a new passphrase and a new code.

    A code that is wrong changes nothing: the texts stay locked as they are.

    Raises:
        WrongRecoveryCodeError, TooManyAttemptsError, WeakPasswordError.
        PasswordOpensError: they have no passphrase.
    """
    passwords.judge(passphrase, viewer.name, viewer.email)
    counted = _count(ctx, viewer)
    typed, fresh = password_secret(passphrase), passwords.new_recovery_code()
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        forgive(db, viewer.clinic_id, counted)
        _require(ctx, db, viewer, Lock.PASSPHRASE)
        wraps = key_queries.wraps_of(db, *own)
        keys = key_wraps.opened_by_code(wraps, code, own)
        if keys is None:
            raise WrongRecoveryCodeError
        lost_keys.recover(db, *own, old_code=code, new_code=fresh, new=typed)
        key_queries.drop_session_wraps(db, *own, but=viewer.session)
        keyring.hold(db, *own, session=viewer.session, secret=secret, keys=keys)
    return fresh


def begin_texts_anew(
    ctx: Context, viewer: Viewer, *, passphrase: str, secret: bytes
) -> str:
    """Erase what nothing opens any more, and choose a new passphrase and code.

    What goes: everything the viewer wrote for themselves, the texts of their records of
    peer check-ins, kind notes to them, and their copies of sentences for both. What
    stays: the records themselves, and all that their peers hold.

    Raises:
        ProofNeededError: an open session alone must not erase anything.
        WeakPasswordError: it is too short or easy to guess.
        PasswordOpensError: they have no passphrase.
    """
    require_proof(ctx, viewer)
    passwords.judge(passphrase, viewer.name, viewer.email)
    typed, code = password_secret(passphrase), passwords.new_recovery_code()
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        _require(ctx, db, viewer, Lock.PASSPHRASE)
        keys = lost_keys.erase_and_make(db, *own, typed, code)
        key_queries.drop_session_wraps(db, *own, but=viewer.session)
        keyring.hold(db, *own, session=viewer.session, secret=secret, keys=keys)
    return code


def _lock(ctx: Context, db: Connection, own: tuple[ClinicId, PersonId]) -> Lock:
    hashed = account_queries.password_hash(db, *own)
    if hashed is not None and ctx.settings.takes_passwords:
        return Lock.PASSWORD
    wraps = key_queries.wraps_of(db, *own)
    there = wraps is not None and wraps.shred is not None
    return Lock.PASSPHRASE if there else Lock.NOTHING_YET


def _require(ctx: Context, db: Connection, viewer: Viewer, needed: Lock) -> None:
    """Refuse what does not fit the lock of the viewer's texts, which stays as it is.

    Raises:
        PasswordOpensError, PassphraseThereError, WrongPassphraseError.
        SignedOutError: this session has ended meanwhile.
    """
    own = viewer.clinic_id, viewer.person_id
    people_queries.lock_person(db, *own)
    if session_queries.session_viewer(db, viewer.session) is None:
        raise SignedOutError
    found = _lock(ctx, db, own)
    if found is Lock.PASSWORD:
        raise PasswordOpensError
    if found is not needed:
        there = found is Lock.PASSPHRASE
        raise PassphraseThereError if there else WrongPassphraseError


def _opened(
    ctx: Context, db: Connection, viewer: Viewer, typed: PasswordSecret
) -> tuple[Wraps, OpenKeys]:
    own = viewer.clinic_id, viewer.person_id
    _require(ctx, db, viewer, Lock.PASSPHRASE)
    wraps = key_queries.wraps_of(db, *own)
    keys = key_wraps.opened(wraps, typed, own)
    if wraps is None or keys is None:
        raise WrongPassphraseError
    return wraps, keys


def _count(ctx: Context, viewer: Viewer) -> tuple[str, ...]:
    # As for one's own password: no stranger can keep them from it. It is forgiven
    # first of all, as at sign-in, and not at all if what follows is refused.
    return count_attempt(ctx, viewer.clinic_id, f"own {viewer.person_id}", "")


def _secret(ctx: Context, viewer: Viewer, passphrase: str) -> PasswordSecret:
    own = viewer.clinic_id, viewer.person_id
    return password_secret(passphrase, keyring.salt_of(ctx, *own))

"""Making, opening and rewrapping the key of a person's private texts.

These are steps inside a transaction of a service that has checked who it is.
"""

import os

from sqlalchemy import Connection

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Viewer
from wellbeing.services import key_wraps, private_texts
from wellbeing.services.context import Context
from wellbeing.services.private_texts import (
    OpenKeys,
    PasswordSecret,
    password_secret,
    public_key,
)
from wellbeing.storage import key_queries, people_queries
from wellbeing.storage.key_queries import Wraps


class TextsLockedError(WellbeingError):
    """This session cannot read its person's private texts."""

    def __init__(self) -> None:
        super().__init__(
            "Your private texts are locked in this session. Type your password, or "
            "your passphrase, to open them."
        )


def salt_of(ctx: Context, clinic_id: ClinicId, person_id: PersonId) -> bytes | None:
    """Return the salt with which a person's password opens their key, if they have one.

    It is no secret. It is read first: the slow work comes before the transaction.
    """
    with ctx.reading() as db:
        wraps = key_queries.wraps_of(db, clinic_id, person_id)
    return None if wraps is None else wraps.password_salt


def make(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    typed: PasswordSecret,
    code: str | None = None,
) -> OpenKeys:
    """Give a person a new key; whatever was locked under an earlier one is lost.

    Args:
        db: an open write transaction.
        clinic_id, person_id: whose key it is.
        typed: what their password comes to.
        code: their recovery code; None: no code opens the key.
    """
    own = clinic_id, person_id
    keys, shred = private_texts.new_keys(), os.urandom(private_texts.KEY)
    wraps = Wraps(
        public_key=public_key(keys),
        password_salt=typed.salt,
        by_password=key_wraps.by_password(keys, typed, shred, own),
        by_code=None if code is None else key_wraps.by_code(keys, code, shred, own),
        shred=shred,
    )
    key_queries.put_wraps(db, *own, wraps)
    return keys


def open_or_make(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    password: str,
    typed: PasswordSecret,
) -> OpenKeys | None:
    """Open a person's key with the password they have just signed in with.

    Somebody without a key gets one, and so does somebody whose secret did not come
    back with a restore: nothing opens their key any more.

    Returns:
        None: the password opens the account but not the key; the recovery code may.
    """
    own = clinic_id, person_id
    people_queries.lock_person(db, *own)
    wraps = key_queries.wraps_of(db, *own)
    if wraps is None or wraps.shred is None:
        return make(db, *own, typed)
    if wraps.password_salt != typed.salt:  # made in another tab at the same moment
        typed = password_secret(password, wraps.password_salt)
    return key_wraps.opened(wraps, typed, own)


def change_password(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    old: PasswordSecret,
    new: PasswordSecret,
) -> None:
    """Rewrap a person's key under a new password; no text is touched."""
    own = clinic_id, person_id
    people_queries.lock_person(db, *own)
    wraps = key_queries.wraps_of(db, *own)
    if wraps is None or wraps.shred is None:
        make(db, *own, new)
        return
    keys = key_wraps.opened(wraps, old, own)
    if keys is not None:
        fresh = key_wraps.rewrapped(wraps, keys, new, own)
        key_queries.put_wraps(db, *own, fresh)


def change_code(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    keys: OpenKeys,
    code: str,
) -> None:
    """Let a new recovery code open a person's key, and the old one no more."""
    own = clinic_id, person_id
    wraps = key_queries.wraps_of(db, *own)
    if wraps is not None and wraps.shred is not None:
        by_code = key_wraps.by_code(keys, code, wraps.shred, own)
        key_queries.set_code_wrap(db, *own, by_code)


def hold(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    *,
    session: str,
    secret: bytes,
    keys: OpenKeys,
) -> None:
    """Let a session use the key without asking for the password again.

    Args:
        db: an open write transaction.
        clinic_id, person_id: whose session and key it is.
        session: the hash of its token.
        secret: what the token comes to; the database never has it.
        keys: the person's.
    """
    own = clinic_id, person_id
    wraps = key_queries.wraps_of(db, *own)
    if wraps is not None and wraps.shred is not None:
        wrapped = key_wraps.by_session(keys, secret, wraps.shred, own)
        key_queries.set_session_wrap(db, clinic_id, session, wrapped)


def keys_of_session(ctx: Context, viewer: Viewer, secret: bytes) -> OpenKeys:
    """Return the viewer's key as their session holds it.

    Args:
        ctx: the surroundings.
        viewer: whose key it is.
        secret: what the session's token comes to.

    Raises:
        TextsLockedError: this session cannot open it.
    """
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        held = key_queries.session_wrap(db, *own, viewer.session)
    keys = None
    if held is not None:
        keys = key_wraps.opened_by_session(held, secret, own)
    if keys is None:
        raise TextsLockedError
    return keys


def public_key_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> bytes | None:
    """Return the key with which others write to a person; None: there is none yet."""
    return key_queries.public_key_of(db, clinic_id, person_id)

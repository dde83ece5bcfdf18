"""What becomes of the key of private texts when the password does not open it.

A key whose secret is there is never replaced, unless nothing is locked under it or its
person asks for just that: a passphrase or a code from before may still open it. These
are steps inside a transaction of a service that has checked who it is.
"""

from dataclasses import replace

from sqlalchemy import Connection

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.services import key_wraps, keyring
from wellbeing.services.private_texts import OpenKeys, PasswordSecret
from wellbeing.storage import (
    key_queries,
    peer_text_queries,
    people_queries,
    private_text_queries,
    second_factor_queries,
)


def recover(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    *,
    old_code: str,
    new_code: str,
    new: PasswordSecret,
) -> OpenKeys | None:
    """Open a person's key with their recovery code, and wrap it anew.

    Returns:
        None: the code does not open it. The key stays as it is, for what else may
        open it, unless nothing is locked under it: then they get another.
    """
    own = clinic_id, person_id
    people_queries.lock_person(db, *own)
    wraps = key_queries.wraps_of(db, *own)
    keys = key_wraps.opened_by_code(wraps, old_code, own)
    if wraps is None or wraps.shred is None:
        return keyring.make(db, *own, new, new_code)
    if keys is None:
        return (
            None
            if _locks_something(db, *own)
            else keyring.make(db, *own, new, new_code)
        )
    by_code = key_wraps.by_code(keys, new_code, wraps.shred, own)
    fresh = key_wraps.rewrapped(replace(wraps, by_code=by_code), keys, new, own)
    key_queries.put_wraps(db, *own, fresh)
    return keys


def join(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    *,
    former: str,
    typed: PasswordSecret,
    new: PasswordSecret,
) -> OpenKeys | None:
    """Open a person's key with a passphrase or a code, and wrap it under a password.

    Args:
        db: an open write transaction.
        clinic_id, person_id: whose key it is.
        former: the passphrase or the code.
        typed: what it comes to as a passphrase.
        new: what the password comes to.

    Returns:
        None: it opens nothing, and nothing was changed.
    """
    own = clinic_id, person_id
    people_queries.lock_person(db, *own)
    wraps = key_queries.wraps_of(db, *own)
    keys = key_wraps.opened(wraps, typed, own)
    keys = keys or key_wraps.opened_by_code(wraps, former, own)
    if wraps is not None and keys is not None:
        key_queries.put_wraps(db, *own, key_wraps.rewrapped(wraps, keys, new, own))
    return keys


def erase_and_make(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    typed: PasswordSecret,
    code: str | None = None,
) -> OpenKeys:
    """Erase every text that a person's key locks, and give them a new key.

    Only for somebody who has asked for just that. The records of which a text was a
    part stay, and so does what others hold.
    """
    own = clinic_id, person_id
    private_text_queries.drop_all_texts(db, *own)
    peer_text_queries.drop_texts_of(db, *own)
    return keyring.make(db, *own, typed, code)


def _locks_something(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> bool:
    own = clinic_id, person_id
    factor = second_factor_queries.factor_of(db, *own)
    return (
        private_text_queries.has_texts(db, *own)
        or peer_text_queries.has_texts(db, *own)
        or (factor is not None and factor.secret is not None)
    )

"""Whether the database alone opens what only its author may read. It must not."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.services import private_texts
from wellbeing.services.private_texts import WrongKeyError, about, unwrap
from wellbeing.storage.lock_queries import (
    StoredLocks,
    stored_locks,
    tables_with_open_texts,
)

_KINDS = ("password", "recovery code", "session")
_OPENS = (
    "A key of private texts opens with what stands beside it in the database. Report "
    "this; until it is mended, private texts are no better kept than ratings."
)


def faults_of_locks(db: Connection) -> list[str]:
    """Try each key with everything that stands there; return what must not be.

    What cannot be tried is what does not stand there: a typed password, a recovery
    code, the token in a cookie.
    """
    faults = [
        f"A text in {table} is not locked. Find out who wrote it there, and restore."
        for table in tables_with_open_texts(db)
    ]
    if any(_opens(one) for one in stored_locks(db)):
        faults.append(_OPENS)
    return faults


def _opens(stored: StoredLocks) -> bool:
    own = ClinicId(UUID(str(stored.clinic_id))), PersonId(UUID(str(stored.person_id)))
    places = [about(*own, "key", kind) for kind in _KINDS]
    return any(
        _unwraps(wrapped, secret, shred, place)
        for wrapped in stored.wraps
        for place in places
        for secret in _secrets(stored.beside)
        for shred in (stored.shred, b"")
    )


def _secrets(beside: tuple[bytes, ...]) -> Iterator[bytes]:
    """Yield each thing as it stands, and as a code or a token would be used."""
    for one in beside:
        yield one
        text = one.decode("latin-1")
        yield private_texts.code_secret(text)
        yield private_texts.session_secret(text)


def _unwraps(wrapped: bytes, secret: bytes, shred: bytes, place: bytes) -> bool:
    try:
        unwrap(wrapped, secret, shred, place)
    except WrongKeyError:
        return False
    return True

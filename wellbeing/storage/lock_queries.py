"""What is locked for one person alone, read to try whether it is; never to open it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, and_, exists, func, not_, select

from wellbeing.storage.account_tables import SessionRow
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.key_tables import PersonKeyRow, TextSecretRow
from wellbeing.storage.metadata import METADATA

_LOCKED = {
    "private_text": ("content", b"\x01", 29),
    "peer_record": ("intention", b"\x01", 29),
    "peer_note": ("sealed", b"\x02", 49),
    "peer_sentence": ("sealed", b"\x02", 49),
}
"""Tables of texts: the column, how what is locked begins, and its fewest bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredLocks:
    """Everything that the database has of one person's key.

    Attributes:
        wraps: the key as it is stored, wrapped in several ways.
        beside: whatever else stands there about the person that is no answer.
    """

    clinic_id: object
    person_id: object
    shred: bytes = field(repr=False)
    wraps: tuple[bytes, ...] = field(repr=False)
    beside: tuple[bytes, ...] = field(repr=False)


def stored_locks(db: Connection) -> Iterator[StoredLocks]:
    """Yield what is stored of each person's key, with what stands beside it."""
    key, secret, person = (
        row.__table__.c for row in (PersonKeyRow, TextSecretRow, PersonRow)
    )
    both = and_(key.clinic_id == secret.clinic_id, key.person_id == secret.person_id)
    same = and_(key.clinic_id == person.clinic_id, key.person_id == person.person_id)
    sessions = _sessions(db)
    for row in db.execute(
        select(
            *(key.clinic_id, key.person_id, key.public_key, key.password_salt),
            *(key.by_password, key.by_code, secret.secret),
            *(person.password_hash, person.recovery_hash, person.email),
        ).where(both, same)
    ):
        held = sessions.get((row.clinic_id, row.person_id), [])
        words = (row.password_hash, row.recovery_hash, row.email)
        yield StoredLocks(
            clinic_id=row.clinic_id,
            person_id=row.person_id,
            shred=row.secret,
            wraps=tuple(
                wrap
                for wrap in (row.by_password, row.by_code, *(w for _, w in held))
                if wrap is not None
            ),
            beside=(
                *(b"", row.secret, row.public_key, row.password_salt),
                *(word.encode() for word in words if word),
                *(token.encode() for token, _ in held),
            ),
        )


def _sessions(db: Connection) -> dict[tuple[object, object], list[tuple[str, bytes]]]:
    session = SessionRow.__table__.c
    found: dict[tuple[object, object], list[tuple[str, bytes]]] = {}
    for row in db.execute(
        select(
            session.clinic_id,
            session.person_id,
            session.token_hash,
            session.wrapped_key,
        ).where(session.wrapped_key.is_not(None))
    ):
        own = row.clinic_id, row.person_id
        found.setdefault(own, []).append((row.token_hash, row.wrapped_key))
    return found


def tables_with_open_texts(db: Connection) -> list[str]:
    """Return the tables that hold a text which does not look locked."""
    return [name for name in _LOCKED if _holds_open(db, METADATA.tables[name])]


def _holds_open(db: Connection, table: Table) -> bool:
    name, beginning, fewest = _LOCKED[table.name]
    column = table.c[name]
    locked = and_(func.substr(column, 1, 1) == beginning, func.length(column) >= fewest)
    wrong = and_(column.is_not(None), not_(locked))
    return bool(db.scalar(select(exists(select(1).select_from(table).where(wrong)))))

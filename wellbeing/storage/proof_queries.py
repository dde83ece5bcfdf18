"""Queries of sign-ins that wait for a code, and of sessions that proved who they are.

Both end soon and are forgotten then: their instants would tell when somebody came.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Table, delete, insert, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Standing
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.second_factor_tables import FreshProofRow, HalfSessionRow

_PROOF: Table = FreshProofRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredHalf:
    """A sign-in that waits for a code; the cookie is what opens its key."""

    clinic_id: ClinicId
    person_id: PersonId
    wrapped_key: bytes | None = field(repr=False)


def add_half(
    db: Connection, half: StoredHalf, token_hash: str, until: datetime
) -> None:
    """Write a sign-in that waits for a code."""
    db.execute(
        insert(HalfSessionRow).values(
            clinic_id=half.clinic_id,
            person_id=half.person_id,
            token_hash=token_hash,
            until=until,
            wrapped_key=half.wrapped_key,
        )
    )


def half_of(db: Connection, token_hash: str, now: datetime) -> StoredHalf | None:
    """Return a sign-in that still waits, of somebody who may still come in."""
    row = db.execute(
        select(
            HalfSessionRow.clinic_id,
            HalfSessionRow.person_id,
            HalfSessionRow.wrapped_key,
        )
        .join(
            PersonRow,
            (PersonRow.clinic_id == HalfSessionRow.clinic_id)
            & (PersonRow.person_id == HalfSessionRow.person_id),
        )
        .where(
            HalfSessionRow.token_hash == token_hash,
            HalfSessionRow.until > now,
            PersonRow.standing == Standing.ACTIVE,
        )
    ).first()
    if row is None:
        return None
    return StoredHalf(
        clinic_id=ClinicId(row.clinic_id),
        person_id=PersonId(row.person_id),
        wrapped_key=row.wrapped_key,
    )


def take_half(db: Connection, token_hash: str) -> bool:
    """Use a waiting sign-in up; False: somebody was faster."""
    taken = db.execute(
        delete(HalfSessionRow).where(HalfSessionRow.token_hash == token_hash)
    )
    return taken.rowcount == 1


def put_proof(
    db: Connection, clinic_id: ClinicId, session: str, until: datetime
) -> None:
    """Note until when a session counts as one whose person has just proved it."""
    row = {"clinic_id": clinic_id, "token_hash": session, "until": until}
    upsert(db, _PROOF, [row])


def is_proved(db: Connection, clinic_id: ClinicId, session: str, now: datetime) -> bool:
    """Tell whether a session's person has just proved who they are."""
    found = select(FreshProofRow.until).where(
        FreshProofRow.clinic_id == clinic_id,
        FreshProofRow.token_hash == session,
        FreshProofRow.until > now,
    )
    return db.scalar(found) is not None


def drop_ended(db: Connection, now: datetime) -> None:
    """Forget what has ended: waiting sign-ins and proofs."""
    db.execute(delete(HalfSessionRow).where(HalfSessionRow.until <= now))
    db.execute(delete(FreshProofRow).where(FreshProofRow.until <= now))

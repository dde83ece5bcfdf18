"""Queries of charts that are shown to a peer, and of kind notes. No score is here."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, and_, delete, or_, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.peer_sharing import Share
from wellbeing.domain.weeks import Week
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.peer_tables import (
    PeerNoteRow,
    PeerShareIndicatorRow,
    PeerShareRow,
)

_SHARE: Table = PeerShareRow.__table__  # type: ignore[assignment]
_INDICATOR: Table = PeerShareIndicatorRow.__table__  # type: ignore[assignment]
_NOTE: Table = PeerNoteRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptNote:
    """A kind note as it is stored: sealed. The sender's name is that of now."""

    sender_id: PersonId
    sender: str
    week: Week
    sealed: bytes


def shares_of(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> list[Share]:
    """Return what somebody shows and what is shown to them."""
    either = or_(_SHARE.c.person_id == person_id, _SHARE.c.peer_id == person_id)
    rows = db.execute(
        select(_SHARE, _INDICATOR.c.indicator)
        .join(
            _INDICATOR,
            and_(
                *(
                    _INDICATOR.c[name] == _SHARE.c[name]
                    for name in ("clinic_id", "person_id", "peer_id")
                )
            ),
        )
        .where(_SHARE.c.clinic_id == clinic_id, either)
    )
    found: dict[tuple[UUID, UUID], list[Any]] = {}
    for row in rows:
        found.setdefault((row.person_id, row.peer_id), []).append(row)
    return [
        Share(
            owner_id=PersonId(owner),
            peer_id=PersonId(peer),
            from_week=Week.parse(group[0].from_week),
            last_week=Week.parse(group[0].last_week),
            shown_from=Week.parse(group[0].shown_from),
            indicators=frozenset(row.indicator for row in group),
            early_signs=group[0].early_signs,
        )
        for (owner, peer), group in sorted(found.items())
    ]


def put_share(db: Connection, clinic_id: ClinicId, share: Share) -> None:
    """Write what somebody shows a peer; what they showed them before is replaced."""
    drop_share(db, clinic_id, share.owner_id, share.peer_id)
    key = {
        "clinic_id": clinic_id,
        "person_id": share.owner_id,
        "peer_id": share.peer_id,
    }
    row = key | {
        "from_week": str(share.from_week),
        "last_week": str(share.last_week),
        "shown_from": str(share.shown_from),
        "early_signs": share.early_signs,
    }
    upsert(db, _SHARE, [row])
    upsert(db, _INDICATOR, [key | {"indicator": i} for i in share.indicators])


def drop_share(
    db: Connection, clinic_id: ClinicId, owner_id: PersonId, peer_id: PersonId
) -> None:
    """Show a peer nothing any more."""
    db.execute(
        delete(_SHARE).where(
            _SHARE.c.clinic_id == clinic_id,
            _SHARE.c.person_id == owner_id,
            _SHARE.c.peer_id == peer_id,
        )
    )


def drop_shares_between(
    db: Connection, clinic_id: ClinicId, one: PersonId, other: PersonId
) -> None:
    """Let two people show each other nothing any more."""
    drop_share(db, clinic_id, one, other)
    drop_share(db, clinic_id, other, one)


def drop_shares_over_before(db: Connection, clinic_id: ClinicId, week: Week) -> None:
    """Forget what was shown until before a week."""
    db.execute(
        delete(_SHARE).where(
            _SHARE.c.clinic_id == clinic_id, _SHARE.c.last_week < str(week)
        )
    )


def put_note(
    db: Connection, clinic_id: ClinicId, recipient: PersonId, note: KeptNote
) -> None:
    """Write a note to somebody; it replaces the one of the same sender and week."""
    row = {
        "clinic_id": clinic_id,
        "person_id": recipient,
        "peer_id": note.sender_id,
        "week": str(note.week),
        "sealed": note.sealed,
    }
    upsert(db, _NOTE, [row])


def notes_to(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[KeptNote]:
    """Return the notes that somebody received, newest week first."""
    named = and_(
        PersonRow.clinic_id == _NOTE.c.clinic_id, PersonRow.person_id == _NOTE.c.peer_id
    )
    statement = (
        select(_NOTE, PersonRow.name)
        .join(PersonRow, named)
        .where(_NOTE.c.clinic_id == clinic_id, _NOTE.c.person_id == person_id)
        .order_by(_NOTE.c.week.desc(), _NOTE.c.peer_id)
    )
    return [
        KeptNote(
            sender_id=PersonId(row.peer_id),
            sender=row.name,
            week=Week.parse(row.week),
            sealed=row.sealed,
        )
        for row in db.execute(statement)
    ]


def drop_note(
    db: Connection,
    clinic_id: ClinicId,
    recipient: PersonId,
    sender: PersonId,
    week: Week,
) -> bool:
    """Remove a note that somebody received; tell whether there was one."""
    done = db.execute(
        delete(_NOTE).where(
            _NOTE.c.clinic_id == clinic_id,
            _NOTE.c.person_id == recipient,
            _NOTE.c.peer_id == sender,
            _NOTE.c.week == str(week),
        )
    )
    return bool(done.rowcount)

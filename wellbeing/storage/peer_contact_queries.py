"""Queries of peer check-ins: that they took place, and what each side kept of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, exists, or_, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.peer_check_ins import PeerRecord, PeerSupport
from wellbeing.domain.reflections import Area
from wellbeing.domain.weeks import Week
from wellbeing.storage.engine import upsert
from wellbeing.storage.peer_queries import pair_key
from wellbeing.storage.peer_tables import (
    PeerContactRow,
    PeerRecordRow,
    PeerSentenceRow,
)

_CONTACT: Table = PeerContactRow.__table__  # type: ignore[assignment]
_RECORD: Table = PeerRecordRow.__table__  # type: ignore[assignment]
_SENTENCE: Table = PeerSentenceRow.__table__  # type: ignore[assignment]
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptRecord:
    """A record as it is stored: with whom, and the intention, locked."""

    peer_id: PersonId
    record: PeerRecord
    intention: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptSentence:
    """One copy of a sentence to a contact.

    Attributes:
        own: whoever can open this copy wrote it.
    """

    peer_id: PersonId
    week: Week
    own: bool
    sealed: bytes


def _join(chosen: Iterable[StrEnum]) -> str:
    return " ".join(sorted(chosen))


def _split(kind: type[_Choice], text: str) -> frozenset[_Choice]:
    return frozenset(kind(word) for word in text.split())


def _whose(table: Table, clinic_id: ClinicId, person_id: PersonId) -> Any:  # noqa: ANN401 (an SQL expression)
    return (table.c.clinic_id == clinic_id) & (table.c.person_id == person_id)


def contact_weeks(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> dict[PersonId, list[Week]]:
    """Return in which weeks somebody was in contact, by peer, oldest first."""
    statement = (
        select(_CONTACT)
        .where(
            _CONTACT.c.clinic_id == clinic_id,
            or_(_CONTACT.c.first_id == person_id, _CONTACT.c.second_id == person_id),
        )
        .order_by(_CONTACT.c.week)
    )
    found: dict[PersonId, list[Week]] = {}
    for row in db.execute(statement):
        peer = row.second_id if row.first_id == person_id else row.first_id
        found.setdefault(PersonId(peer), []).append(Week.parse(row.week))
    return found


def put_record(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, kept: KeptRecord
) -> None:
    """Write a side's record, and that there was a contact; both stand once a week."""
    record, week = kept.record, str(kept.record.week)
    contact = {**pair_key(clinic_id, person_id, kept.peer_id), "week": week}
    upsert(db, _CONTACT, [contact])
    row = {
        "clinic_id": clinic_id,
        "person_id": person_id,
        "peer_id": kept.peer_id,
        "week": week,
        "guide": record.guide,
        "how": record.how,
        "length": record.length,
        "areas": _join(record.areas),
        "given": _join(record.given),
        "received": _join(record.received),
        "connected": record.connected,
        "wants_more": record.wants_more,
        "intention": kept.intention,
    }
    upsert(db, _RECORD, [row])


def records_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[KeptRecord]:
    """Return what somebody recorded for themselves, newest week first."""
    statement = (
        select(_RECORD)
        .where(_whose(_RECORD, clinic_id, person_id))
        .order_by(_RECORD.c.week.desc(), _RECORD.c.peer_id)
    )
    return [_kept(row) for row in db.execute(statement)]


def records_since(
    db: Connection, clinic_id: ClinicId, week: Week
) -> dict[PersonId, list[PeerRecord]]:
    """Return everybody's own records from a week on: for the balances of the pool."""
    statement = select(_RECORD).where(
        _RECORD.c.clinic_id == clinic_id, _RECORD.c.week >= str(week)
    )
    found: dict[PersonId, list[PeerRecord]] = {}
    for row in db.execute(statement):
        found.setdefault(PersonId(row.person_id), []).append(_kept(row).record)
    return found


def _kept(row: Any) -> KeptRecord:  # noqa: ANN401 (a row)
    record = PeerRecord(
        week=Week.parse(row.week),
        guide=row.guide,
        how=row.how,
        length=row.length,
        areas=_split(Area, row.areas),
        given=_split(PeerSupport, row.given),
        received=_split(PeerSupport, row.received),
        connected=row.connected,
        wants_more=row.wants_more,
    )
    peer = PersonId(row.peer_id)
    return KeptRecord(peer_id=peer, record=record, intention=row.intention)


def drop_record(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    peer_id: PersonId,
    week: Week,
) -> bool:
    """Remove a side's record and its sentence; the contact, unless the other has one.

    Returns:
        Whether there was a record.
    """
    done = db.execute(
        delete(_RECORD).where(
            _whose(_RECORD, clinic_id, person_id),
            _RECORD.c.peer_id == peer_id,
            _RECORD.c.week == str(week),
        )
    )
    drop_sentence(db, clinic_id, person_id, peer_id, week)
    others = exists().where(
        _whose(_RECORD, clinic_id, peer_id),
        _RECORD.c.peer_id == person_id,
        _RECORD.c.week == str(week),
    )
    key = pair_key(clinic_id, person_id, peer_id)
    db.execute(
        delete(_CONTACT).where(
            *(_CONTACT.c[name] == value for name, value in key.items()),
            _CONTACT.c.week == str(week),
            ~others,
        )
    )
    return bool(done.rowcount)


def put_sentence(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, kept: KeptSentence
) -> None:
    """Write the copy of a sentence that somebody can open."""
    row = {
        "clinic_id": clinic_id,
        "person_id": person_id,
        "peer_id": kept.peer_id,
        "week": str(kept.week),
        "own": kept.own,
        "sealed": kept.sealed,
    }
    upsert(db, _SENTENCE, [row])


def sentences_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[KeptSentence]:
    """Return the copies of sentences that somebody can open, newest week first."""
    statement = (
        select(_SENTENCE)
        .where(_whose(_SENTENCE, clinic_id, person_id))
        .order_by(_SENTENCE.c.week.desc(), _SENTENCE.c.peer_id, _SENTENCE.c.own)
    )
    return [
        KeptSentence(
            peer_id=PersonId(row.peer_id),
            week=Week.parse(row.week),
            own=row.own,
            sealed=row.sealed,
        )
        for row in db.execute(statement)
    ]


def drop_sentence(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    peer_id: PersonId,
    week: Week,
) -> None:
    """Remove both copies of the sentence that somebody wrote to a contact."""
    for reader, other, own in (
        (person_id, peer_id, True),
        (peer_id, person_id, False),
    ):
        db.execute(
            delete(_SENTENCE).where(
                _whose(_SENTENCE, clinic_id, reader),
                _SENTENCE.c.peer_id == other,
                _SENTENCE.c.week == str(week),
                _SENTENCE.c.own == own,
            )
        )

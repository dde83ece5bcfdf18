"""Queries of the audit record: it is added to, read, and walked along."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, or_, select, update

from wellbeing.domain.audit import FIRST_SEAL, Event, Record
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.storage.audit_tables import AuditEndRow, AuditRow

_AT_ONCE = 1000


def lock_end(db: Connection, clinic_id: ClinicId) -> tuple[int, str] | None:
    """Return number and seal of the last record; nobody else adds one meanwhile.

    SQLite's write transaction has the lock already.
    """
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("LOCK TABLE audit_end IN EXCLUSIVE MODE")
    row = db.execute(
        select(AuditEndRow.number, AuditEndRow.seal).where(
            AuditEndRow.clinic_id == clinic_id
        )
    ).first()
    return None if row is None else (row.number, row.seal)


def add_record(db: Connection, record: Record) -> None:
    """Write a record at the end of the chain; ``lock_end`` came before."""
    db.execute(
        insert(AuditRow).values(
            clinic_id=record.clinic_id,
            number=record.number,
            day=record.day,
            event=record.event,
            actor=record.actor,
            concerning=record.concerning,
            about=record.about,
            seal=record.seal,
        )
    )
    end = {"number": record.number, "seal": record.seal}
    mine = AuditEndRow.clinic_id == record.clinic_id
    if not db.execute(update(AuditEndRow).where(mine).values(end)).rowcount:
        db.execute(insert(AuditEndRow).values(clinic_id=record.clinic_id, **end))


def records_of(db: Connection, clinic_id: ClinicId, most: int) -> list[Record]:
    """Return the newest records of a clinic, newest first."""
    mine = select(AuditRow).where(AuditRow.clinic_id == clinic_id)
    return list(_records(db, mine.order_by(AuditRow.number.desc()).limit(most)))


def records_about(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[Record]:
    """Return what somebody did or what was done to them, newest first."""
    whose = or_(AuditRow.actor == person_id, AuditRow.concerning == person_id)
    mine = select(AuditRow).where(AuditRow.clinic_id == clinic_id, whose)
    return list(_records(db, mine.order_by(AuditRow.number.desc())))


def was_recorded(db: Connection, wanted: Record) -> bool:
    """Tell whether the last record of somebody says the same of the same day."""
    columns = AuditRow.__table__.c
    same = ("clinic_id", "day", "event", "actor", "concerning", "about")
    alike = (columns[name].is_not_distinct_from(getattr(wanted, name)) for name in same)
    return db.execute(select(1).where(*alike).limit(1)).first() is not None


def was_read(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, day: date, about: str
) -> bool:
    """Tell whether it is recorded that somebody opened these team trends that day."""
    found = db.execute(
        select(1)
        .where(
            AuditRow.clinic_id == clinic_id,
            AuditRow.actor == person_id,
            AuditRow.day == day,
            AuditRow.event == Event.TRENDS_READ,
            AuditRow.about == about,
        )
        .limit(1)
    )
    return found.first() is not None


def drop_records(db: Connection, clinic_id: ClinicId, before: date) -> int:
    """Drop the records that are too old to be kept; return how many there were.

    The database itself refuses to drop one younger than two years.
    """
    mine = AuditRow.clinic_id == clinic_id
    oldest = select(AuditRow.day).where(mine).order_by(AuditRow.number).limit(1)
    day = db.scalar(oldest)
    if day is None or day >= before:
        return 0  # nearly always: nobody else is made to wait
    lock_end(db, clinic_id)
    newest = db.execute(
        select(AuditRow.number, AuditRow.seal)
        .where(mine, AuditRow.day < before)
        .order_by(AuditRow.number.desc())
        .limit(1)
    ).first()
    if newest is None:
        return 0
    through = (AuditRow.clinic_id == clinic_id, AuditRow.number <= newest.number)
    dropped = db.execute(delete(AuditRow).where(*through)).rowcount
    db.execute(
        update(AuditEndRow)
        .where(AuditEndRow.clinic_id == clinic_id)
        .values(dropped=newest.number, dropped_seal=newest.seal)
    )
    return dropped


def faults_of_chain(db: Connection) -> list[str]:
    """Return a sentence for each clinic whose chain was broken, and where."""
    ends = {row.clinic_id: row for row in db.execute(select(AuditEndRow.__table__))}
    known = set(db.scalars(select(AuditRow.clinic_id).distinct()))
    faults = []
    for one in sorted(known | ends.keys()):
        clinic_id, end = ClinicId(one), ends.get(one)
        number, seal = (end.dropped, end.dropped_seal) if end else (0, FIRST_SEAL)
        whole = True
        for record in _chain(db, clinic_id):
            number += 1
            whole = record.number == number and record.is_sealed_after(seal)
            if not whole:
                break
            seal = record.seal
        if not whole:
            faults.append(f"The audit record was changed at number {number}.")
        elif end is None or (number, seal) != (end.number, end.seal):
            faults.append(f"The audit record was cut off after number {number}.")
    return faults


def seal_at(db: Connection, clinic_id: ClinicId, number: int) -> str | None:
    """Return the seal of a record; None: there is no such record, or no more."""
    return db.scalar(
        select(AuditRow.seal).where(
            AuditRow.clinic_id == clinic_id, AuditRow.number == number
        )
    )


def count_records(db: Connection) -> int:
    """Return how many records are kept."""
    return db.scalar(select(func.count()).select_from(AuditRow)) or 0


def _chain(db: Connection, clinic_id: ClinicId) -> Iterator[Record]:
    """Yield a clinic's records from the oldest on, some at a time."""
    after = 0
    while True:
        statement = (
            select(AuditRow)
            .where(AuditRow.clinic_id == clinic_id, AuditRow.number > after)
            .order_by(AuditRow.number)
            .limit(_AT_ONCE)
        )
        some = list(_records(db, statement))
        yield from some
        if len(some) < _AT_ONCE:
            return
        after = some[-1].number


def _records(db: Connection, statement: Select[Any]) -> Iterator[Record]:
    table = AuditRow.__table__
    for row in db.execute(statement.with_only_columns(*table.c)):
        yield Record(
            clinic_id=ClinicId(row.clinic_id),
            number=row.number,
            day=row.day,
            event=row.event,
            actor=None if row.actor is None else PersonId(row.actor),
            concerning=None if row.concerning is None else PersonId(row.concerning),
            about=row.about,
            seal=row.seal,
        )

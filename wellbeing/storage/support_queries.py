"""Queries of one person's support log. Each names the person."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from wellbeing.domain.check_ins import Kind, SupportUsed
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.support import SupportEntry
from wellbeing.domain.weeks import Week
from wellbeing.storage.check_in_tables import CheckInRow
from wellbeing.storage.support_tables import SupportEntryRow, SupportWeekRow

_WEEK: Table = SupportWeekRow.__table__  # type: ignore[assignment]
_ENTRY: Table = SupportEntryRow.__table__  # type: ignore[assignment]
_CHECK_IN: Table = CheckInRow.__table__  # type: ignore[assignment]
_ANSWERED = (Kind.FULL, Kind.SHORT)

Log = Mapping[Week, tuple[SupportEntry, ...]]
"""By week; a week without entries is one in which nothing was used."""


def _whose(table: Table, clinic_id: ClinicId, person_id: PersonId) -> Any:  # noqa: ANN401 (an SQL expression)
    return (table.c.clinic_id == clinic_id) & (table.c.person_id == person_id)


def log_of(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> Log:
    """Return a person's log by week, each week's entries in the order of the kinds."""
    weeks = select(_WEEK.c.week).where(_whose(_WEEK, clinic_id, person_id))
    found: dict[Week, list[SupportEntry]] = {
        Week.parse(week): [] for week in db.scalars(weeks.order_by(_WEEK.c.week))
    }
    entries = select(
        _ENTRY.c.week, _ENTRY.c.kind, _ENTRY.c.lasted, _ENTRY.c.helped
    ).where(_whose(_ENTRY, clinic_id, person_id))
    for row in db.execute(entries):
        entry = SupportEntry(kind=row.kind, lasted=row.lasted, helped=row.helped)
        found[Week.parse(row.week)].append(entry)
    order = list(SupportUsed)
    return {
        week: tuple(sorted(own, key=lambda e: order.index(e.kind)))
        for week, own in found.items()
    }


def put_week(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    week: Week,
    entries: Iterable[SupportEntry],
) -> None:
    """Make these all the entries of a week; none is an answer, too."""
    drop_week(db, clinic_id, person_id, week)
    key = {"clinic_id": clinic_id, "person_id": person_id, "week": str(week)}
    db.execute(insert(_WEEK).values(key))
    rows = [
        key | {"kind": e.kind, "lasted": e.lasted, "helped": e.helped} for e in entries
    ]
    if rows:
        db.execute(insert(_ENTRY), rows)


def drop_week(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, week: Week
) -> None:
    """Remove a week from the log."""
    own = _whose(_WEEK, clinic_id, person_id)
    db.execute(delete(_WEEK).where(own, _WEEK.c.week == str(week)))


def told_in_check_ins(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> dict[Week, frozenset[SupportUsed]]:
    """Return which kinds a person's answered check-ins name, by week, oldest first."""
    statement = (
        select(_CHECK_IN.c.week, _CHECK_IN.c.support_used)
        .where(_whose(_CHECK_IN, clinic_id, person_id))
        .where(_CHECK_IN.c.kind.in_(_ANSWERED))
        .order_by(_CHECK_IN.c.week)
    )
    return {
        Week.parse(row.week): frozenset(map(SupportUsed, row.support_used.split()))
        for row in db.execute(statement)
    }


def tell_check_in(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    week: Week,
    used: Iterable[SupportUsed],
) -> bool:
    """Make these the kinds that the answered check-in of a week names.

    Returns:
        Whether there is one; otherwise nothing is written.
    """
    done = db.execute(
        update(_CHECK_IN)
        .where(_whose(_CHECK_IN, clinic_id, person_id))
        .where(_CHECK_IN.c.week == str(week), _CHECK_IN.c.kind.in_(_ANSWERED))
        .values(support_used=" ".join(sorted(used)))
    )
    return bool(done.rowcount)

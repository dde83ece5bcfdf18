"""Whether the releases are whole, and fit the check-ins beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, exists, func, select

from wellbeing.domain.weeks import Week
from wellbeing.privacy.periods import Calendar, Period
from wellbeing.privacy.policy import RULES_VERSION
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.storage.release_tables import (
    ActionFigureRow,
    CalendarRow,
    FigureRow,
    OverviewRow,
    PeriodRow,
    UnitRow,
    UnitTeamRow,
)
from wellbeing.storage.team_trends_tables import PanelRow


@dataclass(frozen=True, kw_only=True, slots=True)
class _Closed:
    """A closed period of one clinic."""

    period: Period
    quarter: Period
    rules_version: str


def faults_of_releases(db: Connection, out: Connection) -> list[str]:
    """Return a sentence for each thing that is missing or stands for nothing.

    Args:
        db: the check-ins.
        out: the release tables.
    """
    found = [] if _all_panels_have_releases(db, out) else [_LOST]
    if any(_without_calendar(out, table) for table in (PeriodRow, UnitRow)):
        found.append("Releases stand there without the week they are counted from.")
    for row in out.execute(select(CalendarRow.clinic_id, CalendarRow.first_week)):
        calendar = Calendar(Week.parse(row.first_week))
        closed = _closed_periods(out, row.clinic_id)
        found += _faults_of_periods(calendar, closed)
        for one in closed:
            found += _faults_of_figures(out, row.clinic_id, one)
        found += _rows_of_no_period(out, row.clinic_id, closed)
        if closed and _is_later_than_panels(db, out, row.clinic_id, closed[-1]):
            found.append(_LATER)
    return found


_LOST = "Panels are there and no releases: the release tables were lost. Restore them."
_LATER = "The releases are newer than the check-ins beside them. Restore both together."


def _all_panels_have_releases(db: Connection, out: Connection) -> bool:
    known = set(out.scalars(select(CalendarRow.clinic_id)))
    return set(db.scalars(select(PanelRow.clinic_id).distinct())) <= known


def _without_calendar(out: Connection, table: type[PeriodRow | UnitRow]) -> bool:
    known = select(CalendarRow.clinic_id)
    return bool(out.scalar(select(exists().where(table.clinic_id.not_in(known)))))


def _closed_periods(out: Connection, clinic_id: UUID) -> list[_Closed]:
    statement = (
        select(PeriodRow.first_week, PeriodRow.quarter, PeriodRow.rules_version)
        .where(PeriodRow.clinic_id == clinic_id)
        .order_by(PeriodRow.first_week)
    )
    return [
        _Closed(
            period=Period(Week.parse(row.first_week)),
            quarter=Period(Week.parse(row.quarter)),
            rules_version=row.rules_version,
        )
        for row in out.execute(statement)
    ]


def _faults_of_periods(calendar: Calendar, closed: list[_Closed]) -> Iterator[str]:
    expected = Period(calendar.first_week)
    for one in closed:
        if one.period != expected:
            yield f"The period from {expected.first_week} is missing."
        if one.quarter != calendar.quarter_of(one.period):
            yield f"The period from {one.period.first_week} has a wrong quarter."
        expected = one.period.plus(1)


def _faults_of_figures(
    out: Connection, clinic_id: UUID, closed: _Closed
) -> Iterator[str]:
    week, quarter = str(closed.period.first_week), str(closed.quarter.first_week)
    units = set(
        out.scalars(
            select(UnitRow.unit_id).where(
                UnitRow.clinic_id == clinic_id, UnitRow.quarter == quarter
            )
        )
    )
    with_teams = select(UnitTeamRow.unit_id).where(
        UnitTeamRow.clinic_id == clinic_id, UnitTeamRow.quarter == quarter
    )
    if set(out.scalars(with_teams)) != units:
        yield f"A unit of the quarter from {quarter} has no team."
    statement = select(FigureRow.unit_id, FigureRow.indicator).where(
        FigureRow.clinic_id == clinic_id, FigureRow.first_week == week
    )
    figures = {(row.unit_id, row.indicator) for row in out.execute(statement)}
    # Other rules may have had other indicators; each unit had the same.
    theirs = {indicator for _, indicator in figures}
    now = {i.value for i in TEAM_INDICATORS}
    indicators = now if closed.rules_version == RULES_VERSION else theirs
    expected = {(unit, indicator) for unit in units for indicator in indicators}
    if expected - figures:
        yield f"Figures of the period from {week} are missing."
    if figures - expected:
        yield f"Figures of the period from {week} belong to no unit."


def _rows_of_no_period(
    out: Connection, clinic_id: UUID, closed: list[_Closed]
) -> Iterator[str]:
    periods = {str(one.period.first_week) for one in closed}
    quarters = {str(one.quarter.first_week) for one in closed}
    for column, known in (
        (FigureRow.first_week, periods),
        (OverviewRow.first_week, periods),
        (ActionFigureRow.first_week, periods),
        (UnitRow.quarter, quarters),
        (UnitTeamRow.quarter, quarters),
    ):
        table = column.class_
        weeks = select(column).where(table.clinic_id == clinic_id).distinct()
        for week in sorted(set(out.scalars(weeks)) - known):
            yield f"A row of {table.__tablename__} names {week}, which was not closed."


def _is_later_than_panels(
    db: Connection, out: Connection, clinic_id: UUID, last: _Closed
) -> bool:
    """Tell whether something is shown of a quarter that has no panels yet."""
    shown = exists().where(
        FigureRow.clinic_id == clinic_id,
        FigureRow.first_week == str(last.period.first_week),
        FigureRow.people.is_not(None),
    )
    newest = select(func.max(PanelRow.quarter)).where(PanelRow.clinic_id == clinic_id)
    panels = db.scalar(newest) or ""
    return bool(out.scalar(select(shown))) and panels < str(last.quarter.first_week)

"""What the closing job reads and writes of the release tables."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, insert, select

from wellbeing.domain.actions import ActionId
from wellbeing.domain.ids import ClinicId, TeamId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week
from wellbeing.privacy.bands import Band
from wellbeing.privacy.periods import Calendar, Period
from wellbeing.privacy.policy import RULES_VERSION, Policy
from wellbeing.privacy.release import Figure
from wellbeing.privacy.roll_up import Overview
from wellbeing.privacy.units import Unit, UnitId
from wellbeing.storage.release_tables import (
    ActionFigureRow,
    CalendarRow,
    FigureRow,
    OverviewRow,
    PeriodRow,
    UnitRow,
    UnitTeamRow,
    figure_of_row,
)


def lock_releases(db: Connection) -> None:
    """Let no other process close anything until this transaction ends.

    SQLite's write transaction has done so already.
    """
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("LOCK TABLE period IN SHARE ROW EXCLUSIVE MODE")


def calendar_of(db: Connection, clinic_id: ClinicId) -> Calendar | None:
    """Return from which week a clinic's periods are counted; None: nothing closed."""
    statement = select(CalendarRow.first_week).where(CalendarRow.clinic_id == clinic_id)
    week = db.scalar(statement)
    return None if week is None else Calendar(Week.parse(week))


def add_calendar(db: Connection, clinic_id: ClinicId, calendar: Calendar) -> None:
    """Write from which week a clinic's periods are counted."""
    db.execute(
        insert(CalendarRow).values(
            clinic_id=clinic_id, first_week=str(calendar.first_week)
        )
    )


def last_period(db: Connection, clinic_id: ClinicId) -> Period | None:
    """Return the period closed last."""
    statement = (
        select(PeriodRow.first_week)
        .where(PeriodRow.clinic_id == clinic_id)
        .order_by(PeriodRow.first_week.desc())
        .limit(1)
    )
    week = db.scalar(statement)
    return None if week is None else Period(Week.parse(week))


def add_period(
    db: Connection, clinic_id: ClinicId, period: Period, quarter: Period, policy: Policy
) -> None:
    """Write that a period is closed, and with which rules."""
    db.execute(
        insert(PeriodRow).values(
            clinic_id=clinic_id,
            first_week=str(period.first_week),
            quarter=str(quarter.first_week),
            rules_version=RULES_VERSION,
            least_people=policy.least_people,
            small_teams=policy.small_teams,
        )
    )


def add_units(
    db: Connection, clinic_id: ClinicId, quarter: Period, units: Iterable[Unit]
) -> None:
    """Write the units of a quarter."""
    key = {"clinic_id": clinic_id, "quarter": str(quarter.first_week)}
    found = list(units)
    if not found:
        return
    db.execute(
        insert(UnitRow),
        [
            {**key, "unit_id": u.unit_id, "site": u.site, "posts": u.posts}
            for u in found
        ],
    )
    db.execute(
        insert(UnitTeamRow),
        [
            {**key, "unit_id": u.unit_id, "team_id": t.team_id, "name": t.name}
            for u in found
            for t in u.teams
        ],
    )


def units_of(
    db: Connection, clinic_id: ClinicId, quarter: Period
) -> dict[UnitId, tuple[str, int]]:
    """Return site and posts of each unit of a quarter."""
    statement = select(UnitRow.unit_id, UnitRow.site, UnitRow.posts).where(
        UnitRow.clinic_id == clinic_id, UnitRow.quarter == str(quarter.first_week)
    )
    return {UnitId(r.unit_id): (r.site, r.posts) for r in db.execute(statement)}


def teams_of_units(
    db: Connection, clinic_id: ClinicId, quarter: Period
) -> list[set[TeamId]]:
    """Return the teams of each unit of a quarter."""
    statement = select(UnitTeamRow.unit_id, UnitTeamRow.team_id).where(
        UnitTeamRow.clinic_id == clinic_id,
        UnitTeamRow.quarter == str(quarter.first_week),
    )
    found: dict[UnitId, set[TeamId]] = {}
    for row in db.execute(statement):
        found.setdefault(UnitId(row.unit_id), set()).add(TeamId(row.team_id))
    return list(found.values())


def add_figures(
    db: Connection,
    clinic_id: ClinicId,
    period: Period,
    figures: Mapping[tuple[UnitId, Indicator], Figure],
) -> None:
    """Write a period's figures."""
    key = {"clinic_id": clinic_id, "first_week": str(period.first_week)}
    rows = [
        {
            **key,
            "unit_id": unit,
            "indicator": indicator,
            "people": figure.people,
            "withheld": figure.withheld,
            **_band_columns(figure.band),
        }
        for (unit, indicator), figure in figures.items()
    ]
    if rows:
        db.execute(insert(FigureRow), rows)


def add_overviews(
    db: Connection,
    clinic_id: ClinicId,
    period: Period,
    overviews: Mapping[tuple[str, Indicator], Overview],
) -> None:
    """Write what several units' figures say together; the key begins with a scope."""
    key = {"clinic_id": clinic_id, "first_week": str(period.first_week)}
    rows = [
        {
            **key,
            "scope": scope,
            "indicator": indicator,
            "shown": one.shown,
            "units": one.units,
            **_band_columns(one.band),
        }
        for (scope, indicator), one in overviews.items()
    ]
    if rows:
        db.execute(insert(OverviewRow), rows)


def add_action_figures(
    db: Connection,
    clinic_id: ClinicId,
    period: Period,
    figures: Mapping[ActionId, Figure],
) -> None:
    """Write how many say that an action helps."""
    rows = [
        {
            "clinic_id": clinic_id,
            "first_week": str(period.first_week),
            "action_id": action,
            "people": figure.people,
            **_band_columns(figure.band),
        }
        for action, figure in figures.items()
    ]
    if rows:
        db.execute(insert(ActionFigureRow), rows)


def released_actions(
    db: Connection, clinic_id: ClinicId, actions: Iterable[ActionId]
) -> set[ActionId]:
    """Return of which of these actions it was released how many they help."""
    statement = select(ActionFigureRow.action_id).where(
        ActionFigureRow.clinic_id == clinic_id,
        ActionFigureRow.action_id.in_(list(actions)),
    )
    return {ActionId(action) for action in db.scalars(statement)}


def limiting_figures(
    db: Connection, clinic_id: ClinicId, quarter: Period, earliest: Period
) -> dict[tuple[UnitId, Indicator], list[Figure]]:
    """Return the figures that limit how far the pictures of a quarter move.

    All that were shown in the quarter; if none was, the last one before it, back to
    the earliest period that is named.
    """
    statement = (
        select(FigureRow.__table__)
        .where(
            FigureRow.clinic_id == clinic_id,
            FigureRow.first_week >= str(earliest.first_week),
            FigureRow.people.is_not(None),
        )
        .order_by(FigureRow.first_week)
    )
    found: dict[tuple[UnitId, Indicator], list[tuple[bool, Figure]]] = {}
    for row in db.execute(statement):
        inside = row.first_week >= str(quarter.first_week)
        figure = figure_of_row(row.lower, row.upper, row.people, row.withheld)
        key = UnitId(row.unit_id), Indicator(row.indicator)
        found.setdefault(key, []).append((inside, figure))
    return {
        key: [f for inside, f in figures if inside] or [figures[-1][1]]
        for key, figures in found.items()
    }


def _band_columns(band: Band | None) -> dict[str, int | None]:
    if band is None:
        return {"lower": None, "upper": None}
    return {"lower": band.lower, "upper": band.upper}

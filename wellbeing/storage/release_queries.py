"""Queries of releases through the door: all that a lead's or member's screen reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from wellbeing.domain.actions import ActionId
from wellbeing.domain.ids import ClinicId, TeamId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week
from wellbeing.privacy.bands import Band
from wellbeing.privacy.periods import Period
from wellbeing.privacy.policy import RULES_VERSION
from wellbeing.privacy.release import Figure
from wellbeing.privacy.roll_up import LEAST_UNITS, Overview
from wellbeing.privacy.units import UnitId
from wellbeing.storage.release_engine import Released
from wellbeing.storage.release_tables import (
    ActionFigureRow,
    FigureRow,
    OverviewRow,
    PeriodRow,
    UnitRow,
    UnitTeamRow,
    figure_of_row,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitName:
    """A unit of a quarter as it is shown by name.

    Attributes:
        quarter: its first period.
        teams: the teams that share the picture, with their names at that time.
    """

    unit_id: UnitId
    quarter: Period
    site: str
    teams: Mapping[TeamId, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedPeriod:
    """A closed period and what it was closed with."""

    period: Period
    quarter: Period
    known_rules: bool
    least_people: int
    small_teams: bool


def closed_periods(db: Released, clinic_id: ClinicId) -> list[ClosedPeriod]:
    """Return every closed period, oldest first."""
    statement = (
        select(PeriodRow.__table__)
        .where(PeriodRow.clinic_id == clinic_id)
        .order_by(PeriodRow.first_week)
    )
    return [
        ClosedPeriod(
            period=Period(Week.parse(row.first_week)),
            quarter=Period(Week.parse(row.quarter)),
            known_rules=row.rules_version == RULES_VERSION,
            least_people=row.least_people,
            small_teams=row.small_teams,
        )
        for row in db.execute(statement)
    ]


def units_of_team(
    db: Released, clinic_id: ClinicId, team_id: TeamId
) -> dict[Period, UnitName]:
    """Return the unit that holds a team, for each quarter in which it has one."""
    ours = (
        select(UnitTeamRow.quarter, UnitTeamRow.unit_id)
        .where(UnitTeamRow.clinic_id == clinic_id, UnitTeamRow.team_id == team_id)
        .subquery()
    )
    statement = (
        select(
            UnitTeamRow.quarter,
            UnitTeamRow.unit_id,
            UnitTeamRow.team_id,
            UnitTeamRow.name,
            UnitRow.site,
        )
        .join(
            ours,
            (UnitTeamRow.quarter == ours.c.quarter)
            & (UnitTeamRow.unit_id == ours.c.unit_id),
        )
        .join(
            UnitRow,
            (UnitRow.clinic_id == UnitTeamRow.clinic_id)
            & (UnitRow.quarter == UnitTeamRow.quarter)
            & (UnitRow.unit_id == UnitTeamRow.unit_id),
        )
        .where(UnitTeamRow.clinic_id == clinic_id)
        .order_by(UnitTeamRow.name)
    )
    found: dict[Period, UnitName] = {}
    for row in db.execute(statement):
        quarter = Period(Week.parse(row.quarter))
        before = found.get(quarter)
        teams = {**(before.teams if before else {}), TeamId(row.team_id): row.name}
        found[quarter] = UnitName(
            unit_id=UnitId(row.unit_id), quarter=quarter, site=row.site, teams=teams
        )
    return found


def figures_of_unit(
    db: Released, clinic_id: ClinicId, unit_id: UnitId
) -> dict[tuple[Period, Indicator], Figure]:
    """Return every figure of a unit."""
    statement = select(FigureRow.__table__).where(
        FigureRow.clinic_id == clinic_id, FigureRow.unit_id == unit_id
    )
    return {
        (Period(Week.parse(row.first_week)), Indicator(row.indicator)): figure_of_row(
            row.lower, row.upper, row.people, row.withheld
        )
        for row in db.execute(statement)
    }


def overviews_of(
    db: Released, clinic_id: ClinicId, scope: str
) -> dict[tuple[Period, Indicator], Overview]:
    """Return what several units' figures said together, in every period."""
    statement = select(OverviewRow.__table__).where(
        OverviewRow.clinic_id == clinic_id, OverviewRow.scope == scope
    )
    return {
        (Period(Week.parse(row.first_week)), Indicator(row.indicator)): Overview(
            band=None if row.shown < LEAST_UNITS else Band(row.lower, row.upper),
            shown=row.shown,
            units=row.units,
        )
        for row in db.execute(statement)
    }


def action_figures(
    db: Released, clinic_id: ClinicId, actions: Iterable[ActionId]
) -> dict[ActionId, Figure]:
    """Return how many say that these actions help, where that was released."""
    statement = select(ActionFigureRow.__table__).where(
        ActionFigureRow.clinic_id == clinic_id,
        ActionFigureRow.action_id.in_(list(actions)),
    )
    return {
        ActionId(row.action_id): figure_of_row(row.lower, row.upper, row.people, None)
        for row in db.execute(statement)
    }

"""How a quarter begins: its units and panels are fixed, for the closing job alone."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import Connection

from wellbeing.domain.ids import ClinicId, PersonId, TeamId
from wellbeing.domain.people import Clinic
from wellbeing.privacy.panel import Panel, next_panel
from wellbeing.privacy.periods import Calendar, Period
from wellbeing.privacy.policy import Policy
from wellbeing.privacy.units import TeamPosts, Unit, UnitId, partition
from wellbeing.storage import closing_queries
from wellbeing.storage.closing_queries import Post


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A period that is to be closed."""

    clinic: Clinic
    calendar: Calendar
    period: Period
    policy: Policy

    @property
    def clinic_id(self) -> ClinicId:
        """The tenant."""
        return self.clinic.clinic_id

    @property
    def quarter(self) -> Period:
        """The first period of its quarter."""
        return self.calendar.quarter_of(self.period)

    @property
    def quarter_before(self) -> Period:
        """The first period of the quarter before."""
        return self.quarter.plus(-self.policy.periods_a_quarter)


def begin_quarter(
    db: Connection, due: Due, units_before: Iterable[AbstractSet[TeamId]]
) -> tuple[Unit, ...]:
    """Fix the panels of a quarter and return its units.

    A close that was broken off after this makes both anew: nothing was released yet.

    Args:
        db: an open write transaction.
        due: what is to be closed: the quarter's first period.
        units_before: the teams of each unit of the quarter before.
    """
    teams = closing_queries.teams_with_sites(db, due.clinic_id)
    posts = closing_queries.posts_in(db, due.clinic_id, due.quarter.first_week)
    units = _units(due.policy, teams, posts, units_before)
    panels = _panels(db, due, units, posts)
    closing_queries.put_panels(
        db, due.clinic_id, due.quarter, panels, forget_before=due.quarter_before
    )
    return units


def _units(
    policy: Policy,
    teams: Mapping[TeamId, tuple[str, str]],
    posts: list[Post],
    before: Iterable[AbstractSet[TeamId]],
) -> tuple[Unit, ...]:
    count = dict.fromkeys(teams, 0)
    for post in posts:
        count[post.team_id] += 1
    return partition(
        policy,
        (
            TeamPosts(team_id=team, name=name, site=site, posts=count[team])
            for team, (name, site) in teams.items()
        ),
        before,
    )


def _panels(
    db: Connection, due: Due, units: tuple[Unit, ...], posts: list[Post]
) -> dict[UnitId, Panel]:
    may = closing_queries.who_may_be_counted(db, due.clinic_id)
    before = closing_queries.panels_of(db, due.clinic_id, due.quarter_before)
    unit_of = {team.team_id: unit.unit_id for unit in units for team in unit.teams}
    answered = closing_queries.who_answered(
        db, due.clinic_id, due.quarter.first_week, due.quarter.last_week
    )
    eligible: dict[UnitId, set[PersonId]] = {unit.unit_id: set() for unit in units}
    for post in posts:
        if post.person_id in may and post.person_id in answered:
            eligible[unit_of[post.team_id]].add(post.person_id)
    panels = {}
    for unit, people in eligible.items():
        old = before.get(unit)
        gone = frozenset() if old is None else old.people - may
        panels[unit] = next_panel(due.policy, due.quarter, people, old, gone)
    return _disjoint(due.quarter, panels)


def _disjoint(quarter: Period, panels: dict[UnitId, Panel]) -> dict[UnitId, Panel]:
    # Somebody who moved stays where the panel waits; nobody is counted twice.
    waiting = {
        p for panel in panels.values() if panel.since < quarter for p in panel.people
    }
    return {
        unit: panel
        if panel.since < quarter
        else Panel(people=panel.people - waiting, since=quarter)
        for unit, panel in panels.items()
    }

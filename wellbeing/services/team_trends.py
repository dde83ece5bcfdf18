"""Team trends as leads and members see them: released figures, and nothing else.

Nothing here can reach a check-in: the door's connection reads the release tables only,
and an import contract keeps every other query away.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.ids import TeamId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.seats import Seat
from wellbeing.privacy.periods import Period
from wellbeing.privacy.release import Figure, Withheld
from wellbeing.privacy.roll_up import CLINIC, LEAST_UNITS, Overview, site_scope
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.storage import release_queries
from wellbeing.storage.release_engine import Door
from wellbeing.storage.release_queries import ClosedPeriod, UnitName

_NOTHING = Figure(band=None, people=None, withheld=Withheld.NOT_ENOUGH)
_UNKNOWN = Figure(band=None, people=None, withheld=Withheld.UNKNOWN_RULES)


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodPicture:
    """One closed period of a team's unit.

    Attributes:
        closed: the period and the rules it was closed with.
        unit: the unit that held the team; its name changes when it is pooled anew.
        figures: every charted indicator; withheld ones, too.
    """

    closed: ClosedPeriod
    unit: UnitName
    figures: Mapping[Indicator, Figure]

    @property
    def period(self) -> Period:
        """The weeks it is about."""
        return self.closed.period


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamPicture:
    """All that anybody is shown about a team's unit.

    Attributes:
        periods: oldest first; empty before the first close.
        site, clinic: what the published figures of several units say together, per
            period and indicator; empty if there is only one unit.
        site_name: "" if the team has no site.
    """

    periods: tuple[PeriodPicture, ...]
    site: Mapping[tuple[Period, Indicator], Overview]
    clinic: Mapping[tuple[Period, Indicator], Overview]
    site_name: str


def team_picture(door: Door, seat: Seat, team_id: TeamId) -> TeamPicture:
    """Return the released figures of the unit that holds a team, through the door.

    Raises:
        NotFoundError: the viewer neither leads the team nor belongs to it.
        DoorClosedError: the door is not set up.
    """
    if not seat.may_see(team_id):
        raise NotFoundError("team")
    with door.open() as db:
        closed = release_queries.closed_periods(db, seat.clinic_id)
        units = release_queries.units_of_team(db, seat.clinic_id, team_id)
        figures = {
            unit_id: release_queries.figures_of_unit(db, seat.clinic_id, unit_id)
            for unit_id in {unit.unit_id for unit in units.values()}
        }
        last = units[max(units)] if units else None
        site = last.site if last else ""
        of_site = release_queries.overviews_of(db, seat.clinic_id, site_scope(site))
        of_clinic = release_queries.overviews_of(db, seat.clinic_id, CLINIC)
    periods = []
    for one in closed:
        unit = units.get(one.quarter)
        if unit is not None:
            released = figures[unit.unit_id]
            shown = {
                i: _figure(one, released.get((one.period, i))) for i in TEAM_INDICATORS
            }
            periods.append(PeriodPicture(closed=one, unit=unit, figures=shown))
    known = {one.period for one in closed if one.known_rules}
    return TeamPicture(
        periods=tuple(periods),
        site=_of_several(of_site, known) if site else {},
        clinic=_of_several(of_clinic, known),
        site_name=site,
    )


def _figure(closed: ClosedPeriod, figure: Figure | None) -> Figure:
    # What other rules mean is not known here, so it is not shown.
    if not closed.known_rules:
        return _UNKNOWN
    return figure or _NOTHING


def _of_several(
    overviews: Mapping[tuple[Period, Indicator], Overview], known: set[Period]
) -> dict[tuple[Period, Indicator], Overview]:
    return {
        key: one
        for key, one in overviews.items()
        if one.units >= LEAST_UNITS and key[0] in known
    }

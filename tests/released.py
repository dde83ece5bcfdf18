"""Released figures as the closing job writes them, chosen by a test."""

from collections.abc import Mapping
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import insert

from wellbeing.domain.ids import ClinicId, TeamId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week
from wellbeing.privacy.bands import Band
from wellbeing.privacy.periods import Period
from wellbeing.privacy.policy import RULES, RULES_VERSION
from wellbeing.privacy.release import NOT_ENOUGH, Figure
from wellbeing.privacy.roll_up import overviews
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.privacy.units import TeamPosts, Unit, UnitId
from wellbeing.services.context import Context
from wellbeing.storage import release_writes
from wellbeing.storage.release_tables import PeriodRow

FIRST = Week(2026, 19)
PERIODS = [Period(FIRST.plus(4 * n)) for n in range(6)]
"""Two quarters; the last one, 2026-W39 to 2026-W42, closed on 22 October 2026."""

Teams = Mapping[TeamId, str]
Shown = Band | None
"""A band, or None: withheld."""


def figure(band: Shown, people: str = "8-12") -> Figure:
    """Return a figure that shows a band, or one that is withheld."""
    if band is None:
        return NOT_ENOUGH
    return Figure(band=band, people=people, withheld=None)


def unit_of(teams: Teams, site: str = "") -> Unit:
    """Return the unit of some teams; the same teams are the same unit."""
    ids = sorted(str(team_id) for team_id in teams)
    return Unit(
        unit_id=UnitId(uuid5(NAMESPACE_OID, " ".join(ids))),
        site=site,
        teams=tuple(
            TeamPosts(team_id=team_id, name=name, site=site, posts=6)
            for team_id, name in teams.items()
        ),
    )


class Releases:
    """Closes one period after the other with the figures that it is given."""

    def __init__(self, ctx: Context, clinic_id: ClinicId) -> None:
        self._ctx, self._clinic_id = ctx, clinic_id
        self._closed = 0
        self._units: list[Unit] = []

    def quarter(self, *units: Teams, site: str = "") -> None:
        """Say which teams share a picture from the next period on."""
        self._units = [unit_of(teams, site) for teams in units]

    def close(
        self,
        shown: Shown | Mapping[Indicator, Shown],
        *,
        people: str = "8-12",
        rules_version: str = RULES_VERSION,
        small_teams: bool = False,
    ) -> Period:
        """Close the next period: one band for all, or one an indicator."""
        period = PERIODS[self._closed]
        quarter = PERIODS[self._closed - self._closed % 3]
        bands = shown if isinstance(shown, Mapping) else {}
        figures = {
            (unit.unit_id, i): figure(bands[i] if i in bands else _one(shown), people)
            for unit in self._units
            for i in TEAM_INDICATORS
        }
        key = self._clinic_id, period
        with self._ctx.writing_releases() as db:
            if period == quarter:
                release_writes.add_units(db, self._clinic_id, quarter, self._units)
            db.execute(
                insert(PeriodRow).values(
                    clinic_id=self._clinic_id,
                    first_week=str(period.first_week),
                    quarter=str(quarter.first_week),
                    rules_version=rules_version,
                    least_people=RULES.least_people,
                    small_teams=small_teams,
                )
            )
            release_writes.add_figures(db, *key, figures)
            posts = {unit.unit_id: (unit.site, unit.posts) for unit in self._units}
            release_writes.add_overviews(db, *key, overviews(figures, posts))
        self._closed += 1
        return period


def _one(shown: Shown | Mapping[Indicator, Shown]) -> Shown:
    return None if isinstance(shown, Mapping) else shown

"""Which periods of a team's picture are drawn, and as what blocks."""

from collections.abc import Sequence

from wellbeing.charts.team_trends import BandBlock
from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.services.team_trends import PeriodPicture, TeamPicture
from wellbeing.services.team_words import figure_and_reason, short_weeks_words

MOST_PERIODS = 13
"""A year: more blocks than a phone can show are in the CSV."""


def shown_periods(picture: TeamPicture) -> Sequence[PeriodPicture]:
    """Return the periods of the last year, oldest first."""
    return picture.periods[-MOST_PERIODS:]


def panels_of(picture: TeamPicture) -> dict[Indicator, tuple[BandBlock, ...]]:
    """Return each indicator's blocks over the same periods, oldest first."""
    periods = shown_periods(picture)
    return {i: _blocks(periods, i) for i in TEAM_INDICATORS}


def _blocks(
    periods: Sequence[PeriodPicture], indicator: Indicator
) -> tuple[BandBlock, ...]:
    units = [None, *(p.unit.unit_id for p in periods)]
    blocks = []
    for one, before in zip(periods, units, strict=False):
        figure = one.figures[indicator]
        band = figure.band
        blocks.append(
            BandBlock(
                first=one.period.first_week,
                last=one.period.last_week,
                period=short_weeks_words(one.period),
                lower=None if band is None else band.lower,
                upper=None if band is None else band.upper,
                band=figure_and_reason(figure),
                shown=band is not None,
                regrouped=before is not None and before != one.unit.unit_id,
            )
        )
    return tuple(blocks)

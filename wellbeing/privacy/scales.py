"""What a lead may see of: each charted indicator and the values a person can have.

A person's value of a period is the mean of their weekly scores, rounded to one of the
values that a single week can have. So whoever knows how often somebody answered
learns nothing from it, and the proof in ``bands`` speaks about the values used.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wellbeing.domain.indicators import Indicator

TEAM_INDICATORS: Mapping[Indicator, int] = {
    Indicator.OVERALL: 10,
    Indicator.BURNOUT: 9,
    Indicator.SECONDARY_TRAUMA: 9,
    Indicator.COMPASSION_SATISFACTION: 9,
    Indicator.REST: 5,
    Indicator.WORKLOAD: 5,
    Indicator.SUPPORT: 5,
}
"""Indicators of team trends, each with how many values a person can have.

Either parts are shown or what is made of them, never both: burnout stands for
exhaustion and detachment, and compassion fatigue would be burnout and secondary
trauma once more.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseScale:
    """A scale with equally spaced values 0, 1, ..., ``levels - 1``; 0 to 100 points."""

    levels: int

    @property
    def top(self) -> int:
        """The highest value."""
        return self.levels - 1


def scale_of(indicator: Indicator) -> ReleaseScale:
    """Return the scale of a charted indicator.

    Raises:
        KeyError: the indicator is not shown to leads.
    """
    return ReleaseScale(levels=TEAM_INDICATORS[indicator])


def level_of(scale: ReleaseScale, mean: float) -> int:
    """Round a mean score, 0 to 100, to a value of the scale, half to even.

    Half up would lift every figure: measured, by almost a fifth of a point of ten.
    """
    # Both databases add in an order of their own; a tie must be one on each.
    return round(round(mean / 100 * scale.top, 6))

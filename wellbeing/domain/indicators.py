"""Scores of the weekly questions. Our own indicators: not a validated instrument."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

SCORING_VERSION = "1"
"""Stored with every score. A changed rule is a new version, never a silent one."""


class Indicator(StrEnum):
    """A score charted over time, 0 to 100."""

    OVERALL = "overall"
    COMPASSION_FATIGUE = "compassion_fatigue"
    BURNOUT = "burnout"
    EXHAUSTION = "exhaustion"
    DETACHMENT = "detachment"
    SECONDARY_TRAUMA = "secondary_trauma"
    COMPASSION_SATISFACTION = "compassion_satisfaction"
    REST = "rest"
    WORKLOAD = "workload"
    SUPPORT = "support"


class Direction(StrEnum):
    """Which end of an indicator is the harder one to live with."""

    HIGHER_IS_HARDER = "higher_is_harder"
    HIGHER_IS_BETTER = "higher_is_better"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """A named group of items and how its score is computed.

    Attributes:
        items: the items that are averaged.
        lowest, highest: the codes that become 0 and 100.
        needs: how many items must be answered; with fewer there is no score.
        direction: which end is harder.
    """

    items: tuple[str, ...]
    lowest: int
    highest: int
    needs: int
    direction: Direction


def _frequency(*items: str, needs: int, direction: Direction) -> Scale:
    return Scale(items=items, lowest=0, highest=4, needs=needs, direction=direction)


_EXHAUSTION = ("exhaustion_1", "exhaustion_2")
_DETACHMENT = ("detachment_1", "detachment_2")
_HARDER, _BETTER = Direction.HIGHER_IS_HARDER, Direction.HIGHER_IS_BETTER

SCALES: Mapping[Indicator, Scale] = {
    Indicator.OVERALL: Scale(
        items=("overall",), lowest=1, highest=10, needs=1, direction=_BETTER
    ),
    Indicator.BURNOUT: _frequency(
        *_EXHAUSTION, *_DETACHMENT, needs=3, direction=_HARDER
    ),
    Indicator.EXHAUSTION: _frequency(*_EXHAUSTION, needs=2, direction=_HARDER),
    Indicator.DETACHMENT: _frequency(*_DETACHMENT, needs=2, direction=_HARDER),
    Indicator.SECONDARY_TRAUMA: _frequency(
        "trauma_1", "trauma_2", needs=2, direction=_HARDER
    ),
    Indicator.COMPASSION_SATISFACTION: _frequency(
        "meaning_1", "meaning_2", needs=2, direction=_BETTER
    ),
    Indicator.REST: _frequency("rest", needs=1, direction=_BETTER),
    Indicator.WORKLOAD: _frequency("workload", needs=1, direction=_BETTER),
    Indicator.SUPPORT: _frequency("support", needs=1, direction=_BETTER),
}
"""How each indicator is made of items; compassion fatigue is made of two of them."""

Scores = Mapping[Indicator, float | None]
"""Every indicator of one check-in, 0 to 100; None: too little was answered."""

NO_SCORES: Scores = dict.fromkeys(Indicator)


def direction_of(indicator: Indicator) -> Direction:
    """Return which end of an indicator is the harder one."""
    if indicator is Indicator.COMPASSION_FATIGUE:
        return Direction.HIGHER_IS_HARDER
    return SCALES[indicator].direction


def scale_score(scale: Scale, values: Mapping[str, float]) -> float | None:
    """Score one scale, 0 to 100.

    The mean of the answered items, moved so that the lowest code is 0 and the
    highest 100. An item without an answer is left out; with fewer answered items
    than the scale needs the score is None, never 0.

    Args:
        scale: the scale.
        values: item to code, or to the mean of several; a missing answer is absent.

    Source: our own rule (wellbeing/domain/README.md); not a published instrument.
    """
    given = [values[item] for item in scale.items if item in values]
    if len(given) < scale.needs:
        return None
    return (fmean(given) - scale.lowest) / (scale.highest - scale.lowest) * 100


def score(values: Mapping[str, float]) -> Scores:
    """Score every indicator of one check-in, 0 to 100.

    Compassion fatigue is the mean of burnout and secondary trauma and needs both.

    Args:
        values: item to code, already checked against its question, or to the mean
            of several.

    Returns:
        Every indicator; None where too little was answered.
    """
    scores = {i: scale_score(scale, values) for i, scale in SCALES.items()}
    burnout, trauma = scores[Indicator.BURNOUT], scores[Indicator.SECONDARY_TRAUMA]
    both = None if burnout is None or trauma is None else (burnout + trauma) / 2
    return scores | {Indicator.COMPASSION_FATIGUE: both}

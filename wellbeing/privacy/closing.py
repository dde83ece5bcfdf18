"""One period's figures of every unit, from panels and values. No database here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wellbeing.domain.ids import PersonId
from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.bands import SizeClass, size_class
from wellbeing.privacy.panel import Panel
from wellbeing.privacy.periods import Period
from wellbeing.privacy.policy import Policy
from wellbeing.privacy.release import Figure, Value, figure_of
from wellbeing.privacy.scales import TEAM_INDICATORS, scale_of
from wellbeing.privacy.units import UnitId

Levels = Mapping[Indicator, Mapping[Period, int]]
"""One person's values: an indicator to the periods in which they had a value of it."""

FigureKey = tuple[UnitId, Indicator]


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """What a period is closed with.

    Attributes:
        policy: the rules of the quarter.
        quarter: the first period of the quarter.
        period: what is closed.
        panels: the units' panels, without those who must not be counted any more.
        levels: everybody's values of the quarter so far. They are gone through once,
            so that they need not all be held.
        before: the figures that limit how far each picture moves: those shown in the
            quarter, or the last one of the quarter before.
    """

    policy: Policy
    quarter: Period
    period: Period
    panels: Mapping[UnitId, Panel]
    levels: Iterable[tuple[PersonId, Levels]]
    before: Mapping[FigureKey, Sequence[Figure]]


def close_period(closing: Closing) -> Iterator[tuple[FigureKey, Figure]]:
    """Yield the figure of every unit and indicator."""
    counted: dict[FigureKey, list[Value]] = {
        (unit, indicator): []
        for unit in closing.panels
        for indicator in TEAM_INDICATORS
    }
    unit_of = {p: unit for unit, panel in closing.panels.items() for p in panel.people}
    for person, levels in closing.levels:
        if person in unit_of:
            unit = unit_of[person]
            for indicator, value in _values(closing, levels):
                counted[unit, indicator].append(value)
    for unit in closing.panels:
        shown_as = _smallest(
            closing.policy, (len(counted[unit, i]) for i in TEAM_INDICATORS)
        )
        for indicator in TEAM_INDICATORS:
            key = unit, indicator
            yield (
                key,
                figure_of(
                    closing.policy,
                    scale_of(indicator),
                    counted[key],
                    closing.before.get(key, ()),
                    shown_as,
                ),
            )


def _smallest(policy: Policy, counts: Iterable[int]) -> SizeClass | None:
    # Two classes side by side would tell almost exactly how many people there are.
    classes = [size_class(policy, count) for count in counts]
    return min((c for c in classes if c is not None), key=_least, default=None)


def _least(sizes: SizeClass) -> int:
    return sizes.least


def _values(closing: Closing, levels: Levels) -> Iterator[tuple[Indicator, Value]]:
    so_far = closing.quarter.through(closing.period)
    for indicator, in_period in levels.items():
        # Who had no value in the first period is not counted in this quarter, so that
        # the same people make all its figures, and no value lives longer than it.
        if closing.quarter in in_period:
            given = [in_period[period] for period in so_far if period in in_period]
            # Steady, not only here now: those whose values are carried in any of the
            # quarter's figures are together few enough for the proof of all of them.
            yield indicator, Value(given[-1], fresh=len(given) == len(so_far))

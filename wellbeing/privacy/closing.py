"""One period's figures of every unit, from panels and values. No database here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wellbeing.domain.ids import PersonId
from wellbeing.domain.indicators import Indicator
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
        period: what is closed.
        panels: the units' panels, without those who must not be counted any more.
        levels: everybody's values, as far back as one can still be carried. They are
            gone through once, so that they need not all be held.
        earliest: values before this period count for nobody; None: no such limit. A
            policy that became looser is not applied to what was answered before it.
        before: each unit's figure shown last, as long as its people's values may
            still be carried.
    """

    policy: Policy
    period: Period
    panels: Mapping[UnitId, Panel]
    levels: Iterable[tuple[PersonId, Levels]]
    earliest: Period | None
    before: Mapping[FigureKey, Figure]


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
            for indicator, value in _values(closing, closing.panels[unit], levels):
                counted[unit, indicator].append(value)
    for key, values in counted.items():
        scale = scale_of(key[1])
        yield key, figure_of(closing.policy, scale, values, closing.before.get(key))


def oldest_period(policy: Policy, since: Period) -> Period:
    """Return the earliest period whose values a panel made then may carry."""
    return since.plus(-policy.oldest_periods)


def _values(
    closing: Closing, panel: Panel, levels: Levels
) -> Iterator[tuple[Indicator, Value]]:
    oldest = oldest_period(closing.policy, panel.since)
    if closing.earliest is not None:
        oldest = max(oldest, closing.earliest)
    for indicator, in_period in levels.items():
        usable = [p for p in in_period if oldest <= p <= closing.period]
        # Who had no value when the panel was made is not counted until the next one.
        if usable and min(usable) <= panel.since:
            last = max(usable)
            yield indicator, Value(in_period[last], fresh=last == closing.period)

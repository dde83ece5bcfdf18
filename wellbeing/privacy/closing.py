"""One period's figures of every unit, from panels and values. No database here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wellbeing.domain.ids import PersonId
from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.panel import Panel
from wellbeing.privacy.periods import Period
from wellbeing.privacy.policy import Policy
from wellbeing.privacy.release import Figure, Value, figure_of
from wellbeing.privacy.scales import TEAM_INDICATORS, scale_of
from wellbeing.privacy.units import UnitId

Levels = Mapping[Period, int]
"""One person's values of one indicator: a period to a value of the scale."""

LevelsOf = Mapping[tuple[PersonId, Indicator], Levels]
"""Everybody's values, as far back as anybody's value can still be carried."""

FigureKey = tuple[UnitId, Indicator]


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """What a period is closed with.

    Attributes:
        policy: the rules of the quarter.
        period: what is closed.
        panels: the unit's panels, without those who must not be counted any more.
        levels: everybody's values.
        earliest: values before this period count for nobody; None: no such limit. A
            policy that became looser is not applied to what was answered before it.
        before: each unit's figure shown last, as long as its people's values may
            still be carried.
    """

    policy: Policy
    period: Period
    panels: Mapping[UnitId, Panel]
    levels: LevelsOf
    earliest: Period | None
    before: Mapping[FigureKey, Figure]


def close_period(closing: Closing) -> Iterator[tuple[FigureKey, Figure]]:
    """Yield the figure of every unit and indicator."""
    for unit, panel in closing.panels.items():
        for indicator in TEAM_INDICATORS:
            key = (unit, indicator)
            yield (
                key,
                figure_of(
                    closing.policy,
                    scale_of(indicator),
                    _values(closing, panel, indicator),
                    closing.before.get(key),
                ),
            )


def oldest_period(policy: Policy, since: Period) -> Period:
    """Return the earliest period whose values a panel made then may carry."""
    return since.plus(-policy.oldest_periods)


def _values(closing: Closing, panel: Panel, indicator: Indicator) -> Iterator[Value]:
    oldest = oldest_period(closing.policy, panel.since)
    if closing.earliest is not None:
        oldest = max(oldest, closing.earliest)
    for person in panel.people:
        levels = closing.levels.get((person, indicator), {})
        # Who had no value when the panel was made is not counted until the next one.
        if any(oldest <= period <= panel.since for period in levels):
            last = max(p for p in levels if oldest <= p <= closing.period)
            yield Value(level=levels[last], fresh=last == closing.period)

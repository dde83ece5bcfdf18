"""What a week means against somebody's own usual range."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wellbeing.content.next_steps import Occasion, next_step
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.indicators import Direction, Indicator, direction_of
from wellbeing.domain.usual_range import (
    SIGNAL_INDICATORS,
    Reading,
    UsualRange,
    read_series,
    weeks_outside,
)
from wellbeing.domain.weeks import Week

_INDICATORS = tuple(Indicator)


class Position(StrEnum):
    """Where one week's score lies against the person's usual range."""

    NO_SCORE = "no_score"
    LEARNING = "learning"
    WITHIN = "within"
    BACK = "back"
    HARDER = "harder"
    BETTER = "better"
    EARLY_SIGN = "early_sign"


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """One indicator in one week, against the usual range.

    Attributes:
        value: the score, 0 to 100, or None.
        usual: the usual range, or None while it is being learned.
        weeks_learned: how many of the eight weeks it needs are there.
        outside: in how many of the last three scored weeks it was on the harder
            side of the range.
    """

    indicator: Indicator
    value: float | None
    position: Position
    usual: UsualRange | None
    weeks_learned: int
    outside: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """What a week means: overall, compassion fatigue, and one kind next step."""

    week: Week
    overall: Placed
    fatigue: Placed
    next_step: str


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """Somebody's check-ins as they are stored, oldest first."""

    weeks: Sequence[Week]
    kinds: Sequence[Kind]
    scores: Sequence[tuple[Any, ...]]
    baseline_from: Week | None

    def series(self, indicator: Indicator) -> list[tuple[Week, float]]:
        """Return the weeks in which an indicator has a score."""
        column = 2 + _INDICATORS.index(indicator)
        pairs = zip(self.weeks, self.scores, strict=True)
        return [(w, row[column]) for w, row in pairs if row[column] is not None]

    def read(self, indicator: Indicator) -> Reading:
        """Return usual range and early signs of an indicator."""
        return read_series(
            self.series(indicator),
            direction_of(indicator),
            baseline_from=self.baseline_from,
        )


def history_of(rows: Sequence[tuple[Any, ...]], baseline: Week | None) -> History:
    """Return stored rows as a history."""
    return History(
        weeks=[Week.parse(row[0]) for row in rows],
        kinds=[Kind(row[1]) for row in rows],
        scores=rows,
        baseline_from=baseline,
    )


def _place(history: History, indicator: Indicator, week: Week) -> Placed:
    series, reading = history.series(indicator), history.read(indicator)
    value = series[-1][1] if series and series[-1][0] == week else None
    direction, usual = direction_of(indicator), reading.usual_range
    signal = indicator in SIGNAL_INDICATORS
    sign = signal and any(s.week == week and s.early_sign for s in reading.signs)
    if value is None:
        position = Position.NO_SCORE
    elif usual is None or week <= usual.through_week:
        position = Position.LEARNING
    elif sign:
        position = Position.EARLY_SIGN
    else:
        position = _against(value, usual, direction)
        before = series[-2][1] if len(series) > 1 else value
        was = _against(before, usual, direction)
        if position is Position.WITHIN and was is Position.HARDER:
            position = Position.BACK
    return Placed(
        indicator=indicator,
        value=value,
        position=position,
        usual=usual,
        weeks_learned=reading.weeks_learned,
        outside=weeks_outside(series, reading, direction),
    )


def _against(value: float, usual: UsualRange, direction: Direction) -> Position:
    higher_is_harder = direction is Direction.HIGHER_IS_HARDER
    if value > usual.high:
        return Position.HARDER if higher_is_harder else Position.BETTER
    if value < usual.low:
        return Position.BETTER if higher_is_harder else Position.HARDER
    return Position.WITHIN


def meaning_in(history: History, week: Week) -> Meaning:
    """Return what a week of a history means."""
    placed = {i: _place(history, i, week) for i in Indicator}
    harder = (Position.HARDER, Position.EARLY_SIGN)
    hard = [i for i, p in placed.items() if p.position in harder]
    overall = placed[Indicator.OVERALL]
    occasion = Occasion.USUAL
    if history.kinds[history.weeks.index(week)] is Kind.NOT_THIS_WEEK:
        occasion = Occasion.NOT_THIS_WEEK
    elif overall.position is Position.LEARNING:
        occasion = Occasion.FIRST_WEEKS
    return Meaning(
        week=week,
        overall=overall,
        fatigue=placed[Indicator.COMPASSION_FATIGUE],
        next_step=next_step(week, hard=hard, otherwise=occasion),
    )

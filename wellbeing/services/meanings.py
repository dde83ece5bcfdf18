"""What a week means against somebody's own usual range."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wellbeing.content.next_steps import Occasion, next_step
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.indicators import Direction, Indicator, direction_of
from wellbeing.domain.usual_range import (
    SIGNAL_INDICATORS,
    Reading,
    Series,
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
    """What a week means: overall, compassion fatigue, and one kind next step.

    The step is None where none was asked for.
    """

    week: Week
    overall: Placed
    fatigue: Placed
    next_step: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """Somebody's check-ins as they are stored, oldest first."""

    weeks: Sequence[Week]
    kinds: Sequence[Kind]
    scores: Sequence[Any]
    baseline_from: Week | None
    _read: dict[Indicator, tuple[Series, Reading]] = field(default_factory=dict)

    def series(self, indicator: Indicator) -> Series:
        """Return the weeks in which an indicator has a score."""
        return self._both(indicator)[0]

    def reading(self, indicator: Indicator) -> Reading:
        """Return usual range and early signs of an indicator."""
        return self._both(indicator)[1]

    def _both(self, indicator: Indicator) -> tuple[Series, Reading]:
        # Sentences and charts of one screen read the same series.
        known = self._read.get(indicator)
        if known is not None:
            return known
        column = 2 + _INDICATORS.index(indicator)
        pairs = zip(self.weeks, self.scores, strict=True)
        series = [(w, row[column]) for w, row in pairs if row[column] is not None]
        reading = read_series(
            series,
            direction_of(indicator),
            baseline_from=self.baseline_from,
            with_signs=indicator in SIGNAL_INDICATORS,
        )
        self._read[indicator] = series, reading
        return series, reading


def history_of(rows: Sequence[Any], baseline: Week | None) -> History:
    """Return stored rows as a history."""
    return History(
        weeks=[Week.parse(row[0]) for row in rows],
        kinds=[row[1] for row in rows],
        scores=rows,
        baseline_from=baseline,
    )


def _place(history: History, indicator: Indicator, week: Week) -> Placed:
    series, reading = history.series(indicator), history.reading(indicator)
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


def meaning_in(history: History, week: Week, *, with_step: bool = False) -> Meaning:
    """Return what a week of a history means, with a next step if asked for."""
    overall = _place(history, Indicator.OVERALL, week)
    fatigue = _place(history, Indicator.COMPASSION_FATIGUE, week)
    step = _next_step(history, week, overall) if with_step else None
    return Meaning(week=week, overall=overall, fatigue=fatigue, next_step=step)


def hard_indicators(history: History, week: Week) -> frozenset[Indicator]:
    """Return the indicators that are on their hard side in a week of a history."""
    harder = (Position.HARDER, Position.EARLY_SIGN)
    return frozenset(
        i for i in Indicator if _place(history, i, week).position in harder
    )


def _next_step(history: History, week: Week, overall: Placed) -> str:
    hard = hard_indicators(history, week)
    occasion = Occasion.USUAL
    if history.kinds[history.weeks.index(week)] is Kind.NOT_THIS_WEEK:
        occasion = Occasion.NOT_THIS_WEEK
    elif overall.position is Position.LEARNING:
        occasion = Occasion.FIRST_WEEKS
    return next_step(week, hard=hard, otherwise=occasion)

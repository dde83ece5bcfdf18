"""A person's usual range, learned from their own weeks, and the early-sign rule."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import inf, sqrt
from operator import gt, itemgetter, lt
from statistics import fmean
from typing import NamedTuple

from wellbeing.domain.indicators import Direction, Indicator
from wellbeing.domain.weeks import Week

SIGNAL_INDICATORS = (Indicator.OVERALL, Indicator.COMPASSION_FATIGUE)
"""The only indicators with an early sign: each further one adds false alarms."""

_LOWEST, _HIGHEST = 0.0, 100.0

Series = Sequence[tuple[Week, float]]
"""Observed weeks and their scores, 0 to 100."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignRule:
    """The numbers of the early-sign rule.

    Attributes:
        smoothing: weight of the newest week in the smoothed line.
        limit: how many standard errors the smoothed line may stray.
        baseline_weeks: observed weeks that the usual range is learned from.
        prior_sd, prior_weight: spread assumed of anybody, in points of 0 to 100,
            and how many degrees of freedom the assumption counts for.
        break_after, relearn_after: empty weeks after which the smoothed line
            starts afresh, and after which the usual range is learned afresh.
    """

    smoothing: float = 0.2
    limit: float = 2.7
    baseline_weeks: int = 8
    prior_sd: float = 12.0
    prior_weight: float = 8
    break_after: int = 4
    relearn_after: int = 12

    def __post_init__(self) -> None:
        """Refuse numbers that make no rule; NaN fails every comparison."""
        sound = (
            0 < self.smoothing <= 1,
            0 < self.limit < inf,
            1 < self.baseline_weeks < inf,
            0 < self.prior_sd <= _HIGHEST,
            0 < self.prior_weight < inf,
            1 <= self.break_after <= self.relearn_after,
        )
        if not all(sound):
            message = f"these numbers make no early-sign rule: {self}"
            raise ValueError(message)


RULE = SignRule()
"""The rule in use; its figures stand in docs/early_sign.md."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UsualRange:
    """The band in which a person's single weeks usually lie, 0 to 100.

    ``low`` and ``high`` are middle -/+ 2 * spread * sqrt(1 + 1 / baseline weeks),
    cut to 0 and 100. Simulated (trials/early_sign.py, 20,000 people, 26 weeks each,
    nothing changes), 94 in 100 later single weeks lie inside, about 19 in 20, if
    weeks are independent; 93 if neighbouring weeks correlate by 0.3, 91 by 0.5.
    A single week outside comes by chance and is not an early sign.
    ``middle`` is the mean and ``spread`` the pooled within-person standard deviation
    of the baseline, which goes from ``from_week`` through ``through_week``.
    """

    low: float
    high: float
    middle: float
    spread: float
    from_week: Week
    through_week: Week


class WeekSign(NamedTuple):
    """One observed week after the baseline; a named tuple, because pages make many.

    It is an early sign when ``smoothed`` lies beyond ``limit``, on the harder side;
    where the limit is cut to 0 or 100 there can be none.
    """

    week: Week
    smoothed: float
    limit: float
    early_sign: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What one indicator of one person shows.

    ``usual_range`` is None while it is being learned, ``signs`` holds every observed
    week after a baseline, ``breaks`` the first week after each break.
    """

    usual_range: UsualRange | None
    weeks_learned: int
    signs: tuple[WeekSign, ...]
    breaks: tuple[Week, ...]


def read_series(
    series: Series,
    direction: Direction,
    *,
    baseline_from: Week | None = None,
    rule: SignRule = RULE,
    with_signs: bool = True,
) -> Reading:
    """Learn a person's usual range and tell where an early sign stands.

    The first observed weeks are the baseline and stay it; the later ones are smoothed
    from its mean on. A missing week is skipped, never filled. After a break the line
    starts at the mean again, after a long one a baseline is learned.

    Args:
        series: the observed weeks, oldest first, each once, with scores 0 to 100.
        direction: which end of the indicator is the harder one.
        baseline_from: the person's own reset; earlier weeks are left out entirely.
        rule: the numbers of the rule.
        with_signs: False leaves ``signs`` empty, for indicators that have none.

    Raises:
        ValueError: weeks out of order or twice, or a score outside 0 to 100.

    Source: exponentially weighted moving average, Roberts 1959,
    doi:10.1080/00401706.1959.10489860; worked example: NIST/SEMATECH e-Handbook of
    Statistical Methods, EWMA control charts. One-sided reading, pooled spread,
    baseline term and breaks are ours (docs/early_sign.md).
    """
    if baseline_from is not None:
        series = series[bisect_left(series, baseline_from, key=itemgetter(0)) :]
    baseline: list[tuple[Week, float]] = []
    usual: UsualRange | None = None
    signs: list[WeekSign] = []
    for gap, stretch in (stretches := _stretches(series, rule)):
        if gap >= rule.relearn_after:
            baseline, usual = [], None
        learning = rule.baseline_weeks - len(baseline)
        baseline += stretch[:learning]
        if usual is None and len(baseline) == rule.baseline_weeks:
            usual = _learn(baseline, rule)
        if usual is not None and with_signs:
            signs += _signs(stretch[learning:], usual, direction, rule)
    return Reading(
        usual_range=usual,
        weeks_learned=len(baseline),
        signs=tuple(signs),
        breaks=tuple(stretch[0][0] for _, stretch in stretches[1:]),
    )


def weeks_outside(
    series: Series, reading: Reading, direction: Direction, last: int = 3
) -> int:
    """Count the last observed weeks beyond the band on the harder side: no early sign.

    A week that made the range is not judged by it.
    """
    usual = reading.usual_range
    if usual is None or last < 1:
        return 0
    later = [value for week, value in series[-last:] if week > usual.through_week]
    if direction is Direction.HIGHER_IS_HARDER:
        return sum(value > usual.high for value in later)
    return sum(value < usual.low for value in later)


def _stretches(series: Series, rule: SignRule) -> list[tuple[int, Series]]:
    """Part a series at its breaks; before each part, how many weeks are empty."""
    if not all(_LOWEST <= value <= _HIGHEST for _, value in series):
        message = "a score lies outside 0 to 100"
        raise ValueError(message)
    empty = [0]
    empty += [  # most pairs share their year; that spares four calendar look-ups
        (b.number - a.number if a.year == b.year else b.minus(a)) - 1
        for a, b in pairwise([week for week, _ in series])
    ]
    if min(empty) < 0:
        message = "the weeks of a series must ascend, each once"
        raise ValueError(message)
    cuts = [n for n, gap in enumerate(empty) if gap >= rule.break_after]
    return [(empty[i], series[i:j]) for i, j in pairwise([0, *cuts, len(series)])]


def _learn(baseline: Series, rule: SignRule) -> UsualRange:
    """Learn from the baseline; the prior keeps the spread above 0."""
    middle = fmean(value for _, value in baseline)
    squares = rule.prior_weight * rule.prior_sd**2
    squares += sum((value - middle) ** 2 for _, value in baseline)
    spread = sqrt(squares / (rule.prior_weight + len(baseline) - 1))
    reach = 2 * spread * sqrt(1 + 1 / len(baseline))
    return UsualRange(
        low=_cut(middle - reach),
        high=_cut(middle + reach),
        middle=middle,
        spread=spread,
        from_week=baseline[0][0],
        through_week=baseline[-1][0],
    )


def _cut(value: float) -> float:
    return min(max(value, _LOWEST), _HIGHEST)


def _signs(
    stretch: Series, usual: UsualRange, direction: Direction, rule: SignRule
) -> Iterable[WeekSign]:
    if not stretch:
        return ()
    weeks, values = zip(*stretch, strict=True)
    higher_is_harder = direction is Direction.HIGHER_IS_HARDER
    reach = usual.spread * (rule.limit if higher_is_harder else -rule.limit)
    smoothed = _smooth(values, usual.middle, rule.smoothing)
    errors = _errors(len(values), rule.smoothing, rule.baseline_weeks)
    limits = [usual.middle + reach * error for error in errors]
    if not _LOWEST <= limits[-1] <= _HIGHEST:  # the last is the farthest
        limits = [_cut(limit) for limit in limits]
    beyond = map(gt if higher_is_harder else lt, smoothed, limits)
    return map(WeekSign._make, zip(weeks, smoothed, limits, beyond, strict=True))


def _smooth(values: Iterable[float], start: float, smoothing: float) -> list[float]:
    """Return z_t = z_(t-1) + smoothing * (x_t - z_(t-1)), with z_0 = start."""
    line = accumulate(values, lambda z, x: z + smoothing * (x - z), initial=start)
    return list(line)[1:]


@lru_cache(maxsize=256)
def _errors(count: int, smoothing: float, learned_from: float) -> tuple[float, ...]:
    """Return the error of z_t about its start for t = 1, 2, ..., in units of spread.

    The second term is ours: the start was itself learned from so many weeks.
    """
    kept = [(1 - smoothing) ** t for t in range(1, count + 1)]
    w = smoothing / (2 - smoothing)
    return tuple(sqrt(w * (1 - k * k) + (1 - k) ** 2 / learned_from) for k in kept)

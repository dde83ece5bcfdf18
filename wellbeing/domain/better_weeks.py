"""What goes with better weeks: one person's support and the week after it.

An association in one person's own weeks, never a cause, and shown to them alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import sqrt
from typing import NamedTuple

from wellbeing.domain.check_ins import SupportUsed
from wellbeing.domain.indicators import Direction, Indicator, direction_of
from wellbeing.domain.student import student_quantile
from wellbeing.domain.weeks import Week

OUTCOMES = (Indicator.OVERALL, Indicator.BURNOUT)
"""What is looked at; each further one would cost certainty in all others."""
ENOUGH_WEEKS = 12
"""Weeks with answers before anything is compared."""
EVERY = 12
"""Weeks of the calendar between two comparisons.

Who looked anew every week would sooner or later find what is not there. Weeks of the
calendar, because weeks with answers would be counted from the oldest one that is left,
and that is another one whenever old weeks go.
"""
_FIRST_ROUND = Week(2001, 1)
EACH = 4
"""So many weeks with a kind of support, and so many without, are needed."""
ALARM = 0.02
"""The chance that all of a person's comparisons together find what is not there.

Lower than the 5 % that is meant, because habits come in runs and answers in steps:
what is left of it in the weeks of invented people stands in ``docs/trials.md``.
"""
_KNOWN_BEFORE = 3  # a level, the week itself, a trend
_FINEST = 3.0  # points: answers come in steps, so no spread is smaller than this


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportWeek:
    """One week of a person.

    Attributes:
        values: the outcomes, 0 to 100; an absent or None one was not answered.
        used: the kinds of support; None: nothing was said, which is not "none".
    """

    week: Week
    values: Mapping[Indicator, float | None]
    used: frozenset[SupportUsed] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The week after weeks with a kind of support, against the week after others.

    Attributes:
        difference: in points of 0 to 100, given how the week itself was.
        low, high: its interval, wide enough for all comparisons of the person.
        used, others: how many weeks stand on either side.
    """

    kind: SupportUsed
    outcome: Indicator
    difference: float
    low: float
    high: float
    used: int
    others: int

    @property
    def tells(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    @property
    def better(self) -> bool:
        """Whether the difference lies on the better side of the outcome."""
        rises = direction_of(self.outcome) is Direction.HIGHER_IS_BETTER
        return (self.difference > 0) == rises


class _Pair(NamedTuple):
    """What was used in a week, how the week was, and how the next one was."""

    when: int
    used: frozenset[SupportUsed]
    now: float
    after: float


def weeks_answered(weeks: Iterable[SupportWeek]) -> int:
    """Return in how many weeks an outcome has a score."""
    return sum(map(_has_score, weeks))


def compared_through(weeks: Iterable[SupportWeek]) -> Week | None:
    """Return the last week that is compared: of the last round that has ended.

    A round has ended once there is an answer of its last week or of a later one.

    Returns:
        None: fewer than ENOUGH_WEEKS weeks with answers are in rounds that have ended.
    """
    answered = [w.week for w in weeks if _has_score(w)]
    if not answered:
        return None
    last = _round_ends(max(answered).plus(1)).plus(-EVERY)
    return last if sum(w <= last for w in answered) >= ENOUGH_WEEKS else None


def next_comparison(weeks: Iterable[SupportWeek], this: Week) -> Week:
    """Return the week with whose answers, or with later ones, is compared anew.

    Args:
        this: the week it is now, for whoever has no week with answers.
    """
    answered = [w.week for w in weeks if _has_score(w)]
    return _round_ends(max(answered).plus(1) if answered else this)


def _round_ends(week: Week) -> Week:
    """Return the last week of the round that a week is in."""
    return week.plus(EVERY - 1 - week.minus(_FIRST_ROUND) % EVERY)


def compare(weeks: Sequence[SupportWeek]) -> tuple[Comparison, ...]:
    """Compare the week after each kind of support with the week after other weeks.

    For every kind and outcome, least squares of next week's score on whether the
    kind was used, on this week's score and on a straight line in time. This week's
    score takes up that weeks resemble their neighbours, and that people turn to
    support in hard weeks; the line takes up slow change. The interval is Student's
    with n - 4 degrees of freedom, widened for all comparisons made (Bonferroni).

    Args:
        weeks: in any order; a week is compared only if the next one is there, too,
            and if something was said about support in it.

    Returns:
        Every comparison with at least EACH weeks on either side; none before
        ENOUGH_WEEKS weeks with answers, and no new week before the next round of
        EVERY weeks has ended. Old weeks that are kept no longer leave it before that.

    Source: own rule; what it finds and overlooks is simulated in
    ``trials/better_weeks.py``.
    """
    last = compared_through(weeks)
    if last is None:
        return ()
    weeks = [w for w in weeks if w.week <= last]
    pairs = {outcome: _pairs(weeks, outcome) for outcome in OUTCOMES}
    possible = [
        (kind, outcome)
        for kind, outcome in product(SupportUsed, OUTCOMES)
        if EACH
        <= sum(kind in p.used for p in pairs[outcome])
        <= len(pairs[outcome]) - EACH
    ]
    found = (_compared(k, o, pairs[o], ALARM / len(possible)) for k, o in possible)
    return tuple(c for c in found if c is not None)


def _has_score(week: SupportWeek) -> bool:
    return any(value is not None for value in week.values.values())


def _pairs(weeks: Iterable[SupportWeek], outcome: Indicator) -> list[_Pair]:
    by_week = {w.week: w for w in weeks}
    first = min(by_week)

    def each() -> Iterator[_Pair]:
        for week in sorted(by_week):
            here, then = by_week[week], by_week.get(week.plus(1))
            now = here.values.get(outcome)
            after = None if then is None else then.values.get(outcome)
            if here.used is not None and now is not None and after is not None:
                yield _Pair(week.minus(first), here.used, now, after)

    return list(each())


def _compared(
    kind: SupportUsed, outcome: Indicator, pairs: Sequence[_Pair], alarm: float
) -> Comparison | None:
    count = len(pairs)
    free = count - _KNOWN_BEFORE - 1
    known: list[list[float]] = []
    for column in ([1.0] * count, [p.now for p in pairs], [p.when for p in pairs]):
        rest = _without(list(column), known)
        if _square(rest) > 1e-9 * max(1.0, _square(column)):
            known.append(rest)
    used = _without([float(kind in p.used) for p in pairs], known)
    spread = _square(used)
    if free < 1 or spread < 1:  # it cannot be told from the course of the weeks
        return None
    after = _without([p.after for p in pairs], known)
    difference = sum(u * a for u, a in zip(used, after, strict=True)) / spread
    left = _square([a - difference * u for u, a in zip(used, after, strict=True)])
    error = sqrt(max(left / free, _FINEST**2) / spread)
    reach = student_quantile(1 - alarm / 2, free) * error
    with_it = sum(kind in p.used for p in pairs)
    return Comparison(
        kind=kind,
        outcome=outcome,
        difference=difference,
        low=difference - reach,
        high=difference + reach,
        used=with_it,
        others=count - with_it,
    )


def _without(column: Sequence[float], known: Iterable[Sequence[float]]) -> list[float]:
    """Return what of a column is not in the known ones, which are orthogonal."""
    rest = list(column)
    for other in known:
        share = sum(r * o for r, o in zip(rest, other, strict=True)) / _square(other)
        rest = [r - share * o for r, o in zip(rest, other, strict=True)]
    return rest


def _square(column: Iterable[float]) -> float:
    return sum(value * value for value in column)

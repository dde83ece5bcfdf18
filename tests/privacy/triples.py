"""Attack: all three figures of a quarter at once, over every data set there can be.

In a quarter everybody answers in the first period; an answer may be carried into one
or two later figures. So there are six groups of answers, and each figure bounds the
sum of some of them. The groups are runs of neighbouring figures: what remains possible
is whole, without gaps, and follows group by group.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tests.privacy.pairs import Span, quarters
from wellbeing.privacy.policy import Policy
from wellbeing.privacy.scales import ReleaseScale

Sums = NDArray[np.int64]
Ends = tuple[Sums, Sums]
Spans = tuple[Span, Span, Span]

_FAR = 1 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Courses:
    """How many people answered when, after the first period.

    Attributes:
        never: neither in the second nor in the third: one answer in all figures.
        late: not in the second: one answer in the first two figures.
        early: not in the third: one answer in the last two figures.
        always: in both.
    """

    never: int
    late: int
    early: int
    always: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Sums of colluders' answers in each figure, all that can be together."""

    first: Sums
    second: Sums
    third: Sums


def enough_in_every_period(courses: Courses, needed: int) -> bool:
    """Tell whether enough people answered in every period, as the rules say."""
    return courses.always >= needed


def enough_in_each_period(courses: Courses, needed: int) -> bool:
    """Tell whether enough people answered in each period, others in each of them."""
    least = min(courses.late, courses.early)
    return courses.always + least >= needed


Enough = Callable[[Courses, int], bool]


def fewest_in_quarter(
    policy: Policy,
    scale: ReleaseScale,
    people: int,
    sample: tuple[int, int] | None = None,
    enough: Enough = enough_in_every_period,
) -> int:
    """Return to how few values anybody can be narrowed down by a quarter's figures.

    Args:
        policy: the rules.
        scale: the values an answer can have.
        people: how many are in the panel.
        sample: how many of the cases are tried, at random, and the seed; None: all.
        enough: whether the third figure is shown.
    """
    spans = sorted(quarters(policy, scale, people))
    courses = [c for c in _courses(people) if enough(c, policy.fresh_needed(people))]
    splits = [s for c in courses for s in _splits(c, policy.colluders(people))]
    cases = list(product(splits, spans))
    if sample is not None and sample[0] < len(cases):
        chosen = np.random.default_rng(sample[1]).choice(
            len(cases), sample[0], replace=False
        )
        cases = [cases[n] for n in sorted(chosen)]
    fewest, of = scale.levels, None
    for (told, untold), said in cases:
        if told != of:
            of, sums = told, told_sums(scale.top, told)
        fewest = min(fewest, narrowest(scale.top, untold, said, sums))
    return fewest


def narrowest(top: int, untold: Courses, said: Spans, told: Told) -> int:
    """Return the fewest values left of any untold answer, over all told sums.

    Args:
        top: answers are 0 to top.
        untold: how those answered whose answers the attacker does not know.
        said: between which sums each figure lies, with the told answers.
        told: what the colluders' answers can add up to.
    """
    in_all = np.arange(untold.never * top + 1)
    first, second, third = (
        (span[0] - sums[:, None] - in_all, span[1] - sums[:, None] - in_all)
        for span, sums in zip(said, (told.first, told.second, told.third), strict=True)
    )
    zero = np.zeros_like(first[0])
    only_first = zero, zero + (untold.early + untold.always) * top
    only_second = zero, zero + untold.always * top
    only_third = zero, zero + (untold.late + untold.always) * top
    # Carried into the second figure, into the third, and both in the second.
    late = _meet((zero, zero + untold.late * top), _less(first, only_first))
    early = _meet((zero, zero + untold.early * top), _less(third, only_third))
    both = _meet((late[0] + early[0], late[1] + early[1]), _less(second, only_second))
    possible = (late[0] <= late[1]) & (early[0] <= early[1]) & (both[0] <= both[1])
    late, early = _meet(late, _less(both, early)), _meet(early, _less(both, late))
    groups = (
        (untold.never, (zero + in_all, zero + in_all)),
        (untold.late, late),
        (untold.early, early),
        (untold.early + untold.always, _less(first, late)),
        (untold.always, _less(second, both)),
        (untold.late + untold.always, _less(third, early)),
    )
    left = [_fewest(top, count, ends, possible) for count, ends in groups if count]
    return min([top + 1, *left])


def told_sums(top: int, told: Courses) -> Told:
    """Return all sums that told answers can have in the three figures."""
    most = (told.never + told.late + told.early + told.always) * top + 1
    reached = np.zeros((most, most, most), dtype=np.bool_)
    free = (
        (told.early + told.always) * top + 1,
        told.always * top + 1,
        (told.late + told.always) * top + 1,
    )
    carried = (range(n * top + 1) for n in (told.never, told.late, told.early))
    for never, late, early in product(*carried):
        start = never + late, never + late + early, never + early
        box = tuple(slice(s, s + f) for s, f in zip(start, free, strict=True))
        reached[box] = True
    first, second, third = np.nonzero(reached)
    return Told(first=first, second=second, third=third)


def _meet(one: Ends, other: Ends) -> Ends:
    return np.maximum(one[0], other[0]), np.minimum(one[1], other[1])


def _less(ends: Ends, other: Ends) -> Ends:
    """Return between which ends a sum without some of its answers lies."""
    return ends[0] - other[1], ends[1] - other[0]


def _fewest(top: int, count: int, ends: Ends, possible: NDArray[np.bool_]) -> int:
    """Return the fewest values left of one of several answers with a bounded sum."""
    # Whatever the answers in all figures add up to: the ends over all of it.
    least = np.where(possible, ends[0], _FAR).min(axis=1)
    most = np.where(possible, ends[1], -_FAR).max(axis=1)
    some = possible.any(axis=1)
    if not some.any():
        return top + 1
    smallest = np.maximum(least[some] - (count - 1) * top, 0)
    return int((np.minimum(most[some], top) - smallest + 1).min())


def _courses(people: int) -> Iterator[Courses]:
    for never, late, early in product(range(people + 1), repeat=3):
        always = people - never - late - early
        if always >= 0:
            yield Courses(never=never, late=late, early=early, always=always)


def _splits(courses: Courses, colluders: int) -> Iterator[tuple[Courses, Courses]]:
    """Yield who of them can be colluders, and the others."""
    for told in _courses(colluders):
        untold = Courses(
            never=courses.never - told.never,
            late=courses.late - told.late,
            early=courses.early - told.early,
            always=courses.always - told.always,
        )
        if min(untold.never, untold.late, untold.early, untold.always) >= 0:
            yield told, untold

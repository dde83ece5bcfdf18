"""Attack: two figures that share carried answers, over every data set there can be.

Some answers are in both figures, the others in one of them. The attacker knows, and
may have chosen, the answers of the colluders. Everything is an interval, so what
remains possible has a closed form; all sums that colluders can have are tried.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tests.privacy.bounds import meanings
from wellbeing.privacy.bands import Band, band_set, size_class, size_classes
from wellbeing.privacy.policy import Policy
from wellbeing.privacy.release import Figure
from wellbeing.privacy.scales import ReleaseScale

Span = tuple[int, int]
"""Between which two sums a figure lies, both included."""

Figures = tuple[Figure, ...]
Limit = Callable[[Figures], Figures]

Sums = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """How many there are in both figures, only in the first, only in the second."""

    both: int
    first: int
    second: int


def the_rules(before: Figures) -> Figures:
    """Limit a picture by all that were shown in the quarter, as the rules do."""
    return before


def no_limit(before: Figures) -> Figures:
    """Let a picture move as it likes."""
    return before[:0]


def the_last_one(before: Figures) -> Figures:
    """Limit a picture by the one before it alone."""
    return before[-1:]


def fewest_in_panel(
    policy: Policy, scale: ReleaseScale, people: int, limit: Limit = the_rules
) -> int:
    """Return to how few values anybody can be narrowed down by two figures of a panel.

    Every two of the three figures of a quarter are tried; later ones share nothing.

    Args:
        policy: the rules.
        scale: the values an answer can have.
        people: how many are in the panel.
        limit: which of the earlier figures limit a picture.
    """
    pairs = {
        pair
        for spans in quarters(policy, scale, people, limit)
        for pair in combinations(spans, 2)
    }
    most_carried = people - policy.fresh_needed(people)
    return min(
        fewest_left(policy, scale, (people, people), shared, pairs)
        for shared in range(1, most_carried + 1)
    )


def fewest_after_change(
    policy: Policy,
    scale: ReleaseScale,
    first: int,
    second: int,
    limit: Limit = the_rules,
) -> int:
    """Return the same for a panel that has another size in the next period."""
    pairs = {
        (span, later)
        for band, span in _everything_said(policy, scale, first)
        for later in meanings(
            policy, scale, second, limit((_figure(policy, first, band),))
        ).values()
    }
    most_carried = min(first, second - policy.fresh_needed(second))
    return min(
        fewest_left(policy, scale, (first, second), shared, pairs)
        for shared in range(1, most_carried + 1)
    )


def quarters(
    policy: Policy, scale: ReleaseScale, people: int, limit: Limit = the_rules
) -> set[tuple[Span, Span, Span]]:
    """Return all that the three figures of a quarter can say one after another."""
    found = set()
    for band, first in _everything_said(policy, scale, people):
        one = _figure(policy, people, band)
        for middle, second in meanings(policy, scale, people, limit((one,))).items():
            two = _figure(policy, people, middle)
            last = meanings(policy, scale, people, limit((one, two)))
            found |= {(first, second, third) for third in last.values()}
            # The second figure may have been withheld.
            found.add((first, second, second))
    return found


def fewest_left(
    policy: Policy,
    scale: ReleaseScale,
    sizes: tuple[int, int],
    shared: int,
    pairs: Iterable[tuple[Span, Span]],
) -> int:
    """Return the fewest values left, if so many answers are in both figures.

    Args:
        policy: the rules.
        scale: the values an answer can have.
        sizes: how many people are in each figure.
        shared: of how many the same answer is in both.
        pairs: what the two figures can say.
    """
    fewest, pairs = scale.levels, list(pairs)
    for told, untold in _splits(policy, sizes, shared):
        sums = _told_sums(scale.top, told)
        for first, second in pairs:
            left = narrowest(scale.top, untold, _less(first, sums[0]), second, sums)
            fewest = min(fewest, left)
    return fewest


def narrowest(
    top: int,
    untold: People,
    first: tuple[Sums, Sums],
    second: Span,
    sums: tuple[Sums, Sums, NDArray[np.bool_]],
) -> int:
    """Return the fewest values left of any untold answer, over all told sums.

    Args:
        top: answers are 0 to top.
        untold: the answers that the attacker does not know.
        first: between which sums the untold answers of the first figure lie.
        second: between which sums the second figure lies, with the told ones.
        sums: of what was told, in the first and second figure, and whether the two
            can be together.
    """
    low_1, high_1 = first
    low_2, high_2 = _less(second, sums[1])
    zero = np.zeros_like(low_1)
    # What the answers in both figures can add up to.
    low = np.maximum.reduce(
        [zero, low_1 - untold.first * top, low_2 - untold.second * top]
    )
    high = np.minimum.reduce([zero + untold.both * top, high_1, high_2])
    possible = sums[2] & (low <= high)
    fewest = top + 1
    for count, least, most in (
        (untold.both, low, high),
        (untold.first, low_1 - high, high_1 - low),
        (untold.second, low_2 - high, high_2 - low),
    ):
        if count and possible.any():
            largest = np.minimum(most, top)
            smallest = np.maximum(least - (count - 1) * top, 0)
            fewest = min(fewest, int((largest - smallest + 1)[possible].min()))
    return fewest


def _everything_said(
    policy: Policy, scale: ReleaseScale, people: int
) -> set[tuple[Band, Span]]:
    """Return each band with what it can say, whatever was shown before it."""
    before = [
        (_figure(policy, sizes.least, band),)
        for sizes in size_classes(policy)
        for band in band_set(policy, scale, sizes).bands
    ]
    return {
        said
        for figures in [(), *before]
        for said in meanings(policy, scale, people, figures).items()
    }


def _figure(policy: Policy, people: int, band: Band) -> Figure:
    return Figure(band=band, people=str(size_class(policy, people)), withheld=None)


def _splits(
    policy: Policy, sizes: tuple[int, int], shared: int
) -> Iterator[tuple[People, People]]:
    """Yield how colluders and the others can be spread over the two figures."""
    most = policy.colluders(sizes[0]), policy.colluders(sizes[1])
    for both in range(min(shared, *most) + 1):
        told = People(both=both, first=most[0] - both, second=most[1] - both)
        untold = People(
            both=shared - both,
            first=sizes[0] - shared - told.first,
            second=sizes[1] - shared - told.second,
        )
        if untold.first >= 0 and untold.second >= 0:
            yield told, untold


def _told_sums(top: int, told: People) -> tuple[Sums, Sums, NDArray[np.bool_]]:
    """Return all sums of told answers in both figures, and which go together."""
    first, second = np.meshgrid(
        np.arange((told.both + told.first) * top + 1),
        np.arange((told.both + told.second) * top + 1),
        indexing="ij",
    )
    least = np.maximum(first - told.first * top, second - told.second * top)
    most = np.minimum(first, second)
    together = np.maximum(least, 0) <= np.minimum(most, told.both * top)
    return first, second, together


def _less(span: Span, told: Sums) -> tuple[Sums, Sums]:
    return span[0] - told, span[1] - told

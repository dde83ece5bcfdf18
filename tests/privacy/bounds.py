"""Attack: exact bounds on everybody's answers from what was published.

Every distinct answer is an unknown whole number. Every figure bounds a sum of them.
The attacker knows who is in each figure and which answer of theirs, and the answers
of some colluders. Integer programming (HiGHS) gives the smallest and the largest value
that each other answer can have.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import (  # type: ignore[import-untyped]
    Bounds,
    LinearConstraint,
    milp,
)
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from tests.privacy.closings import SCALE, Answer, Levels, Release
from wellbeing.domain.ids import PersonId
from wellbeing.privacy.bands import Band
from wellbeing.privacy.policy import Policy
from wellbeing.privacy.release import Figure, Value, figure_of
from wellbeing.privacy.scales import ReleaseScale


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownSum:
    """What one figure says: the sum of some answers lies between two numbers."""

    answers: tuple[int, ...]
    least: int
    most: int


@cache
def meanings(
    policy: Policy, scale: ReleaseScale, people: int, before: tuple[Figure, ...] = ()
) -> Mapping[Band, tuple[int, int]]:
    """Return for each band the smallest and largest sum with which it is shown.

    The attacker has the program: they make the figure of every possible sum.
    """
    sums: dict[Band, list[int]] = {}
    for total in range(people * scale.top + 1):
        figure = figure_of(policy, scale, _any_values(scale, people, total), before)
        if figure.band is not None:
            sums.setdefault(figure.band, []).append(total)
    return {band: (min(found), max(found)) for band, found in sums.items()}


def known_sums(
    releases: Iterable[Release], numbers: Mapping[Answer, int]
) -> Iterator[KnownSum]:
    """Yield what releases say about answers, which are known by number."""
    for release in releases:
        band = release.figure.band
        if band is not None:
            said = meanings(release.policy, SCALE, len(release.counted), release.before)
            least, most = said[band]
            answers = tuple(numbers[answer] for answer in release.counted)
            yield KnownSum(answers=answers, least=least, most=most)


def numbered(releases: Iterable[Release]) -> dict[Answer, int]:
    """Give every distinct answer in some releases a number."""
    found: dict[Answer, int] = {}
    for release in releases:
        for answer in release.counted:
            found.setdefault(answer, len(found))
    return found


def values_left(
    sums: Sequence[KnownSum], top: int, known: Mapping[int, int], targets: Iterable[int]
) -> list[int]:
    """Return how many values stay possible for each target.

    Args:
        sums: what was published.
        top: answers are 0 to top.
        known: answers that the attacker knows.
        targets: answers that they do not.
    """
    count = 1 + max(max(known_sum.answers) for known_sum in sums)
    lowest, highest = np.zeros(count), np.full(count, float(top))
    for number, level in known.items():
        lowest[number] = highest[number] = level
    limits, bounds = _limits(sums, count), Bounds(lowest, highest)
    left = []
    for target in targets:
        direction = np.zeros(count)
        direction[target] = 1
        smallest = _least(direction, limits, bounds)
        left.append(-_least(-direction, limits, bounds) - smallest + 1)
    return left


def colluders_of(release: Release, rng: np.random.Generator) -> frozenset[PersonId]:
    """Choose as many colluders from a figure as the rules reckon with."""
    people = [person for person, _ in release.counted]
    count = release.policy.colluders(len(people))
    chosen = rng.choice(len(people), count, replace=False)
    return frozenset(people[n] for n in chosen)


def attack_releases(
    releases: Sequence[Release], levels: Levels, most_targets: int, seed: int
) -> list[int]:
    """Attack some releases of one unit together; return the values left.

    The colluders are of the first release and tell their answers of all the others.

    Args:
        releases: of one unit.
        levels: everybody's values, of which the colluders' are told.
        most_targets: how many of the other answers are attacked, at random.
        seed: of the choice of colluders and targets.
    """
    rng = np.random.default_rng(seed)
    numbers = numbered(releases)
    sums = list(known_sums(releases, numbers))
    if not sums:
        return []
    told = colluders_of(releases[0], rng)
    known = {
        number: levels[person][period]
        for (person, period), number in numbers.items()
        if person in told
    }
    shown = {number for known_sum in sums for number in known_sum.answers}
    others = sorted(shown - known.keys())
    targets = rng.permutation(others)[:most_targets]
    return values_left(sums, SCALE.top, known, (int(n) for n in targets))


def _limits(sums: Sequence[KnownSum], count: int) -> LinearConstraint:
    rows = [n for n, known_sum in enumerate(sums) for _ in known_sum.answers]
    columns = [number for known_sum in sums for number in known_sum.answers]
    matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(sums), count))
    return LinearConstraint(
        matrix, [float(s.least) for s in sums], [float(s.most) for s in sums]
    )


def _least(
    direction: NDArray[np.float64], limits: LinearConstraint, bounds: Bounds
) -> int:
    solved = milp(
        direction,
        constraints=limits,
        bounds=bounds,
        integrality=np.ones(len(direction)),
    )
    if solved.x is None:
        raise ValueError(solved.message)
    return round(solved.fun)


def _any_values(scale: ReleaseScale, people: int, total: int) -> list[Value]:
    whole, rest = divmod(total, people)
    return [
        Value(level=whole + (n < rest), fresh=True)
        for n in range(people)
        if whole <= scale.top
    ]

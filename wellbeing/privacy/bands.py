"""Bands, and the proof that nobody behind one can be narrowed down.

A figure is a sum of n whole values, 0 to ``top`` each; a band says between which sums
it lies. An attacker knows c of the values, and may even have chosen them. The edges of
the bands are taken only if, for every possible data set and every choice of the c,
enough values stay possible for each of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import ceil

from wellbeing.domain.errors import WellbeingError
from wellbeing.privacy.policy import Policy
from wellbeing.privacy.scales import ReleaseScale

_COARSE, _FINE = 10, 5
_LOWEST, _HIGHEST = 30, 70
_PROVED_TO = 60
"""Larger panels are safer: the edges' distance to the ends grows with n (tested)."""


class NoSafeBandsError(WellbeingError):
    """There are no band edges with which this scale could be shown."""

    def __init__(self, levels: int) -> None:
        super().__init__(
            f"A scale with {levels} values cannot be shown to leads: with no band "
            "edges would enough values stay possible for everybody."
        )


@dataclass(frozen=True, slots=True)
class Band:
    """Where a figure lies, 0 to 100 points: from lower up to, not with, upper.

    None: the band reaches to the end of the scale.
    """

    lower: int | None
    upper: int | None


@dataclass(frozen=True, slots=True)
class BandSet:
    """The bands of one scale for one class of panel sizes.

    Attributes:
        edges: points between bands, rising.
        width: points of an inner band.
    """

    edges: tuple[int, ...]
    width: int

    @property
    def bands(self) -> tuple[Band, ...]:
        """All bands, lowest first."""
        lowers = (None, *self.edges)
        uppers = (*self.edges, None)
        return tuple(map(Band, lowers, uppers))

    def index_of_sum(self, scale: ReleaseScale, people: int, total: int) -> int:
        """Return which band holds a sum of values."""
        whole = people * scale.top
        return sum(total * 100 >= edge * whole for edge in self.edges)

    def index_of(self, points: float) -> int:
        """Return which band holds a point of the scale."""
        return sum(points >= edge for edge in self.edges)

    def middle(self, band: Band) -> float:
        """Return the middle of a band; one at an end counts as wide as the others."""
        if band.lower is None:
            return (self.edges[0] + self.edges[0] - self.width) / 2
        upper = band.lower + self.width if band.upper is None else band.upper
        return (band.lower + upper) / 2

    def steps(self, points: int) -> int:
        """Return how many bands lie within so many points."""
        return points // self.width


@dataclass(frozen=True, slots=True)
class SizeClass:
    """Panel sizes that share their bands; only the class is ever shown (R11).

    Attributes:
        most: None: no upper end.
    """

    least: int
    most: int | None

    def __str__(self) -> str:
        """Write the class as it is released: ``8-12`` or ``13+``."""
        return f"{self.least}+" if self.most is None else f"{self.least}-{self.most}"

    def __contains__(self, people: int) -> bool:
        """Tell whether a panel of so many people belongs to the class."""
        return self.least <= people and (self.most is None or people <= self.most)


def size_classes(policy: Policy) -> tuple[SizeClass, ...]:
    """Return the classes of panel sizes under a policy, smallest first."""
    starts = [policy.least_people]
    if policy.least_people < 8 <= policy.fine_from:  # noqa: PLR2004 (R3)
        starts.append(8)
    if policy.least_people < policy.fine_from:
        starts.append(policy.fine_from)
    ends = [start - 1 for start in starts[1:]]
    return tuple(map(SizeClass, starts, [*ends, None]))


def size_class(policy: Policy, people: int) -> SizeClass | None:
    """Return the class of a panel, or None: too few to show anything."""
    return next((c for c in size_classes(policy) if people in c), None)


@cache
def band_set(policy: Policy, scale: ReleaseScale, sizes: SizeClass) -> BandSet:
    """Return the widest set of bands that is proved safe for a class of sizes.

    Edges lie at every tenth point (every fifth from ``fine_from`` people on) from 30
    to 70; the outermost pair is dropped until the proof holds for each size.

    Raises:
        NoSafeBandsError: not even one edge in the middle is safe.
    """
    width = _FINE if sizes.least >= policy.fine_from else _COARSE
    last = max(_PROVED_TO, 2 * sizes.least) if sizes.most is None else sizes.most
    edges = tuple(range(_LOWEST, _HIGHEST + 1, width))
    while edges and not all(
        fewest_values_left(scale, edges, n, policy.colluders(n))
        >= values_needed(policy, scale)
        for n in range(sizes.least, last + 1)
    ):
        edges = edges[1:-1]
    if not edges:
        raise NoSafeBandsError(scale.levels)
    return BandSet(edges, width)


def values_needed(policy: Policy, scale: ReleaseScale) -> int:
    """Return how many values of a scale have to stay possible for everybody."""
    share = ceil(round(policy.least_share * scale.levels, 9))
    return min(scale.levels, max(policy.least_values, share))


def fewest_values_left(
    scale: ReleaseScale, edges: tuple[int, ...], people: int, known: int
) -> int:
    """Return to how few values anybody can be narrowed down, whatever the data.

    Every band, and every sum that the known answers can have, is tried; within one the
    range of an unknown value follows from its smallest and largest partners.

    Args:
        scale: the values a person can have.
        edges: points between the bands.
        people: how many are in the figure.
        known: how many of their values the attacker knows or chose.
    """
    top, unknown = scale.top, people - known
    fewest = scale.levels
    for least, most in sums_of_bands(scale, edges, people):
        for given in range(top * known + 1):
            low = max(least - given, 0)
            high = min(most - given, top * unknown)
            if low <= high:
                lowest = max(0, low - top * (unknown - 1))
                fewest = min(fewest, min(top, high) - lowest + 1)
    return fewest


def sums_of_bands(
    scale: ReleaseScale, edges: tuple[int, ...], people: int
) -> tuple[tuple[int, int], ...]:
    """Return the smallest and largest sum of each band that any sum can reach."""
    whole = people * scale.top
    cuts = [0, *(-(-edge * whole // 100) for edge in edges), whole + 1]
    return tuple((low, high - 1) for low, high in pairwise(cuts) if low < high)


def displayed(bands: BandSet, index: int, before: Sequence[int], points: int) -> int:
    """Return which band is shown: at most so many points from each other one (R7).

    Two figures that share values would else, far apart, leave few values possible.

    Args:
        bands: the bands of the figure.
        index: the band that holds it.
        before: the bands that limit it.
        points: how far it may be from each of them.
    """
    if not before:
        return index
    most = bands.steps(points)
    return min(max(index, max(before) - most), min(before) + most)

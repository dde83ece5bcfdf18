"""What is released: a figure of a unit, as a band or withheld. Nothing else exists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wellbeing.privacy.bands import (
    Band,
    BandSet,
    SizeClass,
    band_set,
    displayed,
    size_class,
    size_classes,
)
from wellbeing.privacy.policy import Policy
from wellbeing.privacy.scales import ReleaseScale

_WIDTH = 10


class Withheld(StrEnum):
    """Why a figure is not shown."""

    NOT_ENOUGH = "not_enough"
    UNKNOWN_RULES = "unknown_rules"


@dataclass(frozen=True, slots=True)
class Value:
    """What a person of the panel adds to a figure.

    Attributes:
        level: a value of the scale.
        fresh: whether they answered in every period of the quarter so far; else it is
            carried in at least one of its figures.
    """

    level: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One released figure.

    Attributes:
        band: where the group lies, 0 to 100 points; None: withheld.
        people: the class of the panel's size, such as ``8-12``; None: withheld.
        withheld: why nothing is shown; None: something is.
    """

    band: Band | None
    people: str | None
    withheld: Withheld | None


NOT_ENOUGH = Figure(band=None, people=None, withheld=Withheld.NOT_ENOUGH)


def figure_of(
    policy: Policy,
    scale: ReleaseScale,
    values: Iterable[Value],
    before: Sequence[Figure],
    shown_as: SizeClass | None = None,
) -> Figure:
    """Make the figure of one unit, period and indicator (R3, R6, R7, R11).

    Whether it is withheld depends on how many there are, never on what they answered.

    Args:
        policy: the rules.
        scale: the values a person can have.
        values: one for each person who is counted.
        before: the figures that limit how far the picture moves.
        shown_as: a class of smaller panels whose wider bands are used; None: that of
            this panel.
    """
    counted = list(values)
    people = len(counted)
    sizes = size_class(policy, people)
    fresh = sum(value.fresh for value in counted)
    if sizes is None or fresh < policy.fresh_needed(people):
        return NOT_ENOUGH
    sizes = shown_as or sizes
    bands = band_set(policy, scale, sizes)
    index = bands.index_of_sum(scale, people, sum(v.level for v in counted))
    limits = [
        _index_before(policy, scale, bands, figure, figure.band)
        for figure in before
        if figure.band is not None
    ]
    shown = displayed(bands, index, limits, policy.display_points)
    return Figure(band=bands.bands[shown], people=str(sizes), withheld=None)


def _index_before(
    policy: Policy, scale: ReleaseScale, bands: BandSet, before: Figure, band: Band
) -> int:
    if band in bands.bands:
        return bands.bands.index(band)
    # The panel has moved to another class of sizes: its middle says where it was.
    return bands.index_of(_bands_of(policy, scale, before, band).middle(band))


def _bands_of(
    policy: Policy, scale: ReleaseScale, figure: Figure, band: Band
) -> BandSet:
    for sizes in size_classes(policy):
        if str(sizes) == figure.people:
            return band_set(policy, scale, sizes)
    # Released under another policy, whose classes are not these: its own edges do.
    edges = tuple(edge for edge in (band.lower, band.upper) if edge is not None)
    return BandSet(edges, edges[-1] - edges[0] if len(edges) > 1 else _WIDTH)

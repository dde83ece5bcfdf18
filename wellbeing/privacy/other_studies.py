"""What a bundle tells together with one of another study of the same people.

Another study has other pseudonyms, but the same answers: whoever has both files joins
almost all rows by their values. So everybody in both is taken to be joined, and the
joined file must not set a few people apart, by their attributes or by taking part in
one study and not in the other.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wellbeing.privacy.attribute_cells import SMALLEST_CELL, Cells
from wellbeing.privacy.follow_up import SHARED_BY
from wellbeing.privacy.linkage import Check


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherBundle:
    """A bundle of another study, as far as the people of this one are concerned.

    Attributes:
        cells: for each of its people, by their pseudonym in this study, the attributes
            that stand there; empty ones where that study asks for none.
    """

    cells: Mapping[str, tuple[str, ...]]


def joined_check(cells: Cells, others: Sequence[OtherBundle]) -> Check:
    """Check that no bundle of another study sets a few people of this one apart.

    How many groups are too small is told, never how large one is: that would be a
    count of people who take part in another study.
    """
    small = sum(
        _too_small(cells.released, other.cells)
        + _too_small(other.cells, cells.released)
        for other in others
        if cells.released.keys() & other.cells.keys()
    )
    return Check(
        name="joined_with_other_studies",
        measured=small,
        limit=0,
        passed=not small,
        sentence="Joined with a bundle of another study, each combination of both "
        f"attributes is at least {SMALLEST_CELL} people, and at least {SHARED_BY} take "
        "part in both, or in one alone, or nobody does.",
        reason=""
        if not small
        else "Somebody who also has a bundle of another study could set a few people "
        "apart: leave an attribute out, or wait for more people.",
    )


def _too_small(
    here: Mapping[str, tuple[str, ...]], there: Mapping[str, tuple[str, ...]]
) -> int:
    """Return how many groups of the people here are too small once they are joined.

    A group that joining does not part from others is as large as it was.
    """
    parted: dict[tuple[str, ...], Counter[tuple[str, ...] | None]] = defaultdict(
        Counter
    )
    for name, cell in here.items():
        parted[cell][there.get(name)] += 1
    return sum(
        size < (SMALLEST_CELL if group else SHARED_BY)
        for groups in parted.values()
        if len(groups) > 1
        for group, size in groups.items()
    )

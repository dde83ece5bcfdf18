"""What a bundle tells together with one of another study of the same people.

Another study has other pseudonyms, but the same answers: whoever has both files joins
almost all rows by their values. So everybody in both is taken to be joined, and the
joined file must not set a few people apart, by their attributes or by taking part in
one study and not in the other. That holds for each other bundle alone, and for all of
them at once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wellbeing.privacy.attribute_cells import SMALLEST_CELL, Cells
from wellbeing.privacy.follow_up import SHARED_BY
from wellbeing.privacy.linkage import Check

_Released = Mapping[str, tuple[str, ...]]
_There = tuple[tuple[str, ...] | None, ...]
_Group = tuple[tuple[str, ...] | None, _There]


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
    joined: list[Sequence[OtherBundle]] = [(one,) for one in others]
    if len(others) > 1:
        joined.append(others)
    small = sum(
        _too_small(cells.released, [one.cells for one in some]) for some in joined
    )
    return Check(
        name="joined_with_other_studies",
        measured=small,
        limit=0,
        passed=not small,
        sentence="Joined with bundles of other studies, each combination of their "
        f"attributes is at least {SMALLEST_CELL} people, and at least {SHARED_BY} take "
        "part in the same studies, or nobody does.",
        reason=""
        if not small
        else "Somebody who also has a bundle of another study could set a few people "
        "apart: leave an attribute out, or wait for more people.",
    )


def _too_small(here: _Released, others: Sequence[_Released]) -> int:
    """Return how many groups of people are too small once all are joined.

    A group that joining does not part from others is as large as it was.
    """
    everybody = set(here).union(*others)
    groups = Counter(
        (here.get(name), tuple(other.get(name) for other in others))
        for name in everybody
    )
    own = Counter(here.values())
    shared = {there for cell, there in groups if cell is not None}
    small = 0
    for (cell, there), size in groups.items():
        if cell is None:
            # Who is not here is parted from those who are, and are alike elsewhere.
            small += there in shared and size < SHARED_BY
        elif size < own[cell]:
            alike = _alike(groups, cell, there)
            few = alike < min(SMALLEST_CELL, own[cell])
            small += few or size < SHARED_BY
    return small


def _alike(groups: Mapping[_Group, int], cell: tuple[str, ...], there: _There) -> int:
    """Return how many people of a cell here have the same attributes elsewhere.

    Taking part or not is not counted as an attribute.
    """
    return sum(
        size
        for (mine, theirs), size in groups.items()
        if mine == cell and all(a == b for a, b in zip(there, theirs, strict=True) if a)
    )

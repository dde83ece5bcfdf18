"""Attributes of participants, merged until every combination is many people."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SMALLEST_CELL = 10
"""So many people share each combination of attributes (privacy rule R15)."""

NOT_GIVEN = "not_given"
ANY = "any"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """What a bundle says of the attributes of each participant.

    Attributes:
        names: the attributes, in their order.
        released: for each pseudonym its values, in the same order.
        merged: a sentence on each merging, without a figure.
    """

    names: tuple[str, ...]
    released: Mapping[str, tuple[str, ...]]
    merged: tuple[str, ...]

    def sizes(self) -> Counter[tuple[str, ...]]:
        """Return how many people share each combination."""
        return Counter(self.released.values())

    def numbers(self) -> list[int]:
        """Return a number of each one's combination, in the order of pseudonyms."""
        sorts = {cell: at for at, cell in enumerate(sorted(self.sizes()))}
        return [sorts[self.released[name]] for name in sorted(self.released)]


def merge_cells(names: Sequence[str], given: Mapping[str, Mapping[str, str]]) -> Cells:
    """Merge values until every combination of attributes is ten people or more.

    The last attribute gives way first: within each group of the ones before it, values
    that are fewer than ten people are put together, with the smallest other value if
    they are still too few. A group that is itself too small is merged before with the
    smallest other group. Whoever left an attribute out is a value of its own,
    ``not_given``; where it is merged, all of the merged are ``not_given``. Where
    everything is merged the attribute says ``any``, which is nothing.

    Args:
        names: the attributes, in the order in which they are to be kept.
        given: for each pseudonym the attributes that the person gave.
    """
    released: dict[str, tuple[str, ...]] = dict.fromkeys(sorted(given), ())
    merged = []
    for name in names:
        values = {p: given[p].get(name, NOT_GIVEN) for p in released}
        following: dict[str, tuple[str, ...]] = {}
        for group in sorted(set(released.values())):
            inside = [p for p in released if released[p] == group]
            new = _merged(values[p] for p in inside)
            following |= {p: (*group, new[values[p]]) for p in inside}
            if any(value != label for value, label in new.items()):
                merged.append(_sentence(name, group, new))
        released = following
    return Cells(names=tuple(names), released=released, merged=tuple(merged))


def _merged(values: Iterable[str]) -> dict[str, str]:
    """Return what each value of one group is called after merging."""
    counts = Counter(values)
    if len(counts) == 1:
        return {value: value for value in counts}
    ascending = sorted(counts, key=lambda v: (counts[v], v))
    pool = [v for v in ascending if counts[v] < SMALLEST_CELL]
    others = ascending[len(pool) :]
    while pool and others and sum(counts[v] for v in pool) < SMALLEST_CELL:
        pool.append(others.pop(0))
    if len(pool) == len(counts):
        label = ANY
    elif NOT_GIVEN in pool:
        label = NOT_GIVEN
    else:
        label = "_or_".join(sorted(pool))
    return {v: label if v in pool else v for v in sorted(counts)}


def _sentence(name: str, group: tuple[str, ...], new: Mapping[str, str]) -> str:
    within = f" within {', '.join(group)}" if group else ""
    lost = ", ".join(v for v, label in new.items() if v != label)
    labels = ", ".join(sorted({label for v, label in new.items() if v != label}))
    return f"{name}{within}: {lost} stand as {labels}."

"""How long each participant is shown, where the gaps of a few would name them."""

from collections import Counter
from collections.abc import Iterable, Sequence

from wellbeing.privacy.linkage_attacks import NOTHING, Codes, Columns, Trace

SHARED_BY = 3
"""So many people share a length, and a pattern of gaps, once series are cut."""


def shorten(present: Sequence[tuple[bool, ...]]) -> list[int]:
    """Return how many periods of each person stay, so that no pattern is rare.

    A pattern of gaps that fewer than three people share is cut at its first gap. Then
    lengths that fewer than three people share are cut to the next shorter one that
    enough reach. At least the first period stays.

    Args:
        present: for each person and period whether there is an answer.
    """
    patterns = Counter(present)
    lengths = [
        pattern.index(False)
        if patterns[pattern] < SHARED_BY and False in pattern
        else len(pattern)
        for pattern in present
    ]
    lengths = [max(1, length) for length in lengths]
    kept: dict[int, int] = {}
    waiting: list[int] = []
    people = 0
    for length in sorted(set(lengths), reverse=True):
        waiting.append(length)
        people += lengths.count(length)
        if people >= SHARED_BY:
            kept |= dict.fromkeys(waiting, length)
            waiting, people = [], 0
    kept |= dict.fromkeys(waiting, min(lengths, default=1))
    return [kept[length] for length in lengths]


def shorten_within(
    present: Sequence[tuple[bool, ...]], cells: Iterable[int]
) -> list[int]:
    """Return how many periods stay, if attributes stand beside the pattern of gaps.

    Who shares a pattern has to share the attributes, too: each combination of them is
    shortened as if it were alone.

    Args:
        present: as for ``shorten``.
        cells: for each person the number of their combination of attributes.
    """
    kept = [0] * len(present)
    places: dict[int, list[int]] = {}
    for at, cell in enumerate(cells):
        places.setdefault(cell, []).append(at)
    for inside in places.values():
        lengths = shorten([present[at] for at in inside])
        for at, length in zip(inside, lengths, strict=True):
            kept[at] = length
    return kept


def presences(columns: Columns, traces: Sequence[Trace]) -> list[tuple[bool, ...]]:
    """Return for each person and period whether there is a weekly answer."""
    each = [at for at, n in enumerate(columns.names) if columns.each_period(n)]
    return [present(trace.released[each]) for trace in traces]


def present(released: Codes) -> tuple[bool, ...]:
    """Return for each period whether there is a value in one of the columns."""
    return tuple(bool(column.max(initial=NOTHING) >= 0) for column in released.T)

"""The numbers that must hold, for releases and (in vain) for what others show.

Each criterion takes what an attack measured and tells whether the promise holds.
"""

from collections.abc import Sequence

LEAST_VALUES_LEFT = 4
MOST_GAIN_IN_GUESSING = 0.03
MOST_INFORMATION_BITS = 0.15
MOST_GAIN_IN_RANKING = 0.02
MOST_VARIANCE_EXPLAINED = 0.04
MOST_TIMES_CHANCE = 2.5


def nobody_is_narrowed(left: Sequence[int]) -> bool:
    """Tell whether every target keeps enough values.

    Args:
        left: how many values stay possible for each target.
    """
    return min(left) >= LEAST_VALUES_LEFT


def share_pinned(left: Sequence[int]) -> float:
    """Return which share of the targets is known exactly."""
    return sum(values == 1 for values in left) / len(left)

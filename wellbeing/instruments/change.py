"""Whether two scores of a person differ by more than noise, not whether it matters."""

from math import sqrt

CERTAIN_90, CERTAIN_95 = 1.645, 1.96
"""How large a reliable change index has to be, either way."""


def standard_error(sd: float, reliability: float) -> float:
    """Return the standard error of measurement, in units of the scale.

    Args:
        sd: standard deviation of the scale between people, above 0.
        reliability: of the scale, 0 to 1; of two uses some weeks apart if there is
            one. Alpha is too hopeful and makes the error too small.

    Raises:
        ValueError: a figure that cannot be.
    """
    if sd <= 0 or not 0 <= reliability < 1:
        message = "sd must be above 0 and reliability from 0 to below 1"
        raise ValueError(message)
    return sd * sqrt(1 - reliability)


def reliable_change(
    before: float, after: float, sd: float, reliability: float
) -> float:
    """Return the reliable change index: how many standard errors lie in between.

    Positive when the score went up. Beyond 1.96 either way the change is larger than
    noise with 95 % certainty, beyond 1.645 with 90 %.

    Args:
        before: the earlier score.
        after: the later score.
        sd: as in ``standard_error``.
        reliability: as in ``standard_error``.

    Raises:
        ValueError: a figure that cannot be.

    Source: Jacobson & Truax 1991, doi:10.1037/0022-006X.59.1.12.
    """
    return (after - before) / (sqrt(2) * standard_error(sd, reliability))


def change_needed(sd: float, reliability: float, index: float = CERTAIN_95) -> float:
    """Return how far two scores must lie apart to be a reliable change.

    Args:
        sd: as in ``standard_error``.
        reliability: as in ``standard_error``.
        index: the reliable change index that is asked for.

    Raises:
        ValueError: a figure that cannot be.
    """
    return index * sqrt(2) * standard_error(sd, reliability)

"""Student's t: how wide an interval of few values has to be."""

from math import atan, cos, pi, sin, sqrt


def student_quantile(probability: float, free: int) -> float:
    """Return the value that Student's t stays below with a probability above 0.5.

    Args:
        probability: above 0.5 and below 1.
        free: degrees of freedom, 1 or more.
    """
    low, high = 0.0, 2.0
    while _student_inside(high, free) < 2 * probability - 1:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        if _student_inside(middle, free) < 2 * probability - 1:
            low = middle
        else:
            high = middle
    return high


def _student_inside(value: float, free: int) -> float:
    """Return how probable it is that t lies between the value and its opposite.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964),
    formulas 26.7.3 and 26.7.4.
    """
    angle = atan(value / sqrt(free))
    square = cos(angle) ** 2
    if free % 2:
        term, total = cos(angle), 0.0
        for step in range(1, free - 1, 2):
            total += term
            term *= square * (step + 1) / (step + 2)
        return 2 / pi * (angle + sin(angle) * total)
    term, total = 1.0, 0.0
    for step in range(0, free, 2):
        total += term
        term *= square * (step + 1) / (step + 2)
    return sin(angle) * total

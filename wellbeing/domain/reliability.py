"""How well the questions of a scale hang together, and two scales with one another."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, exp, lgamma, log, log1p, sqrt, tanh
from statistics import NormalDist, correlation, variance

_LEAST_PEOPLE, _LEAST_ITEMS = 4, 2
_STEPS, _TINY = 300, 1e-300


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A coefficient with its interval of 95 %.

    Attributes:
        people: how many it was computed from; each counts once.
    """

    value: float
    low: float
    high: float
    people: int


def cronbach_alpha(rows: Sequence[Sequence[float]]) -> Estimate | None:
    """Return Cronbach's alpha of a scale, at most 1; higher hangs together better.

    The interval is Feldt's (1965, doi:10.1007/BF02289499): (1 - alpha) times the
    quantiles of F with n - 1 and (n - 1)(k - 1) degrees of freedom.

    Args:
        rows: one a person, with a value for every item; nobody twice, none missing.

    Returns:
        None with fewer than 4 people or 2 items, or if the sums do not vary.
    """
    people = len(rows)
    items = len(rows[0]) if rows else 0
    if people < _LEAST_PEOPLE or items < _LEAST_ITEMS:
        return None
    total = variance([sum(row) for row in rows])
    if not total:
        return None
    each = sum(variance(column) for column in zip(*rows, strict=True))
    alpha = items / (items - 1) * (1 - each / total)
    freedom = people - 1, (people - 1) * (items - 1)
    return Estimate(
        value=alpha,
        low=1 - (1 - alpha) * f_quantile(0.975, *freedom),
        high=1 - (1 - alpha) * f_quantile(0.025, *freedom),
        people=people,
    )


def pearson(pairs: Sequence[tuple[float, float]]) -> Estimate | None:
    """Return the correlation of two scores, -1 to 1, with the interval of Fisher's z.

    Args:
        pairs: one a person; nobody twice, none missing.

    Returns:
        None with fewer than 4 people, or if one of the two does not vary.
    """
    if len(pairs) < _LEAST_PEOPLE:
        return None
    first, second = zip(*pairs, strict=True)
    if len(set(first)) == 1 or len(set(second)) == 1:
        return None
    found = max(-1.0, min(1.0, correlation(first, second)))
    if abs(found) == 1:
        return Estimate(value=found, low=found, high=found, people=len(pairs))
    half = NormalDist().inv_cdf(0.975) / sqrt(len(pairs) - 3)
    low, high = tanh(atanh(found) - half), tanh(atanh(found) + half)
    return Estimate(value=found, low=low, high=high, people=len(pairs))


def f_quantile(share: float, first: int, second: int) -> float:
    """Return the value that a share of an F distribution lies below.

    Args:
        share: between 0 and 1.
        first, second: degrees of freedom.
    """
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _beta(middle, first / 2, second / 2) < share:
            low = middle
        else:
            high = middle
    return second * low / (first * (1 - low))


def _beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function (DLMF 8.17)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)
    return exp(front) / a / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction DLMF 8.17.22, by Lentz's method."""
    found, upper, lower = 1.0, 1.0, 0.0
    for step in range(1, _STEPS):
        half, odd = divmod(step, 2)
        if odd:
            part = -(a + half) * (a + b + half) * x
            part /= (a + 2 * half) * (a + 2 * half + 1)
        else:
            part = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        lower = 1 / (1 + part * lower or _TINY)
        upper = 1 + part / upper or _TINY
        found *= upper * lower
    return found

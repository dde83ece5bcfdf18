"""Attack: guessing better after a figure than before it, exactly, by convolution.

The attacker knows everybody's histogram of the whole year, and who is in the figure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tests.privacy.bounds import meanings
from tests.privacy.closings import SCALE, Levels, Release
from wellbeing.domain.ids import PersonId

Chances = NDArray[np.float64]
"""The chance of each value of the scale."""

_UNSEEN = 0.1
"""How often a value counts that somebody never had: the year may have been lucky."""
_LOW_LEVEL, _SURE, _UNSURE = 2, 0.8, 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Guess:
    """What an attacker thought of one answer before and after the figure."""

    truth: int
    before: Chances
    after: Chances


@dataclass(frozen=True, kw_only=True, slots=True)
class Gains:
    """What figures gave an attacker, on average over all answers.

    Attributes:
        guessing: rise of the chance that the best guess is right.
        bits: information about an answer.
        ranking: rise of the share of pairs of colleagues put in the right order.
        accused: answers called low with confidence that the attacker had not before.
    """

    guessing: float
    bits: float
    ranking: float
    accused: int


def histograms(levels: Levels) -> dict[PersonId, Chances]:
    """Return how often each person had each value in the year."""
    found = {}
    for person, own in levels.items():
        counts = np.bincount(list(own.values()), minlength=SCALE.levels) + _UNSEEN
        found[person] = counts / counts.sum()
    return found


def guesses(
    releases: Sequence[Release], levels: Levels, known: Mapping[PersonId, Chances]
) -> Iterator[tuple[Guess, ...]]:
    """Yield the guesses about everybody in a figure, for each figure that is shown."""
    for release in releases:
        if release.figure.band is not None:
            said = meanings(release.policy, SCALE, len(release.counted), release.before)
            before = [known[person] for person, _ in release.counted]
            after = after_sum(before, *said[release.figure.band])
            yield tuple(
                Guess(truth=levels[person][period], before=b, after=a)
                for (person, period), b, a in zip(
                    release.counted, before, after, strict=True
                )
            )


def after_sum(before: Sequence[Chances], least: int, most: int) -> list[Chances]:
    """Return the chances of each answer once their sum is known to lie in a span."""
    count, levels = len(before), len(before[0])
    heads, tails = [np.ones(1)], [np.ones(1)]
    for chances in before:
        heads.append(np.convolve(heads[-1], chances))
    for chances in reversed(before):
        tails.append(np.convolve(tails[-1], chances))
    sums = np.arange(count * (levels - 1) + 1)
    agrees = ((least <= sums) & (sums <= most)).astype(float)
    after = []
    for n, chances in enumerate(before):
        others = np.convolve(heads[n], tails[count - 1 - n])
        seen = np.correlate(agrees, others, mode="valid") * chances
        after.append(seen / seen.sum())
    return after


def gains(figures: Sequence[Sequence[Guess]]) -> Gains:
    """Return what the figures gave, over all answers and all pairs in a figure."""
    every = [guess for figure in figures for guess in figure]
    pairs = [
        pair
        for figure in figures
        for pair in combinations(figure, 2)
        if pair[0].truth != pair[1].truth
    ]
    return Gains(
        guessing=float(np.mean([g.after.max() - g.before.max() for g in every])),
        bits=float(np.mean([_bits(g) for g in every])),
        ranking=float(np.mean([_ordered_after(p) - _ordered_before(p) for p in pairs])),
        accused=sum(_low(g.before) < _UNSURE and _low(g.after) > _SURE for g in every),
    )


def _bits(guess: Guess) -> float:
    possible = guess.after > 0
    ratio = guess.after[possible] / guess.before[possible]
    return float((guess.after[possible] * np.log2(ratio)).sum())


def _low(chances: Chances) -> float:
    return float(chances[: _LOW_LEVEL + 1].sum())


def _ordered_before(pair: tuple[Guess, Guess]) -> float:
    return _ordered(pair, pair[0].before, pair[1].before)


def _ordered_after(pair: tuple[Guess, Guess]) -> float:
    return _ordered(pair, pair[0].after, pair[1].after)


def _ordered(pair: tuple[Guess, Guess], one: Chances, other: Chances) -> float:
    """Return 1 for the right order, 0 for the wrong one, a half for none."""
    values = np.arange(len(one))
    said = round(float(values @ one - values @ other), 9)
    return 0.5 + 0.5 * float(np.sign(said) * np.sign(pair[0].truth - pair[1].truth))

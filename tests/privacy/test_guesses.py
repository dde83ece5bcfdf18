"""A figure hardly helps in guessing what somebody answered."""

from itertools import product

import numpy as np
import pytest

from tests.privacy.closings import SCALE, levels_of, year_of
from tests.privacy.criteria import (
    MOST_GAIN_IN_GUESSING,
    MOST_GAIN_IN_RANKING,
    MOST_INFORMATION_BITS,
)
from tests.privacy.guesses import (
    Guess,
    after_sum,
    gains,
    guesses,
    histograms,
)
from tests.privacy.organisations import invent
from tests.privacy.screens import left_live, team_weeks


def after_by_brute_force(before, least, most):
    levels = len(before[0])
    weights = np.zeros((len(before), levels))
    for answers in product(range(levels), repeat=len(before)):
        if least <= sum(answers) <= most:
            chance = np.prod([b[a] for b, a in zip(before, answers, strict=True)])
            for n, answer in enumerate(answers):
                weights[n, answer] += chance
    return weights / weights.sum(axis=1, keepdims=True)


def test_the_convolution_finds_what_trying_every_data_set_finds():
    rng = np.random.default_rng(1)
    before = list(rng.dirichlet(np.ones(4), 5))
    found = after_sum(before, 4, 7)
    assert np.allclose(found, after_by_brute_force(before, 4, 7))


@pytest.fixture(scope="module")
def found():
    every: list[tuple[Guess, ...]] = []
    for seed in range(3):
        levels = levels_of(invent(seed))
        every += guesses(year_of(seed), levels, histograms(levels))
    return gains(every)


def test_a_guess_hardly_becomes_better(found):
    assert 0 < found.guessing <= MOST_GAIN_IN_GUESSING


def test_a_figure_says_little_about_anybody(found):
    assert 0 < found.bits <= MOST_INFORMATION_BITS


def test_colleagues_cannot_be_told_apart_any_better(found):
    assert abs(found.ranking) <= MOST_GAIN_IN_RANKING


def test_nobody_is_called_low_with_confidence_because_of_a_figure(found):
    assert found.accused == 0


def test_a_live_screen_does_not_keep_the_promise():
    organisation = invent(0)
    known = [
        np.bincount(rated[rated > 0] - 1, minlength=SCALE.levels) + 0.1
        for rated in organisation.ratings
    ]
    weeks = [week for week in team_weeks(organisation, 0) if week.week % 4 == 0]
    live = gains([guesses_live(week, known) for week in weeks])
    assert live.guessing > 0.20
    assert live.bits > MOST_INFORMATION_BITS
    assert live.ranking > MOST_GAIN_IN_RANKING
    assert live.accused > 0


def guesses_live(week, known):
    """What is thought of each answer once the spans of the live attack are known."""
    found, levels = [], np.arange(SCALE.levels)
    for person, answer, (least, most) in zip(
        week.people, week.answers, left_live(week), strict=True
    ):
        before = known[person] / known[person].sum()
        possible = np.where((least <= levels) & (levels <= most), before, 0)
        after = possible / possible.sum()
        found.append(Guess(truth=answer, before=before, after=after))
    return found

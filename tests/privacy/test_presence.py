"""A year of figures and a leave calendar hardly tell how somebody is."""

import numpy as np
import pytest

from tests.privacy.closings import year_of
from tests.privacy.criteria import MOST_TIMES_CHANCE, MOST_VARIANCE_EXPLAINED
from tests.privacy.organisations import invent
from tests.privacy.presence import (
    Observed,
    estimate_levels,
    observed_releases,
    observed_weeks,
    outcome,
)
from tests.privacy.screens import team_weeks

SEEDS = range(12)


def mean_of(outcomes, name):
    return float(np.mean([getattr(one, name) for one in outcomes]))


@pytest.fixture(scope="module")
def releases():
    return [
        outcome(observed_releases(year_of(seed)), invent(seed).averages())
        for seed in SEEDS
    ]


@pytest.fixture(scope="module")
def weekly_means():
    return [
        outcome(observed_weeks(team_weeks(invent(seed), seed)), invent(seed).averages())
        for seed in SEEDS[:3]
    ]


def test_the_attack_finds_the_person_whose_absence_lifts_the_figure():
    rng = np.random.default_rng(3)
    level = np.array([-4.0, 1, 1, 2])
    figures = []
    for time in range(60):
        there = [int(n) for n in np.flatnonzero(rng.random(4) < 0.7)] or [0]
        figures.append(
            Observed(
                time=time,
                value=float(level[there].mean()),
                error=0.01,
                counted=dict.fromkeys(there, time),
            )
        )
    found = estimate_levels(figures)
    assert min(found, key=found.__getitem__) == 0


def test_presence_explains_hardly_anything(releases):
    assert mean_of(releases, "explained") <= MOST_VARIANCE_EXPLAINED


def test_the_lowest_person_cannot_be_named(releases):
    chance = mean_of(releases, "chance")
    assert mean_of(releases, "named") <= MOST_TIMES_CHANCE * chance


def test_weekly_means_do_not_keep_the_promise(weekly_means):
    assert mean_of(weekly_means, "explained") >= 0.25
    chance = mean_of(weekly_means, "chance")
    assert mean_of(weekly_means, "named") > MOST_TIMES_CHANCE * chance

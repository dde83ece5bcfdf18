"""All figures of a quarter together narrow nobody, whatever the data."""

from itertools import product

import numpy as np
import pytest

from tests.privacy.criteria import LEAST_VALUES_LEFT
from tests.privacy.triples import (
    Courses,
    Told,
    enough_in_each_period,
    fewest_in_quarter,
    narrowest,
    told_sums,
)
from wellbeing.privacy.policy import RULES, small_teams
from wellbeing.privacy.scales import ReleaseScale

NINE, FIVE = ReleaseScale(levels=9), ReleaseScale(levels=5)


def left_by_brute_force(top, untold, said):
    """The fewest values left of anybody, by trying every data set."""
    sizes = (
        (untold.never, (0, 1, 2)),
        (untold.late, (0, 1)),
        (untold.early, (1, 2)),
        (untold.early + untold.always, (0,)),
        (untold.always, (1,)),
        (untold.late + untold.always, (2,)),
    )
    places = [figures for count, figures in sizes for _ in range(count)]
    possible: list[set[int]] = [set() for _ in places]
    for answers in product(range(top + 1), repeat=len(places)):
        sums = [0, 0, 0]
        for answer, figures in zip(answers, places, strict=True):
            for figure in figures:
                sums[figure] += answer
        if all(low <= s <= high for s, (low, high) in zip(sums, said, strict=True)):
            for values, answer in zip(possible, answers, strict=True):
                values.add(answer)
    return min((max(v) - min(v) + 1 for v in possible if v), default=top + 1)


@pytest.mark.parametrize(
    ("top", "counts"),
    [
        (1, (1, 1, 1, 1)),
        (1, (0, 1, 1, 1)),
        (2, (2, 0, 0, 1)),
        (2, (0, 2, 1, 0)),
        (2, (1, 0, 2, 0)),
        (2, (1, 1, 1, 0)),
    ],
)
def test_the_closed_form_finds_what_trying_every_data_set_finds(top, counts):
    untold = Courses(**dict(zip(Courses.__slots__, counts, strict=True)))
    nothing = np.zeros(1, dtype=np.int64)
    none_told = Told(first=nothing, second=nothing, third=nothing)
    for one, two, three in product(range(4), repeat=3):
        for wide in (0, 1):
            said = (one, one + wide), (two, two + wide), (three, three + wide)
            found = narrowest(top, untold, said, none_told)
            assert found == left_by_brute_force(top, untold, said)


def test_told_sums_are_all_that_colluders_can_have():
    told = Courses(never=1, late=0, early=1, always=0)
    sums = told_sums(2, told)
    found = set(zip(sums.first, sums.second, sums.third, strict=True))
    answers = product(range(3), repeat=3)
    assert found == {(kept + old, kept + new, kept + new) for kept, old, new in answers}


@pytest.mark.parametrize("people", [8, 12])
def test_the_figures_of_a_quarter_narrow_nobody(people):
    fewest = fewest_in_quarter(RULES, FIVE, people, sample=(1000, people))
    assert fewest >= LEAST_VALUES_LEFT


def test_the_figures_of_a_quarter_narrow_nobody_with_nine_values():
    assert fewest_in_quarter(RULES, NINE, 8, sample=(200, 1)) >= LEAST_VALUES_LEFT


@pytest.mark.parametrize("people", [5, 7])
def test_the_figures_of_a_quarter_narrow_nobody_in_a_small_team(people):
    fewest = fewest_in_quarter(small_teams(), NINE, people, sample=(1000, people))
    assert fewest >= LEAST_VALUES_LEFT


def test_if_others_might_be_absent_in_each_period_somebody_is_narrowed():
    fewest = fewest_in_quarter(
        RULES, FIVE, 9, sample=(4000, 9), enough=enough_in_each_period
    )
    assert fewest < LEAST_VALUES_LEFT

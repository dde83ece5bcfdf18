"""Two figures that share answers narrow nobody, whatever the data; by enumeration."""

from itertools import product

import numpy as np
import pytest

from tests.privacy.criteria import LEAST_VALUES_LEFT
from tests.privacy.pairs import (
    People,
    fewest_after_change,
    fewest_in_panel,
    narrowest,
    no_limit,
    the_last_one,
)
from wellbeing.privacy.bands import values_needed
from wellbeing.privacy.policy import RULES, Policy, small_teams
from wellbeing.privacy.scales import TEAM_INDICATORS, ReleaseScale

SCALES = [ReleaseScale(levels=n) for n in sorted({*TEAM_INDICATORS.values()})]
OVERALL = ReleaseScale(levels=10)
SIZES = (8, 10, 12, 13)

each_scale = pytest.mark.parametrize("scale", SCALES, ids=lambda s: f"{s.levels}")


def left_by_brute_force(top, untold, first, second):
    """The fewest values left of anybody, by trying every data set."""
    count = untold.both + untold.first + untold.second
    possible: list[set[int]] = [set() for _ in range(count)]
    for answers in product(range(top + 1), repeat=count):
        both = sum(answers[: untold.both])
        only_first = sum(answers[untold.both : untold.both + untold.first])
        only_second = sum(answers[untold.both + untold.first :])
        if (
            first[0] <= both + only_first <= first[1]
            and second[0] <= both + only_second <= second[1]
        ):
            for n, answer in enumerate(answers):
                possible[n].add(answer)
    found = [max(p) - min(p) + 1 for p in possible if p]
    return min(found, default=top + 1)


@pytest.mark.parametrize("untold", [(2, 2, 1), (1, 2, 3), (3, 1, 1), (2, 0, 3)])
def test_the_closed_form_finds_what_trying_every_data_set_finds(untold):
    top, people = 2, People(both=untold[0], first=untold[1], second=untold[2])
    nothing = np.zeros((1, 1), dtype=np.int64)
    none_told = nothing, nothing, np.ones((1, 1), dtype=np.bool_)
    for low, high, wide in product(range(7), range(7), (0, 1, 3)):
        first, second = (low, low + wide), (high, high + 1)
        spans = nothing + first[0], nothing + first[1]
        found = narrowest(top, people, spans, second, none_told)
        assert found == left_by_brute_force(top, people, first, second)


@each_scale
@pytest.mark.parametrize("people", [13, 16])
def test_two_figures_in_the_wide_bands_of_fewer_people_narrow_nobody(scale, people):
    wide = Policy(fine_from=40)
    assert fewest_in_panel(wide, scale, people) >= min(LEAST_VALUES_LEFT, scale.levels)


@each_scale
@pytest.mark.parametrize("people", SIZES)
def test_two_figures_of_a_quarter_narrow_nobody(scale, people):
    fewest = fewest_in_panel(RULES, scale, people)
    assert fewest >= max(LEAST_VALUES_LEFT, values_needed(RULES, scale))


@each_scale
@pytest.mark.parametrize("people", [5, 7, 8, 13])
def test_two_figures_of_a_small_team_narrow_nobody(scale, people):
    assert fewest_in_panel(small_teams(), scale, people) >= LEAST_VALUES_LEFT


@each_scale
@pytest.mark.parametrize("people", [8, 13])
def test_without_the_display_limit_two_figures_narrow_somebody(scale, people):
    assert fewest_in_panel(RULES, scale, people, no_limit) < LEAST_VALUES_LEFT


@pytest.mark.parametrize("people", [13])
def test_limited_by_the_last_picture_alone_two_figures_narrow_somebody(people):
    assert fewest_in_panel(RULES, OVERALL, people, the_last_one) < LEAST_VALUES_LEFT


@each_scale
@pytest.mark.parametrize(
    ("first", "second"),
    [(9, 8), (10, 8), (12, 8), (12, 11), (13, 12), (14, 11), (16, 13), (20, 19)],
)
def test_a_panel_that_loses_people_in_a_quarter_narrows_nobody(scale, first, second):
    assert fewest_after_change(RULES, scale, first, second) >= LEAST_VALUES_LEFT


@pytest.mark.parametrize(("first", "second"), [(8, 12), (12, 16)])
def test_values_carried_into_a_panel_that_grew_would_narrow_somebody(first, second):
    assert fewest_after_change(RULES, OVERALL, first, second) < LEAST_VALUES_LEFT

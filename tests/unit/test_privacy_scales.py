"""A person's value of a period: rounded to what a single week can have."""

from itertools import permutations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.scales import (
    TEAM_INDICATORS,
    ReleaseScale,
    level_of,
    scale_of,
)

TEN = ReleaseScale(levels=10)
FIVE = ReleaseScale(levels=5)


def ratings(*values):
    return [(value - 1) / 9 * 100 for value in values]


@pytest.mark.parametrize(
    ("weeks", "rating"),
    [
        ([7], 7),
        ([7, 7, 7, 7], 7),
        ([6, 7], 7),  # levels 5 and 6: 5.5 goes to the even 6
        ([7, 8], 7),  # levels 6 and 7: 6.5 goes to the even 6
        ([1, 2], 1),
        ([9, 10], 9),
        ([1, 10, 10, 10], 8),
        ([1, 1, 1, 2], 1),
    ],
)
def test_a_mean_is_rounded_half_to_even(weeks, rating):
    assert level_of(TEN, fmean(ratings(*weeks))) == rating - 1


@pytest.mark.parametrize(
    ("weeks", "level"), [([0, 25], 0), ([25, 50], 2), ([50, 75], 2), ([75, 100], 4)]
)
def test_the_same_holds_for_single_questions(weeks, level):
    assert level_of(FIVE, fmean(weeks)) == level


def test_halves_go_up_as_often_as_down():
    halves = [(n + 0.5) / 9 * 100 for n in range(9)]
    moved = [level_of(TEN, half) - half / 100 * 9 for half in halves]
    assert abs(sum(moved)) <= 0.5 + 1e-9


@given(st.lists(st.integers(1, 10), min_size=1, max_size=4))
def test_a_tie_is_one_in_whatever_order_the_weeks_are_added(weeks):
    found: set[int | None] = set()
    for order in permutations(ratings(*weeks)):
        total = 0.0
        for score in order:
            total += score
        found.add(level_of(TEN, total / len(order)))
        found.add(level_of(TEN, fmean(order)))
    assert len(found) == 1


@given(st.integers(0, 9), st.integers(1, 4))
def test_somebody_who_always_answers_the_same_has_that_value(level, weeks):
    assert level_of(TEN, fmean([level / 9 * 100] * weeks)) == level


@given(
    st.sampled_from(sorted(set(TEAM_INDICATORS.values()))), st.floats(0, 100), st.data()
)
def test_a_higher_mean_never_has_a_lower_value(levels, mean, data):
    scale = ReleaseScale(levels=levels)
    higher = data.draw(st.floats(mean, 100))
    assert 0 <= level_of(scale, mean) <= level_of(scale, higher) <= scale.top


@pytest.mark.parametrize(
    "indicator",
    [Indicator.COMPASSION_FATIGUE, Indicator.EXHAUSTION, Indicator.DETACHMENT],
)
def test_parts_of_a_shown_indicator_and_what_is_made_of_it_are_not_shown(indicator):
    with pytest.raises(KeyError):
        scale_of(indicator)

"""Weeks as words on a screen."""

import pytest

from wellbeing.domain.weeks import Week
from wellbeing.ui.words import week_days


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (Week(2026, 47), "16 to 22 November 2026"),
        (Week(2026, 44), "26 October to 1 November 2026"),
        (Week(2026, 53), "28 December to 3 January 2027"),
    ],
)
def test_a_week_is_said_by_its_days_and_the_year_that_it_ends_in(week, words):
    assert week_days(week) == words

"""Days, moments and weeks in words."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from wellbeing.content.dates import day_and_year, moment_words, short_day, week_days
from wellbeing.domain.weeks import Week


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


def test_every_month_has_its_name():
    days = [date(2026, month, 1) for month in range(1, 13)]
    assert [day_and_year(day) for day in days] == [f"1 {d:%B} 2026" for d in days]
    assert [short_day(day) for day in days] == [f"1 {d:%b}" for d in days]


def test_a_moment_is_said_in_the_time_of_the_clinic():
    instant = datetime(2026, 10, 25, 23, 30, tzinfo=UTC)
    berlin = ZoneInfo("Europe/Berlin")
    assert moment_words(instant, berlin) == "Monday 26 October, 00:30"

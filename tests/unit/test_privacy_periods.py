"""Periods and quarters: blocks from the clinic's first week, closed by the clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.weeks import CLOSING, Week
from wellbeing.privacy.periods import Calendar, Period

BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
FIRST = Week(2026, 5)
CALENDAR = Calendar(FIRST)

some_weeks = st.integers(0, 400).map(FIRST.plus)


def test_a_period_has_four_weeks():
    period = Period(Week(2026, 51))
    assert [str(week) for week in period.weeks] == [
        "2026-W51",
        "2026-W52",
        "2026-W53",
        "2027-W01",
    ]


@given(some_weeks)
def test_every_week_is_in_its_period_and_every_period_in_its_quarter(week):
    period = CALENDAR.period_of(week)
    assert week in period.weeks
    quarter = CALENDAR.quarter_of(period)
    assert period in [quarter.plus(n) for n in range(3)]
    assert quarter.first_week.minus(FIRST) % 12 == 0


def test_periods_follow_one_another_without_a_gap_or_overlap():
    periods = [Period(FIRST).plus(n) for n in range(30)]
    assert all(a.last_week.plus(1) == b.first_week for a, b in pairwise(periods))


# Monday 06:00 after the period and 72 hours: Thursday 06:00 of the clinic's clock.
@pytest.mark.parametrize(
    ("first", "closes"),
    [
        (Week(2026, 5), datetime(2026, 2, 26, 5, tzinfo=UTC)),
        (Week(2026, 10), datetime(2026, 4, 2, 4, tzinfo=UTC)),  # summer time by then
        (Week(2026, 51), datetime(2027, 1, 14, 5, tzinfo=UTC)),
    ],
)
def test_a_period_closes_on_thursday_morning_of_the_clinic_s_clock(first, closes):
    period = Period(first)
    assert period.closes_at(BERLIN) == closes
    assert not period.has_closed(closes - timedelta(seconds=1), BERLIN)
    assert period.has_closed(closes, BERLIN)


@given(some_weeks, st.sampled_from([BERLIN, UTC_ZONE, ZoneInfo("Pacific/Auckland")]))
def test_no_week_of_a_period_takes_answers_any_more_when_it_closes(week, zone):
    period = CALENDAR.period_of(week)
    closes = period.closes_at(zone)
    assert not any(CLOSING.is_open(w, closes, zone) for w in period.weeks)

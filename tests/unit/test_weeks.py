"""Weeks, and when one closes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.errors import ImpossibleWeekError
from wellbeing.domain.weeks import CLOSING, ClosingRule, Week

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu")

days = st.dates(min_value=date(1940, 1, 1), max_value=date(2200, 12, 31))
weeks = days.map(Week.of)
instants = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 (Hypothesis wants the zone apart)
    datetime(2037, 1, 1),  # noqa: DTZ001 (the same)
    timezones=st.just(UTC),
)
zones = st.sampled_from(ZONES).map(ZoneInfo)


# Years with 53 weeks begin on a Thursday, or on a Wednesday and are leap years.
# Days around New Year: https://en.wikipedia.org/wiki/ISO_week_date
@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("1977-01-01", "1976-W53"),
        ("1977-01-02", "1976-W53"),
        ("1977-12-31", "1977-W52"),
        ("1978-01-01", "1977-W52"),
        ("1978-01-02", "1978-W01"),
        ("1979-12-31", "1980-W01"),
        ("1980-12-28", "1980-W52"),
        ("1980-12-29", "1981-W01"),
        ("1981-12-31", "1981-W53"),
        ("1982-01-03", "1981-W53"),
        ("2020-12-31", "2020-W53"),
        ("2021-01-03", "2020-W53"),
        ("2021-01-04", "2021-W01"),
        ("2026-12-31", "2026-W53"),
        ("2027-01-03", "2026-W53"),
    ],
)
def test_a_day_belongs_to_its_iso_week(day, week):
    assert str(Week.of(date.fromisoformat(day))) == week


@pytest.mark.parametrize("year", [2004, 2009, 2015, 2020, 2026, 2032, 2037])
def test_a_long_year_has_a_week_53(year):
    assert Week(year, 53).plus(1) == Week(year + 1, 1)


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2027])
def test_a_short_year_refuses_week_53(year):
    with pytest.raises(ImpossibleWeekError, match=f"{year}-W53"):
        Week(year, 53)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-47",
        "2026-W7",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "0000-W01",
        "26-W47",
        "2026-W471",
        "2026_W47",
        "2026-w47",
        "W47 2026",
        "2026-W47-1",
        "2026-11-17",
    ],
)
def test_a_text_that_is_no_week_is_refused_by_name(text):
    with pytest.raises(ImpossibleWeekError) as refused:
        Week.parse(text)
    assert "Write it like 2026-W47" in str(refused.value)


@pytest.mark.parametrize("text", ["2026-W47", "2026W47", "  2026-W47\n"])
def test_a_week_is_read_with_or_without_its_dash(text):
    assert Week.parse(text) == Week(2026, 47)


@given(weeks)
def test_a_week_written_and_read_is_the_same(week):
    assert Week.parse(str(week)) == week


@given(weeks, weeks)
def test_texts_of_weeks_sort_like_the_weeks(one, other):
    assert (str(one) < str(other)) == (one < other) == (one.monday < other.monday)


@given(weeks, st.integers(min_value=-2000, max_value=2000))
def test_going_on_and_back_are_opposites(week, count):
    assert week.plus(count).minus(week) == count
    assert week.plus(count).plus(-count) == week


@given(days)
def test_a_day_lies_between_monday_and_sunday_of_its_week(day):
    week = Week.of(day)
    assert week.monday <= day <= week.sunday
    assert (week.monday.isoweekday(), week.sunday.isoweekday()) == (1, 7)


@given(weeks, st.integers(min_value=0, max_value=120))
def test_weeks_through_a_week_are_consecutive_and_both_ends_included(week, count):
    found = week.through(week.plus(count))
    assert (found[0], found[-1], len(found)) == (week, week.plus(count), count + 1)
    assert found == sorted(set(found))


def test_no_weeks_lead_backwards():
    assert Week(2026, 47).through(Week(2026, 46)) == []


@pytest.mark.parametrize(
    ("zone", "week"),
    [
        ("Europe/Berlin", "2026-W47"),
        ("America/New_York", "2026-W46"),
        ("Pacific/Auckland", "2026-W47"),
        ("Asia/Kathmandu", "2026-W47"),
    ],
)
def test_the_week_is_the_one_of_the_clinic_not_of_the_server(zone, week):
    sunday_evening_in_utc = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
    assert str(Week.at(sunday_evening_in_utc, ZoneInfo(zone))) == week


# The instant, worked by hand from each zone's offset on that Wednesday.
@pytest.mark.parametrize(
    ("zone", "week", "closes"),
    [
        ("Europe/Berlin", "2026-W46", "2026-11-18T05:00"),  # +01:00
        ("Europe/Berlin", "2026-W29", "2026-07-22T04:00"),  # +02:00
        ("Europe/Berlin", "2026-W12", "2026-03-25T05:00"),  # last before summer time
        ("Europe/Berlin", "2026-W13", "2026-04-01T04:00"),  # summer time came Sunday
        ("Europe/Berlin", "2026-W43", "2026-10-28T05:00"),  # winter time came Sunday
        ("America/New_York", "2026-W10", "2026-03-11T10:00"),  # -04:00 since Sunday
        ("America/New_York", "2026-W44", "2026-11-04T11:00"),  # -05:00 since Sunday
        ("Pacific/Auckland", "2026-W14", "2026-04-07T18:00"),  # +12:00 since Sunday
        ("Pacific/Auckland", "2026-W39", "2026-09-29T17:00"),  # +13:00 since Sunday
        ("Asia/Kathmandu", "2026-W46", "2026-11-18T00:15"),  # +05:45
    ],
)
def test_a_week_closes_on_wednesday_at_six_in_the_clinic(zone, week, closes):
    found = CLOSING.closes_at(Week.parse(week), ZoneInfo(zone))
    assert found == datetime.fromisoformat(f"{closes}+00:00")
    local = found.astimezone(ZoneInfo(zone))
    assert (local.isoweekday(), local.hour, local.minute) == (3, 6, 0)


@pytest.mark.parametrize("zone", ZONES)
def test_a_week_is_open_until_the_instant_it_closes_and_not_at_it(zone):
    week, place = Week(2026, 43), ZoneInfo(zone)
    closes = CLOSING.closes_at(week, place)
    assert CLOSING.is_open(week, closes - timedelta(microseconds=1), place)
    assert not CLOSING.is_open(week, closes, place)
    assert CLOSING.open_weeks(closes, place) == (week.plus(1),)


@pytest.mark.parametrize("zone", ZONES)
def test_a_week_opens_at_midnight_of_its_monday_in_the_clinic(zone):
    week, place = Week(2026, 47), ZoneInfo(zone)
    midnight = datetime(2026, 11, 16, tzinfo=place).astimezone(UTC)
    assert CLOSING.is_open(week, midnight, place)
    assert not CLOSING.is_open(week, midnight - timedelta(microseconds=1), place)


@given(instants, zones)
def test_this_week_is_always_open_and_last_week_until_it_closes(now, zone):
    this = Week.at(now, zone)
    closed = now >= CLOSING.closes_at(this.plus(-1), zone)
    expected = (this,) if closed else (this, this.plus(-1))
    assert CLOSING.open_weeks(now, zone) == expected
    assert not CLOSING.is_open(this.plus(1), now, zone)
    assert not CLOSING.is_open(this.plus(-2), now, zone)


def test_another_rule_closes_at_another_hour():
    sooner = ClosingRule(days_after_sunday=1, hour=12)
    closes = sooner.closes_at(Week(2026, 46), BERLIN)
    assert closes == datetime(2026, 11, 16, 11, tzinfo=UTC)


@pytest.mark.parametrize("text", ["1899-W52", "3000-W01", "9999-W52"])
def test_a_week_of_no_life_is_refused(text):
    with pytest.raises(ImpossibleWeekError):
        Week.parse(text)

"""When a gathering takes place, over clock changes; another library agrees."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import recurring_ical_events
from icalendar import Calendar

from wellbeing.domain.gatherings import ClockChange, Repeats, Room, Timing, room_left
from wellbeing.exports.calendar import Entry, calendar_file

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]


def timing(start, zone="Europe/Berlin", **other):
    local = datetime.fromisoformat(start)
    return Timing(start=local, zone=zone, minutes=60, **other)


def entry(when, **other):
    usual = Entry(
        names=("one",),
        title="Gathering",
        timing=when,
        changed_on=date(2026, 11, 17),
        revision=0,
    )
    return replace(usual, **other)


def read_by_the_library(when, until, **other):
    calendar = Calendar.from_ical(calendar_file([entry(when, **other)]))
    found = recurring_ical_events.of(calendar).between(when.start.date(), until)
    return sorted(e["DTSTART"].dt.astimezone(UTC) for e in found)


def test_the_hour_stays_over_a_clock_change():
    weekly = timing("2026-10-20T15:00", repeats=Repeats.WEEKLY, times=2)
    hours = [begin.hour for begin in weekly.begins()]
    assert hours == [13, 14]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("repeats", list(Repeats))
@pytest.mark.parametrize(
    "start", ["2026-10-06T15:00", "2026-12-29T09:00", "2027-03-09T02:30"]
)
def test_a_calendar_program_finds_the_same_instants(zone, repeats, start):
    times = 1 if repeats is Repeats.NEVER else 9
    when = timing(start, zone, repeats=repeats, times=times)
    until = when.days()[-1] + timedelta(days=400)
    assert read_by_the_library(when, until) == list(when.begins())


def test_the_check_in_has_no_end_in_a_calendar():
    weekly = timing("2026-11-23T09:00", repeats=Repeats.WEEKLY)
    found = read_by_the_library(weekly, date(2027, 11, 23), every=1)
    assert len(found) == 53
    assert {f.astimezone(UTC).hour for f in found} == {7, 8}


def test_a_time_that_the_clock_skips_is_taken_by_the_offset_before():
    skipped = timing("2027-03-28T02:30")
    assert skipped.clock_changes() == {date(2027, 3, 28): ClockChange.SKIPPED}
    assert skipped.begins()[0] == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # 03:30


def test_of_a_time_that_comes_twice_the_first_is_meant():
    twice = timing("2026-10-25T02:30")
    assert twice.clock_changes() == {date(2026, 10, 25): ClockChange.TWICE}
    assert twice.begins()[0] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert read_by_the_library(twice, date(2026, 10, 26)) == list(twice.begins())


def test_each_day_of_a_series_is_looked_at():
    weekly = timing("2027-03-14T02:30", repeats=Repeats.WEEKLY, times=4)
    assert weekly.clock_changes() == {date(2027, 3, 28): ClockChange.SKIPPED}
    assert timing("2027-03-14T12:00").clock_changes() == {}


@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2026-11-17T12:00", [(11, 17), (12, 15), (1, 19), (2, 16)]),  # third Tuesday
        ("2026-12-31T12:00", [(12, 31), (1, 28), (2, 25), (3, 25)]),  # last Thursday
        ("2026-12-01T12:00", [(12, 1), (1, 5), (2, 2), (3, 2)]),  # first Tuesday
        ("2027-01-29T12:00", [(1, 29), (2, 26), (3, 26), (4, 30)]),  # last Friday
    ],
)
def test_monthly_is_the_same_weekday_of_the_month(start, days):
    monthly = timing(start, repeats=Repeats.MONTHLY, times=4)
    assert [(d.month, d.day) for d in monthly.days()] == days


def test_what_is_under_way_is_the_next():
    weekly = timing("2026-11-17T12:00", repeats=Repeats.WEEKLY, times=2)
    first, second = weekly.begins()
    assert weekly.next_after(first + timedelta(minutes=59)) == first
    assert weekly.next_after(first + timedelta(minutes=60)) == second
    assert weekly.next_after(weekly.over_at()) is None


@pytest.mark.parametrize(
    ("places", "taken", "room"),
    [
        (7, 7, Room.UNSAID),
        (8, 7, Room.OPEN),
        (8, 8, Room.FULL),
        (9, 8, Room.NEARLY_FULL),
        (30, 24, Room.NEARLY_FULL),
        (30, 23, Room.OPEN),
    ],
)
def test_room_tells_of_eight_people_or_more(places, taken, room):
    assert room_left(places, taken, 8) is room


def test_an_entry_tells_nothing_and_stays_the_same():
    when = timing("2026-11-17T12:00", repeats=Repeats.WEEKLY, times=2)
    made = calendar_file([entry(when, names=("Alice", "Friday circle"))])
    assert made == calendar_file([entry(when, names=("Alice", "Friday circle"))])
    text = made.decode()
    for word in ("Alice", "Friday", "LOCATION", "URL", "DESCRIPTION", "ORGANIZER"):
        assert word not in text
    for line in ("CLASS:PRIVATE", "SEQUENCE:0", "DTSTAMP:20261117T000000Z"):
        assert line in text.split("\r\n")
    assert "BEGIN:VTIMEZONE" in text


def test_a_change_is_a_newer_entry_of_the_same_name():
    when = timing("2026-11-17T12:00")
    first, second = (calendar_file([entry(when, revision=n)]).decode() for n in (0, 1))
    assert first.replace("SEQUENCE:0", "SEQUENCE:1") == second

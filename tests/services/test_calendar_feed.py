"""The calendar feed: one secret address a person, times only."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
import recurring_ical_events
from icalendar import Calendar

from tests.services.test_gatherings import CIRCLE
from wellbeing.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    TooManyAttemptsError,
)
from wellbeing.domain.gatherings import GatheringId
from wellbeing.services import calendar_feed, gathering_offers, gatherings, people

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ADDRESS = "192.0.2.7"


def token_of(address):
    return address.rsplit("/", 1)[-1].removesuffix(".ics")


def read(ctx, address):
    return calendar_feed.feed_file(ctx, token_of(address), ADDRESS).decode()


def refused(ctx, address):
    with pytest.raises(NotFoundError):
        read(ctx, address)
    return True


def joined(ctx, cast, viewer, **other):
    new = replace(CIRCLE, **other)
    circle = gathering_offers.offer(ctx, cast.bob, new).gathering_id
    gatherings.join(ctx, viewer, circle, visible=False)
    return circle


def test_a_feed_holds_the_gatherings_with_a_place_and_the_check_in(ctx, cast):
    address = calendar_feed.make_feed(ctx, cast.alice)
    joined(ctx, cast, cast.alice)
    waits = joined(ctx, cast, cast.charlie, title="Other", places=1)
    gatherings.join(ctx, cast.alice, waits, visible=False)
    calendar_feed.put_check_in(ctx, cast.alice, 4, 9)
    calendar = Calendar.from_ical(read(ctx, address))
    found = recurring_ical_events.of(calendar).between(
        date(2026, 11, 23), date(2026, 11, 30)
    )
    told = sorted((e["SUMMARY"], e["DTSTART"].dt.hour) for e in found)
    assert told == [("Check-in", 9), ("Gathering", 12)]


def test_a_feed_names_nobody_and_nothing(ctx, cast):
    address = calendar_feed.make_feed(ctx, cast.alice)
    joined(ctx, cast, cast.alice, link="https://meet.example.org/x")
    text = read(ctx, address)
    hidden = ("Alice", "Bob", "Riverside", "circle", "Room", "meet", "notes")
    assert not [word for word in hidden if word in text]
    assert str(cast.alice.person_id) not in text
    assert "CLASS:PRIVATE" in text


def test_two_peoples_entries_are_not_told_to_be_of_one_gathering(ctx, cast):
    circle = joined(ctx, cast, cast.alice)
    gatherings.join(ctx, cast.charlie, circle, visible=False)
    uids = {
        next(line for line in text.splitlines() if line.startswith(b"UID"))
        for text in (
            calendar_feed.gathering_file(ctx, viewer, circle)
            for viewer in (cast.alice, cast.charlie, cast.bob)
        )
    }
    assert len(uids) == 3


def test_a_new_address_ends_the_old_one_and_keeps_what_was_chosen(ctx, cast):
    first = calendar_feed.make_feed(ctx, cast.alice)
    calendar_feed.put_check_in(ctx, cast.alice, 4, 9)
    second = calendar_feed.make_feed(ctx, cast.alice)
    assert refused(ctx, first)
    assert "SUMMARY:Check-in" in read(ctx, second)
    calendar_feed.drop_check_in(ctx, cast.alice)
    assert "SUMMARY" not in read(ctx, second)
    calendar_feed.revoke_feed(ctx, cast.alice)
    assert refused(ctx, second)
    assert calendar_feed.my_feed(ctx, cast.alice) is None


def test_the_address_is_stored_nowhere(ctx, cast):
    token = token_of(calendar_feed.make_feed(ctx, cast.alice))
    with ctx.reading() as db:
        rows = db.exec_driver_sql("SELECT * FROM calendar_feed").all()
    assert len(rows) == 1
    assert token not in str(rows)
    assert len(token) == 43


def test_a_feed_ends_with_the_account(ctx, cast):
    address = calendar_feed.make_feed(ctx, cast.alice)
    people.end_access(ctx, cast.ada, cast.alice.person_id)
    assert refused(ctx, address)


@ON_SQLITE
def test_what_is_cancelled_or_left_goes_from_the_feed(ctx, cast):
    address = calendar_feed.make_feed(ctx, cast.alice)
    circle = joined(ctx, cast, cast.alice)
    assert "SUMMARY:Gathering" in read(ctx, address)
    gathering_offers.cancel(ctx, cast.bob, circle)
    assert "SUMMARY" not in read(ctx, address)


def test_wrong_addresses_are_counted_and_right_ones_always_answered(ctx, cast, clock):
    address = calendar_feed.make_feed(ctx, cast.alice)
    for n in range(60):
        with pytest.raises(NotFoundError):
            calendar_feed.feed_file(ctx, f"wrong{n}", ADDRESS)
    with pytest.raises(TooManyAttemptsError):
        calendar_feed.feed_file(ctx, "wrong", ADDRESS)
    assert read(ctx, address).startswith("BEGIN:VCALENDAR")
    with pytest.raises(NotFoundError):
        calendar_feed.feed_file(ctx, "wrong", "192.0.2.8")
    clock.turn(minutes=16)
    with pytest.raises(NotFoundError):
        calendar_feed.feed_file(ctx, "wrong", ADDRESS)


@ON_SQLITE
def test_a_file_is_for_who_has_a_place_only(ctx, cast):
    circle = joined(ctx, cast, cast.alice, places=1)
    gatherings.join(ctx, cast.charlie, circle, visible=False)
    assert calendar_feed.gathering_file(ctx, cast.alice, circle)
    for viewer in (cast.charlie, cast.ada, cast.dora):
        with pytest.raises(NotFoundError):
            calendar_feed.gathering_file(ctx, viewer, circle)
    with pytest.raises(NotFoundError):
        calendar_feed.gathering_file(ctx, cast.alice, GatheringId(uuid4()))


@ON_SQLITE
def test_a_check_in_time_needs_a_feed_a_day_and_the_role(ctx, cast):
    with pytest.raises(NotFoundError):
        calendar_feed.put_check_in(ctx, cast.alice, 0, 9)
    calendar_feed.make_feed(ctx, cast.alice)
    for weekday, hour in ((7, 9), (-1, 9), (0, 24)):
        with pytest.raises(InvalidInputError):
            calendar_feed.put_check_in(ctx, cast.alice, weekday, hour)
    with pytest.raises(NotAllowedError):
        calendar_feed.put_check_in(ctx, cast.ada, 0, 9)

"""Gatherings: what is offered, when it takes place, and how full it is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID
from zoneinfo import ZoneInfo

GatheringId = NewType("GatheringId", UUID)

_DAYS = 7
_LAST = 5
"""The fifth weekday of a month: many months lack it, so it means the last one."""


class GatheringKind(StrEnum):
    """What kind of gathering it is."""

    PEER_GROUP = "peer_group"
    WORKSHOP = "workshop"
    RETREAT = "retreat"
    CONSULTATION = "consultation"
    ONLINE = "online"


class Repeats(StrEnum):
    """How often it takes place."""

    NEVER = "never"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


class Room(StrEnum):
    """What people may know about how many places are left."""

    OPEN = "open"
    NEARLY_FULL = "nearly_full"
    FULL = "full"
    UNSAID = "unsaid"


class ClockChange(StrEnum):
    """Why a local time is no single moment on its day."""

    SKIPPED = "skipped"
    TWICE = "twice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """When a gathering takes place, by the clock on its wall.

    A time that the clock skips is taken by the offset before the gap, so 02:30 becomes
    03:30; of a time that comes twice the first is meant. RFC 5545, 3.3.5, says the
    same, so calendars and we agree.

    Attributes:
        start: the first date and time, without an offset.
        zone: IANA name of the clock that it is read from.
        minutes: how long each one lasts.
        times: how many there are; 1 if it does not repeat.
    """

    start: datetime
    zone: str
    minutes: int
    repeats: Repeats = Repeats.NEVER
    times: int = 1

    @property
    def length(self) -> timedelta:
        """How long each one lasts."""
        return timedelta(minutes=self.minutes)

    def days(self) -> tuple[date, ...]:
        """Return the day of each, in order."""
        first = self.start.date()
        if self.repeats is Repeats.MONTHLY:
            return tuple(_in_month(first, n) for n in range(self.times))
        apart = 2 * _DAYS if self.repeats is Repeats.FORTNIGHTLY else _DAYS
        return tuple(first + timedelta(days=apart * n) for n in range(self.times))

    def begins(self) -> tuple[datetime, ...]:
        """Return the instant, in UTC, at which each begins."""
        zone, clock = ZoneInfo(self.zone), self.start.time()
        return tuple(
            datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
            for day in self.days()
        )

    def over_at(self) -> datetime:
        """Return the instant, in UTC, at which the last one is over."""
        return self.begins()[-1] + self.length

    def next_after(self, now: datetime) -> datetime | None:
        """Return when the next one begins, or the one under way; None: all are over."""
        return next((b for b in self.begins() if b + self.length > now), None)

    def clock_changes(self) -> dict[date, ClockChange]:
        """Return the days on which the clock skips the time, or shows it twice."""
        zone, clock = ZoneInfo(self.zone), self.start.time()
        found = {}
        for day in self.days():
            local = datetime.combine(day, clock, tzinfo=zone)
            before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
            if before is None or after is None or before == after:
                continue
            skipped = before < after
            found[day] = ClockChange.SKIPPED if skipped else ClockChange.TWICE
        return found


def nth_weekday(day: date) -> int:
    """Return which of its weekday in the month a day is: 1 to 4, and -1 for the last.

    The fifth is the last: months without a fifth would be left out otherwise.
    """
    nth = (day.day - 1) // _DAYS + 1
    return -1 if nth == _LAST else nth


def _in_month(first: date, later: int) -> date:
    """Return the same weekday of the month, so many months later."""
    years, month = divmod(first.month - 1 + later, 12)
    begin = first.replace(year=first.year + years, month=month + 1, day=1)
    nth = nth_weekday(first)
    day = begin + timedelta(days=(first.weekday() - begin.weekday()) % _DAYS)
    day += timedelta(days=_DAYS * (3 if nth < 0 else nth - 1))
    week_on = day + timedelta(days=_DAYS)
    return week_on if nth < 0 and week_on.month == day.month else day


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathering:
    """Something that people of the clinic can join, as all of them see it.

    Attributes:
        host: the name of who offers it.
        link: an http or https address; empty: none.
        places: how many can take part beside the host.
        revision: 0 as offered; one more with each change.
        changed_on: the day of the last change, or of the offer.
    """

    gathering_id: GatheringId
    host: str
    kind: GatheringKind
    title: str
    about: str
    timing: Timing
    place: str
    link: str
    places: int
    revision: int
    changed_on: date
    cancelled: bool


def room_left(places: int, taken: int, least: int) -> Room:
    """Tell how full a gathering is, without telling a small number of people.

    Nothing is said of one with fewer places than ``least``: that it is full would
    tell how many joined, some of them privately. Whoever joins learns whether they
    have a place, which cannot be helped.

    Args:
        places: how many there are.
        taken: how many people have one.
        least: the fewest people that a count may tell of.
    """
    if places < least:
        return Room.UNSAID
    if taken >= places:
        return Room.FULL
    near = taken >= least and places - taken <= max(1, places // 5)
    return Room.NEARLY_FULL if near else Room.OPEN

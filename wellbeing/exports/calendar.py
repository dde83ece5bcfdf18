"""Calendar files (RFC 5545): times only. No title, no place, no name of anybody.

A calendar is often shared, or synchronised over a server of the employer's, so an entry
says no more than that there is one.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from wellbeing.domain.gatherings import Repeats, Timing, nth_weekday

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_EVERY = timedelta(hours=12)
"""How often a calendar is asked to look again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry, which may repeat.

    Attributes:
        names: what makes the entry this one; its UID is a hash of them.
        title: a neutral word.
        changed_on: the day of its last change, which calendars compare.
        revision: how often it was changed.
        every: it repeats every so many weeks without an end, whatever ``timing`` says
            about that; 0: as it says.
        busy: whether it keeps the time free of other appointments.
    """

    names: tuple[object, ...]
    title: str
    timing: Timing
    changed_on: date
    revision: int
    every: int = 0
    busy: bool = True


def calendar_file(entries: Iterable[Entry]) -> bytes:
    """Return a calendar file; the same entries give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Wellbeing//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for entry in entries:
        calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry) -> Event:
    timing = entry.timing
    start = timing.start.replace(tzinfo=ZoneInfo(timing.zone))
    name = hashlib.sha256(" ".join(map(str, entry.names)).encode()).hexdigest()[:32]
    event = Event()
    event.add("uid", f"{name}@wellbeing")
    event.add("dtstamp", datetime.combine(entry.changed_on, time(0), tzinfo=UTC))
    event.add("sequence", entry.revision)
    event.add("dtstart", start)
    event.add("duration", timing.length)
    event.add("summary", entry.title)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if entry.busy else "TRANSPARENT")
    if entry.every:
        event.add("rrule", {"freq": "weekly", "interval": entry.every})
    elif timing.repeats is not Repeats.NEVER:
        event.add("rrule", _rule(timing))
    return event


def _rule(timing: Timing) -> dict[str, Any]:
    day = timing.start.date()
    weekday = _WEEKDAYS[day.weekday()]
    rule: dict[str, Any] = {"freq": "weekly"}
    if timing.repeats is Repeats.MONTHLY:
        rule = {"freq": "monthly", "byday": f"{nth_weekday(day)}{weekday}"}
    elif timing.repeats is Repeats.FORTNIGHTLY:
        rule["interval"] = 2
    return rule | {"count": timing.times}

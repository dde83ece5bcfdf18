"""What somebody types to offer a gathering, and what of it can be taken."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from wellbeing.content.places import time_zones
from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.gatherings import GatheringKind, Repeats, Timing
from wellbeing.domain.people import Viewer
from wellbeing.services.context import Context
from wellbeing.services.fields import clean_words, refuse_longer

LONGEST_TITLE, LONGEST_ABOUT, LONGEST_PLACE, LONGEST_LINK = 120, 2000, 200, 500
MOST_PLACES, MOST_TIMES = 500, 104
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(days=14)
_AHEAD = timedelta(days=2 * 366)
_FIRST_YEAR = 2000
_PAST = "That begins in the past. Choose a later day or time."


@dataclass(frozen=True, kw_only=True, slots=True)
class NewGathering:
    """What somebody types to offer a gathering.

    Attributes:
        zone: IANA name of the clock by which day and clock are meant.
        until: the last day that it may take place on, if it repeats; or
        times: how often it takes place, without such a day.
    """

    kind: GatheringKind
    title: str
    about: str
    day: date
    clock: time
    zone: str
    minutes: int
    place: str
    link: str
    places: int
    repeats: Repeats = Repeats.NEVER
    until: date | None = None
    times: int | None = None


def columns_of(ctx: Context, viewer: Viewer, new: NewGathering) -> dict[str, Any]:
    """Return the columns of what was typed.

    Raises:
        InvalidInputError: a field cannot be taken; the sentence says which and why.
    """
    today = ctx.now().astimezone(viewer.clinic.zone).date()
    if new.day.year < _FIRST_YEAR:
        raise InvalidInputError(_PAST)
    if new.day - today > _AHEAD:
        raise InvalidInputError("That is too far ahead. Choose a day within two years.")
    timing = _timing(new)
    place = " ".join(new.place.split())
    link = clean_link(new.link)
    if not (place or link):
        raise InvalidInputError("Say where it is: a place, a link, or both.")
    if not 1 <= new.places <= MOST_PLACES:
        raise InvalidInputError(f"Offer from 1 to {MOST_PLACES} places.")
    return {
        "kind": new.kind,
        "title": clean_words(new.title, LONGEST_TITLE),
        "about": clean_words(new.about, LONGEST_ABOUT) if new.about.strip() else "",
        "start": written(timing.start),
        "zone": timing.zone,
        "minutes": timing.minutes,
        "repeats": timing.repeats,
        "times": timing.times,
        "over_at": timing.over_at(),
        "place": clean_words(place, LONGEST_PLACE) if place else "",
        "link": link,
        "places": new.places,
        "changed_on": today,
    }


def written(start: datetime) -> str:
    """Return a local date and time as it is stored."""
    return start.isoformat(timespec="minutes")


def refuse_past(ctx: Context, values: dict[str, Any]) -> None:
    """Refuse what would begin in the past.

    Raises:
        InvalidInputError: it would.
    """
    start = datetime.fromisoformat(values["start"])
    if Timing(start=start, zone=values["zone"], minutes=1).begins()[0] <= ctx.now():
        raise InvalidInputError(_PAST)


def _timing(new: NewGathering) -> Timing:
    if new.zone not in time_zones():
        raise InvalidInputError("Choose a time zone from the list.")
    if not _SHORTEST <= timedelta(minutes=new.minutes) <= _LONGEST:
        raise InvalidInputError("Say how long it lasts: five minutes to two weeks.")
    start = datetime.combine(new.day, new.clock.replace(second=0, microsecond=0))

    def repeated(times: int) -> Timing:
        return Timing(
            start=start,
            zone=new.zone,
            minutes=new.minutes,
            repeats=new.repeats,
            times=times,
        )

    if new.repeats is Repeats.NEVER:
        return repeated(1)
    if new.until is not None:
        times = _times_until(repeated(MOST_TIMES), new.until)
    elif new.times is not None:
        times = new.times
    else:
        raise InvalidInputError("Say when it ends: a last day, or how many times.")
    if not 1 <= times <= MOST_TIMES:
        raise InvalidInputError(f"It can take place 1 to {MOST_TIMES} times.")
    return repeated(times)


def _times_until(longest: Timing, until: date) -> int:
    if until > longest.days()[-1]:
        return MOST_TIMES + 1
    return sum(day <= until for day in longest.days())


def clean_link(link: str) -> str:
    """Return an http or https address as it was typed; empty: none.

    Raises:
        InvalidInputError: it is another kind of address, or none at all.
    """
    link = link.strip()
    if not link:
        return ""
    sentence = "A link begins with https:// or http://. Copy it from the meeting."
    refuse_longer(len(link), LONGEST_LINK)
    if not link.isprintable() or any(c.isspace() or c in '<>"\\' for c in link):
        raise InvalidInputError(sentence)
    try:
        parts = urlsplit(link)
        named = bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        named = False
    if not named or parts.scheme not in {"http", "https"}:
        raise InvalidInputError(sentence)
    return link

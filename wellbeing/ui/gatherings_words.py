"""When a gathering takes place and how long it lasts, as sentences."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from wellbeing.content.dates import day_and_year, moment_words
from wellbeing.content.load import choice_text, say
from wellbeing.domain.gatherings import ClockChange, Repeats, Timing
from wellbeing.services.gatherings import SeenGathering

_HOUR, _DAY = 60, 24 * 60


def length_words(minutes: int) -> str:
    """Return a length like ``90 minutes``, ``2 hours`` or ``3 days``."""
    if minutes % _DAY == 0:
        count = minutes // _DAY
        return say("gatherings.day") if count == 1 else _many("gatherings.days", count)
    if minutes % _HOUR == 0:
        count = minutes // _HOUR
        return (
            say("gatherings.hour") if count == 1 else _many("gatherings.hours", count)
        )
    return _many("gatherings.minutes", minutes)


def _many(key: str, count: int) -> str:
    return say(key, count=count)


def when_words(one: SeenGathering) -> str:
    """Return when the next one begins, how long it lasts, and how it goes on."""
    timing = one.gathering.timing
    if one.next_begin is None:
        return ""
    told = {
        "moment": moment_words(one.next_begin, ZoneInfo(timing.zone)),
        "zone": timing.zone,
        "length": length_words(timing.minutes),
    }
    if timing.repeats is Repeats.NEVER:
        return say("gatherings.when", **told)
    return say(
        "gatherings.when_again",
        **told,
        repeats=choice_text(timing.repeats),
        times=timing.times,
        last=day_and_year(timing.days()[-1]),
    )


def clock_words(timing: Timing) -> Iterator[str]:
    """Yield a sentence for each day on which the clock skips or repeats the time."""
    zone = ZoneInfo(timing.zone)
    for day, change in timing.clock_changes().items():
        begins = datetime.combine(day, timing.start.time(), tzinfo=zone)
        clock = Timing(start=begins.replace(tzinfo=None), zone=timing.zone, minutes=1)
        shown = clock.begins()[0].astimezone(zone)
        words = "skipped" if change is ClockChange.SKIPPED else "twice"
        yield say(f"gatherings.{words}", day=day_and_year(day), clock=f"{shown:%H:%M}")

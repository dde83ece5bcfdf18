"""Dates, weeks and meanings as sentences."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from wellbeing.content.load import indicator_text, say
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.indicators import Direction, direction_of
from wellbeing.domain.weeks import Week
from wellbeing.services.meanings import Meaning, Placed, Position

_MONTHS = "January February March April May June July August September October"
_MONTHS_IN_ORDER = (*_MONTHS.split(), "November", "December")
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def day_words(day: date) -> str:
    """Return a day like ``16 November``."""
    return f"{day.day} {_MONTHS_IN_ORDER[day.month - 1]}"


def day_and_year(day: date) -> str:
    """Return a day like ``16 November 2026``."""
    return f"{day_words(day)} {day.year}"


def moment_words(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant like ``Wednesday 25 November, 06:00``."""
    local = instant.astimezone(zone)
    return f"{_DAYS[local.weekday()]} {day_words(local.date())}, {local:%H:%M}"


def week_words(week: Week) -> str:
    """Return a week like ``2026-W47 (16 November to 22 November)``."""
    return f"{week} ({day_words(week.monday)} to {day_words(week.sunday)})"


def week_span(week: Week) -> str:
    """Return a week like ``16 to 22 November``, short enough for a phone."""
    first, last = week.monday, week.sunday
    begin = str(first.day) if first.month == last.month else day_words(first)
    return f"{begin} to {day_words(last)}"


def week_days(week: Week) -> str:
    """Return a week like ``16 to 22 November 2026``, for whoever counts in days."""
    return f"{week_span(week)} {week.sunday.year}"


def meaning_sentences(meaning: Meaning, kind: Kind) -> tuple[str, ...]:
    """Return what a week means, in one or two sentences."""
    if kind is Kind.NOT_THIS_WEEK:
        return (say("meaning.not_this_week"),)
    if kind is Kind.WITHDRAWN:
        return (say("meaning.withdrawn"),)
    return placed_sentence(meaning.overall), placed_sentence(meaning.fatigue)


def placed_sentence(placed: Placed) -> str:
    """Return one sentence on a score against the usual range."""
    text = indicator_text(placed.indicator)
    above = direction_of(placed.indicator) is Direction.HIGHER_IS_HARDER
    if placed.position is Position.BETTER:
        above = not above
    return say(
        f"meaning.{placed.position}",
        name=text.name,
        higher_means=text.higher_means,
        value=None if placed.value is None else round(placed.value),
        low=None if placed.usual is None else round(placed.usual.low),
        high=None if placed.usual is None else round(placed.usual.high),
        side=say("meaning.above") if above else say("meaning.below"),
        than_usual=say("meaning.higher") if above else say("meaning.lower"),
        learned=placed.weeks_learned,
        outside=placed.outside,
    )

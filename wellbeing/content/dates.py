"""Days, moments and weeks as a reader counts them; ``dates.toml`` says how."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from wellbeing.content.load import say
from wellbeing.domain.weeks import Week


def day_words(day: date) -> str:
    """Return a day like ``16 November``."""
    month = say("dates.months").split()[day.month - 1]
    return say("dates.day", day=day.day, month=month)


def short_day(day: date) -> str:
    """Return a day like ``16 Nov``."""
    month = say("dates.short_months").split()[day.month - 1]
    return say("dates.day", day=day.day, month=month)


def day_and_year(day: date) -> str:
    """Return a day like ``16 November 2026``."""
    return say("dates.day_and_year", day=day_words(day), year=day.year)


def moment_words(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant like ``Wednesday 25 November, 06:00``."""
    local = instant.astimezone(zone)
    weekday = say("dates.weekdays").split()[local.weekday()]
    day = day_words(local.date())
    return say("dates.moment", weekday=weekday, day=day, time=f"{local:%H:%M}")


def week_words(week: Week) -> str:
    """Return a week like ``2026-W47 (16 to 22 November)``."""
    return say("dates.week", week=week, days=week_span(week))


def week_span(week: Week) -> str:
    """Return a week like ``16 to 22 November``, short enough for a phone."""
    first, last = week.monday, week.sunday
    begin = str(first.day) if first.month == last.month else day_words(first)
    return say("dates.span", first=begin, last=day_words(last))


def week_days(week: Week) -> str:
    """Return a week like ``16 to 22 November 2026``, for whoever counts in days."""
    return say("dates.day_and_year", day=week_span(week), year=week.sunday.year)

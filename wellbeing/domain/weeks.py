"""ISO weeks in the clinic's time zone, and when a week closes."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from wellbeing.domain.errors import ImpossibleWeekError

_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_WRITTEN = re.compile(r"([0-9]{4})-?W([0-9]{2})")


@dataclass(frozen=True, order=True, slots=True)
class Week:
    """One ISO 8601 week, Monday to Sunday, written like ``2026-W47``."""

    year: int
    number: int
    _monday: date = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a week that no calendar has, such as 2025-W53."""
        try:
            monday = date.fromisocalendar(self.year, self.number, 1)
            possible = _FIRST_YEAR <= self.year <= _LAST_YEAR
        except ValueError:
            possible = False
        if not possible:
            raise ImpossibleWeekError(f"{self.year}-W{self.number:02d}")
        # Kept, because distances between weeks are asked thousands of times a page.
        object.__setattr__(self, "_monday", monday)

    @classmethod
    def parse(cls, text: str) -> "Week":
        """Read ``2026-W47`` or ``2026W47``.

        Raises:
            ImpossibleWeekError: the text is not an ISO week that exists.
        """
        return _parse(text)

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the week that holds a day."""
        iso = day.isocalendar()
        return cls(iso.year, iso.week)

    @classmethod
    def at(cls, instant: datetime, zone: ZoneInfo) -> Self:
        """Return the week it is in a time zone at an instant."""
        return cls.of(instant.astimezone(zone).date())

    def __str__(self) -> str:
        """Write the week as ISO 8601 does; such texts sort like the weeks."""
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def monday(self) -> date:
        """The first day."""
        return self._monday

    @property
    def sunday(self) -> date:
        """The last day."""
        return date.fromisocalendar(self.year, self.number, 7)

    def plus(self, weeks: int) -> "Week":
        """Return the week so many weeks later (earlier, if negative)."""
        return Week.of(self.monday + timedelta(weeks=weeks))

    def minus(self, earlier: "Week") -> int:
        """Return how many weeks this week is after another."""
        return (self._monday - earlier._monday).days // 7  # noqa: SLF001 (another week)

    def through(self, last: "Week") -> list["Week"]:
        """Return every week from this one to the last, both included."""
        return [self.plus(n) for n in range(last.minus(self) + 1)]


@lru_cache(maxsize=4096)
def _parse(text: str) -> Week:
    # A person's charts read each of their weeks at every look.
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ImpossibleWeekError(text)
    return Week(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True)
class ClosingRule:
    """When a week stops taking changes: a weekday and hour after it has ended."""

    days_after_sunday: int = 3
    hour: int = 6

    def closes_at(self, week: Week, zone: ZoneInfo) -> datetime:
        """Return the instant, in UTC, from which a week takes no more changes."""
        day = week.sunday + timedelta(days=self.days_after_sunday)
        local = datetime.combine(day, time(self.hour), tzinfo=zone)
        return local.astimezone(UTC)

    def is_open(self, week: Week, now: datetime, zone: ZoneInfo) -> bool:
        """Tell whether a week has begun and not closed yet."""
        begun = week <= Week.at(now, zone)
        return begun and now < self.closes_at(week, zone)

    def open_weeks(self, now: datetime, zone: ZoneInfo) -> tuple[Week, ...]:
        """Return the weeks that take answers now: this one, then the one before."""
        this = Week.at(now, zone)
        return tuple(w for w in (this, this.plus(-1)) if self.is_open(w, now, zone))


CLOSING = ClosingRule()
"""Wednesday 06:00 clinic time after the week."""

"""Periods and quarters: blocks of weeks counted from the clinic's first week."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from wellbeing.domain.weeks import ClosingRule, Week
from wellbeing.privacy.policy import RULES

CLOSES = ClosingRule(days_after_sunday=4, hour=6)
"""Thursday 06:00 clinic time: Monday 06:00 after the period and 72 hours of grace."""

PERIOD_WEEKS, QUARTER_WEEKS = RULES.period_weeks, RULES.quarter_weeks
"""The blocks are the same for every clinic, so that a policy cannot move them."""


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """Four weeks that make one figure."""

    first_week: Week

    @property
    def last_week(self) -> Week:
        """The last of its weeks."""
        return self.first_week.plus(PERIOD_WEEKS - 1)

    @property
    def weeks(self) -> list[Week]:
        """All its weeks."""
        return self.first_week.through(self.last_week)

    def plus(self, periods: int) -> "Period":
        """Return the period so many later (earlier, if negative)."""
        return Period(self.first_week.plus(periods * PERIOD_WEEKS))

    def through(self, last: "Period") -> list["Period"]:
        """Return every period from this one to the last, both included."""
        apart = last.first_week.minus(self.first_week) // PERIOD_WEEKS
        return [self.plus(n) for n in range(apart + 1)]

    def closes_at(self, zone: ZoneInfo) -> datetime:
        """Return the instant from which its figures are made, in UTC."""
        return CLOSES.closes_at(self.last_week, zone)

    def has_closed(self, now: datetime, zone: ZoneInfo) -> bool:
        """Tell whether its figures may be made."""
        return now >= self.closes_at(zone)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A clinic's blocks: periods and quarters begin with its first week."""

    first_week: Week

    def period_of(self, week: Week) -> Period:
        """Return the period that holds a week."""
        after = week.minus(self.first_week) // PERIOD_WEEKS
        return Period(self.first_week.plus(after * PERIOD_WEEKS))

    def quarter_of(self, period: Period) -> Period:
        """Return the first period of the quarter that holds a period."""
        after = period.first_week.minus(self.first_week) // QUARTER_WEEKS
        return Period(self.first_week.plus(after * QUARTER_WEEKS))

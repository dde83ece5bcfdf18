"""A day of the week and an hour that two peers agree on, by the clinic's clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wellbeing.domain.weeks import Week

FIRST_HOUR, LAST_HOUR = 6, 22
"""The hours that two peers can agree on: a check-in with a peer is for the day."""
LAST_WEEKDAY = 6
MINUTES = 15
"""How long the time is kept free in a calendar: the guides take about as long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PeerTime:
    """A day of the week and a full hour.

    Attributes:
        weekday: Monday is 0.
        hour: 6 to 22.
    """

    weekday: int
    hour: int

    @property
    def is_possible(self) -> bool:
        """Whether two peers can agree on it."""
        in_week = 0 <= self.weekday <= LAST_WEEKDAY
        return in_week and FIRST_HOUR <= self.hour <= LAST_HOUR


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreedTime:
    """What both agreed on; how often follows the rhythm of the pairing.

    Attributes:
        from_week: the first week in which it takes place.
        weeks: so many weeks lie between two of them.
    """

    at: PeerTime
    from_week: Week
    weeks: int

    def next_after(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return when the next one begins, in UTC, or the one under way."""
        gone = Week.at(now, zone).minus(self.from_week) // self.weeks
        week = self.from_week.plus(max(0, gone) * self.weeks)
        begins = begin_in(week, self.at, zone)
        while begins + timedelta(minutes=MINUTES) <= now:
            week = week.plus(self.weeks)
            begins = begin_in(week, self.at, zone)
        return begins


def begin_in(week: Week, at: PeerTime, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which a time begins in a week.

    It is the same hour on the clinic's clock in winter and in summer.
    """
    day = week.monday + timedelta(days=at.weekday)
    return datetime.combine(day, time(at.hour), tzinfo=zone).astimezone(UTC)


def first_week(due: Week, at: PeerTime, now: datetime, zone: ZoneInfo) -> Week:
    """Return the first week of a time: when one is due, or the week after it.

    Args:
        due: the week in which the next check-in is due, this one or a later one.
        at: what both agreed on.
        now: a time that has begun already is no first one.
        zone: of the clinic.
    """
    return due if begin_in(due, at, zone) > now else due.plus(1)

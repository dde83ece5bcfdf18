"""Reminders by e-mail and in calendars: who asked for what, and when one is sent.

Nothing here knows whether somebody has checked in: everybody who asked gets theirs.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from wellbeing.domain.weeks import Week

FIRST_HOUR, LAST_HOUR = 7, 19
"""The hours, by the clinic's clock, at which a reminder can be asked for."""
_QUIET_FROM = 20
MOST_A_WEEK = 2
"""Reminders that a person gets in a week. News of a gathering come on top."""
_LATE = timedelta(hours=12)
_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)
GIVEN_UP_AFTER = timedelta(days=1)
"""After the first failure; a reminder that comes later reminds of nothing."""


class ReminderKind(StrEnum):
    """What a message is about."""

    CHECK_IN = "check_in"
    GATHERING = "gathering"
    PEER = "peer"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    MOVED_UP = "moved_up"


NEWS = frozenset({ReminderKind.CANCELLED, ReminderKind.CHANGED, ReminderKind.MOVED_UP})
"""What somebody should know at once; it is not counted among a week's reminders."""


class MessageState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminders:
    """What somebody asked to be reminded of; nothing, until they ask.

    Attributes:
        weekday: of the check-in reminder, Monday is 0.
        hour: of the check-in reminder, by the clinic's clock, 7 to 19.
        from_week: the first week of the check-in reminder; None: not asked for.
        gatherings: a day before a gathering they have joined, and news of it.
        peers: a day before a check-in that a peer and they agreed on.
        paused_until: the week in which reminders come again; None: not paused.
    """

    weekday: int = 0
    hour: int = 9
    from_week: Week | None = None
    gatherings: bool = False
    peers: bool = False
    paused_until: Week | None = None

    @property
    def any(self) -> bool:
        """Whether anything is asked for."""
        return self.from_week is not None or self.gatherings or self.peers

    def wants(self, kind: ReminderKind, week: Week) -> bool:
        """Tell whether somebody wants a message of a kind in a week."""
        if self.paused_until is not None and week < self.paused_until:
            return False
        if kind is ReminderKind.CHECK_IN:
            return self.from_week is not None and week >= self.from_week
        return self.peers if kind is ReminderKind.PEER else self.gatherings


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """When somebody wants to check in: each week from one on, by the clinic's clock.

    Attributes:
        weekday: Monday is 0.
    """

    weekday: int
    hour: int
    from_week: Week


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """That somebody has a calendar feed, and what it holds beside gatherings."""

    check_in: Appointment | None


def check_in_due(asked: Reminders, week: Week, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which a week's check-in reminder is due."""
    day = week.monday + timedelta(days=asked.weekday)
    return datetime.combine(day, time(asked.hour), tzinfo=zone).astimezone(UTC)


def day_before(begins: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return from when to when, in UTC, a message a day before something may be sent.

    The same time on the day before, or after the quiet hours; not in the last hours,
    in which it would come on the way there.
    """
    local = begins.astimezone(zone)
    due = after_quiet((local - timedelta(days=1)).astimezone(UTC), zone)
    return due, min(due + _LATE, begins.astimezone(UTC))


def end_of(week: Week, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which a week is over."""
    return datetime.combine(week.plus(1).monday, time(0), tzinfo=zone).astimezone(UTC)


def is_quiet(now: datetime, zone: ZoneInfo) -> bool:
    """Tell whether it is 20:00 to 07:00 at the clinic: nothing is sent then."""
    return not FIRST_HOUR <= now.astimezone(zone).hour < _QUIET_FROM


def after_quiet(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant in UTC, or 07:00 at the clinic after the quiet hours."""
    if not is_quiet(instant, zone):
        return instant
    local = instant.astimezone(zone)
    day = local.date() + timedelta(days=int(local.hour >= _QUIET_FROM))
    morning = datetime.combine(day, time(FIRST_HOUR), tzinfo=zone)
    return morning.astimezone(UTC)


def wait_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures: twice as long each time."""
    wait = _SHORTEST_WAIT
    for _ in range(failures - 1):
        wait = min(2 * wait, _LONGEST_WAIT)
    return wait

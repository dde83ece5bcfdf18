"""Instants that are kept by the hour only.

The exact time of somebody's first or last look would tell when they checked in.
"""

from datetime import datetime, timedelta

_HOUR = timedelta(hours=1)


def hour_of(instant: datetime) -> datetime:
    """Return the beginning of the hour that an instant is in."""
    return instant.replace(minute=0, second=0, microsecond=0)


def end_of_hour(instant: datetime) -> datetime:
    """Return the end of that hour; a whole hour is its own."""
    whole = hour_of(instant)
    return whole if whole == instant else whole + _HOUR

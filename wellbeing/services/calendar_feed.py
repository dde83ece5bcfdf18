"""One's own dates for one's own calendar: a secret address, and single files.

Calendars cannot sign in, so whoever knows the address can read it. It says when, and
nothing else; it can be replaced or revoked at any time, and only its hash is stored.
"""

from datetime import UTC, date, datetime, time, timedelta

from wellbeing.content.load import say
from wellbeing.domain.errors import (
    InvalidInputError,
    NotFoundError,
    TooManyAttemptsError,
)
from wellbeing.domain.gatherings import Gathering, GatheringId, Timing
from wellbeing.domain.ids import PersonId
from wellbeing.domain.peer_appointments import MINUTES, AgreedTime
from wellbeing.domain.people import Clinic, Role, Viewer
from wellbeing.domain.reminders import Appointment, Feed
from wellbeing.exports.calendar import Entry, calendar_file
from wellbeing.services import passwords
from wellbeing.services.context import Context
from wellbeing.services.gatherings import in_calendar_of
from wellbeing.services.peer_appointments import agreed_of_all
from wellbeing.storage import account_queries, clinic_queries, feed_queries
from wellbeing.storage.account_queries import Attempts

_MINUTES = 10
_LAST_WEEKDAY, _LAST_HOUR = 6, 23
_WINDOW, _MOST_WRONG = timedelta(minutes=15), 60


def my_feed(ctx: Context, viewer: Viewer) -> Feed | None:
    """Return what the viewer's feed holds; None: they have none."""
    with ctx.reading() as db:
        return feed_queries.feed_of(db, viewer.clinic_id, viewer.person_id)


def make_feed(ctx: Context, viewer: Viewer) -> str:
    """Return a new address of the viewer's feed, this once; an older one works no more.

    What the feed holds stays as it was chosen.
    """
    token = passwords.new_token()
    with ctx.writing() as db:
        feed_queries.put_feed(
            db, viewer.clinic_id, viewer.person_id, passwords.hash_token(token)
        )
    return f"{ctx.settings.url}/calendar/{token}.ics"


def revoke_feed(ctx: Context, viewer: Viewer) -> None:
    """Let the address of the viewer's feed work no more."""
    with ctx.writing() as db:
        feed_queries.drop_feed(db, viewer.clinic_id, viewer.person_id)


def put_check_in(ctx: Context, viewer: Viewer, weekday: int, hour: int) -> None:
    """Let the viewer's feed hold a time for the weekly check-in, from this week on.

    Raises:
        InvalidInputError: there is no such day or hour.
        NotFoundError: they have no feed.
    """
    viewer.require(Role.CLINICIAN)
    if not (0 <= weekday <= _LAST_WEEKDAY and 0 <= hour <= _LAST_HOUR):
        raise InvalidInputError("Choose a day of the week and a full hour.")
    this = ctx.this_week(viewer.clinic)
    _set(ctx, viewer, Appointment(weekday=weekday, hour=hour, from_week=this))


def drop_check_in(ctx: Context, viewer: Viewer) -> None:
    """Let the viewer's feed hold no time for the check-in.

    Raises:
        NotFoundError: they have no feed.
    """
    _set(ctx, viewer, None)


def feed_file(ctx: Context, token: str, address: str) -> bytes:
    """Return the calendar file behind an address of a feed.

    An address that is right is always answered: nobody can guess one, so that a wrong
    one is counted only to keep the noise down.

    Args:
        token: the secret part of the address.
        address: the network address that asks.

    Raises:
        NotFoundError: there is no such feed, or no more.
        TooManyAttemptsError: too many wrong ones came from this network address.
    """
    with ctx.reading() as db:
        found = feed_queries.feed_behind(db, passwords.hash_token(token))
        if found is not None:
            own = found.clinic.clinic_id, found.person_id
            gatherings = in_calendar_of(db, *own)
            this = ctx.this_week(found.clinic)
            with_peers = agreed_of_all(db, found.clinic, this).get(own[1], [])
    if found is None:
        _count_wrong(ctx, address)
        raise NotFoundError("address")
    entries = [_entry(found.person_id, each) for each in gatherings]
    if found.feed.check_in is not None:
        entries.append(_check_in(found.clinic, found.person_id, found.feed.check_in))
    entries += [_with_peer(found.clinic, own[1], *each) for each in with_peers]
    return calendar_file(entries)


def gathering_file(ctx: Context, viewer: Viewer, gathering_id: GatheringId) -> bytes:
    """Return the calendar file of one gathering that the viewer has a place in.

    Raises:
        NotFoundError: there is no such one, or it is cancelled.
    """
    with ctx.reading() as db:
        mine = in_calendar_of(db, viewer.clinic_id, viewer.person_id)
    for each in mine:
        if each.gathering_id == gathering_id:
            return calendar_file([_entry(viewer.person_id, each)])
    raise NotFoundError("gathering")


def _set(ctx: Context, viewer: Viewer, check_in: Appointment | None) -> None:
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        if feed_queries.feed_of(db, *own) is None:
            raise NotFoundError("calendar feed")
        feed_queries.set_check_in(db, *own, check_in)


def _entry(person_id: PersonId, gathering: Gathering) -> Entry:
    # Two people's entries of one gathering must not be told to belong together.
    return Entry(
        names=("gathering", person_id, gathering.gathering_id),
        title=say("gatherings.calendar"),
        timing=gathering.timing,
        changed_on=gathering.changed_on,
        revision=gathering.revision,
    )


def _check_in(clinic: Clinic, person_id: PersonId, asked: Appointment) -> Entry:
    day: date = asked.from_week.monday + timedelta(days=asked.weekday)
    start = datetime.combine(day, time(asked.hour))
    timing = Timing(start=start, zone=clinic.time_zone, minutes=_MINUTES)
    return Entry(
        names=("check-in", person_id),
        title=say("reminders.calendar"),
        timing=timing,
        changed_on=asked.from_week.monday,
        revision=0,
        every=1,
        busy=False,
    )


def _with_peer(
    clinic: Clinic, person_id: PersonId, peer_id: PersonId, agreed: AgreedTime
) -> Entry:
    at, first = agreed.at, agreed.from_week
    start = datetime.combine(first.monday + timedelta(days=at.weekday), time(at.hour))
    # Another time is another entry, so that no calendar keeps the one before. Two
    # peers' entries must not be told to belong together.
    names = ("peer", person_id, peer_id, start.isoformat(), agreed.weeks)
    return Entry(
        names=names,
        title=say("peer_times.calendar"),
        timing=Timing(start=start, zone=clinic.time_zone, minutes=MINUTES),
        changed_on=first.monday,
        revision=0,
        every=agreed.weeks,
    )


def _count_wrong(ctx: Context, address: str) -> None:
    """Count a wrong address of a feed under the network address that asked."""
    key, now = passwords.hash_token(f"calendar {address}"), ctx.now().astimezone(UTC)
    with ctx.writing() as db:
        clinic = clinic_queries.the_clinic(db)
        if clinic is None:
            return
        account_queries.lock_attempts(db)
        counted = account_queries.attempts(db, clinic.clinic_id, key)
        if counted is None or now - counted.since > _WINDOW:
            counted = Attempts(failures=0, since=now)
        if counted.failures >= _MOST_WRONG:
            left = counted.since + _WINDOW - now
            raise TooManyAttemptsError(max(1, -(-left.seconds // 60)))
        more = Attempts(failures=counted.failures + 1, since=counted.since)
        account_queries.put_attempts(db, clinic.clinic_id, key, more)

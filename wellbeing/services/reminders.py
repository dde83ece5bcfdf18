"""What somebody asks to be reminded of: off until they ask, and off with one press."""

from dataclasses import replace

from wellbeing.domain.errors import InvalidInputError, LinkUsedOrExpiredError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.reminders import (
    FIRST_HOUR,
    LAST_HOUR,
    Appointment,
    Reminders,
    check_in_due,
)
from wellbeing.domain.weeks import Week
from wellbeing.services import passwords
from wellbeing.services.archive import Files, as_json
from wellbeing.services.context import Context
from wellbeing.storage import feed_queries, message_queries, reminder_queries

LONGEST_PAUSE = 26
"""Weeks."""
_LAST_WEEKDAY = 6


def my_reminders(ctx: Context, viewer: Viewer) -> Reminders:
    """Return what the viewer asked for."""
    with ctx.reading() as db:
        return reminder_queries.reminders_of(db, viewer.clinic_id, viewer.person_id)


def choose_reminders(
    ctx: Context,
    viewer: Viewer,
    *,
    check_in: bool,
    weekday: int,
    hour: int,
    gatherings: bool,
    peers: bool = False,
) -> None:
    """Keep what the viewer asks for; a day that is past this week begins the next.

    Args:
        check_in: remind of the weekly check-in; only somebody who checks in may ask.
        weekday: on which day, Monday is 0;
        hour: and at which hour of the clinic's clock, 7 to 19.
        gatherings: remind of gatherings joined, and tell news of them.
        peers: remind of check-ins that a peer and they agreed on.

    Raises:
        InvalidInputError: there is no such day, or the hour is quiet.
        NotAllowedError: they have no check-ins to be reminded of.
    """
    if not (0 <= weekday <= _LAST_WEEKDAY and FIRST_HOUR <= hour <= LAST_HOUR):
        sentence = f"Choose a day, and an hour from {FIRST_HOUR}:00 to {LAST_HOUR}:00."
        raise InvalidInputError(sentence)
    if check_in or peers:
        viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        old = reminder_queries.reminders_of(db, *own, lock=True)
        asked = replace(
            old, weekday=weekday, hour=hour, gatherings=gatherings, peers=peers
        )
        same = (old.weekday, old.hour) == (weekday, hour)
        begin = old.from_week if same and old.from_week else _begin(ctx, viewer, asked)
        asked = replace(asked, from_week=begin if check_in else None)
        reminder_queries.put_reminders(db, *own, asked)


def pause(ctx: Context, viewer: Viewer, until: Week | None) -> None:
    """Send the viewer nothing before a week; None: go on at once.

    Raises:
        InvalidInputError: the week is past, or more than half a year ahead.
    """
    this = ctx.this_week(viewer.clinic)
    if until is not None and not 0 < until.minus(this) <= LONGEST_PAUSE:
        raise InvalidInputError(f"Choose one of the next {LONGEST_PAUSE} weeks.")
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        old = reminder_queries.reminders_of(db, *own, lock=True)
        reminder_queries.put_reminders(db, *own, replace(old, paused_until=until))


def stop_all(ctx: Context, viewer: Viewer) -> None:
    """Send the viewer nothing any more."""
    with ctx.writing() as db:
        own = viewer.clinic_id, viewer.person_id
        reminder_queries.put_reminders(db, *own, Reminders())


def stop_link_works(ctx: Context, token: str) -> bool:
    """Tell whether a link out of a mail switches somebody's reminders off."""
    with ctx.reading() as db:
        return reminder_queries.stop_link(db, passwords.hash_token(token)) is not None


def stop_by_link(ctx: Context, token: str) -> None:
    """Send nothing any more to the person whose mail held the link.

    Raises:
        LinkUsedOrExpiredError: it was in no mail of ours, or in one of long ago.
    """
    with ctx.writing() as db:
        own = reminder_queries.stop_link(db, passwords.hash_token(token))
        if own is None:
            raise LinkUsedOrExpiredError
        reminder_queries.put_reminders(db, *own, Reminders())


def reminder_files(ctx: Context, viewer: Viewer) -> Files:
    """Return what the viewer asked for and what was sent, for their download."""
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        asked = reminder_queries.reminders_of(db, *own)
        messages = message_queries.messages_of(db, *own)
        feed = feed_queries.feed_of(db, *own)
    if asked == Reminders() and not messages and feed is None:
        return {}
    told = {
        "check_in_from_week": None if asked.from_week is None else str(asked.from_week),
        "weekday": asked.weekday,
        "hour": asked.hour,
        "gatherings": asked.gatherings,
        "peers": asked.peers,
        "paused_until": None if asked.paused_until is None else str(asked.paused_until),
        "messages": [
            {
                "kind": m.kind.value,
                "about": m.occasion,
                "week": str(m.week),
                "state": m.state.value,
                "due": m.try_at.isoformat(),
            }
            for m in messages
        ],
        "calendar_feed": None if feed is None else _told(feed.check_in),
    }
    return {"reminders.json": as_json(told)}


def _told(check_in: Appointment | None) -> object:
    if check_in is None:
        return {"check_in": None}
    return {
        "check_in": {
            "weekday": check_in.weekday,
            "hour": check_in.hour,
            "from_week": str(check_in.from_week),
        }
    }


def _begin(ctx: Context, viewer: Viewer, asked: Reminders) -> Week:
    this = ctx.this_week(viewer.clinic)
    ahead = check_in_due(asked, this, viewer.clinic.zone) > ctx.now()
    return this if ahead else this.plus(1)

"""Which messages are due: one for each occasion of everybody who asked.

Nothing here knows whether somebody has checked in (rule R12): from a reminder, and from
its absence, nothing can be learned about anybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection

from wellbeing.domain.gatherings import Gathering
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic
from wellbeing.domain.reminders import (
    ReminderKind,
    Reminders,
    check_in_due,
    day_before,
    end_of,
)
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.services.peer_appointments import agreed_of_all
from wellbeing.storage import (
    clinic_queries,
    gathering_queries,
    joined_queries,
    message_queries,
    reminder_queries,
)
from wellbeing.storage.message_queries import Message


def queue_due(ctx: Context, clinic: Clinic) -> None:
    """Put into the queue what is due now and is not there yet."""
    now = ctx.now()
    with ctx.reading() as db:
        asked = reminder_queries.reminders_of_all(db, clinic.clinic_id)
        has_place = places_of(db, clinic, now)
        with_peers = peer_begins(ctx, db, clinic)
        there = message_queries.occasions_of(db, clinic.clinic_id)
    due = [
        message
        for message in (
            *_due(clinic, asked, has_place, now),
            *_due_with_peers(clinic, asked, with_peers, now),
        )
        if message.key not in there
    ]
    if not due:
        return
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, clinic.clinic_id)
        message_queries.add_messages(db, clinic.clinic_id, due)


def peer_begins(
    ctx: Context, db: Connection, clinic: Clinic
) -> dict[PersonId, set[datetime]]:
    """Return when the next check-in begins that each person agreed on with each peer.

    With whom is not in it: two at the same moment are one occasion.
    """
    now, this = ctx.now(), ctx.this_week(clinic)
    return {
        person: {agreed.next_after(now, clinic.zone) for _, agreed in times}
        for person, times in agreed_of_all(db, clinic, this).items()
    }


def peer_occasion_of(begins: datetime) -> str:
    """Return the name of one time of check-ins with peers."""
    return f"{begins:%Y%m%dT%H%M}"


def places_of(
    db: Connection, clinic: Clinic, now: datetime
) -> dict[PersonId, list[Gathering]]:
    """Return in which gatherings ahead each person has a place."""
    found: dict[PersonId, list[Gathering]] = {}
    joined = joined_queries.joined_of_all(db, clinic.clinic_id)
    for _, each in gathering_queries.gatherings_of(db, clinic.clinic_id, now):
        if not each.cancelled:
            for one in joined.get(each.gathering_id, [])[: each.places]:
                found.setdefault(one.person_id, []).append(each)
    return found


def occasion_of(gathering: Gathering, begins: datetime) -> str:
    """Return the name of one time that a gathering takes place."""
    return f"{gathering.gathering_id} {begins:%Y%m%dT%H%M}"


def _due(
    clinic: Clinic,
    asked: Mapping[PersonId, Reminders],
    has_place: Mapping[PersonId, Iterable[Gathering]],
    now: datetime,
) -> Iterator[Message]:
    week = Week.at(now, clinic.zone)
    for person, wish in asked.items():
        if wish.wants(ReminderKind.CHECK_IN, week):
            due, end = check_in_due(wish, week, clinic.zone), end_of(week, clinic.zone)
            if due <= now:
                kind = ReminderKind.CHECK_IN
                yield _message(person, kind, str(week), week, (due, end))
        if wish.wants(ReminderKind.GATHERING, week):
            for each in has_place.get(person, ()):
                for begins in each.timing.begins():
                    window = day_before(begins, clinic.zone)
                    if window[0] <= now < window[1]:
                        kind, about = ReminderKind.GATHERING, occasion_of(each, begins)
                        yield _message(person, kind, about, week, window)


def _due_with_peers(
    clinic: Clinic,
    asked: Mapping[PersonId, Reminders],
    with_peers: Mapping[PersonId, Iterable[datetime]],
    now: datetime,
) -> Iterator[Message]:
    week, kind = Week.at(now, clinic.zone), ReminderKind.PEER
    for person, wish in asked.items():
        if wish.wants(kind, week):
            for begins in with_peers.get(person, ()):
                window = day_before(begins, clinic.zone)
                if window[0] <= now < window[1]:
                    yield _message(person, kind, peer_occasion_of(begins), week, window)


def _message(
    person_id: PersonId,
    kind: ReminderKind,
    occasion: str,
    week: Week,
    window: tuple[datetime, datetime],
) -> Message:
    return Message(
        person_id=person_id,
        kind=kind,
        occasion=occasion,
        week=week,
        try_at=window[0],
        try_until=window[1],
    )

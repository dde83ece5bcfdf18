"""News of gatherings for who takes part and asked for it: at once, and once each."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from wellbeing.domain.gatherings import Gathering, GatheringId
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic
from wellbeing.domain.reminders import ReminderKind, Reminders
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.storage import (
    gathering_queries,
    joined_queries,
    message_queries,
    reminder_queries,
)
from wellbeing.storage.joined_queries import Joined
from wellbeing.storage.message_queries import Message

_NEWS = timedelta(days=2)
"""So long the news of a gathering may be late."""
_SETTLES = timedelta(minutes=10)
"""So long the news of a change waits: whoever changes twice tells of it once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _News:
    """What is told, under which occasion, and how long it waits first."""

    kind: ReminderKind
    occasion: str
    wait: timedelta = timedelta(0)


def queue_cancelled(
    ctx: Context, db: Connection, clinic: Clinic, gathering: Gathering
) -> None:
    """Tell who takes part, and asked for it, that a gathering is cancelled.

    Args:
        db: the transaction that cancels it; it has locked the gathering.
    """
    occasion = str(gathering.gathering_id)
    joined = joined_queries.joined_of(db, clinic.clinic_id, gathering.gathering_id)
    people = [one.person_id for one in joined]
    news = _News(kind=ReminderKind.CANCELLED, occasion=occasion)
    _add_news(ctx, db, clinic, gathering, people, news)


def queue_changed(
    ctx: Context, db: Connection, clinic: Clinic, gathering: Gathering
) -> None:
    """Tell who takes part, and asked for it, of another time or place.

    Several changes within a few minutes are told once, of the last one.

    Args:
        db: the transaction that changes it; it has locked the gathering.
        gathering: as it is now.
    """
    occasion = f"{gathering.gathering_id} {gathering.revision}"
    kind = ReminderKind.CHANGED
    message_queries.drop_waiting(
        db, clinic.clinic_id, kind, f"{gathering.gathering_id} "
    )
    joined = joined_queries.joined_of(db, clinic.clinic_id, gathering.gathering_id)
    people = [one.person_id for one in joined]
    news = _News(kind=kind, occasion=occasion, wait=_SETTLES)
    _add_news(ctx, db, clinic, gathering, people, news)


def queue_moved_up(ctx: Context, clinic: Clinic) -> None:
    """Tell who waited, has a place by now, and asked for it; each of them once.

    Whoever left, was let go or deleted their account made the place free: nothing
    of that is told. Two processes may do so at once.
    """
    now = ctx.now()
    with ctx.reading() as db:
        moved = list(_moved_up(db, clinic, now))
    for gathering, person_id in moved:
        own = clinic.clinic_id, gathering.gathering_id
        with ctx.writing() as db:
            if joined_queries.wait_no_more(db, *own, person_id):
                occasion = f"{gathering.gathering_id} {secrets.token_hex(8)}"
                news = _News(kind=ReminderKind.MOVED_UP, occasion=occasion)
                _add_news(ctx, db, clinic, gathering, [person_id], news)


def _moved_up(
    db: Connection, clinic: Clinic, now: datetime
) -> Iterator[tuple[Gathering, PersonId]]:
    joined = joined_queries.joined_of_all(db, clinic.clinic_id)
    for _, each in gathering_queries.gatherings_of(db, clinic.clinic_id, now):
        if not each.cancelled:
            for one in joined.get(each.gathering_id, [])[: each.places]:
                if one.waits:
                    yield each, one.person_id


def _add_news(
    ctx: Context,
    db: Connection,
    clinic: Clinic,
    gathering: Gathering,
    people: Iterable[PersonId],
    news: _News,
) -> None:
    now = ctx.now()
    begins = gathering.timing.next_after(now)
    if begins is None:
        return
    week = Week.at(now, clinic.zone)
    asked = reminder_queries.reminders_of_all(db, clinic.clinic_id)
    try_at = now + news.wait
    added = [
        Message(
            person_id=person_id,
            kind=news.kind,
            occasion=news.occasion,
            week=week,
            try_at=try_at,
            try_until=max(try_at, min(begins, now + _NEWS)),
        )
        for person_id in people
        if asked.get(person_id, Reminders()).wants(news.kind, week)
    ]
    message_queries.add_messages(db, clinic.clinic_id, added)


def gathering_of_news(
    db: Connection, clinic: Clinic, message: Message
) -> tuple[Gathering, list[Joined]] | None:
    """Return what news are about, with who takes part; None: it is no more."""
    gathering_id = GatheringId(UUID(message.occasion.split()[0]))
    found = gathering_queries.gathering_of(db, clinic.clinic_id, gathering_id)
    if found is None:
        return None
    return found[1], joined_queries.joined_of(db, clinic.clinic_id, gathering_id)

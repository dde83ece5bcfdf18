"""Offering a gathering, changing it and cancelling it: for whoever offers it."""

from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.gatherings import Gathering, GatheringId
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic, Viewer
from wellbeing.services.context import Context
from wellbeing.services.gathering_fields import (
    NewGathering,
    columns_of,
    refuse_past,
    written,
)
from wellbeing.services.gathering_news import queue_cancelled, queue_changed
from wellbeing.services.gatherings import KEPT
from wellbeing.storage import (
    clinic_queries,
    gathering_queries,
    joined_queries,
    people_queries,
)

_TOLD = ("timing", "place", "link")
"""What whoever takes part is told of by mail when it changes, if they asked for it."""


def offer(ctx: Context, viewer: Viewer, new: NewGathering) -> Gathering:
    """Offer a gathering to everybody in the clinic.

    Raises:
        InvalidInputError: a field cannot be taken; the sentence says which and why.
    """
    gathering_id = GatheringId(uuid4())  # holds no time, unlike the ids of people
    values = columns_of(ctx, viewer, new)
    refuse_past(ctx, values)
    values |= {"host_id": viewer.person_id, "revision": 0, "cancelled": False}
    with ctx.writing() as db:
        people_queries.lock_person(db, viewer.clinic_id, viewer.person_id)
        if _offers(db, viewer, values):
            raise InvalidInputError("You offer this already, at the same time.")
        gathering_queries.put_gathering(
            db, viewer.clinic_id, gathering_id, values, new=True
        )
        return _own(db, viewer, gathering_id)


def change(
    ctx: Context, viewer: Viewer, gathering_id: GatheringId, new: NewGathering
) -> Gathering:
    """Change a gathering that the viewer offers; who takes part sees that it changed.

    Raises:
        NotFoundError: the viewer offers no such gathering.
        InvalidInputError: a field cannot be taken, it is cancelled or over, or there
            would be fewer places than people who have one.
    """
    own = viewer.clinic_id, gathering_id
    with ctx.writing() as db:
        gathering_queries.lock_gathering(db, *own)
        old = _own(db, viewer, gathering_id)
        if old.cancelled or old.timing.next_after(ctx.now()) is None:
            raise InvalidInputError("This gathering takes place no more.")
        values = columns_of(ctx, viewer, new)
        if values["start"] != written(old.timing.start):
            refuse_past(ctx, values)
        taken = min(len(joined_queries.joined_of(db, *own)), old.places)
        if new.places < taken:
            raise InvalidInputError("More people have a place already. Keep theirs.")
        if values["over_at"] <= ctx.now():
            # Cut short like this it would end without anybody being told.
            raise InvalidInputError("All of it would be over. Cancel it instead.")
        values["revision"] = old.revision + 1
        gathering_queries.put_gathering(db, *own, values, new=False)
        new_one = _own(db, viewer, gathering_id)
        if any(getattr(old, name) != getattr(new_one, name) for name in _TOLD):
            queue_changed(ctx, db, viewer.clinic, new_one)
        return new_one


def cancel(ctx: Context, viewer: Viewer, gathering_id: GatheringId) -> None:
    """Cancel a gathering that the viewer offers; who takes part is told.

    It stays on the screen as cancelled until it is long over, or until the viewer's
    account goes or starts over.

    Raises:
        NotFoundError: the viewer offers no such gathering.
    """
    with ctx.writing() as db:
        gathering_queries.lock_gathering(db, viewer.clinic_id, gathering_id)
        gathering = _own(db, viewer, gathering_id)
        if not gathering.cancelled:
            _cancel(ctx, db, viewer.clinic, gathering)


def cancel_all_of(
    ctx: Context, db: Connection, clinic: Clinic, person_id: PersonId
) -> None:
    """Cancel what somebody offers whose account goes, so that who comes is told.

    The mail is all that they are told by: what somebody offers goes with their
    account, so that nothing of it stands on the screen afterwards.

    A step inside a transaction of another service, which has checked who asks.
    """
    for host, gathering in gathering_queries.gatherings_of(db, clinic.clinic_id):
        if host == person_id and not gathering.cancelled:
            own = clinic.clinic_id, gathering.gathering_id
            gathering_queries.lock_gathering(db, *own)
            _cancel(ctx, db, clinic, gathering)


def tidy(ctx: Context) -> None:
    """Cancel what people offered who have left, and forget what is long over.

    Asked for by the running app and by ``remind``; it may run twice at once.
    """
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
    if clinic is None:
        return
    with ctx.writing() as db:
        for gathering_id in gathering_queries.offered_by_gone(db, clinic.clinic_id):
            own = clinic.clinic_id, gathering_id
            gathering_queries.lock_gathering(db, *own)
            found = gathering_queries.gathering_of(db, *own)
            if found is not None:
                _cancel(ctx, db, clinic, found[1])
        joined_queries.drop_joined_of_gone(db, clinic.clinic_id)
        gathering_queries.drop_gatherings(db, clinic.clinic_id, ctx.now() - KEPT)


def _cancel(ctx: Context, db: Connection, clinic: Clinic, gathering: Gathering) -> None:
    changed = {
        "cancelled": True,
        "revision": gathering.revision + 1,
        "changed_on": ctx.now().astimezone(clinic.zone).date(),
    }
    gathering_queries.put_gathering(
        db, clinic.clinic_id, gathering.gathering_id, changed, new=False
    )
    queue_cancelled(ctx, db, clinic, gathering)


def _offers(db: Connection, viewer: Viewer, values: dict[str, Any]) -> bool:
    """Tell whether the viewer offers the same already: the button was pressed twice."""
    return any(
        host == viewer.person_id
        and not each.cancelled
        and each.title == values["title"]
        and written(each.timing.start) == values["start"]
        for host, each in gathering_queries.gatherings_of(db, viewer.clinic_id)
    )


def _own(db: Connection, viewer: Viewer, gathering_id: GatheringId) -> Gathering:
    found = gathering_queries.gathering_of(db, viewer.clinic_id, gathering_id)
    if found is None or found[0] != viewer.person_id:
        raise NotFoundError("gathering")
    return found[1]

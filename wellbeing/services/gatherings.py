"""What is offered, and taking part: privately or visibly, as each person likes.

Who sees what: everybody sees what is offered, by whom, and a word on how full it is,
which never tells a number below the least that a count may tell of. Whoever takes part
visibly sees the names of the others who do. The host sees these names and two totals,
of those with a place and of those who wait: how many take part privately follows from
them, who they are does not, unless somebody tells. Nobody else sees anything; leads and
administrators see what everybody sees.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.gatherings import Gathering, GatheringId, Room, room_left
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Viewer
from wellbeing.privacy.policy import RULES
from wellbeing.services.archive import Files, as_json
from wellbeing.services.context import Context
from wellbeing.services.team_rules import team_rules
from wellbeing.storage import gathering_queries, joined_queries
from wellbeing.storage.joined_queries import Joined

KEPT = timedelta(days=365)
"""So long after it is over a gathering is forgotten."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TakingPart:
    """How the viewer takes part.

    Attributes:
        waits: on the waiting list; a place that becomes free moves them up.
        changed: the gathering has changed since they last said that they know it.
    """

    visible: bool
    waits: bool
    changed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """How many have a place and how many wait; for the host alone."""

    taken: int
    waiting: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenGathering:
    """A gathering as the viewer sees it.

    Attributes:
        hosts: whether the viewer offers it.
        mine: how they take part; None: they do not.
        names: who joined visibly, also if they wait; None: not for the viewer.
        next_begin: when the next one begins, in UTC; None: it is over.
    """

    gathering: Gathering
    hosts: bool
    mine: TakingPart | None
    names: tuple[str, ...] | None
    totals: Totals | None
    room: Room
    next_begin: datetime | None


def offered(ctx: Context, viewer: Viewer) -> tuple[SeenGathering, ...]:
    """Return what is offered in the clinic, the next first; what is over comes last."""
    now = ctx.now()
    least = _least(ctx, viewer)
    with ctx.reading() as db:
        found = gathering_queries.gatherings_of(db, viewer.clinic_id, now - KEPT)
        joined = joined_queries.joined_of_all(db, viewer.clinic_id)
    seen = [
        _seen(viewer, host, each, joined.get(each.gathering_id, []), least, now)
        for host, each in found
    ]
    ahead = [one for one in seen if one.next_begin is not None]
    over = [one for one in reversed(seen) if one.next_begin is None]
    return (*sorted(ahead, key=lambda one: one.next_begin or now), *over)


def join(
    ctx: Context, viewer: Viewer, gathering_id: GatheringId, *, visible: bool
) -> TakingPart:
    """Let the viewer take part, or change whether they do so visibly.

    Whoever comes when every place is taken waits. Pressed twice, it counts once.

    Raises:
        NotFoundError: there is no such gathering.
        InvalidInputError: it is cancelled or over, or they offer it themselves.
    """
    own = viewer.clinic_id, gathering_id
    with ctx.writing() as db:
        gathering_queries.lock_gathering(db, *own)
        found = gathering_queries.gathering_of(db, *own)
        if found is None:
            raise NotFoundError("gathering")
        host, gathering = found
        if gathering.cancelled or gathering.timing.next_after(ctx.now()) is None:
            raise InvalidInputError("This gathering takes place no more.")
        if host == viewer.person_id:
            raise InvalidInputError("You offer this gathering, so you have a place.")
        there = {one.person_id for one in joined_queries.joined_of(db, *own)}
        person = viewer.person_id
        if person in there:
            joined_queries.change_joined(db, *own, person, visible=visible)
        else:
            joined_queries.drop_joined(db, *own, person)
            joined_queries.add_joined(
                db, *own, person, visible=visible, seen=gathering.revision
            )
        joined = joined_queries.joined_of(db, *own)
        mine = _taking_part(gathering, person, joined)
        if mine is not None and mine.waits:
            joined_queries.change_joined(db, *own, person, waits=True)
    if mine is None:
        raise NotFoundError("gathering")
    return mine


def leave(ctx: Context, viewer: Viewer, gathering_id: GatheringId) -> None:
    """Let the viewer take part no more; who waits first has their place at once."""
    with ctx.writing() as db:
        joined_queries.drop_joined(db, viewer.clinic_id, gathering_id, viewer.person_id)


def know_change(ctx: Context, viewer: Viewer, gathering_id: GatheringId) -> None:
    """Keep that the viewer knows the gathering as it is now.

    Raises:
        NotFoundError: there is no such gathering.
    """
    own = viewer.clinic_id, gathering_id
    with ctx.writing() as db:
        found = gathering_queries.gathering_of(db, *own)
        if found is None:
            raise NotFoundError("gathering")
        revision = found[1].revision
        joined_queries.change_joined(db, *own, viewer.person_id, seen=revision)


def in_calendar_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> tuple[Gathering, ...]:
    """Return what somebody offers or has a place in, and what is not cancelled."""
    joined = joined_queries.joined_of_all(db, clinic_id)

    def has_place(gathering: Gathering) -> bool:
        first = joined.get(gathering.gathering_id, [])[: gathering.places]
        return person_id in {one.person_id for one in first}

    return tuple(
        gathering
        for host, gathering in gathering_queries.gatherings_of(db, clinic_id)
        if not gathering.cancelled and (host == person_id or has_place(gathering))
    )


def gathering_files(ctx: Context, viewer: Viewer) -> Files:
    """Return what the viewer offers and takes part in, for their download."""
    seen = offered(ctx, viewer)
    mine = [one for one in seen if one.hosts or one.mine is not None]
    if not mine:
        return {}
    return {"gatherings.json": as_json([_told(one) for one in mine])}


def _told(one: SeenGathering) -> object:
    gathering, timing = one.gathering, one.gathering.timing
    told = {
        "title": gathering.title,
        "kind": gathering.kind.value,
        "begins": timing.start.isoformat(timespec="minutes"),
        "time_zone": timing.zone,
        "minutes": timing.minutes,
        "repeats": timing.repeats.value,
        "times": timing.times,
        "cancelled": gathering.cancelled,
        "part": "host" if one.mine is None else "takes_part",
    }
    if one.mine is not None:
        return told | {"visible": one.mine.visible, "waiting": one.mine.waits}
    return told | {
        "about": gathering.about,
        "place": gathering.place,
        "link": gathering.link,
        "places": gathering.places,
    }


def _least(ctx: Context, viewer: Viewer) -> int:
    # A clinic that shows pictures of smaller teams has not said so of this.
    return max(RULES.least_people, team_rules(ctx, viewer).now.least_people)


def _taking_part(
    gathering: Gathering, person_id: PersonId, joined: list[Joined]
) -> TakingPart | None:
    for n, one in enumerate(joined):
        if one.person_id == person_id:
            return TakingPart(
                visible=one.visible,
                waits=n >= gathering.places,
                changed=one.seen < gathering.revision,
            )
    return None


def _seen(
    viewer: Viewer,
    host: PersonId,
    gathering: Gathering,
    joined: list[Joined],
    least: int,
    now: datetime,
) -> SeenGathering:
    next_begin = gathering.timing.next_after(now)
    hosts = host == viewer.person_id
    mine = _taking_part(gathering, viewer.person_id, joined)
    names = totals = None
    if next_begin is not None and (hosts or (mine is not None and mine.visible)):
        names = tuple(sorted(one.name for one in joined if one.visible))
    taken = min(len(joined), gathering.places)
    if hosts:
        totals = Totals(taken=taken, waiting=len(joined) - taken)
    return SeenGathering(
        gathering=gathering,
        hosts=hosts,
        mine=mine,
        names=names,
        totals=totals,
        room=room_left(gathering.places, taken, least),
        next_begin=next_begin,
    )

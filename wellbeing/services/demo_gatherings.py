"""What people of the demo clinic offer one another, and who joins."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import Connection

from wellbeing.content.reading import Section, read
from wellbeing.domain.gatherings import GatheringId, GatheringKind, Repeats, Timing
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic, Role, Standing
from wellbeing.services.context import Context
from wellbeing.services.demo_people import Invented
from wellbeing.services.gathering_fields import written
from wellbeing.storage import gathering_queries, joined_queries


def offer_gatherings(
    ctx: Context, db: Connection, clinic: Clinic, people: Mapping[PersonId, Invented]
) -> None:
    """Write the gatherings ahead; those to sign in as have joined none of them."""
    others = [
        person_id
        for person_id, person in people.items()
        if person.standing is Standing.ACTIVE
        and Role.CLINICIAN in person.roles
        and not person.part
    ]
    told = read("demo_gatherings").sections("gatherings")
    for n, each in enumerate(told[: len(others)]):
        host, *crowd = others[n:] + others[:n]
        gathering_id = _offer(ctx, db, clinic, each, host)
        visible = each.take("visible", int)
        many = visible + each.take("private", int)
        for m, person_id in enumerate(crowd[:many]):
            joined_queries.add_joined(
                db,
                clinic.clinic_id,
                gathering_id,
                person_id,
                visible=m < visible,
                seen=0,
            )


def _offer(
    ctx: Context, db: Connection, clinic: Clinic, told: Section, host: PersonId
) -> GatheringId:
    week = ctx.this_week(clinic).plus(told.take("weeks_ahead", int))
    day = week.monday + timedelta(days=told.take("weekday", int))
    timing = Timing(
        start=datetime.combine(day, time(told.take("hour", int))),
        zone=clinic.time_zone,
        minutes=told.take("minutes", int),
        repeats=Repeats(told.text("repeats")),
        times=told.take("times", int),
    )
    gathering_id = GatheringId(uuid4())
    values = {
        "host_id": host,
        "kind": GatheringKind(told.text("kind")),
        "title": told.text("title"),
        "about": told.text("about"),
        "start": written(timing.start),
        "zone": timing.zone,
        "minutes": timing.minutes,
        "repeats": timing.repeats,
        "times": timing.times,
        "over_at": timing.over_at(),
        "place": told.text("place") if "place" in told.values else "",
        "link": told.text("link") if "link" in told.values else "",
        "places": told.take("places", int),
        "revision": 0,
        "changed_on": ctx.now().astimezone(clinic.zone).date(),
        "cancelled": False,
    }
    gathering_queries.put_gathering(
        db, clinic.clinic_id, gathering_id, values, new=True
    )
    return gathering_id

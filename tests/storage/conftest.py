"""A clinic on a migrated database, as the services' tests have it."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from tests.clinic import (
    LAST_WEEK,
    THIS_WEEK,
    Cast,
    Clock,
    give_keys,
    open_context,
)
from tests.peers import fill_peers
from tests.same_cast import write_cast
from wellbeing.domain.check_ins import Kind, SupportUsed, Tag
from wellbeing.domain.gatherings import GatheringKind
from wellbeing.domain.support import Lasted, SupportEntry
from wellbeing.services import (
    calendar_feed,
    check_ins,
    clinic,
    gathering_offers,
    gatherings,
    invitations,
    my_weeks,
    people,
    reminders,
    small_successes,
    support_log,
)
from wellbeing.services.context import Context
from wellbeing.services.gathering_fields import NewGathering
from wellbeing.storage import identity_queries
from wellbeing.storage.identity_queries import Identity


@pytest.fixture
def ctx(migrated_database_url) -> Iterator[Context]:
    context = open_context(migrated_database_url, Clock())
    yield context
    context.dispose()


@pytest.fixture
def cast(ctx) -> Cast:
    return write_cast(ctx)


@pytest.fixture
def filled(ctx, cast) -> Cast:
    """The clinic with something in every table that people fill."""
    alice, ada = cast.alice, cast.ada
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 6, "sessions": 12})
    check_ins.save(ctx, alice, THIS_WEEK, Kind.FULL)
    check_ins.keep(ctx, alice, LAST_WEEK, {"overall": 3})
    my_weeks.tag_week(ctx, alice, THIS_WEEK, [Tag.CRISIS])
    talk = SupportEntry(kind=SupportUsed.PEER, lasted=Lasted.HOUR, helped=3)
    support_log.log_support(ctx, alice, THIS_WEEK, [talk])
    fill_peers(ctx, alice, cast.bob)
    small_successes.note_success(
        ctx, alice, give_keys(ctx, alice), THIS_WEEK, "A calm hour"
    )
    clinic.add_contact(ctx, ada, name="Peer line", reach="Room 12", about="")
    emil = people.add_person(ctx, ada, name="Emil", email="e@example.org", roles=[])
    invitations.invite(ctx, ada, emil)
    _gather(ctx, cast)
    _connect(ctx, cast)
    return cast


def _connect(ctx: Context, cast: Cast) -> None:
    """Let alice and bob sign in through a provider, as bob has done."""
    issuer, later = "https://id.example.org", ctx.now() + timedelta(hours=1)
    alice = cast.clinic.clinic_id, cast.alice.person_id
    session = cast.bob.session
    with ctx.writing() as db:
        for subject, viewer in (("a", cast.alice), ("b", cast.bob)):
            identity = Identity(
                issuer=issuer, subject=subject, connected_on=ctx.now().date()
            )
            own = viewer.clinic_id, viewer.person_id
            identity_queries.add_identity(db, *own, identity)
        identity_queries.put_ticket(db, *alice, "t" * 64, later)
        identity_queries.add_used(db, alice[0], "v" * 64, later)
        identity_queries.put_provider_of_session(db, alice[0], session, issuer, b"x")


def _gather(ctx: Context, cast: Cast) -> None:
    """Let bob offer something that alice joins, and alice ask to be reminded."""
    new = NewGathering(
        kind=GatheringKind.PEER_GROUP,
        title="Friday circle",
        about="",
        day=date(2026, 11, 27),
        clock=time(12),
        zone="Europe/Berlin",
        minutes=30,
        place="Room 12",
        link="",
        places=8,
    )
    made = gathering_offers.offer(ctx, cast.bob, new)
    gatherings.join(ctx, cast.alice, made.gathering_id, visible=False)
    calendar_feed.make_feed(ctx, cast.alice)
    reminders.choose_reminders(
        ctx, cast.alice, check_in=True, weekday=4, hour=9, gatherings=True
    )
    # Told by a message in the queue, to be sent.
    gathering_offers.cancel(ctx, cast.bob, made.gathering_id)

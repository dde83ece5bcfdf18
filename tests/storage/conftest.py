"""A clinic on a migrated database, as the services' tests have it."""

from collections.abc import Iterator

import pytest

from tests.clinic import (
    LAST_WEEK,
    THIS_WEEK,
    Cast,
    Clock,
    make_cast,
    open_context,
)
from wellbeing.domain.check_ins import Kind, Tag
from wellbeing.services import check_ins, clinic, invitations, my_weeks, people
from wellbeing.services.context import Context


@pytest.fixture
def ctx(migrated_database_url) -> Iterator[Context]:
    context = open_context(migrated_database_url, Clock())
    yield context
    context.dispose()


@pytest.fixture
def cast(ctx) -> Cast:
    return make_cast(ctx)


@pytest.fixture
def filled(ctx, cast) -> Cast:
    """The clinic with something in every table that people fill."""
    alice, ada = cast.alice, cast.ada
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 6, "sessions": 12})
    check_ins.save(ctx, alice, THIS_WEEK, Kind.FULL)
    check_ins.keep(ctx, alice, LAST_WEEK, {"overall": 3})
    my_weeks.tag_week(ctx, alice, THIS_WEEK, [Tag.CRISIS])
    clinic.add_contact(ctx, ada, name="Peer line", reach="Room 12", about="")
    emil = people.add_person(ctx, ada, name="Emil", email="e@example.org", roles=[])
    invitations.invite(ctx, ada, emil)
    return cast

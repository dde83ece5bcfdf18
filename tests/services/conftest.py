"""A clinic on a migrated database, and a clock to turn."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.clinic import Cast, Clock, make_cast, open_context
from tests.databases import with_door
from wellbeing.services.context import Context


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ctx(migrated_database_url, clock) -> Iterator[Context]:
    context = open_context(migrated_database_url, clock)
    yield context
    context.dispose()


@pytest.fixture
def door_ctx(ctx) -> Iterator[Context]:
    """The context with the door open: on PostgreSQL that needs an identity."""
    with with_door(ctx) as opened:
        yield opened


@pytest.fixture
def cast(ctx) -> Cast:
    return make_cast(ctx)


@pytest.fixture
def cpu() -> Callable[[Callable[[], object]], float]:
    """Return how much processor time something takes: other work does not count."""

    def measure(action: Callable[[], object]) -> float:
        began = time.process_time()
        action()
        return time.process_time() - began

    return measure

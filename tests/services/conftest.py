"""A clinic on a migrated database, and a clock to turn."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.clinic import Cast, Clock, open_context, secret_of_password
from tests.databases import with_door
from tests.quick_hashing import quick_argon2
from tests.same_cast import write_cast
from wellbeing.services.context import Context


@pytest.fixture(autouse=True)
def least_work(request) -> Iterator[None]:
    """Let Argon2id do the least work: hundreds of these tests sign somebody in.

    A test that measures with ``cpu`` gets all of it, and so does one that is marked
    ``full_argon2``, because what it opens was made elsewhere.
    """
    marked = request.node.get_closest_marker("full_argon2") is not None
    if marked or "cpu" in request.fixturenames:
        secret_of_password.cache_clear()
        yield
        secret_of_password.cache_clear()
        return
    with quick_argon2():
        yield


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
    return write_cast(ctx)


@pytest.fixture
def cpu() -> Callable[[Callable[[], object]], float]:
    """Return how much processor time something takes: other work does not count."""

    def measure(action: Callable[[], object]) -> float:
        began = time.process_time()
        action()
        return time.process_time() - began

    return measure

"""The threads of those who want in: they wait there, and hold up no screen."""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio.to_thread

from wellbeing.services.passwords import HASHED_AT_ONCE

_Asked = ParamSpec("_Asked")
_Found = TypeVar("_Found")
AT_ONCE = HASHED_AT_ONCE - 1
"""So many at once: one turn of hashing is left to those who are in already."""
_THREADS = anyio.CapacityLimiter(AT_ONCE)


async def at_the_door(
    let_in: Callable[_Asked, _Found], *args: _Asked.args, **more: _Asked.kwargs
) -> _Found:
    """Return what a service answers that hashes a password of somebody outside."""
    return await anyio.to_thread.run_sync(
        partial(let_in, *args, **more), limiter=_THREADS
    )

"""Turns: few screens are drawn at the same moment, or they hinder one another."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import BoundedSemaphore

AT_ONCE = 2
PATIENCE = 5.0
"""Seconds a screen waits: nobody has to wait for a long import of somebody else."""
_TURNS = BoundedSemaphore(AT_ONCE)
_MINE: ContextVar[bool] = ContextVar("drawing", default=False)


@contextmanager
def drawing() -> Iterator[None]:
    """Let few threads at a time draw; who waited long enough goes in anyway.

    The interpreter runs one thread at a time. Fifty that draw at once take its lock
    from one another every few milliseconds, and each pays half as much again.
    """
    if _MINE.get():  # a part of a screen that is being drawn
        yield
        return
    mine = _TURNS.acquire(timeout=PATIENCE)
    before = _MINE.set(True)
    try:
        yield
    finally:
        _MINE.reset(before)
        if mine:
            _TURNS.release()

"""Turns: within a process SQLite is used by one reader and one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import sqlalchemy as sa

PATIENCE = 0.2
"""Seconds a reader waits: nobody has to wait for a long export of somebody else."""
READERS, WRITERS = RLock(), RLock()


@contextmanager
def in_turn(engine: sa.Engine, turn: RLock, longest: float) -> Iterator[None]:
    """Let one thread at a time use SQLite; who waited long enough goes in anyway.

    SQLite has one writer, and lets others ask again and again until it is free. For
    readers it is the interpreter's lock: the driver drops it at every row, and fifty
    threads that snatch it from each other cost more than they win.
    """
    mine = engine.dialect.name == "sqlite" and turn.acquire(timeout=longest)
    try:
        yield
    finally:
        if mine:
            turn.release()

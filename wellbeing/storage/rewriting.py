"""What was deleted leaves the files of a database, as far as a program can do it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import sqlalchemy as sa

from wellbeing.domain.errors import WellbeingError
from wellbeing.storage.engine import reading


class BusyError(WellbeingError):
    """The database could not be written anew, because it is in use."""

    def __init__(self) -> None:
        super().__init__(
            "The database is in use, so it was not written anew. Nothing is lost; try "
            "again when fewer people are there, or stop the app first."
        )


def empty_log(engine: sa.Engine) -> bool:
    """Empty the log of changes beside an SQLite file; tell whether it is empty.

    Deleted rows are written over in the file itself (``secure_delete``), but the log
    holds them until it is begun anew. PostgreSQL keeps its own.
    """
    if engine.dialect.name != "sqlite":
        return True
    with _driver(engine) as connection:
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def rewrite(engine: sa.Engine) -> None:
    """Write all tables anew, so that no file of them holds what was deleted.

    On PostgreSQL every table is locked while it is written, and what the planner
    remembers of values is gathered anew before. The server's write-ahead log and the
    free space of the disk are not reached.

    Raises:
        BusyError: others hold it for too long.
    """
    if engine.dialect.name == "sqlite":
        with _driver(engine) as connection:
            connection.execute("VACUUM")
        if not empty_log(engine):
            raise BusyError
        return
    with _driver(engine) as connection:
        connection.execute("SET lock_timeout = '15s'")
        for statement in ("ANALYZE", "VACUUM FULL"):
            connection.execute(statement)
        with suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute("CHECKPOINT")


@contextmanager
def _driver(engine: sa.Engine) -> Iterator[Any]:
    """Open a connection that is in no transaction, and that no pool gets back."""
    with reading(engine):
        pass  # says in a sentence when there is no database
    connection = engine.raw_connection()
    raw: Any = connection.driver_connection
    connection.detach()
    try:
        if engine.dialect.name == "postgresql":
            raw.rollback()
            raw.autocommit = True
        yield raw
    except (psycopg.OperationalError, sqlite3.OperationalError) as error:
        raise BusyError from error
    finally:
        raw.close()

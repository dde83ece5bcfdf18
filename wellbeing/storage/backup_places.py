"""Where the two databases are, when a command comes to back up, restore or verify."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from wellbeing.domain.errors import DatabaseUnusableError


def file_of(engine: sa.Engine) -> Path | None:
    """Return the SQLite file of an engine; None: it is no file."""
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name else None


def need_file(engine: sa.Engine) -> None:
    """Refuse an SQLite file that is not there: opening it would make an empty one.

    Raises:
        DatabaseUnusableError: it is not there.
    """
    file = file_of(engine)
    if file is not None and not file.exists():
        sentence = (
            f"There is no database {file.name} at this place. Check the settings."
        )
        raise DatabaseUnusableError(sentence)


def see_one_moment(db: sa.Connection, out: sa.Connection) -> None:
    """Begin two transactions that see both databases as they are at one moment."""
    if db.dialect.name == "postgresql":
        moment = db.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        out.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{moment}'")
        return
    # On SQLite a transaction sees what was there when it looked first; from then on
    # no release is committed until it ends.
    for one in (out, db):
        one.exec_driver_sql("SELECT count(*) FROM sqlite_master")


@contextmanager
def no_file_left(engine: sa.Engine) -> Iterator[None]:
    """Remove the SQLite file that a failure leaves, if it was not there before."""
    file = file_of(engine)
    new = file is not None and not file.exists()
    try:
        yield
    except BaseException:
        if file is not None and new:
            engine.dispose()
            for end in ("", "-wal", "-shm", "-journal"):
                file.with_name(file.name + end).unlink(missing_ok=True)
        raise


@contextmanager
def memory() -> Iterator[sa.Engine]:
    """Make a database that is gone afterwards, and never on a disk."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    sa.event.listen(engine, "connect", _keep_references)
    try:
        yield engine
    finally:
        engine.dispose()


def _keep_references(connection: Any, _record: object) -> None:  # noqa: ANN401 (a driver's connection)
    connection.execute("PRAGMA foreign_keys = ON")

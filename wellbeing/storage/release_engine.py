"""How the release tables are opened: by the closing job, and through the door."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NewType

import sqlalchemy as sa

from wellbeing.domain.errors import WellbeingError
from wellbeing.storage.engine import open_engine, reading
from wellbeing.storage.release_tables import ReleaseBase

SCHEMA = "release"
"""Where the release tables are on PostgreSQL."""

Released = NewType("Released", sa.Connection)
"""A connection that can read the release tables and nothing else."""

_TABLES = frozenset(ReleaseBase.metadata.tables)


class DoorClosedError(WellbeingError):
    """Team trends cannot be read here, or not safely."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Team trends cannot be shown: {reason}")


def releases_file(database_url: str) -> str:
    """Return the URL of the release file that belongs to an SQLite database."""
    file = Path(sa.make_url(database_url).database or "")
    return f"sqlite:///{file.with_name(f'{file.stem}.releases{file.suffix}')}"


def open_writer(database_url: str, releases_url: str) -> sa.Engine:
    """Open the release tables for the closing job.

    Args:
        database_url: the database of the check-ins.
        releases_url: on SQLite the release file, empty for its usual place; on
            PostgreSQL not used: the tables' owner writes them.
    """
    if sa.make_url(database_url).get_backend_name() != "sqlite":
        path = {"options": f"-c search_path={SCHEMA}"}
        return open_engine(database_url, connect_args=path)
    # No WAL: whoever may only read the file could not open it.
    return open_engine(
        releases_url or releases_file(database_url), journal_mode="DELETE"
    )


@dataclass(frozen=True, slots=True)
class Door:
    """The only way to a lead's figures.

    Attributes:
        engine: an identity that can read the release tables only; None: none is set.
    """

    engine: sa.Engine | None

    @contextmanager
    def open(self) -> Iterator[Released]:
        """Open a short transaction that reads releases.

        Raises:
            DoorClosedError: no identity is set, or it could read more than releases.
            DatabaseUnusableError: the database does not answer.
        """
        if self.engine is None:
            raise DoorClosedError(
                "set WELLBEING_RELEASES_URL to the identity that "
                "`python -m wellbeing grant-lead` makes."
            )
        with reading(self.engine) as connection:
            yield Released(connection)


def open_door(database_url: str, releases_url: str) -> Door:
    """Open the door: nothing is read yet.

    Args:
        database_url: the database of the check-ins, which the releases belong to.
        releases_url: where they are read from; on PostgreSQL empty: nowhere.
    """
    if sa.make_url(database_url).get_backend_name() == "sqlite":
        return Door(_sqlite_reader(releases_url or releases_file(database_url)))
    if not releases_url:
        return Door(None)
    options = f"-c search_path={SCHEMA} -c default_transaction_read_only=on"
    engine = open_engine(releases_url, connect_args={"options": options})
    sa.event.listen(engine, "connect", _refuse_wide_rights)
    house = sa.create_engine(
        database_url,
        poolclass=sa.NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": 5},
    )
    sa.event.listen(engine, "connect", partial(_refuse_other_database, house))
    return Door(engine)


def _sqlite_reader(url: str) -> sa.Engine:
    file = Path(sa.make_url(url).database or "").absolute()
    engine = sa.create_engine(
        sa.URL.create(
            "sqlite", database=f"file:{file}", query={"mode": "ro", "uri": "true"}
        ),
        hide_parameters=True,
        connect_args={"timeout": 15, "check_same_thread": False},
    )
    sa.event.listen(engine, "checkout", _narrow)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _narrow(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401 (a driver's connection)
    connection.isolation_level = None
    connection.set_authorizer(_authorize)


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _authorize(
    action: int, first: str | None, _second: str | None, _base: object, _by: object
) -> int:
    if action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION}:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and first in _TABLES:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


_WIDE_RIGHTS = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles r ON pg_has_role(r.oid, 'MEMBER')
WHERE n.nspname NOT IN (%s, 'pg_catalog', 'information_schema', 'pg_toast')
  AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
  AND (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
       OR has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE'))
"""
"""Single columns count, and so do roles that the identity could only switch to."""


def _refuse_wide_rights(connection: Any, _record: object) -> None:  # noqa: ANN401 (a driver's connection)
    with connection.cursor() as cursor:
        cursor.execute(_WIDE_RIGHTS, (SCHEMA,))
        (readable,) = cursor.fetchone()
    connection.rollback()
    if readable:
        raise DoorClosedError(
            "the identity of WELLBEING_RELEASES_URL can read more than releases. "
            "Make one with `python -m wellbeing grant-lead`."
        )


_WHICH = """
SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname =
current_database()) FROM pg_control_system()
"""
"""Which database of which server, whatever it is called and by which way it is reached.
A copy on another server has its own."""


def _refuse_other_database(house: sa.Engine, connection: Any, _record: object) -> None:  # noqa: ANN401 (a driver's connection)
    with connection.cursor() as cursor:
        cursor.execute(_WHICH)
        found = cursor.fetchone()
    connection.rollback()
    with house.connect() as db:
        expected = db.exec_driver_sql(_WHICH).one()
    if found != tuple(expected):
        raise DoorClosedError(
            "WELLBEING_RELEASES_URL names another database than "
            "WELLBEING_DATABASE_URL. Put the same host and name into it, and run "
            "`python -m wellbeing grant-lead` again."
        )

"""How a database is opened, read and written, on SQLite and PostgreSQL."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from wellbeing.domain.errors import DatabaseUnusableError
from wellbeing.storage.turns import PATIENCE, READERS, WRITERS, in_turn

_WAIT = 15
_WRITES = "wellbeing_writes"
_LOOK: ContextVar[sa.Connection | None] = ContextVar("look", default=None)


def open_engine(
    url: str,
    *,
    journal_mode: str = "WAL",
    connect_args: Mapping[str, Any] = MappingProxyType({}),
) -> sa.Engine:
    """Open a database; nothing is read yet.

    SQLite runs in WAL mode with foreign keys and full synchronous writes, so that
    what was committed survives a kill of the process and a loss of power.

    Args:
        url: where it is.
        journal_mode: SQLite's.
        connect_args: what PostgreSQL's driver is told besides.

    Raises:
        DatabaseUnusableError: the folder of an SQLite file cannot be made.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(
            parsed,
            pool_size=20,
            max_overflow=20,
            pool_pre_ping=True,
            hide_parameters=True,  # a failed statement must not log answers
            connect_args={"connect_timeout": 5, **connect_args},
        )
    folder = Path(parsed.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = f"The folder {folder} cannot be made: {error.strerror}."
        raise DatabaseUnusableError(sentence) from error
    engine = sa.create_engine(
        parsed,
        pool_size=20,
        max_overflow=20,
        hide_parameters=True,
        connect_args={"timeout": _WAIT, "check_same_thread": False},
    )
    sa.event.listen(engine, "connect", partial(_prepare_sqlite, journal_mode))
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(journal_mode: str, connection: Any, _record: object) -> None:  # noqa: ANN401 (a driver's connection)
    connection.isolation_level = None
    for pragma in (
        f"journal_mode = {journal_mode}",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A write transaction takes its lock at once: begun as a reader, it could fail
    # half-way with "database is locked" however long the busy time-out is.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a short transaction that only reads.

    Raises:
        DatabaseUnusableError: the database does not answer.
    """
    look = _LOOK.get()
    if look is not None and look.engine is engine:
        yield look
        return
    with (
        in_turn(engine, READERS, PATIENCE),
        _clear_sentences(),
        engine.connect() as connection,
    ):
        if connection.dialect.name == "postgresql":
            # Several statements see one moment, as on SQLite.
            connection = connection.execution_options(  # noqa: PLW2901 (the same one)
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        yield connection


@contextmanager
def one_look(engine: sa.Engine) -> Iterator[None]:
    """Let all that is read inside share one transaction: one moment, one connection.

    For a screen that asks many small questions. What is written inside is not seen
    by what is read inside.

    Raises:
        DatabaseUnusableError: the database does not answer.
    """
    with reading(engine) as connection:
        before = _LOOK.set(connection)
        try:
            yield
        finally:
            _LOOK.reset(before)


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a short transaction that writes; committed at the end, or not at all.

    Raises:
        DatabaseUnusableError: the database does not answer or cannot be written.
    """
    with (
        in_turn(engine, WRITERS, _WAIT),
        _clear_sentences(),
        engine.connect() as connection,
        # Of the connection, not of the engine: that would be a new one every time.
        connection.execution_options(**{_WRITES: True}).begin(),
    ):
        yield connection


_FULL = (
    "The disk is full. Nothing was saved; whoever runs the server has to free some "
    "space."
)
_MAY_NOT = (
    "The database's user may not do this. Connect as the owner of the tables; for "
    "team trends, run grant-lead again."
)
_REFUSED = "The database refuses this user or password. Check its URL in the settings."
_PEER = (
    "At this socket the server takes the system's user of the same name only (peer). "
    "Name 127.0.0.1 as the host, with a password, or run as that user."
)
_SENTENCES = {
    "disk is full": _FULL,
    "No space left": _FULL,
    "readonly": "The database cannot be written. Check the rights of its file and "
    "of the folder.",
    "unable to open": "The database file cannot be opened. Check path and rights.",
    "not a database": "The database file is damaged or is no database. Restore it.",
    "malformed": "The database file is damaged. Restore it from a backup.",
    "Peer authentication failed": _PEER,
    "authentication failed": _REFUSED,
    "no password supplied": _REFUSED,
    "no pg_hba.conf entry": _REFUSED,
    " does not exist": "The server has no such database, or no such user. Make it, or "
    "check the database's URL in the settings.",
    "resolve host": "The database's host cannot be found. Nothing was saved; check the "
    "database's URL in the settings.",
    "invalid connection option": "The database's URL in the settings has an option "
    "that PostgreSQL does not know.",
    "locked": "The database is busy. Nothing was saved; try again in a moment.",
}
_BY_STATE = {"53100": _FULL, "42501": _MAY_NOT}
"""PostgreSQL's own codes: its messages are in the language of the server."""
_AWAY = "The database does not answer. Nothing was saved; try again in a moment."


@contextmanager
def _clear_sentences() -> Iterator[None]:
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
        raise DatabaseUnusableError(_sentence(error.orig)) from error
    except sa.exc.DatabaseError as error:
        if _is_a_fault_of_ours(error):
            raise
        raise DatabaseUnusableError(_sentence(error.orig)) from error
    except sa.exc.TimeoutError as error:
        raise DatabaseUnusableError(_AWAY) from error


def _is_a_fault_of_ours(error: sa.exc.DatabaseError) -> bool:
    if isinstance(error, sa.exc.ProgrammingError):
        told = getattr(error.orig, "sqlstate", None) in _BY_STATE
        return not (told or "invalid connection option" in str(error.orig))
    return isinstance(error, sa.exc.IntegrityError)


def _sentence(cause: BaseException | None) -> str:
    state = getattr(cause, "sqlstate", None)
    if state in _BY_STATE:
        return _BY_STATE[state]
    found = (text for part, text in _SENTENCES.items() if part in str(cause))
    return next(found, _AWAY)


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    rows: list[dict[str, Any]],
) -> None:
    """Insert rows; where the key is taken, replace the other columns.

    Args:
        connection: an open write transaction.
        table: the table; its primary key decides what is the same row.
        rows: all with the same columns; nothing happens for an empty list.
    """
    if not rows:
        return
    statement = _upsert(connection.dialect.name, table, tuple(rows[0]))
    connection.execute(statement, rows)


@cache
def _upsert(dialect: str, table: sa.Table, names: tuple[str, ...]) -> sa.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement: Any = insert(table)
    keys = [column.name for column in table.primary_key]
    others = {n: statement.excluded[n] for n in names if n not in keys}
    if others:
        return cast(
            "sa.Insert",
            statement.on_conflict_do_update(index_elements=keys, set_=others),
        )
    return cast("sa.Insert", statement.on_conflict_do_nothing(index_elements=keys))

"""Rows of whatever tables a database has, as plain values, the same on both engines."""

import base64
from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import IO, Any

import sqlalchemy as sa

from wellbeing.storage.backup_errors import BackupDamagedError
from wellbeing.storage.backup_file import write_part
from wellbeing.storage.backup_manifest import Part
from wellbeing.storage.base import UtcDateTime

LEFT_OUT = frozenset(
    {
        "fresh_proof",
        "half_session",
        "identity_ticket",
        "invitation",
        "provider_session",
        "provider_visit",
        "setup_link",
        "sign_in_attempt",
        "study_token",
        "text_secret",
        "web_session",
    }
)
"""What signs somebody in, counts failures to, or opens texts (backup_secrets.py has
that): a stolen backup must not hold it."""

_TECHNICAL = frozenset({"alembic_version", "migration_lock"})
"""Of migrations; the second one stands where a version before 2026-12 migrated."""
_AT_ONCE = 1000
_UUID, _INSTANT, _BYTES = sa.Uuid(as_uuid=False), UtcDateTime(), sa.LargeBinary()
_UUID_LENGTH = 32
_Plain = sa.types.TypeEngine[Any]


def revision_of(db: sa.Connection) -> str | None:
    """Return the number of the migration a database is at; None: it has no tables."""
    if not sa.inspect(db).has_table("alembic_version"):
        return None
    found: str | None = db.scalar(
        sa.select(sa.column("version_num")).select_from(sa.table("alembic_version"))
    )
    return found


def names_of(db: sa.Connection, left_out: frozenset[str] = LEFT_OUT) -> list[str]:
    """Return the names of all tables that belong in a backup; their columns cost."""
    return sorted(set(sa.inspect(db).get_table_names()) - _TECHNICAL - left_out)


def tables_of(db: sa.Connection, left_out: frozenset[str] = LEFT_OUT) -> list[sa.Table]:
    """Return all tables that belong in a backup, those that others refer to first.

    They are read off the database, so that one of an older version can be copied.
    """
    found = sa.MetaData()
    found.reflect(db)
    outside = _TECHNICAL | left_out
    return [table for table in found.sorted_tables if table.name not in outside]


def is_empty(db: sa.Connection) -> bool:
    """Tell whether no table holds a row; links and sessions do not count."""
    return not any(
        db.scalar(sa.select(sa.exists(sa.select(1).select_from(sa.table(name)))))
        for name in names_of(db)
    )


def copy_tables(
    db: sa.Connection, open_part: Callable[[str], IO[bytes]]
) -> tuple[Part, ...]:
    """Write every table and return what was written.

    Rows are ordered by their key: the order in which PostgreSQL keeps them tells in
    which order people answered. So the same rows give the same bytes, too.

    Args:
        db: a transaction that sees one moment.
        open_part: opens what a table is written to.
    """
    parts = []
    for table in tables_of(db):
        columns = [column.name for column in table.columns]
        with open_part(table.name) as out:
            parts.append(write_part(out, table.name, columns, rows_in(db, table)))
    return tuple(parts)


def rows_in(db: sa.Connection, table: sa.Table) -> Generator[list[Any]]:
    """Yield a table's rows by their key, as values that are the same on each engine."""
    plain = _plain_table(table)
    binary_order = db.dialect.name == "postgresql"
    keys = [
        key.collate("C") if binary_order and isinstance(key.type, sa.Text) else key
        for key in (plain.c[column.name] for column in table.primary_key)
    ]
    special = [
        (n, turn)
        for n, column in enumerate(plain.c)
        if (turn := _to_text(column.type)) is not None
    ]
    statement = sa.select(plain).order_by(*keys)
    # Closed with the generator, whoever stops half-way.
    with db.execute(statement, execution_options={"yield_per": _AT_ONCE}) as found:
        for row in found:
            values = list(row)
            for n, turn in special:
                if values[n] is not None:
                    values[n] = turn(values[n])
            yield values


def load_tables(
    db: sa.Connection,
    parts: Sequence[Part],
    rows_of: Callable[[Part], Iterable[list[Any]]],
) -> None:
    """Write the rows of a backup into empty tables of the same revision.

    Raises:
        BackupDamagedError: the rows do not fit the tables, or one another.
    """
    tables = {table.name: table for table in tables_of(db)}
    if set(tables) != {part.table for part in parts}:
        raise BackupDamagedError
    for part in parts:
        table = tables[part.table]
        if set(part.columns) != set(table.columns.keys()):
            raise BackupDamagedError
        try:
            put_rows(db, table, part.columns, rows_of(part))
        except (sa.exc.IntegrityError, sa.exc.DataError, ValueError) as error:
            raise BackupDamagedError from error


def put_rows(
    db: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Iterable[list[Any]],
) -> int:
    """Write rows that ``rows_in`` read, and return how many there were.

    Args:
        db: an open write transaction.
        table: as it was read off this database or another one.
        columns: in the order of each row's values.
        rows: its rows.
    """
    plain = _plain_table(table)
    turns = [_from_text(plain.c[name].type) for name in columns]
    left, count = iter(rows), 0
    while some := list(islice(left, _AT_ONCE)):
        db.execute(plain.insert(), [_values(columns, turns, row) for row in some])
        count += len(some)
    return count


def _values(
    columns: Sequence[str],
    turns: Sequence[Callable[[Any], Any] | None],
    row: Sequence[Any],
) -> dict[str, Any]:
    return {
        name: value if turn is None or value is None else turn(value)
        for name, turn, value in zip(columns, turns, row, strict=True)
    }


def _plain_table(table: sa.Table) -> sa.TableClause:
    columns = (sa.column(c.name, plain_type(c.type)) for c in table.columns)
    return sa.table(table.name, *columns)


_PLAIN: tuple[tuple[type[_Plain], _Plain], ...] = (
    (sa.Uuid, _UUID),
    (sa.DateTime, _INSTANT),
    (sa.Date, sa.Date()),
    (sa.Boolean, sa.Boolean()),
    (sa.Float, sa.Double()),
    (sa.Integer, sa.BigInteger()),
    (sa.LargeBinary, _BYTES),
    (sa.String, sa.Text()),
)


def plain_type(found: _Plain) -> _Plain:
    """Return the type by which a column's values are read and written.

    Args:
        found: the type as it was read off the database.

    Raises:
        TypeError: a backup does not know such a column yet.
    """
    # SQLite has no type for it.
    if isinstance(found, sa.CHAR) and found.length == _UUID_LENGTH:
        return _UUID
    for kind, plain in _PLAIN:
        if isinstance(found, kind):
            return plain
    raise TypeError(type(found).__name__)


def _to_text(kind: _Plain) -> Callable[[Any], Any] | None:
    if isinstance(kind, UtcDateTime | sa.Date):
        return datetime.isoformat if kind is _INSTANT else date.isoformat
    return _base64 if kind is _BYTES else None


def _from_text(kind: _Plain) -> Callable[[Any], Any] | None:
    if isinstance(kind, UtcDateTime | sa.Date):
        return datetime.fromisoformat if kind is _INSTANT else date.fromisoformat
    return base64.b64decode if kind is _BYTES else None


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()

"""Everything from one place to another, on either engine, compared row by row."""

import time
from collections.abc import Iterable
from contextlib import closing
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa

from wellbeing.domain.errors import DatabaseUnusableError, WellbeingError
from wellbeing.storage.backup_places import need_file, no_file_left, see_one_moment
from wellbeing.storage.backup_rows import (
    is_empty,
    names_of,
    put_rows,
    rows_in,
    tables_of,
)
from wellbeing.storage.clinic_tables import ClinicRow
from wellbeing.storage.empty_places import make_tables, taken
from wellbeing.storage.engine import reading, writing
from wellbeing.storage.schema import HOUSE, RELEASES, Schema, is_current

Counts = dict[str, int]
"""How many rows each table has."""


class NotAlikeError(WellbeingError):
    """What was written reads otherwise than what it was written from."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"Nothing was moved: rows of the table {table} came out otherwise than "
            "they went in. Keep using the old place, and report this."
        )


class SomebodyThereError(WellbeingError):
    """The app still uses the place that is to be left."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was moved: the app still runs, and what people save now would "
            "stay behind. Stop it, then move again."
        )


def move_all(
    house: sa.Engine, releases: sa.Engine, to_house: sa.Engine, to_releases: sa.Engine
) -> Counts:
    """Copy both databases into an empty place, and compare every row with its copy.

    Unlike a backup this takes sessions, links and what opens private texts along: the
    place is another one, and nobody notices. Nobody can save meanwhile. The releases
    are committed first: when the machine stops between the two, empty the place.

    Args:
        house, releases: what is read; it stays as it is.
        to_house, to_releases: an empty place.

    Raises:
        DatabaseUnusableError: a database cannot be read or written, or its schema is
            not the newest.
        SomebodyThereError: others are connected to the place that is left.
        DatabaseNotEmptyError, OtherClinicError, ForeignTablesError: the new place
            holds something.
        NotAlikeError: a copy differs; nothing was written.
    """
    for engine in (house, releases):
        need_file(engine)
    if not (is_current(house) and is_current(releases, RELEASES)):
        sentence = (
            "The schema is not that of this version. Run: python -m wellbeing migrate"
        )
        raise DatabaseUnusableError(sentence)
    with (
        no_file_left(to_house),
        no_file_left(to_releases),
        writing(house) as held,
        reading(house) as db,
        reading(releases) as out,
        writing(to_house) as to_db,
        writing(to_releases) as to_out,
    ):
        _hold_still(held, (db, out))
        see_one_moment(db, out)
        for place in (to_db, to_out):
            if not is_empty(place):
                raise taken(to_db, set(db.scalars(_CLINICS)))
        counts = _copy(db, to_db, HOUSE)
        return counts | _copy(out, to_out, RELEASES)


_ALL: frozenset[str] = frozenset()
_LOOKS, _BETWEEN = 10, 0.1
"""How often it is looked whether somebody is there, and the seconds in between."""
_CLINICS = sa.select(ClinicRow.clinic_id)
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
  AND pid <> ALL (%s)
"""


def _hold_still(held: sa.Connection, others_of_mine: Iterable[sa.Connection]) -> None:
    """Let nobody save; on SQLite the write transaction does so already."""
    if held.dialect.name != "postgresql":
        return
    mine = [_process_of(one) for one in (held, *others_of_mine)]
    # Whoever has just left is listed a moment longer.
    for _ in range(_LOOKS):
        held.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
        if not held.exec_driver_sql(_OTHERS, (mine,)).scalar_one():
            break
        time.sleep(_BETWEEN)
    else:
        raise SomebodyThereError
    names = ", ".join(f'"{name}"' for name in names_of(held, _ALL))
    held.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def _process_of(db: sa.Connection) -> int:
    # Asked of the driver: a question to the server would begin its moment.
    driver: Any = db.connection.driver_connection
    number: int = driver.info.backend_pid
    return number


def _copy(source: sa.Connection, target: sa.Connection, schema: Schema) -> Counts:
    make_tables(target, schema, "head")
    counts: Counts = {}
    tables = tables_of(source, _ALL)
    for table in tables:
        rows = rows_in(source, table)
        counts[table.name] = put_rows(target, table, table.columns.keys(), rows)
    for table in tables:
        with (
            closing(rows_in(source, table)) as here,
            closing(rows_in(target, table)) as there,
        ):
            if any(mine != other for mine, other in zip_longest(here, there)):
                raise NotAlikeError(table.name)
    return counts

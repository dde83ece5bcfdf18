"""The cast, made once in a process and written into each test's database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tests import clinic
from tests.clinic import TUESDAY, Cast
from wellbeing.services.context import Context
from wellbeing.storage.metadata import METADATA


@dataclass(frozen=True, kw_only=True)
class _Made:
    cast: Cast
    rows: Sequence[tuple[sa.Table, Sequence[Mapping[str, Any]]]]


# One for each amount of work that hashing takes.
_MADE: dict[str, _Made] = {}


def write_cast(ctx: Context) -> Cast:
    """Write the clinic with all its people into a database in which there is nothing.

    The rows are those that ``make_cast`` wrote when it was first asked; identities and
    sessions are the same in all tests of a process. At another time than TUESDAY they
    are made anew.
    """
    if ctx.now() != TUESDAY:
        return clinic.make_cast(ctx)
    work = clinic.hashed_password()
    if work in _MADE:
        with ctx.writing() as db:
            for table, rows in _MADE[work].rows:
                db.execute(table.insert(), rows)
        return _MADE[work].cast
    cast = clinic.make_cast(ctx)
    with ctx.reading() as db:
        found = [
            (table, [dict(row) for row in db.execute(sa.select(table)).mappings()])
            for table in METADATA.sorted_tables
        ]
    written = [(table, rows) for table, rows in found if rows]
    _MADE[work] = _Made(cast=cast, rows=written)
    return cast

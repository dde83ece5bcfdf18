"""How the databases find what the hot queries ask for."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from wellbeing.domain.people import Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.storage import (
    check_in_queries,
    draft_queries,
    session_queries,
    tag_queries,
)

_SMALL = 1000
"""Rows of a table that a database rightly reads whole: it fits on a few pages."""

Query = Callable[[sa.Connection, Viewer, Week], object]


def _own(viewer: Viewer) -> tuple[Any, Any]:
    return viewer.clinic_id, viewer.person_id


HOT: Mapping[str, Query] = {
    "session_viewer": lambda db, v, _: session_queries.session_viewer(db, v.session),
    "draft_of": lambda db, v, w: draft_queries.draft_of(db, *_own(v), w),
    "check_in_of": lambda db, v, w: check_in_queries.check_in_of(db, *_own(v), w),
    "scores_of": lambda db, v, _: check_in_queries.scores_of(db, *_own(v)),
    "tags_of": lambda db, v, _: tag_queries.tags_of(db, *_own(v)),
}
"""What every tap and every look at one's weeks asks."""


def full_scans(ctx: Context, viewer: Viewer) -> list[str]:
    """Return each hot query that reads a whole table, with its plan; best none."""
    week = ctx.this_week(viewer.clinic).plus(-1)
    found: list[str] = []
    with ctx.reading() as db:
        for name, query in HOT.items():
            for statement, parameters in _statements(db, query, viewer, week):
                plan = _plan(db, statement, parameters)
                if any(_scans(db, line) for line in plan):
                    found.append("\n".join([f"{db.dialect.name}: {name}", *plan]))
    return found


def _statements(
    db: sa.Connection, query: Query, viewer: Viewer, week: Week
) -> list[tuple[str, Any]]:
    """Return what a query sends to the database."""
    sent: list[tuple[str, Any]] = []

    def listen(*about: Any) -> None:  # noqa: ANN401 (the signature is SQLAlchemy's)
        _, _, statement, parameters, *_ = about
        sent.append((statement, parameters))

    sa.event.listen(db, "before_cursor_execute", listen)
    try:
        query(db, viewer, week)
    finally:
        sa.event.remove(db, "before_cursor_execute", listen)
    return [(s, p) for s, p in sent if s.lstrip().upper().startswith("SELECT")]


def _plan(db: sa.Connection, statement: str, parameters: Any) -> list[str]:  # noqa: ANN401 (a driver's)
    how = "EXPLAIN QUERY PLAN" if db.dialect.name == "sqlite" else "EXPLAIN"
    lines = db.exec_driver_sql(f"{how} {statement}", parameters)
    return [str(line[-1]) for line in lines]


def _scans(db: sa.Connection, line: str) -> bool:
    sign = "SCAN " if db.dialect.name == "sqlite" else "Seq Scan on "
    if not line.strip(" ->").startswith(sign):
        return False
    name = line.split(sign)[1].split(maxsplit=1)[0]
    # The name comes from the database itself, so it may stand in a statement.
    count = db.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar()  # noqa: S608
    return (count or 0) > _SMALL

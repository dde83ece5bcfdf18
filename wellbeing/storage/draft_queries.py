"""Queries of what one person tapped and has not saved. Each names the person."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.weeks import Week
from wellbeing.storage.check_in_tables import DraftRow
from wellbeing.storage.engine import upsert

_DRAFT: Table = DraftRow.__table__  # type: ignore[assignment]

Drafted = dict[str, int | None]
"""Field to value as last tapped; None: cleared."""


def _whose(clinic_id: ClinicId, person_id: PersonId) -> Any:  # noqa: ANN401 (an SQL expression)
    return (_DRAFT.c.clinic_id == clinic_id) & (_DRAFT.c.person_id == person_id)


def put_draft(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    week: Week,
    drafted: Mapping[str, int | None],
) -> None:
    """Keep tapped fields; each replaces what was tapped before."""
    key = {"clinic_id": clinic_id, "person_id": person_id, "week": str(week)}
    rows = [key | {"field": f, "value": value} for f, value in sorted(drafted.items())]
    upsert(db, _DRAFT, rows)


# What every look at the check-in and every save asks is built once.
_ONE_WEEK = (
    _DRAFT.c.clinic_id == bindparam("clinic"),
    _DRAFT.c.person_id == bindparam("person"),
    _DRAFT.c.week == bindparam("in_week"),
)
_LOOK = select(_DRAFT.c.field, _DRAFT.c.value).where(*_ONE_WEEK)
_TAKE = delete(_DRAFT).where(*_ONE_WEEK).returning(_DRAFT.c.field, _DRAFT.c.value)


def _key(clinic_id: ClinicId, person_id: PersonId, week: Week) -> dict[str, object]:
    return {"clinic": clinic_id, "person": person_id, "in_week": str(week)}


def draft_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, week: Week
) -> Drafted:
    """Return what was tapped in a week and not saved yet."""
    found = db.execute(_LOOK, _key(clinic_id, person_id, week))
    return {row.field: row.value for row in found}


def drafts_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> dict[Week, Drafted]:
    """Return all that a person tapped and has not saved, by week."""
    statement = select(_DRAFT.c.week, _DRAFT.c.field, _DRAFT.c.value).where(
        _whose(clinic_id, person_id)
    )
    found: dict[Week, Drafted] = {}
    for row in db.execute(statement):
        found.setdefault(Week.parse(row.week), {})[row.field] = row.value
    return found


def take_draft(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, week: Week
) -> Drafted:
    """Return what was tapped in a week and forget it, in one step.

    A tap that arrives meanwhile is neither returned nor forgotten.
    """
    taken = db.execute(_TAKE, _key(clinic_id, person_id, week))
    return {row.field: row.value for row in taken}


def drop_drafts_before(db: Connection, clinic_id: ClinicId, week: Week) -> None:
    """Forget what anybody tapped in weeks before one: it can never be saved."""
    db.execute(
        delete(_DRAFT).where(_DRAFT.c.clinic_id == clinic_id, _DRAFT.c.week < str(week))
    )

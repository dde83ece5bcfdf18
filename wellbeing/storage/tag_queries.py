"""Queries of one person's notes to themselves. Each names the person."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from wellbeing.domain.check_ins import Tag
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.weeks import Week
from wellbeing.storage.check_in_tables import TagRow

_TAG: Table = TagRow.__table__  # type: ignore[assignment]


def _whose(clinic_id: ClinicId, person_id: PersonId) -> Any:  # noqa: ANN401 (an SQL expression)
    return (_TAG.c.clinic_id == clinic_id) & (_TAG.c.person_id == person_id)


# Asked at every look at one's own weeks, so it is built once.
_TAGS = select(_TAG.c.week, _TAG.c.tag).where(
    _TAG.c.clinic_id == bindparam("clinic"), _TAG.c.person_id == bindparam("person")
)


def tags_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> dict[Week, tuple[Tag, ...]]:
    """Return a person's tags by week, each week's in the order of the list."""
    found: dict[Week, list[Tag]] = {}
    for row in db.execute(_TAGS, {"clinic": clinic_id, "person": person_id}):
        found.setdefault(Week.parse(row.week), []).append(row.tag)
    order = list(Tag)
    return {w: tuple(sorted(tags, key=order.index)) for w, tags in found.items()}


def put_tags(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    week: Week,
    tags: Iterable[Tag],
) -> None:
    """Make these the tags of a week."""
    db.execute(
        delete(_TAG).where(_whose(clinic_id, person_id), _TAG.c.week == str(week))
    )
    key = {"clinic_id": clinic_id, "person_id": person_id, "week": str(week)}
    rows = [key | {"tag": tag} for tag in set(tags)]
    if rows:
        db.execute(insert(_TAG), rows)

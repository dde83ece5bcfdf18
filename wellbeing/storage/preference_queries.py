"""Queries of what a person chose for themselves."""

from sqlalchemy import Connection, bindparam, select, update

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.weeks import Week
from wellbeing.storage.clinic_tables import PersonRow

# Asked at every look at a form or a chart, so it is built once.
_PREFERENCES = select(PersonRow.team_trends, PersonRow.baseline_from).where(
    PersonRow.clinic_id == bindparam("clinic"),
    PersonRow.person_id == bindparam("person"),
)


def preferences(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> tuple[bool | None, Week | None]:
    """Return whether a person's scores count in team trends, and the baseline's start.

    None for the first: not asked yet. None for the second: from the first week.
    """
    key = {"clinic": clinic_id, "person": person_id}
    row = db.execute(_PREFERENCES, key).one()
    start = row.baseline_from
    return row.team_trends, None if start is None else Week.parse(start)


def set_team_trends(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, *, counted: bool
) -> None:
    """Write whether a person's scores count in team trends."""
    db.execute(
        update(PersonRow)
        .where(PersonRow.clinic_id == clinic_id, PersonRow.person_id == person_id)
        .values(team_trends=counted)
    )


def set_baseline(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, start: Week | None
) -> None:
    """Write the week from which a person's usual range is learned."""
    db.execute(
        update(PersonRow)
        .where(PersonRow.clinic_id == clinic_id, PersonRow.person_id == person_id)
        .values(baseline_from=None if start is None else str(start))
    )

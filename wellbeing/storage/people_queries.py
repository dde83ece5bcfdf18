"""Queries of people, roles, teams and memberships. No answer, no score."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from wellbeing.domain.ids import ClinicId, PersonId, TeamId
from wellbeing.domain.people import Membership, Person, Role, Standing
from wellbeing.domain.weeks import Week
from wellbeing.storage.clinic_tables import (
    LeadRow,
    MembershipRow,
    PersonRoleRow,
    PersonRow,
)
from wellbeing.storage.team_queries import teams_of


def people_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId | None = None
) -> list[Person]:
    """Return the clinic's people by name, or one of them."""

    def where(table: Any) -> Any:  # noqa: ANN401 (SQL expressions)
        clause = table.clinic_id == clinic_id
        return clause if person_id is None else clause & (table.person_id == person_id)

    teams = {t.team_id: t for t in teams_of(db, clinic_id)}
    roles: dict[PersonId, set[Role]] = {}
    for row in db.execute(
        select(PersonRoleRow.person_id, PersonRoleRow.role).where(where(PersonRoleRow))
    ):
        roles.setdefault(PersonId(row.person_id), set()).add(row.role)
    leads: dict[PersonId, set[TeamId]] = {}
    for led in db.execute(
        select(LeadRow.person_id, LeadRow.team_id).where(where(LeadRow))
    ):
        leads.setdefault(PersonId(led.person_id), set()).add(TeamId(led.team_id))
    memberships: dict[PersonId, list[Membership]] = {}
    for row in db.execute(
        select(MembershipRow.__table__)
        .where(where(MembershipRow))
        .order_by(MembershipRow.from_week)
    ):
        one = Membership(
            team=teams[row.team_id],
            from_week=Week.parse(row.from_week),
            to_week=None if row.to_week is None else Week.parse(row.to_week),
        )
        memberships.setdefault(PersonId(row.person_id), []).append(one)
    rows = db.execute(
        select(PersonRow.person_id, PersonRow.name, PersonRow.email, PersonRow.standing)
        .where(where(PersonRow))
        .order_by(func.lower(PersonRow.name), PersonRow.person_id)
    )
    return [
        Person(
            person_id=PersonId(row.person_id),
            name=row.name,
            email=row.email,
            standing=row.standing,
            roles=frozenset(roles.get(row.person_id, ())),
            leads=frozenset(leads.get(row.person_id, ())),
            memberships=tuple(memberships.get(row.person_id, ())),
        )
        for row in rows
    ]


def people_by_email(db: Connection, clinic_id: ClinicId) -> dict[str, PersonId]:
    """Return everybody's id by e-mail address."""
    statement = select(PersonRow.email, PersonRow.person_id).where(
        PersonRow.clinic_id == clinic_id
    )
    return {row.email: PersonId(row.person_id) for row in db.execute(statement)}


def add_person(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    *,
    name: str,
    email: str,
    roles: Iterable[Role],
) -> None:
    """Write a new person without a password, with roles."""
    db.execute(
        insert(PersonRow).values(
            clinic_id=clinic_id,
            person_id=person_id,
            name=name,
            email=email,
            standing=Standing.INVITED,
        )
    )
    set_roles(db, clinic_id, person_id, roles)


def set_roles(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, roles: Iterable[Role]
) -> None:
    """Make these the roles of a person."""
    db.execute(
        delete(PersonRoleRow).where(
            PersonRoleRow.clinic_id == clinic_id, PersonRoleRow.person_id == person_id
        )
    )
    rows = [
        {"clinic_id": clinic_id, "person_id": person_id, "role": role}
        for role in set(roles)
    ]
    if rows:
        db.execute(insert(PersonRoleRow), rows)


def set_leads(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, teams: Iterable[TeamId]
) -> None:
    """Make these the teams that a person leads."""
    db.execute(
        delete(LeadRow).where(
            LeadRow.clinic_id == clinic_id, LeadRow.person_id == person_id
        )
    )
    rows = [
        {"clinic_id": clinic_id, "person_id": person_id, "team_id": team}
        for team in set(teams)
    ]
    if rows:
        db.execute(insert(LeadRow), rows)


def set_standing(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, standing: Standing
) -> None:
    """Write where an account stands."""
    db.execute(
        update(PersonRow)
        .where(PersonRow.clinic_id == clinic_id, PersonRow.person_id == person_id)
        .values(standing=standing)
    )


def drop_person(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> None:
    """Remove a person and, by the tables' rules, everything of theirs."""
    db.execute(
        delete(PersonRow).where(
            PersonRow.clinic_id == clinic_id, PersonRow.person_id == person_id
        )
    )


# Asked at every save, so it is built once.
_LOCK = (
    select(PersonRow.person_id)
    .where(
        PersonRow.clinic_id == bindparam("clinic"),
        PersonRow.person_id == bindparam("person"),
    )
    .with_for_update(key_share=True)
)


def lock_person(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> None:
    """Let nobody else change what is a person's own until this transaction ends.

    SQLite's write transaction has done so already. The lock leaves the key alone, so
    that a tap in another tab can still be kept meanwhile.
    """
    if db.dialect.name == "postgresql":
        db.execute(_LOCK, {"clinic": clinic_id, "person": person_id})


def count_active_administrators(db: Connection, clinic_id: ClinicId) -> int:
    """Return how many administrators can sign in."""
    statement = (
        select(func.count())
        .select_from(PersonRow)
        .join(
            PersonRoleRow,
            (PersonRoleRow.clinic_id == PersonRow.clinic_id)
            & (PersonRoleRow.person_id == PersonRow.person_id),
        )
        .where(
            PersonRow.clinic_id == clinic_id,
            PersonRow.standing == Standing.ACTIVE,
            PersonRoleRow.role == Role.ADMINISTRATOR,
        )
    )
    return db.scalar(statement) or 0

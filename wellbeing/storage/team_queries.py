"""Queries of teams and of who belongs to them, from which week to which."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from wellbeing.domain.ids import ClinicId, PersonId, TeamId
from wellbeing.domain.people import Team
from wellbeing.domain.weeks import Week
from wellbeing.storage.clinic_tables import LeadRow, MembershipRow, TeamRow


def teams_of(db: Connection, clinic_id: ClinicId) -> list[Team]:
    """Return the clinic's teams by name."""
    statement = (
        select(TeamRow.team_id, TeamRow.name)
        .where(TeamRow.clinic_id == clinic_id)
        .order_by(TeamRow.name)
    )
    return [Team(**row._mapping) for row in db.execute(statement)]  # noqa: SLF001 (public by its documentation)


def team_called(db: Connection, clinic_id: ClinicId, name: str) -> Team | None:
    """Return the team with a name, whatever the case of its letters."""
    spelled = name.casefold()
    named = (t for t in teams_of(db, clinic_id) if t.name.casefold() == spelled)
    return next(named, None)


def teams_led_by(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[Team]:
    """Return the teams that somebody leads, by name."""
    statement = (
        select(TeamRow.team_id, TeamRow.name)
        .join(
            LeadRow,
            (LeadRow.clinic_id == TeamRow.clinic_id)
            & (LeadRow.team_id == TeamRow.team_id),
        )
        .where(LeadRow.clinic_id == clinic_id, LeadRow.person_id == person_id)
        .order_by(TeamRow.name)
    )
    return [Team(**row._mapping) for row in db.execute(statement)]  # noqa: SLF001 (public by its documentation)


def teams_in_week(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, week: Week
) -> list[Team]:
    """Return the team that somebody belongs to in a week; none: an empty list."""
    statement = (
        select(TeamRow.team_id, TeamRow.name)
        .join(
            MembershipRow,
            (MembershipRow.clinic_id == TeamRow.clinic_id)
            & (MembershipRow.team_id == TeamRow.team_id),
        )
        .where(
            MembershipRow.clinic_id == clinic_id,
            MembershipRow.person_id == person_id,
            MembershipRow.from_week <= str(week),
            MembershipRow.to_week.is_(None) | (MembershipRow.to_week >= str(week)),
        )
        .order_by(MembershipRow.from_week.desc())
        .limit(1)
    )
    return [Team(**row._mapping) for row in db.execute(statement)]  # noqa: SLF001 (public by its documentation)


def add_teams(db: Connection, clinic_id: ClinicId, teams: Iterable[Team]) -> None:
    """Write new teams."""
    rows = [
        {"clinic_id": clinic_id, "team_id": t.team_id, "name": t.name} for t in teams
    ]
    if rows:
        db.execute(insert(TeamRow), rows)


def change_team(
    db: Connection, clinic_id: ClinicId, team_id: TeamId, *, name: str, site: str
) -> bool:
    """Write name and site of a team.

    Returns:
        Whether there is such a team.
    """
    done = db.execute(
        update(TeamRow)
        .where(TeamRow.clinic_id == clinic_id, TeamRow.team_id == team_id)
        .values(name=name, site=site)
    )
    return bool(done.rowcount)


def add_membership(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    team_id: TeamId,
    from_week: Week,
    to_week: Week | None = None,
) -> None:
    """Write a membership from a week on."""
    db.execute(
        insert(MembershipRow).values(
            clinic_id=clinic_id,
            person_id=person_id,
            team_id=team_id,
            from_week=str(from_week),
            to_week=None if to_week is None else str(to_week),
        )
    )


def drop_memberships_from(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, week: Week
) -> None:
    """Remove memberships that begin in a week or later."""
    db.execute(
        delete(MembershipRow).where(
            MembershipRow.clinic_id == clinic_id,
            MembershipRow.person_id == person_id,
            MembershipRow.from_week >= str(week),
        )
    )


def end_memberships(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, last: Week
) -> None:
    """Let a person's running memberships end with a week."""
    db.execute(
        update(MembershipRow)
        .where(
            MembershipRow.clinic_id == clinic_id,
            MembershipRow.person_id == person_id,
            (MembershipRow.to_week.is_(None)) | (MembershipRow.to_week > str(last)),
        )
        .values(to_week=str(last))
    )

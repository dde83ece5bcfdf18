"""What an administrator does with people, teams and roles. Never an answer."""

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import (
    EmailTakenError,
    InvalidInputError,
    LastAdministratorError,
    NotFoundError,
)
from wellbeing.domain.ids import PersonId, TeamId, new_id
from wellbeing.domain.people import (
    LEAD_AND_ADMINISTRATOR,
    Person,
    Role,
    Standing,
    Team,
    Viewer,
)
from wellbeing.domain.weeks import Week
from wellbeing.services import factors
from wellbeing.services.audit import note
from wellbeing.services.context import Context
from wellbeing.services.fields import clean_email, clean_name
from wellbeing.services.leaving import leave
from wellbeing.services.peers_around import leave_peers
from wellbeing.services.proofs import require_proof, require_proved
from wellbeing.services.take_backs import settle
from wellbeing.storage import (
    account_queries,
    clinic_queries,
    people_queries,
    session_queries,
    team_queries,
)


def all_people(ctx: Context, viewer: Viewer) -> tuple[Person, ...]:
    """Return everybody of the clinic, by name."""
    viewer.require(Role.ADMINISTRATOR)
    with ctx.reading() as db:
        return tuple(people_queries.people_of(db, viewer.clinic_id))


def all_teams(ctx: Context, viewer: Viewer) -> tuple[Team, ...]:
    """Return the clinic's teams, by name."""
    viewer.require(Role.ADMINISTRATOR)
    with ctx.reading() as db:
        return tuple(team_queries.teams_of(db, viewer.clinic_id))


def add_team(ctx: Context, viewer: Viewer, name: str) -> Team:
    """Make a new team.

    Raises:
        InvalidInputError: it cannot be taken, or a team has it in letters of any case.
    """
    viewer.require(Role.ADMINISTRATOR)
    team = Team(team_id=TeamId(new_id(ctx.now())), name=clean_name(name))
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, viewer.clinic_id)
        if team_queries.team_called(db, viewer.clinic_id, team.name):
            raise InvalidInputError("A team with this name exists already.")
        team_queries.add_teams(db, viewer.clinic_id, [team])
    return team


def add_person(
    ctx: Context,
    viewer: Viewer,
    *,
    name: str,
    email: str,
    roles: Iterable[Role],
    team_id: TeamId | None = None,
    from_week: Week | None = None,
    leads: Iterable[TeamId] = (),
) -> PersonId:
    """Add somebody, without a password, and return their id.

    Args:
        team_id: the team they belong to from ``from_week`` (this week, if None) on.
        leads: the teams they lead; only with the role lead.

    Raises:
        InvalidInputError, EmailTakenError, NotFoundError.
        ProofNeededError: for a role beyond a clinician's.
    """
    viewer.require(Role.ADMINISTRATOR)
    name, email, held = clean_name(name), clean_email(email), frozenset(roles)
    if held - {Role.CLINICIAN}:
        require_proof(ctx, viewer)
    teams = _leads(held, leads)
    own = viewer.clinic_id, PersonId(new_id(ctx.now()))
    try:
        with ctx.writing() as db:
            _check_teams(db, viewer, {*teams, *([team_id] if team_id else [])})
            people_queries.add_person(db, *own, name=name, email=email, roles=held)
            people_queries.set_leads(db, *own, teams)
            if team_id is not None:
                start = from_week or ctx.this_week(viewer.clinic)
                team_queries.add_membership(db, *own, team_id, start)
            note(ctx, db, viewer, Event.PERSON_ADDED, own[1], ", ".join(sorted(held)))
    except IntegrityError as error:
        raise EmailTakenError from error
    return own[1]


def set_roles(
    ctx: Context,
    viewer: Viewer,
    person_id: PersonId,
    *,
    roles: Iterable[Role],
    leads: Iterable[TeamId] = (),
) -> None:
    """Change what somebody may do, from their next click; consents to studies stay.

    Raises:
        LastAdministratorError: nobody would be left to administer the clinic.
        InvalidInputError, NotFoundError, ProofNeededError.
    """
    require_proved(ctx, viewer, Role.ADMINISTRATOR)
    held = frozenset(roles)
    teams = _leads(held, leads)
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, viewer.clinic_id)
        one_person(db, viewer, person_id)
        _check_teams(db, viewer, teams)
        if Role.CLINICIAN not in held:
            leave_peers(ctx, db, viewer.clinic, person_id)
        people_queries.set_roles(db, viewer.clinic_id, person_id, held)
        people_queries.set_leads(db, viewer.clinic_id, person_id, teams)
        factors.end_sessions_without(ctx, db, viewer.clinic_id, person_id)
        keep_an_administrator(db, viewer)
        note(ctx, db, viewer, Event.ROLES_CHANGED, person_id, ", ".join(sorted(held)))


def move(
    ctx: Context,
    viewer: Viewer,
    person_id: PersonId,
    team_id: TeamId | None,
    from_week: Week,
) -> None:
    """Let somebody belong to another team, or none, from a week on.

    The weeks before keep the team they had. Whoever is there already stays so.

    Raises:
        InvalidInputError: the week is past, and would rewrite history.
        NotFoundError: no such person or team.
    """
    viewer.require(Role.ADMINISTRATOR)
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, viewer.clinic_id)  # or two moves both go on
        person = one_person(db, viewer, person_id)
        if person.memberships and from_week < ctx.this_week(viewer.clinic):
            sentence = "A move begins this week or later: past weeks keep their team."
            raise InvalidInputError(sentence)
        _check_teams(db, viewer, {team_id} if team_id else set())
        if any(m.goes_on(team_id, from_week) for m in person.memberships):
            return
        own = viewer.clinic_id, person_id
        team_queries.drop_memberships_from(db, *own, from_week)
        team_queries.end_memberships(db, *own, from_week.plus(-1))
        if team_id is not None:
            team_queries.add_membership(db, *own, team_id, from_week)
        note(ctx, db, viewer, Event.TEAM_CHANGED, person_id, f"from {from_week}")


def end_access(ctx: Context, viewer: Viewer, person_id: PersonId) -> None:
    """Close the account of somebody who has left; this week is their last in a team.

    Their check-ins stay locked behind the account: nobody reads them, and the
    person can be let in again.

    Raises:
        LastAdministratorError, NotFoundError, ProofNeededError.
    """
    require_proved(ctx, viewer, Role.ADMINISTRATOR)
    this = ctx.this_week(viewer.clinic)
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, viewer.clinic_id)
        one_person(db, viewer, person_id)
        own = viewer.clinic_id, person_id
        people_queries.set_standing(db, *own, Standing.LEFT)
        studies = leave(ctx, db, viewer.clinic, person_id)
        team_queries.drop_memberships_from(db, *own, this.plus(1))
        team_queries.end_memberships(db, *own, this)
        session_queries.drop_sessions(db, *own)
        account_queries.drop_invitation(db, *own)
        keep_an_administrator(db, viewer)
        note(ctx, db, viewer, Event.ACCESS_ENDED, person_id)
    settle(ctx, *own, studies)


def let_in_again(ctx: Context, viewer: Viewer, person_id: PersonId) -> None:
    """Open the account of somebody who had left; they sign in as they did before."""
    require_proved(ctx, viewer, Role.ADMINISTRATOR)
    with ctx.writing() as db:
        one_person(db, viewer, person_id)
        own = viewer.clinic_id, person_id
        known = account_queries.has_way_in(db, *own)
        standing = Standing.ACTIVE if known else Standing.INVITED
        people_queries.set_standing(db, *own, standing)
        note(ctx, db, viewer, Event.ACCESS_GIVEN, person_id)


def keep_an_administrator(db: Connection, viewer: Viewer) -> None:
    """Undo the transaction if it leaves the clinic without an administrator.

    Raises:
        LastAdministratorError.
    """
    if people_queries.count_active_administrators(db, viewer.clinic_id) == 0:
        raise LastAdministratorError


def one_person(db: Connection, viewer: Viewer, person_id: PersonId) -> Person:
    """Return somebody of the viewer's clinic.

    Raises:
        NotFoundError: no such person there.
    """
    found = people_queries.people_of(db, viewer.clinic_id, person_id)
    if not found:
        raise NotFoundError("person")
    return found[0]


def _leads(roles: frozenset[Role], leads: Iterable[TeamId]) -> frozenset[TeamId]:
    teams = frozenset(leads)
    if teams and Role.LEAD not in roles:
        raise InvalidInputError("Only somebody with the role lead leads a team.")
    if {Role.LEAD, Role.ADMINISTRATOR} <= roles:
        raise InvalidInputError(LEAD_AND_ADMINISTRATOR)
    if Role.LEAD in roles and not teams:
        raise InvalidInputError("Choose the team that this lead leads.")
    return teams


def _check_teams(db: Connection, viewer: Viewer, wanted: Iterable[TeamId]) -> None:
    known = {t.team_id for t in team_queries.teams_of(db, viewer.clinic_id)}
    if not set(wanted) <= known:
        raise NotFoundError("team")

"""Bulk loading of people and check-ins: all of a file or nothing, told by line."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import (
    EmailTakenError,
    NoClinicError,
)
from wellbeing.domain.ids import ClinicId, PersonId, TeamId, new_id
from wellbeing.domain.people import Clinic, Role, Viewer
from wellbeing.imports.check_ins import CheckInRow, read_check_ins, to_check_in
from wellbeing.imports.people import PersonRow, read_people
from wellbeing.imports.problems import ProblemList, echo, kept_notes
from wellbeing.services import check_in_batches
from wellbeing.services.audit import record
from wellbeing.services.context import Context
from wellbeing.services.proofs import require_proved
from wellbeing.storage import (
    check_in_queries,
    clinic_queries,
    people_queries,
    team_queries,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a file of people gave, and notes on lines that were left out."""

    people: int
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedCheckIns:
    """What a file of check-ins gave.

    Attributes:
        check_ins: how many were written, or would be.
        people: whose they are.
        notes: on lines that were left out.
    """

    check_ins: int
    people: int
    notes: tuple[str, ...]


def clinic_of_operator(ctx: Context) -> Clinic:
    """Return the clinic of this database, for whoever runs the server.

    Raises:
        NoClinicError: it has not been set up yet.
    """
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
    if clinic is None:
        raise NoClinicError
    return clinic


def load_people(ctx: Context, viewer: Viewer, data: bytes, *, dry_run: bool) -> Loaded:
    """Add the people of a file, without passwords.

    Raises:
        ProofNeededError, ImportRefusedError: nothing was written.
    """
    require_proved(ctx, viewer, Role.ADMINISTRATOR)
    person = viewer.person_id
    return load_people_into(ctx, viewer.clinic, data, dry_run=dry_run, actor=person)


def load_people_into(
    ctx: Context,
    clinic: Clinic,
    data: bytes,
    *,
    dry_run: bool,
    actor: PersonId | None = None,
) -> Loaded:
    """Do what ``load_people`` does, for the operator of the server.

    Raises:
        ImportRefusedError: something is wrong with a line; nothing was written.
    """
    read = read_people(data)
    problems = ProblemList.of(read)
    try:
        with _transaction(ctx, dry_run=dry_run) as db:
            teams = _teams(db, clinic.clinic_id)
            _check_people(db, clinic.clinic_id, read.rows, teams, problems)
            for row in () if dry_run else read.rows:
                _add_person(ctx, db, clinic.clinic_id, row, teams)
            if not dry_run:
                event, many = Event.PEOPLE_LOADED, f"{len(read.rows)} people"
                record(ctx, db, clinic.clinic_id, event, actor=actor, about=many)
    except IntegrityError as error:
        raise EmailTakenError from error
    return Loaded(people=len(read.rows), notes=read.notes)


def load_check_ins(
    ctx: Context, clinic: Clinic, data: bytes, *, dry_run: bool
) -> LoadedCheckIns:
    """Add the check-ins of many people, found by e-mail.

    For the operator of the server alone: nobody who signs in may write, or learn by
    trying, what others answered. A week that is saved with the same answers is left
    out; tags are added, never removed.

    Raises:
        ImportRefusedError: something is wrong with a line; nothing was written.
    """
    sentence = "Nobody in the clinic has this e-mail address. Add the person first."
    with ctx.reading() as db:
        owners = people_queries.people_by_email(db, clinic.clinic_id)
    return _load(ctx, clinic, data, owners, sentence, dry_run=dry_run)


def load_my_check_ins(
    ctx: Context, viewer: Viewer, data: bytes, *, dry_run: bool
) -> LoadedCheckIns:
    """Load the viewer's own download back; what is saved already is left out.

    Raises:
        ImportRefusedError: something is wrong with a line; nothing was written.
    """
    viewer.require(Role.CLINICIAN)
    sentence = "This is not your e-mail address. Load your own check-ins only."
    owners = {viewer.email: viewer.person_id}
    return _load(ctx, viewer.clinic, data, owners, sentence, dry_run=dry_run)


def _transaction(ctx: Context, *, dry_run: bool) -> AbstractContextManager[Connection]:
    return ctx.reading() if dry_run else ctx.writing()


def _teams(db: Connection, clinic_id: ClinicId) -> dict[str, TeamId]:
    return {t.name: t.team_id for t in team_queries.teams_of(db, clinic_id)}


def _check_people(
    db: Connection,
    clinic_id: ClinicId,
    rows: Sequence[PersonRow],
    teams: Mapping[str, TeamId],
    problems: ProblemList,
) -> None:
    known = people_queries.people_by_email(db, clinic_id)
    for row in rows:
        if row.email in known:
            sentence = "Somebody already has this e-mail address. Take the line out."
            problems.add(row.line, "email", sentence)
        if Role.LEAD in row.roles and not row.leads:
            sentence = "Somebody with the role lead leads a team. Name it here."
            problems.add(row.line, "leads", sentence)
        named = [("team", row.team), *(("leads", name) for name in row.leads)]
        for column, name in named:
            if name and name not in teams:
                problems.add(row.line, column, _no_team(name, teams))
    problems.refuse_any()


def _no_team(name: str, teams: Iterable[str]) -> str:
    spelled = {team.casefold(): team for team in teams}
    near = get_close_matches(name.casefold(), spelled, n=2)
    if not near:
        return f"There is no team {echo(name)}. Make it first, or mend the name."
    meant = " or ".join(echo(spelled[n]) for n in near)
    return f"There is no team {echo(name)}. Write {meant}, or make the team first."


def _add_person(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    row: PersonRow,
    teams: Mapping[str, TeamId],
) -> None:
    own = clinic_id, PersonId(new_id(ctx.now()))
    name = " ".join(row.name.split())
    people_queries.add_person(db, *own, name=name, email=row.email, roles=row.roles)
    if row.leads:
        people_queries.set_leads(db, *own, [teams[name] for name in row.leads])
    if row.from_week is not None:
        team_queries.add_membership(db, *own, teams[row.team], row.from_week)


def _load(
    ctx: Context,
    clinic: Clinic,
    data: bytes,
    owners: Mapping[str, PersonId],
    stranger: str,
    *,
    dry_run: bool,
) -> LoadedCheckIns:
    """Load check-ins of these people; ``stranger`` is said of everybody else's."""
    read = read_check_ins(data, ctx.questions, ctx.this_week(clinic))
    problems = ProblemList.of(read)
    theirs: dict[PersonId, list[CheckInRow]] = {}
    for row in read.rows:
        if row.email in owners:
            theirs.setdefault(owners[row.email], []).append(row)
        else:
            problems.add(row.line, "email", stranger)
    with _transaction(ctx, dry_run=dry_run) as db:
        if not dry_run:
            check_in_queries.lock_check_ins(db)
        saved = check_in_batches.saved_lines(ctx, db, clinic, theirs, problems)
        problems.refuse_any()
        new = [
            (person, row)
            for person, rows in theirs.items()
            for row in rows
            if row.line not in saved
        ]
        if not dry_run:
            made = ((person, to_check_in(row, ctx.questions)) for person, row in new)
            check_in_batches.write(db, clinic.clinic_id, made)
            check_in_batches.add_tags(db, clinic.clinic_id, theirs)
    notes = [f"Line {n} is saved already and was left out." for n in sorted(saved)]
    return LoadedCheckIns(
        check_ins=len(new),
        people=len({person for person, _ in new}),
        notes=read.notes + kept_notes(notes),
    )

"""The audit record: written inside the transaction of what it records."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from uuid import UUID

from sqlalchemy import Connection

from wellbeing.domain.audit import PRIVATE, Event, Record, next_record
from wellbeing.domain.errors import NotAllowedError
from wellbeing.domain.ids import ClinicId, PersonId, TeamId
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.seats import Seat
from wellbeing.services.context import Context
from wellbeing.storage import (
    audit_queries,
    clinic_queries,
    people_queries,
    team_queries,
)

MOST_SHOWN = 500
_KEPT = timedelta(days=731)
"""The database itself refuses to drop a record of the last 730 days."""
_READERS = frozenset({Role.ADMINISTRATOR, Role.REPRESENTATIVE})
_LEAST_LETTERS = 8
"""Fewer letters of a seal would be alike by chance now and then."""
_ONLY_CHECK_IN = frozenset({Role.CLINICIAN})
_ONCE_A_DAY = frozenset({Event.SIGNED_IN, Event.TRENDS_READ})
"""How often on one day somebody came would tell more than that they came."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenRecord:
    """A record as somebody reads it.

    Attributes:
        actor, concerning: names; None: nobody, or somebody who was deleted.
        about: what stands in the record, of a team its name.
    """

    record: Record
    actor: str | None
    concerning: str | None
    about: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditView:
    """The newest records of the clinic, and the end of the chain to write down.

    Attributes:
        end: number and seal of the last record; None: there is none.
    """

    records: tuple[SeenRecord, ...]
    end: tuple[int, str] | None


def record(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    event: Event,
    *,
    actor: PersonId | None,
    concerning: PersonId | None = None,
    about: str = "",
) -> None:
    """Add a record; the last step of a transaction, because it makes others wait.

    Args:
        ctx: the surroundings.
        db: the transaction of what is recorded: both are there or neither.
        clinic_id: whose chain.
        event: what was done.
        actor: who did it; None: the program, or somebody at the server.
        concerning: whom it was done to.
        about: ids, codes or a week; never words that somebody typed.
    """
    if event in PRIVATE and _only_checks_in(db, clinic_id, actor):
        return
    last = audit_queries.lock_end(db, clinic_id)
    new = next_record(
        clinic_id,
        last,
        day=ctx.now().astimezone(UTC).date(),
        event=event,
        actor=actor,
        concerning=concerning,
        about=about,
    )
    if event not in _ONCE_A_DAY or not audit_queries.was_recorded(db, new):
        audit_queries.add_record(db, new)


def _only_checks_in(
    db: Connection, clinic_id: ClinicId, actor: PersonId | None
) -> bool:
    """Tell whether somebody has no role but that of a clinician.

    That they came is nobody's business, and even the gap that a hidden record leaves
    in the numbers would tell it.
    """
    if actor is None:
        return False
    people = people_queries.people_of(db, clinic_id, actor)
    return all(person.roles <= _ONLY_CHECK_IN for person in people)


def note(
    ctx: Context,
    db: Connection,
    viewer: Viewer,
    event: Event,
    concerning: PersonId | None = None,
    about: str = "",
) -> None:
    """Record what the viewer does; ``record`` says how."""
    record(
        ctx,
        db,
        viewer.clinic_id,
        event,
        actor=viewer.person_id,
        concerning=concerning,
        about=about,
    )


def record_restore(ctx: Context, made_at: str) -> None:
    """Record that a backup was restored here; nobody is known to have done it."""
    with ctx.writing() as db:
        clinic = clinic_queries.the_clinic(db)
        if clinic is not None:
            event, about = Event.RESTORED, made_at[:10]
            record(ctx, db, clinic.clinic_id, event, actor=None, about=about)


def record_move(ctx: Context) -> None:
    """Record that everything came here from another database."""
    with ctx.writing() as db:
        clinic = clinic_queries.the_clinic(db)
        if clinic is not None:
            record(ctx, db, clinic.clinic_id, Event.MOVED, actor=None)


def drop_old_records(ctx: Context) -> int:
    """Drop records of more than two years ago, and return how many there were.

    The chain goes on from the last one that went; ``verify`` knows its seal.
    """
    before = ctx.now().astimezone(UTC).date() - _KEPT
    with ctx.writing() as db:
        clinic = clinic_queries.the_clinic(db)
        if clinic is None:
            return 0
        return audit_queries.drop_records(db, clinic.clinic_id, before)


def note_reading(ctx: Context, viewer: Viewer, seat: Seat, team_id: TeamId) -> None:
    """Record that a lead opened team trends, once a day; members are not recorded."""
    if all(team.team_id != team_id for team in seat.leads):
        return
    own, about = (viewer.clinic_id, viewer.person_id), str(team_id)
    today = ctx.now().astimezone(UTC).date()
    with ctx.reading() as db:
        if audit_queries.was_read(db, *own, today, about):
            return
    with ctx.writing() as db:
        note(ctx, db, viewer, Event.TRENDS_READ, about=about)


def audit_record(ctx: Context, viewer: Viewer) -> AuditView:
    """Return the newest records.

    Raises:
        NotAllowedError: the viewer is no administrator and no staff representative.
    """
    _require_reader(viewer)
    with ctx.reading() as db:
        found = audit_queries.records_of(db, viewer.clinic_id, MOST_SHOWN)
        names = _names(db, viewer.clinic_id)
    end = (found[0].number, found[0].seal) if found else None
    return AuditView(records=tuple(_seen(one, names) for one in found), end=end)


def seal_ends_with(ctx: Context, viewer: Viewer, number: int, letters: str) -> bool:
    """Tell whether a record that was noted down still ends with the same letters.

    Raises:
        NotAllowedError: the viewer is no administrator and no staff representative.
    """
    _require_reader(viewer)
    with ctx.reading() as db:
        seal = audit_queries.seal_at(db, viewer.clinic_id, number)
    enough = len(letters) >= _LEAST_LETTERS
    return enough and seal is not None and seal.endswith(letters.lower())


def _require_reader(viewer: Viewer) -> None:
    if not viewer.roles & _READERS:
        raise NotAllowedError(Role.REPRESENTATIVE)


def my_records(ctx: Context, viewer: Viewer) -> tuple[SeenRecord, ...]:
    """Return what the viewer did and what was done to them, newest first.

    Only since their account was emptied, if it was: whoever had it before is not known
    to be the same person.
    """
    with ctx.reading() as db:
        found = audit_queries.records_about(db, viewer.clinic_id, viewer.person_id)
        names = _names(db, viewer.clinic_id)
    mine = []
    for one in found:
        mine.append(_seen(one, names))
        if one.event is Event.STARTED_OVER and one.concerning == viewer.person_id:
            break
    return tuple(mine)


def _names(db: Connection, clinic_id: ClinicId) -> dict[UUID, str]:
    """Return what people and teams are called now."""
    people = people_queries.people_of(db, clinic_id)
    teams = team_queries.teams_of(db, clinic_id)
    return {p.person_id: p.name for p in people} | {t.team_id: t.name for t in teams}


def _seen(one: Record, names: dict[UUID, str]) -> SeenRecord:
    about = one.about
    if one.event is Event.TRENDS_READ:
        about = names.get(UUID(about), about)
    return SeenRecord(
        record=one,
        actor=names.get(one.actor) if one.actor else None,
        concerning=names.get(one.concerning) if one.concerning else None,
        about=about,
    )

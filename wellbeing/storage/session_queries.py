"""Queries of sessions: the browsers that are signed in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Clinic, Role, Standing, Viewer
from wellbeing.storage.account_tables import SessionRow
from wellbeing.storage.clinic_tables import ClinicRow, PersonRoleRow, PersonRow
from wellbeing.storage.second_factor_tables import HalfSessionRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A browser that is signed in; times are instants in UTC."""

    token_hash: str
    started_at: datetime
    seen_at: datetime


# Asked at every run of every screen, so it is built once.
_VIEWER = (
    select(
        SessionRow.started_at,
        SessionRow.seen_at,
        PersonRow.person_id,
        PersonRow.name,
        PersonRow.email,
        ClinicRow.clinic_id,
        ClinicRow.name.label("clinic_name"),
        ClinicRow.country,
        ClinicRow.time_zone,
        PersonRoleRow.role,
    )
    .join(
        PersonRow,
        (PersonRow.clinic_id == SessionRow.clinic_id)
        & (PersonRow.person_id == SessionRow.person_id),
    )
    .join(ClinicRow, ClinicRow.clinic_id == SessionRow.clinic_id)
    .outerjoin(
        PersonRoleRow,
        (PersonRoleRow.clinic_id == SessionRow.clinic_id)
        & (PersonRoleRow.person_id == SessionRow.person_id),
    )
    .where(
        SessionRow.token_hash == bindparam("token_hash"),
        PersonRow.standing == Standing.ACTIVE,
    )
)


def session_viewer(db: Connection, token_hash: str) -> tuple[Viewer, Session] | None:
    """Return who a session belongs to, whatever its age; None if there is none."""
    rows = db.execute(_VIEWER, {"token_hash": token_hash}).all()
    if not rows:
        return None
    first = rows[0]
    clinic = Clinic(
        clinic_id=ClinicId(first.clinic_id),
        name=first.clinic_name,
        country=first.country,
        time_zone=first.time_zone,
    )
    viewer = Viewer(
        clinic=clinic,
        person_id=PersonId(first.person_id),
        name=first.name,
        email=first.email,
        roles=frozenset(Role(row.role) for row in rows if row.role is not None),
        session=token_hash,
    )
    session = Session(
        token_hash=token_hash, started_at=first.started_at, seen_at=first.seen_at
    )
    return viewer, session


def add_session(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    session: Session,
) -> None:
    """Write a new session."""
    db.execute(
        insert(SessionRow).values(
            clinic_id=clinic_id,
            person_id=person_id,
            token_hash=session.token_hash,
            started_at=session.started_at,
            seen_at=session.seen_at,
        )
    )


def touch_session(db: Connection, token_hash: str, seen_at: datetime) -> None:
    """Write the hour of a session's last use."""
    db.execute(
        update(SessionRow)
        .where(SessionRow.token_hash == token_hash)
        .values(seen_at=seen_at)
    )


def date_back(db: Connection, token_hash: str, started_at: datetime) -> None:
    """Let a session have begun earlier, and so end earlier."""
    db.execute(
        update(SessionRow)
        .where(SessionRow.token_hash == token_hash, SessionRow.started_at > started_at)
        .values(started_at=started_at)
    )


def drop_session(db: Connection, token_hash: str) -> None:
    """End one session."""
    db.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))


def drop_sessions(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    *,
    but: str | None = None,
) -> None:
    """End every session of a person, but one if named, and every sign-in that waits."""
    db.execute(
        delete(HalfSessionRow).where(
            HalfSessionRow.clinic_id == clinic_id,
            HalfSessionRow.person_id == person_id,
        )
    )
    statement = delete(SessionRow).where(
        SessionRow.clinic_id == clinic_id, SessionRow.person_id == person_id
    )
    if but is not None:
        statement = statement.where(SessionRow.token_hash != but)
    db.execute(statement)


def drop_old_sessions(
    db: Connection, *, started_before: datetime, seen_before: datetime
) -> None:
    """Forget sessions that have ended by their age or their idleness."""
    db.execute(
        delete(SessionRow).where(
            (SessionRow.started_at < started_before)
            | (SessionRow.seen_at < seen_before)
        )
    )


def sessions_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[Session]:
    """Return a person's sessions, newest first."""
    statement = (
        select(SessionRow.token_hash, SessionRow.started_at, SessionRow.seen_at)
        .where(SessionRow.clinic_id == clinic_id, SessionRow.person_id == person_id)
        .order_by(
            SessionRow.started_at.desc(),
            SessionRow.seen_at.desc(),
            SessionRow.token_hash,
        )
    )
    return [Session(**row._mapping) for row in db.execute(statement)]  # noqa: SLF001 (public by its documentation)

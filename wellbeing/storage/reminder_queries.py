"""Queries of what people asked to be reminded of, and of the links that stop it.

Nothing here reads whether somebody checked in: reminders must not know.
"""

from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Standing
from wellbeing.domain.reminders import Reminders
from wellbeing.domain.weeks import Week
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.reminder_tables import ReminderRow, StopLinkRow

_REMINDER: Table = ReminderRow.__table__  # type: ignore[assignment]
_LINK: Table = StopLinkRow.__table__  # type: ignore[assignment]
_PERSON: Table = PersonRow.__table__  # type: ignore[assignment]


def reminders_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, *, lock: bool = False
) -> Reminders:
    """Return what somebody asked for.

    Args:
        lock: let nobody else count or change theirs until this transaction ends.
    """
    statement = select(_REMINDER).where(_of(_REMINDER, clinic_id, person_id))
    if lock:
        statement = statement.with_for_update()
    row = db.execute(statement).first()
    return Reminders() if row is None else _reminders(row)


def reminders_of_all(db: Connection, clinic_id: ClinicId) -> dict[PersonId, Reminders]:
    """Return what everybody asked for who can sign in."""
    statement = (
        select(_REMINDER)
        .join(
            _PERSON,
            (_PERSON.c.clinic_id == _REMINDER.c.clinic_id)
            & (_PERSON.c.person_id == _REMINDER.c.person_id),
        )
        .where(
            _REMINDER.c.clinic_id == clinic_id, _PERSON.c.standing == Standing.ACTIVE
        )
    )
    return {PersonId(row.person_id): _reminders(row) for row in db.execute(statement)}


def put_reminders(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, asked: Reminders
) -> None:
    """Write what somebody asks for."""
    row = {
        "clinic_id": clinic_id,
        "person_id": person_id,
        "weekday": asked.weekday,
        "hour": asked.hour,
        "from_week": None if asked.from_week is None else str(asked.from_week),
        "gatherings": asked.gatherings,
        "peers": asked.peers,
        "paused_until": None if asked.paused_until is None else str(asked.paused_until),
    }
    upsert(db, _REMINDER, [row])


def drop_stop_links(db: Connection, clinic_id: ClinicId, before: Week) -> None:
    """Forget the links in mails of earlier weeks."""
    db.execute(
        delete(_LINK).where(_LINK.c.clinic_id == clinic_id, _LINK.c.week < str(before))
    )


def email_of(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> str | None:
    """Return somebody's address; None: they cannot sign in."""
    return db.scalar(
        select(_PERSON.c.email).where(
            _of(_PERSON, clinic_id, person_id), _PERSON.c.standing == Standing.ACTIVE
        )
    )


def add_stop_link(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    token_hash: str,
    week: Week,
) -> None:
    """Write a link that switches somebody's reminders off."""
    db.execute(
        insert(_LINK).values(
            clinic_id=clinic_id,
            person_id=person_id,
            token_hash=token_hash,
            week=str(week),
        )
    )


def stop_link(db: Connection, token_hash: str) -> tuple[ClinicId, PersonId] | None:
    """Return whose reminders a link switches off; None: nobody's."""
    row = db.execute(
        select(_LINK.c.clinic_id, _LINK.c.person_id).where(
            _LINK.c.token_hash == token_hash
        )
    ).first()
    return None if row is None else (ClinicId(row.clinic_id), PersonId(row.person_id))


def _of(table: Table, clinic_id: ClinicId, person_id: PersonId) -> Any:  # noqa: ANN401 (an SQL expression)
    return (table.c.clinic_id == clinic_id) & (table.c.person_id == person_id)


def _reminders(row: Row[Any]) -> Reminders:
    return Reminders(
        weekday=row.weekday,
        hour=row.hour,
        from_week=None if row.from_week is None else Week.parse(row.from_week),
        gatherings=row.gatherings,
        peers=row.peers,
        paused_until=None if row.paused_until is None else Week.parse(row.paused_until),
    )

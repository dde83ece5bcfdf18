"""Queries of the queue of messages: added once, claimed by one process, finished."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.reminders import NEWS, MessageState, ReminderKind
from wellbeing.domain.weeks import Week
from wellbeing.storage.reminder_tables import MessageRow

_MESSAGE: Table = MessageRow.__table__  # type: ignore[assignment]

Occasion = tuple[PersonId, ReminderKind, str]
"""For whom a message is and what it is about: there is one of each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message in the queue.

    Attributes:
        week: the one that it counts in.
        try_at, try_until: when it may be sent.
        claimed_until: whoever claimed it may send it so long; None: nobody has.
    """

    person_id: PersonId
    kind: ReminderKind
    occasion: str
    week: Week
    try_at: datetime
    try_until: datetime
    claimed_until: datetime | None = None
    failures: int = 0
    state: MessageState = MessageState.WAITING

    @property
    def key(self) -> Occasion:
        """For whom it is and what it is about."""
        return self.person_id, self.kind, self.occasion


def messages_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[Message]:
    """Return the messages for somebody, the earliest first."""
    statement = select(_MESSAGE).where(_of(_MESSAGE, clinic_id, person_id))
    return [_message(row) for row in db.execute(statement.order_by(_MESSAGE.c.try_at))]


def occasions_of(db: Connection, clinic_id: ClinicId) -> set[Occasion]:
    """Return for what there is a message, whatever became of it."""
    statement = select(
        _MESSAGE.c.person_id, _MESSAGE.c.kind, _MESSAGE.c.occasion
    ).where(_MESSAGE.c.clinic_id == clinic_id)
    return {
        (PersonId(row.person_id), row.kind, row.occasion)
        for row in db.execute(statement)
    }


def add_messages(
    db: Connection, clinic_id: ClinicId, messages: Iterable[Message]
) -> None:
    """Put messages into the queue whose occasions are not there.

    The caller has locked what the occasions are about, so that nobody else adds them.
    """
    there = occasions_of(db, clinic_id)
    rows = [
        {
            "clinic_id": clinic_id,
            "person_id": m.person_id,
            "kind": m.kind,
            "occasion": m.occasion,
            "week": str(m.week),
            "state": m.state,
            "try_at": m.try_at,
            "try_until": m.try_until,
            "claimed_until": m.claimed_until,
            "failures": m.failures,
        }
        for m in messages
        if m.key not in there
    ]
    if rows:
        db.execute(insert(_MESSAGE), rows)


def claim_next(
    db: Connection, clinic_id: ClinicId, now: datetime, lease: timedelta
) -> Message | None:
    """Claim the next message that may be sent now; None: there is none.

    A message that a process claimed and did not finish in time is free again. Those
    that failed least come first, so that a few that always fail hold up nobody.
    """
    waiting = _MESSAGE.c.state == MessageState.WAITING
    lapsed = (_MESSAGE.c.state == MessageState.CLAIMED) & (
        _MESSAGE.c.claimed_until <= now
    )
    row = db.execute(
        select(_MESSAGE)
        .where(
            _MESSAGE.c.clinic_id == clinic_id,
            or_(waiting, lapsed),
            _MESSAGE.c.try_at <= now,
            _MESSAGE.c.try_until > now,
        )
        .order_by(_MESSAGE.c.failures, _MESSAGE.c.try_at, _MESSAGE.c.person_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    message = _message(row)
    until = now + lease
    db.execute(
        update(_MESSAGE)
        .where(_is(clinic_id, message))
        .values(state=MessageState.CLAIMED, claimed_until=until)
    )
    return _message(row, claimed_until=until, state=MessageState.CLAIMED)


def finish(
    db: Connection, clinic_id: ClinicId, claimed: Message, **values: object
) -> bool:
    """Write how a claimed message ended, unless somebody else has claimed it since.

    Returns:
        Whether it was written.
    """
    done = db.execute(
        update(_MESSAGE)
        .where(
            _is(clinic_id, claimed), _MESSAGE.c.claimed_until == claimed.claimed_until
        )
        .values(**values)
    )
    return bool(done.rowcount)


def count_in_week(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, week: Week
) -> int:
    """Return how many reminders count in somebody's week: sent, or about to be."""
    statement = select(func.count()).where(
        _of(_MESSAGE, clinic_id, person_id),
        _MESSAGE.c.week == str(week),
        _MESSAGE.c.kind.not_in(NEWS),
        _MESSAGE.c.state.in_([MessageState.SENT, MessageState.CLAIMED]),
    )
    return db.scalar(statement) or 0


def drop_waiting(
    db: Connection, clinic_id: ClinicId, kind: ReminderKind, about: str
) -> None:
    """Forget messages of a kind that wait, and whose occasions begin like this."""
    db.execute(
        delete(_MESSAGE).where(
            _MESSAGE.c.clinic_id == clinic_id,
            _MESSAGE.c.kind == kind,
            _MESSAGE.c.state == MessageState.WAITING,
            _MESSAGE.c.occasion.startswith(about, autoescape=True),
        )
    )


def drop_messages(db: Connection, clinic_id: ClinicId, before: Week) -> None:
    """Forget the messages of earlier weeks; their occasions are long over."""
    db.execute(
        delete(_MESSAGE).where(
            _MESSAGE.c.clinic_id == clinic_id, _MESSAGE.c.week < str(before)
        )
    )


def _of(table: Table, clinic_id: ClinicId, person_id: PersonId) -> Any:  # noqa: ANN401 (an SQL expression)
    return (table.c.clinic_id == clinic_id) & (table.c.person_id == person_id)


def _is(clinic_id: ClinicId, message: Message) -> Any:  # noqa: ANN401 (an SQL expression)
    whose = _of(_MESSAGE, clinic_id, message.person_id)
    about = _MESSAGE.c.kind == message.kind
    return whose & about & (_MESSAGE.c.occasion == message.occasion)


def _message(row: Row[Any], **other: Any) -> Message:  # noqa: ANN401 (fields of a message)
    values = {
        "person_id": PersonId(row.person_id),
        "kind": row.kind,
        "occasion": row.occasion,
        "week": Week.parse(row.week),
        "try_at": row.try_at,
        "try_until": row.try_until,
        "claimed_until": row.claimed_until,
        "failures": row.failures,
        "state": row.state,
    }
    return Message(**values | other)

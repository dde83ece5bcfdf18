"""Tables of calendar feeds and reminders. Nothing about what somebody answered."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.reminders import MessageState, ReminderKind
from wellbeing.storage.base import NO_ROW_NUMBERS, WEEK, Base, of_person, one_of

_HOURS = "hour BETWEEN 0 AND 23 AND weekday BETWEEN 0 AND 6"


class CalendarFeedRow(Base):
    """A secret address under which a calendar reads its owner's dates. One a person.

    Weekday, hour and the first week are those of the check-in; None: it is left out.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        of_person(),
        sa.UniqueConstraint("clinic_id", "token_hash"),
        sa.Index(None, "token_hash"),
        sa.CheckConstraint(_HOURS, name="hour_range"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    weekday: Mapped[int | None]
    hour: Mapped[int | None]
    from_week: Mapped[str | None] = mapped_column(WEEK)


class ReminderRow(Base):
    """What somebody asked to be reminded of."""

    __tablename__ = "reminder"
    __table_args__ = (
        of_person(),
        sa.CheckConstraint(_HOURS, name="hour_range"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    weekday: Mapped[int]
    hour: Mapped[int]
    from_week: Mapped[str | None] = mapped_column(WEEK)
    gatherings: Mapped[bool]
    peers: Mapped[bool]
    paused_until: Mapped[str | None] = mapped_column(WEEK)


class MessageRow(Base):
    """A message in the queue, once for each occasion; kept for a while after it.

    Week: the one that it counts in. Try at: not before this. Try until: not after.
    Claimed until: a process is at it; later, another one may take it. Failures: how
    often it could not be handed over.
    """

    __tablename__ = "reminder_message"
    __table_args__ = (
        of_person(),
        sa.Index(None, "clinic_id", "state", "try_at"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[ReminderKind] = mapped_column(
        one_of(ReminderKind, "kind"), primary_key=True
    )
    occasion: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    week: Mapped[str] = mapped_column(WEEK)
    state: Mapped[MessageState] = mapped_column(one_of(MessageState, "state"))
    try_at: Mapped[datetime]
    try_until: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    failures: Mapped[int]


class StopLinkRow(Base):
    """A link in a mail that switches its owner's reminders off; one a mail."""

    __tablename__ = "reminder_stop_link"
    __table_args__ = (of_person(), sa.Index(None, "token_hash"), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    week: Mapped[str] = mapped_column(WEEK)

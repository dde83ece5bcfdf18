"""The table of the audit record, which only grows."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.audit import FIRST_SEAL, Event
from wellbeing.storage.base import NO_ROW_NUMBERS, Base, one_of


class AuditRow(Base):
    """One record. It outlives the people it names, by ids that mean nothing then.

    The database refuses to change or delete one.
    """

    __tablename__ = "audit_record"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_range"),
        sa.Index(None, "clinic_id", "actor"),
        sa.Index(None, "clinic_id", "concerning"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
    event: Mapped[Event] = mapped_column(one_of(Event, "event"))
    actor: Mapped[UUID | None]
    concerning: Mapped[UUID | None]
    about: Mapped[str] = mapped_column(sa.String(200))
    seal: Mapped[str] = mapped_column(sa.String(64))


class AuditEndRow(Base):
    """Where a clinic's chain begins and ends: one cut short is noticed.

    ``dropped`` is the number of the last record that was too old to be kept, 0
    before that, and ``dropped_seal`` its seal: the oldest kept record follows it.
    """

    __tablename__ = "audit_end"
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    seal: Mapped[str] = mapped_column(sa.String(64))
    dropped: Mapped[int] = mapped_column(server_default="0")
    dropped_seal: Mapped[str] = mapped_column(sa.String(64), server_default=FIRST_SEAL)

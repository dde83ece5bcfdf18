"""Tables of how long a clinic keeps what people enter, and of who has left."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.keeping import LEAST_DAYS, LEAST_MONTHS, MOST_DAYS, MOST_MONTHS
from wellbeing.storage.base import NO_ROW_NUMBERS, WEEK, Base, of_clinic, of_person


class KeepingRuleRow(Base):
    """How long things are kept from a day on.

    Removed before: ratings of earlier weeks are gone by this rule; None: none yet.
    """

    __tablename__ = "keeping_rule"
    __table_args__ = (
        of_clinic(),
        sa.CheckConstraint(
            f"months BETWEEN {LEAST_MONTHS} AND {MOST_MONTHS}", name="months_range"
        ),
        sa.CheckConstraint(
            f"text_days BETWEEN {LEAST_DAYS} AND {MOST_DAYS}", name="text_days_range"
        ),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    months: Mapped[int]
    text_days: Mapped[int]
    removed_before: Mapped[str | None] = mapped_column(WEEK)


class LeavingRow(Base):
    """The day on which it was first seen that somebody's access had ended.

    Texts gone: what they wrote for themselves was removed, if there was anything.
    """

    __tablename__ = "leaving"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date]
    texts_gone: Mapped[bool]

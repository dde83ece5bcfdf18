"""Tables of a person's own support log: by week, without a time of day."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.check_ins import SupportUsed
from wellbeing.domain.support import MOST_HELPFUL, Lasted
from wellbeing.storage.base import NO_ROW_NUMBERS, WEEK, Base, of_person, one_of


class SupportWeekRow(Base):
    """A week of which somebody said which support they used, or that it was none."""

    __tablename__ = "support_week"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)


class SupportEntryRow(Base):
    """One kind of support in such a week: for about how long, and how helpful."""

    __tablename__ = "support_entry"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id", "week"],
            ["support_week.clinic_id", "support_week.person_id", "support_week.week"],
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(f"helped BETWEEN 0 AND {MOST_HELPFUL}", name="helped_range"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    kind: Mapped[SupportUsed] = mapped_column(
        one_of(SupportUsed, "kind"), primary_key=True
    )
    lasted: Mapped[Lasted | None] = mapped_column(one_of(Lasted, "lasted"))
    helped: Mapped[int | None]

"""Tables of drafts, check-ins, answers and tags."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.check_ins import CONTEXT_LIMITS, Absence, Kind, Missing, Tag
from wellbeing.domain.indicators import Indicator
from wellbeing.storage.base import NO_ROW_NUMBERS, WEEK, Base, of_person, one_of


class DraftRow(Base):
    """One field that was tapped and not yet saved; no value: cleared."""

    __tablename__ = "draft"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    field: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[int | None]


class CheckInRow(Base):
    """One person's week: what kind of check-in, the context and the scores."""

    __tablename__ = "check_in"
    __table_args__ = (
        of_person(),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 0 AND {most}", name=f"{name}_range")
            for name, most in CONTEXT_LIMITS.items()
        ),
        *(
            sa.CheckConstraint(f"{i.value} BETWEEN 0 AND 100", name=f"{i.value}_range")
            for i in Indicator
        ),
        # The closing job reads a few weeks of everybody, whatever lies before them.
        sa.Index(None, "clinic_id", "week"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    absence: Mapped[Absence | None] = mapped_column(one_of(Absence, "absence"))
    no_client_work: Mapped[bool]
    sessions: Mapped[int | None]
    trauma_sessions: Mapped[int | None]
    admin_hours: Mapped[int | None]
    days_off: Mapped[int | None]
    support_used: Mapped[str] = mapped_column(sa.String(120))
    question_version: Mapped[str] = mapped_column(sa.String(20))
    scoring_version: Mapped[str] = mapped_column(sa.String(20))
    overall: Mapped[float | None]
    compassion_fatigue: Mapped[float | None]
    burnout: Mapped[float | None]
    exhaustion: Mapped[float | None]
    detachment: Mapped[float | None]
    secondary_trauma: Mapped[float | None]
    compassion_satisfaction: Mapped[float | None]
    rest: Mapped[float | None]
    workload: Mapped[float | None]
    support: Mapped[float | None]


class AnswerRow(Base):
    """One item of a check-in: a value or the reason why there is none."""

    __tablename__ = "answer"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id", "week"],
            ["check_in.clinic_id", "check_in.person_id", "check_in.week"],
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("(value IS NULL) <> (missing IS NULL)", name="value_or_why"),
        sa.CheckConstraint("value BETWEEN 0 AND 10", name="value_range"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[int | None]
    missing: Mapped[Missing | None] = mapped_column(one_of(Missing, "missing"))


class TagRow(Base):
    """A short note to oneself on a week, chosen from a list."""

    __tablename__ = "week_tag"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    tag: Mapped[Tag] = mapped_column(one_of(Tag, "tag"), primary_key=True)

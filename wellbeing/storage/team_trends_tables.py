"""Tables behind team trends that no lead's screen reads, and actions that all see."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.actions import ActionState, Helps
from wellbeing.domain.indicators import Indicator
from wellbeing.storage.base import (
    NO_ROW_NUMBERS,
    WEEK,
    Base,
    of_clinic,
    of_person,
    one_of,
)


class TrendPolicyRow(Base):
    """What a clinic chose of the release rules, from a quarter on."""

    __tablename__ = "trend_policy"
    __table_args__ = (of_clinic(),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    least_people: Mapped[int]
    pool_below: Mapped[int]
    small_teams: Mapped[bool]


class PanelRow(Base):
    """Who is counted in which unit, for a quarter; since: when the panel was made."""

    __tablename__ = "panel_member"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    quarter: Mapped[str] = mapped_column(WEEK, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID]
    since: Mapped[str] = mapped_column(WEEK)


class ActionRow(Base):
    """What a lead says about a trend: what is done, by when, or why nothing is.

    The unit is the one of the quarter in which it was written down.
    """

    __tablename__ = "team_action"
    __table_args__ = (of_clinic(),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    action_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID]
    quarter: Mapped[str] = mapped_column(WEEK)
    week: Mapped[str] = mapped_column(WEEK)
    state: Mapped[ActionState] = mapped_column(one_of(ActionState, "state"))
    driver: Mapped[Indicator | None] = mapped_column(sa.String(40))
    what: Mapped[str] = mapped_column(sa.String(300))


class ActionAnswerRow(Base):
    """Whether somebody says that an action helps them."""

    __tablename__ = "action_answer"
    __table_args__ = (
        of_person(),
        sa.ForeignKeyConstraint(
            ["clinic_id", "action_id"],
            ["team_action.clinic_id", "team_action.action_id"],
            ondelete="CASCADE",
        ),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    action_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    helps: Mapped[Helps] = mapped_column(one_of(Helps, "helps"))

"""Release tables: a database of their own, the only one that a lead's screen reads.

On SQLite they are a second file, on PostgreSQL a second schema with an identity that
may read nothing else. Rows are written once; triggers refuse to change or delete them.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.bands import Band
from wellbeing.privacy.release import Figure, Withheld
from wellbeing.storage.base import WEEK, Base, one_of


class ReleaseBase(DeclarativeBase):
    """The root of the release tables; nothing in them refers to a person."""

    metadata = sa.MetaData(naming_convention=Base.metadata.naming_convention)


class CalendarRow(ReleaseBase):
    """The week from which a clinic's periods and quarters are counted."""

    __tablename__ = "calendar"
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_week: Mapped[str] = mapped_column(WEEK)


class PeriodRow(ReleaseBase):
    """A closed period and the rules it was closed with."""

    __tablename__ = "period"
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    quarter: Mapped[str] = mapped_column(WEEK)
    rules_version: Mapped[str] = mapped_column(sa.String(20))
    least_people: Mapped[int]
    small_teams: Mapped[bool]


class UnitRow(ReleaseBase):
    """A unit of a quarter; posts: how many clinicians work there."""

    __tablename__ = "unit"
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    quarter: Mapped[str] = mapped_column(WEEK, primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(sa.String(120))
    posts: Mapped[int]


class UnitTeamRow(ReleaseBase):
    """Which teams make a unit, with their names at that time."""

    __tablename__ = "unit_team"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "quarter", "unit_id"],
            ["unit.clinic_id", "unit.quarter", "unit.unit_id"],
        ),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    quarter: Mapped[str] = mapped_column(WEEK, primary_key=True)
    unit_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(sa.String(120))


class FigureRow(ReleaseBase):
    """One figure: a band, or the reason why there is none."""

    __tablename__ = "figure"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "first_week"], ["period.clinic_id", "period.first_week"]
        ),
        sa.Index(None, "clinic_id", "unit_id", "first_week"),
        sa.CheckConstraint("(people IS NULL) <> (withheld IS NULL)", name="or_why"),
        sa.CheckConstraint(
            "withheld IS NULL OR (lower IS NULL AND upper IS NULL)", name="no_band"
        ),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    indicator: Mapped[Indicator] = mapped_column(sa.String(40), primary_key=True)
    lower: Mapped[int | None]
    upper: Mapped[int | None]
    people: Mapped[str | None] = mapped_column(sa.String(20))
    withheld: Mapped[Withheld | None] = mapped_column(one_of(Withheld, "withheld"))


class OverviewRow(ReleaseBase):
    """What the figures of several units say together, computed from their bands.

    The scope is ``clinic``, or ``site:`` and the site's name.
    """

    __tablename__ = "overview"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "first_week"], ["period.clinic_id", "period.first_week"]
        ),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(sa.String(130), primary_key=True)
    first_week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    indicator: Mapped[Indicator] = mapped_column(sa.String(40), primary_key=True)
    lower: Mapped[int | None]
    upper: Mapped[int | None]
    shown: Mapped[int]
    units: Mapped[int]


class ActionFigureRow(ReleaseBase):
    """How many of a unit's people say that an action helps: a band, once."""

    __tablename__ = "action_figure"
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    action_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_week: Mapped[str] = mapped_column(WEEK)
    lower: Mapped[int | None]
    upper: Mapped[int | None]
    people: Mapped[str] = mapped_column(sa.String(20))


def figure_of_row(
    lower: int | None, upper: int | None, people: str | None, withheld: Withheld | None
) -> Figure:
    """Return a figure as it was released."""
    if people is None:
        return Figure(band=None, people=None, withheld=withheld)
    return Figure(band=Band(lower, upper), people=people, withheld=None)

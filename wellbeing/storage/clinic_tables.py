"""Tables of the clinic, its teams and its people."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.contacts import ContactKind
from wellbeing.domain.people import Role, Standing
from wellbeing.storage.base import WEEK, Base, of_clinic, of_person, one_of


class ClinicRow(Base):
    """The organisation."""

    __tablename__ = "clinic"
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    country: Mapped[str] = mapped_column(sa.String(2))
    time_zone: Mapped[str] = mapped_column(sa.String(64))


class SetupLinkRow(Base):
    """The one-time link with which an empty database becomes a clinic."""

    __tablename__ = "setup_link"
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64))


class ContactRow(Base):
    """A support contact that the clinic itself offers."""

    __tablename__ = "contact"
    __table_args__ = (
        of_clinic(),
        sa.CheckConstraint("NOT agreed OR email <> ''", name="agreed_to_mail"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120))
    reach: Mapped[str] = mapped_column(sa.String(200))
    about: Mapped[str] = mapped_column(sa.String(300))
    kind: Mapped[ContactKind] = mapped_column(
        one_of(ContactKind, "contact_kind"), server_default=ContactKind.OTHER
    )
    email: Mapped[str] = mapped_column(sa.String(254), server_default="")
    agreed: Mapped[bool] = mapped_column(server_default=sa.false())
    checked_on: Mapped[date | None]


class TeamRow(Base):
    """A group of people in the clinic."""

    __tablename__ = "team"
    __table_args__ = (
        of_clinic(),
        sa.UniqueConstraint("clinic_id", "name"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    site: Mapped[str] = mapped_column(sa.String(120), server_default="")


class PersonRow(Base):
    """Somebody with an account, or an invitation to one."""

    __tablename__ = "person"
    __table_args__ = (
        of_clinic(),
        sa.UniqueConstraint("clinic_id", "email"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str] = mapped_column(sa.String(254))
    standing: Mapped[Standing] = mapped_column(one_of(Standing, "standing"))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    recovery_hash: Mapped[str | None] = mapped_column(sa.String(64))
    team_trends: Mapped[bool | None]
    baseline_from: Mapped[str | None] = mapped_column(WEEK)


class PersonRoleRow(Base):
    """A role that somebody holds."""

    __tablename__ = "person_role"
    __table_args__ = (of_person(),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column(one_of(Role, "role"), primary_key=True)


class LeadRow(Base):
    """Who leads which team."""

    __tablename__ = "team_lead"
    __table_args__ = (
        of_person(),
        sa.ForeignKeyConstraint(
            ["clinic_id", "team_id"],
            ["team.clinic_id", "team.team_id"],
            ondelete="CASCADE",
        ),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(primary_key=True)


class MembershipRow(Base):
    """Who belonged where, from which week to which (both included)."""

    __tablename__ = "membership"
    __table_args__ = (
        of_person(),
        sa.ForeignKeyConstraint(
            ["clinic_id", "team_id"], ["team.clinic_id", "team.team_id"]
        ),
        sa.CheckConstraint("to_week IS NULL OR to_week >= from_week", name="in_order"),
        sa.Index(None, "clinic_id", "team_id"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    team_id: Mapped[UUID]
    to_week: Mapped[str | None] = mapped_column(WEEK)

"""Tables of accounts at providers of single sign-on, and of visits there."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.storage.base import NO_ROW_NUMBERS, Base, of_clinic, of_person


class IdentityRow(Base):
    """An account at a provider, and whose it is; one a person and provider."""

    __tablename__ = "identity"
    __table_args__ = (
        of_person(),
        sa.UniqueConstraint("clinic_id", "person_id", "issuer"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    person_id: Mapped[UUID]
    connected_on: Mapped[date]


class IdentityTicketRow(Base):
    """What lets somebody who is signed in connect an account, once. One a person."""

    __tablename__ = "identity_ticket"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    expires_at: Mapped[datetime]


class ProviderVisitRow(Base):
    """A visit to a provider that has been used, by its hash: it never works again."""

    __tablename__ = "provider_visit"
    __table_args__ = (of_clinic(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kept_until: Mapped[datetime]


class ProviderSessionRow(Base):
    """Which provider began a session, with its words locked under the cookie."""

    __tablename__ = "provider_session"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "token_hash"],
            ["web_session.clinic_id", "web_session.token_hash"],
            ondelete="CASCADE",
        ),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    issuer: Mapped[str] = mapped_column(sa.String(200))
    words: Mapped[bytes | None]

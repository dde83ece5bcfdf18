"""Tables of invitations, sessions and failed sign-ins."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.storage.base import Base, of_person


class InvitationRow(Base):
    """A single-use link with which somebody sets a password. One a person."""

    __tablename__ = "invitation"
    __table_args__ = (of_person(), sa.UniqueConstraint("clinic_id", "token_hash"))
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    expires_at: Mapped[datetime]


class SessionRow(Base):
    """A browser that is signed in. The hours of its first and last use, no more.

    It may hold its person's data key, wrapped under the token that only the cookie
    has.
    """

    __tablename__ = "web_session"
    __table_args__ = (
        of_person(),
        sa.Index(None, "token_hash"),
        sa.Index(None, "clinic_id", "person_id"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[UUID]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    wrapped_key: Mapped[bytes | None]


class AttemptRow(Base):
    """Failed sign-ins of one account or address, under a hash; kept for a day."""

    __tablename__ = "sign_in_attempt"
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]

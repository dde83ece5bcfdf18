"""Tables of second factors, of sign-ins that wait for one, and of fresh proofs."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.storage.base import NO_ROW_NUMBERS, Base, of_clinic, of_person


class SecondFactorRow(Base):
    """Somebody's second factor. Only their data key opens what is in it.

    ``secret`` is empty until a first code has confirmed what ``pending`` holds;
    ``used`` marks the last step that counted, without telling when it was.
    """

    __tablename__ = "second_factor"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    secret: Mapped[bytes | None]
    pending: Mapped[bytes | None]
    used: Mapped[bytes | None]


class SecondFactorCodeRow(Base):
    """A recovery code of a second factor that has not been used, as a hash."""

    __tablename__ = "second_factor_code"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class HalfSessionRow(Base):
    """A browser whose password was right and whose code is still to come.

    It opens nothing but the question for the code. It may hold its person's data
    key, wrapped under the token that only the cookie has.
    """

    __tablename__ = "half_session"
    __table_args__ = (of_person(), sa.Index(None, "token_hash"), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[UUID]
    until: Mapped[datetime]
    wrapped_key: Mapped[bytes | None]


class FreshProofRow(Base):
    """A session whose person has just proved who they are; forgotten soon after."""

    __tablename__ = "fresh_proof"
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
    until: Mapped[datetime]


class InventedClinicRow(Base):
    """A clinic that the demo invented: nobody in it has to have a second factor."""

    __tablename__ = "invented_clinic"
    __table_args__ = (of_clinic(),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)

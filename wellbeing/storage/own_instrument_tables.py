"""Tables of a clinic's own instruments: keys by version, their examples, and hands.

There is a day and no time. Nothing here is about what anybody answered.
"""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.own_keys import Hand, KeyState
from wellbeing.storage.base import Base, of_clinic, of_person, one_of

INSTRUMENT = sa.String(40)
_KEY = ("clinic_id", "instrument", "version")


def _of_key() -> sa.ForeignKeyConstraint:
    targets = [f"own_key.{name}" for name in _KEY]
    return sa.ForeignKeyConstraint(_KEY, targets, ondelete="CASCADE")


class OwnKeyRow(Base):
    """A version of a key, as JSON; once confirmed it is never changed.

    Attributes:
        sha256: of the definition: what somebody has seen is what they confirm.
        changed_on: the day of the last change to it or its examples.
    """

    __tablename__ = "own_key"
    __table_args__ = (
        of_clinic(),
        sa.CheckConstraint("version > 0", name="version_range"),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_on IS NOT NULL)",
            name="day_if_confirmed",
        ),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[KeyState] = mapped_column(one_of(KeyState, "state"))
    definition: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    changed_on: Mapped[date]
    confirmed_on: Mapped[date | None]


class OwnKeyExampleRow(Base):
    """A worked example of a version: answers and expected scores, as JSON."""

    __tablename__ = "own_key_example"
    __table_args__ = (_of_key(),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    answers: Mapped[str] = mapped_column(sa.Text)
    expected: Mapped[str] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.Text)


class OwnKeyHandRow(Base):
    """Who changed a version or confirmed it."""

    __tablename__ = "own_key_hand"
    __table_args__ = (of_person(), _of_key())
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    hand: Mapped[Hand] = mapped_column(one_of(Hand, "hand"), primary_key=True)

"""Tables of gatherings and of who joined them."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.gatherings import GatheringKind, Repeats
from wellbeing.storage.base import NO_ROW_NUMBERS, Base, of_person, one_of


class GatheringRow(Base):
    """Something that somebody offers; start is what the clock on its wall shows."""

    __tablename__ = "gathering"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "host_id"],
            ["person.clinic_id", "person.person_id"],
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("places >= 1", name="places_range"),
        sa.CheckConstraint("minutes >= 1", name="minutes_range"),
        sa.CheckConstraint("times >= 1", name="times_range"),
        sa.Index(None, "clinic_id", "over_at"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    gathering_id: Mapped[UUID] = mapped_column(primary_key=True)
    host_id: Mapped[UUID]
    kind: Mapped[GatheringKind] = mapped_column(one_of(GatheringKind, "kind"))
    title: Mapped[str] = mapped_column(sa.String(120))
    about: Mapped[str] = mapped_column(sa.String(2000))
    start: Mapped[str] = mapped_column(sa.String(16))
    zone: Mapped[str] = mapped_column(sa.String(64))
    minutes: Mapped[int]
    repeats: Mapped[Repeats] = mapped_column(one_of(Repeats, "repeats"))
    times: Mapped[int]
    over_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(sa.String(200))
    link: Mapped[str] = mapped_column(sa.String(500))
    places: Mapped[int]
    revision: Mapped[int]
    changed_on: Mapped[date]
    cancelled: Mapped[bool]


class JoinedRow(Base):
    """Who takes part; turn: the order in which places are given, nobody sees it.

    The first so many by turn have a place, the others wait. Seen: the revision of the
    gathering that they know. Waits: they are to be told when they have a place.
    """

    __tablename__ = "gathering_joined"
    __table_args__ = (
        of_person(),
        sa.ForeignKeyConstraint(
            ["clinic_id", "gathering_id"],
            ["gathering.clinic_id", "gathering.gathering_id"],
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("clinic_id", "gathering_id", "turn"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    gathering_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    turn: Mapped[int]
    visible: Mapped[bool]
    seen: Mapped[int]
    waits: Mapped[bool]

"""Table of the times that two peers propose and agree on."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.peer_appointments import FIRST_HOUR, LAST_HOUR, LAST_WEEKDAY
from wellbeing.storage.base import NO_ROW_NUMBERS, WEEK, Base


class PeerAppointmentRow(Base):
    """A day and an hour of two people, proposed or agreed; it ends with the pair.

    From week: of an agreed one, the first week of it. By first: of a proposed one,
    whether the first of the two proposes it.
    """

    __tablename__ = "peer_appointment"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "first_id", "second_id"],
            ["peer_pair.clinic_id", "peer_pair.first_id", "peer_pair.second_id"],
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            f"weekday BETWEEN 0 AND {LAST_WEEKDAY} "
            f"AND hour BETWEEN {FIRST_HOUR} AND {LAST_HOUR}",
            name="hour_range",
        ),
        sa.CheckConstraint(
            "agreed = (from_week IS NOT NULL) AND agreed = (by_first IS NULL)",
            name="either",
        ),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_id: Mapped[UUID] = mapped_column(primary_key=True)
    second_id: Mapped[UUID] = mapped_column(primary_key=True)
    agreed: Mapped[bool] = mapped_column(primary_key=True)
    weekday: Mapped[int]
    hour: Mapped[int]
    from_week: Mapped[str | None] = mapped_column(WEEK)
    by_first: Mapped[bool | None]

"""The table of what people write for themselves; only its author can read a row."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.storage.base import NO_ROW_NUMBERS, WEEK, Base, of_person, one_of


class PrivateTextRow(Base):
    """One text. Its id is random: it tells neither the time nor the order."""

    __tablename__ = "private_text"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[PrivateKind] = mapped_column(
        one_of(PrivateKind, "kind"), primary_key=True
    )
    text_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    week: Mapped[str] = mapped_column(WEEK)
    content: Mapped[bytes]

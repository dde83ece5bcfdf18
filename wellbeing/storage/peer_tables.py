"""Tables of pairings, peer check-ins, charts shown to a peer, and kind notes.

No lead and no administrator reads them, and neither does the closing job.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.indicators import Indicator
from wellbeing.domain.pairings import Origin, PeerRhythm, Reply
from wellbeing.domain.peer_check_ins import MOST_CONNECTED, Guide, How, Length
from wellbeing.storage.base import (
    NO_ROW_NUMBERS,
    WEEK,
    Base,
    of_clinic,
    of_person,
    one_of,
)

_LISTED = sa.String(120)


def _of(column: str) -> sa.ForeignKeyConstraint:
    """Tie a row to somebody else whom it names; it goes with them, too."""
    return sa.ForeignKeyConstraint(
        ["clinic_id", column],
        ["person.clinic_id", "person.person_id"],
        ondelete="CASCADE",
    )


class PeerSettingRow(Base):
    """What somebody chose about being asked and paired; none: nothing chosen yet."""

    __tablename__ = "peer_setting"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    may_be_asked: Mapped[bool]
    rests: Mapped[bool]
    rhythm: Mapped[PeerRhythm] = mapped_column(one_of(PeerRhythm, "peer_rhythm"))
    pool_since: Mapped[str | None] = mapped_column(WEEK)
    pause_until: Mapped[str | None] = mapped_column(WEEK)


class PeerPairRow(Base):
    """Two people, in the order of their ids: one row a pair, whoever asked first."""

    __tablename__ = "peer_pair"
    __table_args__ = (
        _of("first_id"),
        _of("second_id"),
        sa.CheckConstraint("first_id < second_id", name="in_order"),
        sa.Index(None, "clinic_id", "second_id"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_id: Mapped[UUID] = mapped_column(primary_key=True)
    second_id: Mapped[UUID] = mapped_column(primary_key=True)
    origin: Mapped[Origin] = mapped_column(one_of(Origin, "origin"))
    rhythm: Mapped[PeerRhythm] = mapped_column(one_of(PeerRhythm, "pair_rhythm"))
    asked_week: Mapped[str] = mapped_column(WEEK)
    first_says: Mapped[Reply | None] = mapped_column(one_of(Reply, "first_reply"))
    second_says: Mapped[Reply | None] = mapped_column(one_of(Reply, "second_reply"))
    began_week: Mapped[str | None] = mapped_column(WEEK)
    ended_week: Mapped[str | None] = mapped_column(WEEK)


class PeerBlockRow(Base):
    """Whom somebody does not want to be paired with. The other is never told."""

    __tablename__ = "peer_block"
    __table_args__ = (of_person(), _of("peer_id"), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    peer_id: Mapped[UUID] = mapped_column(primary_key=True)


class PeerRoundRow(Base):
    """A week in which the pool has made its suggestions."""

    __tablename__ = "peer_round"
    __table_args__ = (of_clinic(),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)


class PeerContactRow(Base):
    """That two people checked in with each other in a week; once, whoever says so."""

    __tablename__ = "peer_contact"
    __table_args__ = (
        _of("first_id"),
        _of("second_id"),
        sa.CheckConstraint("first_id < second_id", name="in_order"),
        sa.Index(None, "clinic_id", "second_id"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_id: Mapped[UUID] = mapped_column(primary_key=True)
    second_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)


class PeerRecordRow(Base):
    """What one side keeps about a contact for itself.

    ``intention`` is locked with the author's own key.
    """

    __tablename__ = "peer_record"
    __table_args__ = (
        of_person(),
        _of("peer_id"),
        sa.CheckConstraint(
            f"connected BETWEEN 0 AND {MOST_CONNECTED}", name="connected_range"
        ),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    peer_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    guide: Mapped[Guide] = mapped_column(one_of(Guide, "guide"))
    how: Mapped[How | None] = mapped_column(one_of(How, "how"))
    length: Mapped[Length | None] = mapped_column(one_of(Length, "length"))
    areas: Mapped[str] = mapped_column(_LISTED)
    given: Mapped[str] = mapped_column(_LISTED)
    received: Mapped[str] = mapped_column(_LISTED)
    connected: Mapped[int | None]
    wants_more: Mapped[bool | None]
    intention: Mapped[bytes | None]


class PeerSentenceRow(Base):
    """A sentence to a contact that both can read: one copy, sealed, for each of them.

    ``person_id`` can open this copy; ``own``: they wrote it.
    """

    __tablename__ = "peer_sentence"
    __table_args__ = (of_person(), _of("peer_id"), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    peer_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    own: Mapped[bool] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]


class PeerShareRow(Base):
    """That somebody lets a peer see some of their indicators for some weeks.

    No score stands here: they are read at the moment of looking.
    """

    __tablename__ = "peer_share"
    __table_args__ = (
        of_person(),
        _of("peer_id"),
        sa.CheckConstraint("last_week >= from_week", name="ends"),
        sa.CheckConstraint("shown_from <= from_week", name="begins"),
        sa.Index(None, "clinic_id", "peer_id"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    peer_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_week: Mapped[str] = mapped_column(WEEK)
    last_week: Mapped[str] = mapped_column(WEEK)
    shown_from: Mapped[str] = mapped_column(WEEK)
    early_signs: Mapped[bool]


class PeerShareIndicatorRow(Base):
    """An indicator that is shown to a peer."""

    __tablename__ = "peer_share_indicator"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id", "peer_id"],
            ["peer_share.clinic_id", "peer_share.person_id", "peer_share.peer_id"],
            ondelete="CASCADE",
        ),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    peer_id: Mapped[UUID] = mapped_column(primary_key=True)
    indicator: Mapped[Indicator] = mapped_column(
        sa.Enum(
            Indicator,
            name="shared_indicator",
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=lambda members: [m.value for m in members],
        ),
        primary_key=True,
    )


class PeerNoteRow(Base):
    """A kind note, sealed so that ``person_id``, who received it, alone can open it.

    One a week from each peer, so that nobody is flooded and no id keeps a time.
    """

    __tablename__ = "peer_note"
    __table_args__ = (of_person(), _of("peer_id"), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    peer_id: Mapped[UUID] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    sealed: Mapped[bytes]

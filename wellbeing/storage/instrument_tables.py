"""Tables of instruments: wording, rhythm, and what a person answered.

A response has no id and no time: its key is clinic, person, instrument and week.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.check_ins import Missing
from wellbeing.domain.responses import Given
from wellbeing.storage.base import (
    NO_ROW_NUMBERS,
    WEEK,
    Base,
    of_clinic,
    of_person,
    one_of,
)

INSTRUMENT = sa.String(40)
LANGUAGE = sa.String(20)
_WORDING = ("clinic_id", "instrument", "language")
_RESPONSE = ("clinic_id", "person_id", "instrument", "week")


def _part_of(table: str, names: tuple[str, ...]) -> sa.ForeignKeyConstraint:
    targets = [f"{table}.{name}" for name in names]
    return sa.ForeignKeyConstraint(names, targets, ondelete="CASCADE")


class WordingRow(Base):
    """The words of an instrument in one language, under the clinic's licence."""

    __tablename__ = "wording"
    __table_args__ = (of_clinic(),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    language: Mapped[str] = mapped_column(LANGUAGE, primary_key=True)
    key_version: Mapped[str] = mapped_column(sa.String(20))
    copyright: Mapped[str] = mapped_column(sa.Text)
    licence: Mapped[str] = mapped_column(sa.Text)


class WordedItemRow(Base):
    """The words of one item."""

    __tablename__ = "wording_item"
    __table_args__ = (_part_of("wording", _WORDING),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    language: Mapped[str] = mapped_column(LANGUAGE, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)
    heading: Mapped[str] = mapped_column(sa.Text)
    hint: Mapped[str] = mapped_column(sa.Text)


class ChoiceRow(Base):
    """The label of one answer of an item; place: where it stands among them."""

    __tablename__ = "wording_choice"
    __table_args__ = (_part_of("wording_item", (*_WORDING, "position")),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    language: Mapped[str] = mapped_column(LANGUAGE, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int]
    label: Mapped[str] = mapped_column(sa.Text)


class RhythmRow(Base):
    """How often the clinic asks for an instrument."""

    __tablename__ = "instrument_rhythm"
    __table_args__ = (
        of_clinic(),
        sa.CheckConstraint("every_weeks BETWEEN 1 AND 104", name="every_weeks_range"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    every_weeks: Mapped[int]
    from_week: Mapped[str] = mapped_column(WEEK)


class ResponseDraftRow(Base):
    """An item that was tapped and not yet saved; week: the first of its round."""

    __tablename__ = "response_draft"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[int | None]


class ResponseRow(Base):
    """One person's use of an instrument."""

    __tablename__ = "response"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    given: Mapped[Given] = mapped_column(one_of(Given, "given"))
    language: Mapped[str] = mapped_column(LANGUAGE)
    key_version: Mapped[str] = mapped_column(sa.String(20))


class ResponseAnswerRow(Base):
    """One item of a response: a code of the key or the reason why there is none."""

    __tablename__ = "response_answer"
    __table_args__ = (
        _part_of("response", _RESPONSE),
        sa.CheckConstraint("(value IS NULL) <> (missing IS NULL)", name="value_or_why"),
        sa.CheckConstraint("value BETWEEN 0 AND 100", name="value_range"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[int | None]
    missing: Mapped[Missing | None] = mapped_column(one_of(Missing, "missing"))


class ResponseScoreRow(Base):
    """One scale of a response; no value: too little was answered."""

    __tablename__ = "response_score"
    __table_args__ = (_part_of("response", _RESPONSE), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(INSTRUMENT, primary_key=True)
    week: Mapped[str] = mapped_column(WEEK, primary_key=True)
    scale: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[float | None]

"""What all tables share. Every key starts with the clinic, to spread data by it.

A check-in, a draft and a tag have no id and no time: their key is clinic, person
and week. On SQLite such tables have no row number either, because row numbers
would keep the order in which people answered.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

NO_ROW_NUMBERS = {"sqlite_with_rowid": False}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware and in UTC on both sides, on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> Any:  # noqa: ANN401, ARG002 (the signature is SQLAlchemy's)
        """Store an instant as UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Any) -> datetime | None:  # noqa: ANN401, ARG002 (the signature is SQLAlchemy's)
        """Read an instant as UTC; SQLite has forgotten the zone."""
        if value is None:
            return None
        aware: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC)


class Base(DeclarativeBase):
    """The root of all tables; constraints are named, so that they can be changed."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 (read by SQLAlchemy)


def one_of(kind: type[StrEnum], name: str) -> sa.Enum:
    """Return a text column type that takes the values of an enumeration only."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [m.value for m in members],
    )


WEEK = sa.String(8)
"""The type of an ISO week, ``2026-W47``; such texts sort like the weeks."""


def of_person() -> sa.ForeignKeyConstraint:
    """Return the constraint that ties a row to its person and goes with them."""
    return sa.ForeignKeyConstraint(
        ["clinic_id", "person_id"],
        ["person.clinic_id", "person.person_id"],
        ondelete="CASCADE",
    )


def of_clinic() -> sa.ForeignKeyConstraint:
    """Return the constraint that ties a row to its clinic and goes with it."""
    return sa.ForeignKeyConstraint(
        ["clinic_id"], ["clinic.clinic_id"], ondelete="CASCADE"
    )

"""A place that something is to be written into: whose is it, and has it tables?"""

from collections.abc import Set as AbstractSet
from uuid import UUID

import sqlalchemy as sa
from alembic import command
from alembic.util import CommandError

from wellbeing.domain.errors import DatabaseNotEmptyError, WellbeingError
from wellbeing.storage.backup_places import file_of
from wellbeing.storage.backup_rows import is_empty, names_of, revision_of
from wellbeing.storage.clinic_tables import ClinicRow
from wellbeing.storage.engine import reading
from wellbeing.storage.release_engine import SCHEMA
from wellbeing.storage.schema import RELEASES, Schema

_CLINIC: sa.Table = ClinicRow.__table__  # type: ignore[assignment]


class ForeignTablesError(WellbeingError):
    """Tables stand there that no migration of ours made."""

    def __init__(self) -> None:
        super().__init__(
            "This database holds tables of something else, so nothing was written. "
            "Point WELLBEING_DATABASE_URL at an empty one."
        )


class OtherClinicError(WellbeingError):
    """A backup of one clinic, and a place that holds another one."""

    def __init__(self) -> None:
        super().__init__(
            "This place holds another clinic than the backup, so nothing was written. "
            "Check WELLBEING_DATABASE_URL, and which backup this is."
        )


def is_free(house: sa.Engine, releases: sa.Engine) -> bool:
    """Tell whether a backup could be restored here; nothing is made or changed.

    Raises:
        DatabaseUnusableError: a database does not answer.
    """
    for engine in (house, releases):
        file = file_of(engine)
        if file is None or file.exists():
            with reading(engine) as db:
                if not is_empty(db):
                    return False
    return True


def taken(db: sa.Connection, clinics: AbstractSet[UUID]) -> WellbeingError:
    """Return the error for a place that is not empty.

    Args:
        db: the place.
        clinics: what was to be written there.
    """
    known = sa.inspect(db).has_table(_CLINIC.name)
    there = set(db.scalars(sa.select(_CLINIC.c.clinic_id))) if known else set()
    return OtherClinicError() if there - clinics else DatabaseNotEmptyError()


def make_tables(db: sa.Connection, schema: Schema, revision: str) -> None:
    """Make the tables of a revision in a place without rows.

    Args:
        db: an open write transaction.

    Raises:
        ForeignTablesError: tables of something else are there.
    """
    if revision_of(db) is not None:
        migrate(db, schema, "base", down=True)
    if names_of(db):
        raise ForeignTablesError
    migrate(db, schema, revision)


def migrate(
    db: sa.Connection, schema: Schema, revision: str, *, down: bool = False
) -> None:
    """Migrate inside a transaction that is open already.

    Raises:
        ForeignTablesError: a table of something else is in the way.
    """
    if schema is RELEASES and db.dialect.name == "postgresql":
        db.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    config = schema.config
    config.attributes["connection"] = db
    try:
        (command.downgrade if down else command.upgrade)(config, revision)
    except CommandError as error:
        raise ForeignTablesError from error

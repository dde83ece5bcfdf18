"""Migrations: numbered, run at start inside one transaction."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from wellbeing.domain.errors import DatabaseUnusableError
from wellbeing.storage.engine import open_engine, reading, writing
from wellbeing.storage.metadata import METADATA, RELEASE_METADATA
from wellbeing.storage.release_engine import SCHEMA

_MIGRATIONS = Path(__file__).parent / "migrations"
TURN = 0x77656C6C
"""PostgreSQL's number of the lock that whoever migrates holds."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Tables that are migrated together, and the folder of their migrations."""

    folder: str
    metadata: sa.MetaData

    @property
    def config(self) -> Config:
        """What Alembic is told."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.set_main_option("version_locations", str(_MIGRATIONS / self.folder))
        config.set_main_option("path_separator", "newline")
        config.attributes["metadata"] = self.metadata
        return config


HOUSE = Schema("versions", METADATA)
RELEASES = Schema("release_versions", RELEASE_METADATA)


def upgrade(url: str) -> None:
    """Bring a database to the newest schema, or leave it as it was.

    Raises:
        DatabaseUnusableError: it cannot be written, or it is newer than this
            version of the program.
    """
    engine = open_engine(url)
    try:
        upgrade_engine(engine)
    finally:
        engine.dispose()


def upgrade_engine(engine: sa.Engine, schema: Schema = HOUSE) -> None:
    """Do what ``upgrade`` does, on an open engine."""
    move(engine, "head", schema=schema)


def move(
    engine: sa.Engine, revision: str, *, down: bool = False, schema: Schema = HOUSE
) -> None:
    """Migrate to a revision in one transaction."""
    config = schema.config
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Two processes that start together migrate one after the other, also into
            # an empty database, where there is no table to lock.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
            if schema is RELEASES:
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        config.attributes["connection"] = connection
        try:
            (command.downgrade if down else command.upgrade)(config, revision)
        except CommandError as error:
            sentence = (
                "This database was written by a newer version of Wellbeing. "
                "Start that version, or restore an older backup."
            )
            raise DatabaseUnusableError(sentence) from error


def is_current(engine: sa.Engine, schema: Schema = HOUSE) -> bool:
    """Tell whether a database has the newest schema."""
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return False
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        return found.scalar() == _newest(schema)


@cache
def _newest(schema: Schema) -> str | None:
    # /readyz asks for it all the time, and to find it every migration is loaded.
    return ScriptDirectory.from_config(schema.config).get_current_head()

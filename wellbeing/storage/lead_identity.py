"""The PostgreSQL identity that may read releases and nothing else."""

import re
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from wellbeing.domain.errors import InvalidInputError
from wellbeing.storage.engine import writing
from wellbeing.storage.release_engine import SCHEMA
from wellbeing.storage.release_tables import ReleaseBase

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class LeadIdentity:
    """What was made.

    Attributes:
        url: where to connect, with a new password; "" if the identity was there.
        made: whether the identity is new.
    """

    name: str
    url: str
    made: bool


def grant_lead(engine: sa.Engine, name: str) -> LeadIdentity:
    """Make an identity that can read the release tables, or grant it that again.

    Done again after an upgrade it covers new release tables, too.

    Raises:
        InvalidInputError: the database is no PostgreSQL, or the name cannot be used.
    """
    if engine.dialect.name != "postgresql":
        sentence = "This is for PostgreSQL. On SQLite the release file stands apart."
        raise InvalidInputError(sentence)
    if not _NAME.fullmatch(name):
        sentence = "Use a name of small letters, digits and _, such as wellbeing_lead."
        raise InvalidInputError(sentence)
    password = secrets.token_urlsafe(24)
    with writing(engine) as db:
        # The name was checked, and no statement of this kind takes parameters.
        query = f"SELECT true FROM pg_roles WHERE rolname = '{name}'"  # noqa: S608 (so)
        there = db.exec_driver_sql(query).scalar()
        if not there:
            db.exec_driver_sql(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        tables = ", ".join(f"{SCHEMA}.{t}" for t in sorted(ReleaseBase.metadata.tables))
        for statement in (
            # What everybody may do, this identity would be allowed, too.
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
            f"GRANT USAGE ON SCHEMA {SCHEMA} TO {name}",
            f"GRANT SELECT ON {tables} TO {name}",
        ):
            db.exec_driver_sql(statement)
    url = engine.url.set(username=name, password=password)
    return LeadIdentity(
        name=name,
        url="" if there else _without_driver(url),
        made=not there,
    )


def _without_driver(url: sa.URL) -> str:
    plain = url.set(drivername="postgresql")
    return plain.render_as_string(hide_password=False)

"""The PostgreSQL identity that may read releases and nothing else."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from wellbeing.domain.errors import DatabaseUnusableError, InvalidInputError
from wellbeing.storage.engine import writing
from wellbeing.storage.release_engine import SCHEMA
from wellbeing.storage.release_tables import ReleaseBase

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_INSUFFICIENT_PRIVILEGE = "42501"


@dataclass(frozen=True, slots=True)
class LeadIdentity:
    """What was made.

    Attributes:
        url: where to connect, with a new password; "" if the identity was there.
        made: whether the identity is new.
        by_socket: whether the URL leads to a socket of this machine.
    """

    name: str
    url: str
    made: bool
    by_socket: bool


def grant_lead(engine: sa.Engine, name: str) -> LeadIdentity:
    """Make an identity that can read the release tables, or grant it that again.

    Done again after an upgrade it covers new release tables, too.

    Raises:
        InvalidInputError: the database is no PostgreSQL, or the name cannot be used.
        DatabaseUnusableError: the user may not make another one, or not grant; or the
            release tables are not there yet.
    """
    if engine.dialect.name != "postgresql":
        sentence = "This is for PostgreSQL. On SQLite the release file stands apart."
        raise InvalidInputError(sentence)
    if not _NAME.fullmatch(name):
        sentence = "Use a name of small letters, digits and _, such as wellbeing_lead."
        raise InvalidInputError(sentence)
    password = secrets.token_urlsafe(24)
    with writing(engine) as db:
        known = set(sa.inspect(db).get_table_names(SCHEMA))
        if not known >= ReleaseBase.metadata.tables.keys():
            raise DatabaseUnusableError(_NOT_YET)
        # The name was checked, and no statement of this kind takes parameters.
        query = f"SELECT true FROM pg_roles WHERE rolname = '{name}'"  # noqa: S608 (so)
        there = db.exec_driver_sql(query).scalar()
        if not there:
            _make(db, name, password)
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
        by_socket=str(url.query.get("host", url.host or "/")).startswith("/"),
    )


_NOT_YET = (
    "There are no release tables of this version yet. Start the app, or run migrate, "
    "as the user that owns the tables; then run grant-lead again."
)
_MAY_MAKE_NOBODY = (
    "The database's user may not make another one. Run grant-lead once as a user who "
    "may, such as postgres; the tables stay whose they are. deploy/README.md has the "
    "line."
)


def _make(db: sa.Connection, name: str, password: str) -> None:
    driver: Any = db.connection.driver_connection
    # Only what the password is checked against: the statement may come into a log.
    given = password.encode(), name.encode(), b"scram-sha-256"
    verifier = driver.pgconn.encrypt_password(*given).decode()
    try:
        db.exec_driver_sql(f"CREATE ROLE {name} LOGIN PASSWORD '{verifier}'")
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        raise DatabaseUnusableError(_MAY_MAKE_NOBODY) from None


def _without_driver(url: sa.URL) -> str:
    plain = url.set(drivername="postgresql")
    return plain.render_as_string(hide_password=False)

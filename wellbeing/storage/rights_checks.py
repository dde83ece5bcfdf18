"""Whether the identities of the app and of leads may do more than they have to."""

from pathlib import Path

import sqlalchemy as sa

from wellbeing.storage.backup_places import file_of

_OTHERS = 0o077
_MAY_TOO_MUCH = """
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
  OR EXISTS (SELECT 1 FROM pg_auth_members WHERE member = r.oid)
  OR EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid)
  OR has_database_privilege(current_database(), 'CREATE')
FROM pg_roles r WHERE rolname = current_user
"""
_IS_SUPERUSER = """
SELECT rolsuper OR rolreplication OR rolbypassrls
FROM pg_roles WHERE rolname = current_user
"""


_OPEN_FILE = (
    "Rights: other users of this machine can open the database file. Take that away "
    "with: chmod go-rwx on it, its releases and their folder."
)
_SUPERUSER = (
    "Rights: the app signs in to PostgreSQL as a superuser, whom no trigger and no "
    "other database stops. Let a user own the tables who is none."
)


def lead_may_too_much(out: sa.Connection) -> bool:
    """Tell whether the identity that reads releases could come to read more.

    What it can read already closes the door, and needs no second look.

    Args:
        out: a connection of that identity, on PostgreSQL.
    """
    return bool(out.exec_driver_sql(_MAY_TOO_MUCH).scalar_one())


def advice_on_app(db: sa.Connection) -> tuple[str, ...]:
    """Return what to change about the identity that the app itself uses."""
    if db.dialect.name == "sqlite":
        file = file_of(db.engine)
        if file is None or not _is_open_to_others(file):
            return ()
        return (_OPEN_FILE,)
    if not db.exec_driver_sql(_IS_SUPERUSER).scalar_one():
        return ()
    return (_SUPERUSER,)


def _is_open_to_others(file: Path) -> bool:
    if not file.exists() or not file.stat().st_mode & _OTHERS:
        return False
    return bool(file.absolute().parent.stat().st_mode & _OTHERS)

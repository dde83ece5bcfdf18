"""The small file beside backups: without it, no private text in them can be read.

Its name is always the same, and each backup replaces it. So what a deleted account
wrote cannot be read in older backups either, from the next backup on.
"""

import base64
import json
import os
import tempfile
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from wellbeing.storage.backup_file import BackupDamagedError, BackupNotWrittenError
from wellbeing.storage.key_tables import PersonKeyRow, TextSecretRow

NAME = "wellbeing-secrets.json"
_FORMAT = 1
_KEY: sa.Table = PersonKeyRow.__table__  # type: ignore[assignment]
_SECRET: sa.Table = TextSecretRow.__table__  # type: ignore[assignment]
_IN_ORDER = (_SECRET.c.clinic_id, _SECRET.c.person_id)


def write_secrets(db: sa.Connection, folder: Path) -> None:
    """Put the secrets of everybody who is there now beside a backup.

    Args:
        db: the transaction that the backup is made in.
        folder: of the backup.

    Raises:
        BackupNotWrittenError: the disk is full or may not be written.
    """
    found = []
    if sa.inspect(db).has_table(_SECRET.name):  # an older version has none
        found = [
            [clinic.hex, person.hex, base64.b64encode(secret).decode()]
            for clinic, person, secret in db.execute(
                sa.select(*_IN_ORDER, _SECRET.c.secret).order_by(*_IN_ORDER)
            )
        ]
    try:
        _replace(folder / NAME, json.dumps({"format": _FORMAT, "secrets": found}))
    except OSError as error:
        raise BackupNotWrittenError(error) from error


def _replace(file: Path, content: str) -> None:
    # Readable by its owner only, and whole or not there at all.
    handle, name = tempfile.mkstemp(".new", f".{NAME}-", file.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def load_secrets(db: sa.Connection, folder: Path) -> None:
    """Take back the secrets of those who are in the backup; nothing without the file.

    Args:
        db: an open write transaction, with the rows of the backup in it.
        folder: of the backup.

    Raises:
        BackupDamagedError: the file is there, and is not one of these.
    """
    file = folder / NAME
    if not file.exists():
        return
    keys = sa.select(_KEY.c.clinic_id, _KEY.c.person_id)
    there = {(row.clinic_id.hex, row.person_id.hex) for row in db.execute(keys)}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))["secrets"]
        rows = [
            {
                "clinic_id": UUID(clinic),
                "person_id": UUID(person),
                "secret": base64.b64decode(secret, validate=True),
            }
            for clinic, person, secret in found
            if (clinic, person) in there
        ]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BackupDamagedError from error
    if rows:
        db.execute(_SECRET.insert(), rows)


def texts_are_readable(db: sa.Connection) -> bool:
    """Tell whether everybody's key still has the secret that opens it."""
    without = _KEY.outerjoin(
        _SECRET,
        (_SECRET.c.clinic_id == _KEY.c.clinic_id)
        & (_SECRET.c.person_id == _KEY.c.person_id),
    )
    lost = sa.select(1).select_from(without).where(_SECRET.c.person_id.is_(None))
    return not db.scalar(sa.select(sa.exists(lost)))

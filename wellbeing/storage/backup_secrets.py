"""The small file beside backups: without it, no private text in them can be read.

Its name is always the same, and each backup replaces it. So what a deleted account
wrote cannot be read in older backups either, from the next backup on. Nobody else's
secret goes: an empty place, or one restored without this file, knows none of them.
"""

import base64
import io
import json
import os
import tempfile
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from wellbeing.storage.backup_errors import (
    BackupDamagedError,
    BackupNotWrittenError,
    KeyNeededError,
    NotEncryptedError,
    OtherKeyError,
    SecretsDamagedError,
    SecretsEncryptedError,
    SecretsKeyNeededError,
)
from wellbeing.storage.clinic_tables import ClinicRow
from wellbeing.storage.key_tables import PersonKeyRow, TextSecretRow
from wellbeing.storage.sealed_files import SealingKey, seal, sealed_under, unseal

NAME = "wellbeing-secrets.json"
_FORMAT = 1
_DAMAGE = (AttributeError, KeyError, TypeError, ValueError)
_Line = list[str]  # a clinic, a person and their secret
_KEY: sa.Table = PersonKeyRow.__table__  # type: ignore[assignment]
_SECRET: sa.Table = TextSecretRow.__table__  # type: ignore[assignment]
_CLINIC: sa.Table = ClinicRow.__table__  # type: ignore[assignment]
_IN_ORDER = (_SECRET.c.clinic_id, _SECRET.c.person_id)


def write_secrets(
    db: sa.Connection, folder: Path, key: SealingKey | None = None
) -> None:
    """Put the secrets of everybody who is there now beside a backup.

    Of those that stand there already, the ones of people who are deleted go.

    Args:
        db: the transaction that the backup is made in.
        folder: of the backup.
        key: what the file is encrypted under; None: it is not. One that is not yet
            becomes so.

    Raises:
        BackupNotWrittenError: the disk is full or may not be written.
        SecretsDamagedError: the file that stands there is damaged.
        SecretsEncryptedError: it is encrypted, and not under this key.
    """
    found: list[_Line] = []
    if sa.inspect(db).has_table(_SECRET.name):  # an older version has none
        found = [
            [clinic.hex, person.hex, base64.b64encode(secret).decode()]
            for clinic, person, secret in db.execute(
                sa.select(*_IN_ORDER, _SECRET.c.secret).order_by(*_IN_ORDER)
            )
        ]
    found += _still_needed(db, folder / NAME, found, key)
    content = json.dumps({"format": _FORMAT, "secrets": found}).encode()
    try:
        _replace(folder / NAME, content if key is None else seal(key, content))
    except OSError as error:
        raise BackupNotWrittenError(error) from error


def _still_needed(
    db: sa.Connection, file: Path, found: list[_Line], key: SealingKey | None
) -> list[_Line]:
    """Return what older backups need and this database does not have."""
    if not file.exists():
        return []
    try:
        earlier = [_line(*one) for one in _lines_in(file, key)]
    except OSError as error:
        raise BackupNotWrittenError(error) from error
    except (KeyNeededError, OtherKeyError) as error:
        raise SecretsEncryptedError(file.name, error.needed) from error
    except (*_DAMAGE, BackupDamagedError) as error:
        raise SecretsDamagedError(file.name) from error
    have = {(clinic, person) for clinic, person, _ in found}
    kept = [one for one in earlier if (one[0], one[1]) not in have]
    if not sa.inspect(db).has_table(_KEY.name):  # nobody's deletion shows there
        return kept
    clinics = {clinic.hex for clinic in db.scalars(sa.select(_CLINIC.c.clinic_id))}
    keys = _people_with_keys(db)
    return [one for one in kept if one[0] not in clinics or (one[0], one[1]) in keys]


def _lines_in(file: Path, key: SealingKey | None) -> list[_Line]:
    content = file.read_bytes()
    if sealed_under(io.BytesIO(content)) is not None:
        content = unseal(key, content)
    found: list[_Line] = json.loads(content)["secrets"]
    return found


def _is_sealed(file: Path) -> bool:
    with file.open("rb") as stream:
        return sealed_under(stream) is not None


def _line(clinic: str, person: str, secret: str) -> _Line:
    base64.b64decode(secret, validate=True)
    return [UUID(clinic).hex, UUID(person).hex, secret]


def _people_with_keys(db: sa.Connection) -> set[tuple[str, str]]:
    rows = db.execute(sa.select(_KEY.c.clinic_id, _KEY.c.person_id))
    return {(row.clinic_id.hex, row.person_id.hex) for row in rows}


def _replace(file: Path, content: bytes) -> None:
    # Readable by its owner only, and whole or not there at all.
    handle, name = tempfile.mkstemp(".new", f".{NAME}-", file.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def load_secrets(
    db: sa.Connection,
    folder: Path,
    key: SealingKey | None = None,
    *,
    plain: bool = False,
) -> None:
    """Take back the secrets of those who are in the backup; nothing without the file.

    Args:
        db: an open write transaction, with the rows of the backup in it.
        folder: of the backup.
        key: what the file is encrypted under; None: it is not.
        plain: one that is not encrypted is taken although a key is named.

    Raises:
        BackupDamagedError: the file is there, and is not one of these.
        SecretsKeyNeededError: the key is missing, or another one.
        NotEncryptedError: a key is named, the file is not encrypted, and ``plain`` is
            not said.
    """
    file = folder / NAME
    if not file.exists():
        return
    if key is not None and not plain and not _is_sealed(file):
        raise NotEncryptedError(f"{NAME} beside this backup")
    there = _people_with_keys(db)
    try:
        rows = [
            {
                "clinic_id": UUID(clinic),
                "person_id": UUID(person),
                "secret": base64.b64decode(secret, validate=True),
            }
            for clinic, person, secret in _lines_in(file, key)
            if (clinic, person) in there
        ]
    except (KeyNeededError, OtherKeyError) as error:
        raise SecretsKeyNeededError(NAME, error.needed) from error
    except (*_DAMAGE, OSError) as error:
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

"""The key of a study: 256 random bits in a file of its own, outside the database.

From it come the pseudonyms of the study's participants. Whoever has the database alone
cannot tell whose rows are whose, and once the key is destroyed nobody can.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from sqlalchemy import Connection

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId
from wellbeing.services.context import Context
from wellbeing.services.study_folders import (
    StudyFolderError,
    keys_folder,
    make_private,
    refuse_open_to_others,
    write_to_disk,
)
from wellbeing.storage import study_queries

_BYTES = 32


class StudyKeyMissingError(WellbeingError):
    """The database knows of a key, and its file is not there."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"The key of this study is missing: {file}. Bring it back from where you "
            "keep copies of it; without it no bundle can be made."
        )


class StudyKeyWrongError(WellbeingError):
    """The file holds another key than that of the study."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is not the key of this study. Bring back the right one: with "
            "another key the same people would get other pseudonyms."
        )


def key_file(ctx: Context, clinic_id: ClinicId, study_id: str) -> Path:
    """Return where the key of a study is kept; several clinics can share a folder."""
    return keys_folder(ctx) / f"{clinic_id}.{study_id}.key"


def marks_file(ctx: Context, clinic_id: ClinicId, study_id: str) -> Path:
    """Return where it is noted, beside the key, who took their consent back."""
    return keys_folder(ctx) / f"{clinic_id}.{study_id}.taken_back"


def study_key(
    ctx: Context, db: Connection, clinic_id: ClinicId, study_id: str, check: str | None
) -> bytes:
    """Return the key of a study; the first time it is made.

    Args:
        db: a write transaction that holds the lock of the study.
        check: what tells the right key; None: none was made yet.

    Raises:
        StudyKeyMissingError, StudyKeyWrongError: it is not there or not the right one.
        StudyFolderError: file or folder cannot be used, or others can open them.
    """
    file = key_file(ctx, clinic_id, study_id)
    make_private(file.parent)
    try:
        if check is None and not file.exists():
            _make(file)
        refuse_open_to_others(file)
        key = bytes.fromhex(file.read_text("ascii"))
    except FileNotFoundError:
        raise StudyKeyMissingError(file) from None
    except ValueError:
        raise StudyKeyWrongError(file) from None
    except OSError as error:
        raise StudyFolderError(f"{file} cannot be read: {error.strerror}.") from error
    found = _check(key, study_id)
    if check is None:
        study_queries.set_key_check(db, clinic_id, study_id, found)
    elif len(key) != _BYTES or not hmac.compare_digest(found, check):
        raise StudyKeyWrongError(file)
    return key


def destroy_key(ctx: Context, clinic_id: ClinicId, study_id: str) -> None:
    """Overwrite and remove the key of a study; nothing happens if there is none.

    Raises:
        StudyFolderError: it cannot be removed.
    """
    file = key_file(ctx, clinic_id, study_id)
    try:
        with file.open("r+b") as opened:
            opened.write(secrets.token_bytes(2 * _BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        file.unlink()
        marks_file(ctx, clinic_id, study_id).unlink(missing_ok=True)
        write_to_disk(file.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        sentence = (
            f"{file} cannot be removed: {error.strerror}. The study stays open; "
            "mend its rights and try again."
        )
        raise StudyFolderError(sentence) from error


def _make(file: Path) -> None:
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="ascii") as out:
        out.write(secrets.token_bytes(_BYTES).hex())
        out.flush()
        os.fsync(out.fileno())
    write_to_disk(file.parent)


def _check(key: bytes, study_id: str) -> str:
    told = f"wellbeing: is this the key of {study_id}".encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()

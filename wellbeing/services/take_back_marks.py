"""Who took a consent back, noted beside the study's key: a restore does not undo it.

A backup of the database may be of a day before that. Each mark is keyed, so that only
whoever has the key can tell whose it is; they stand in their own order, not in that in
which they came.
"""

import hashlib
import hmac
import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.services.context import Context
from wellbeing.services.study_folders import StudyFolderError, write_to_disk
from wellbeing.services.study_keys import marks_file, study_key
from wellbeing.storage import study_queries

_LOG = logging.getLogger(__name__)


def add_mark(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    study_id: str,
    person_id: PersonId,
) -> None:
    """Note that somebody took back, under the study's lock.

    Nobody's no fails for a key or a folder that cannot be used: then it stands in the
    database alone, and the log says so.
    """
    known = study_queries.lock_study(db, clinic_id, study_id)
    if known is None or known.ended:
        return
    try:
        key = study_key(ctx, db, clinic_id, study_id, known.check)
        file = marks_file(ctx, clinic_id, study_id)
        _write(file, {*_read(file), _mark(key, person_id)})
    except WellbeingError as error:
        _LOG.warning("A consent taken back is not noted beside the key: %s", error)


def drop_mark(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    study_id: str,
    person_id: PersonId,
) -> None:
    """Forget that somebody took back, because they agree now; under the study's lock.

    Raises:
        StudyKeyMissingError, StudyKeyWrongError, StudyFolderError: it cannot be
            forgotten, so their rows would be left out all the same.
    """
    file = marks_file(ctx, clinic_id, study_id)
    known = study_queries.lock_study(db, clinic_id, study_id)
    marks = _read(file)
    if known is None or not marks:
        return
    mark = _mark(study_key(ctx, db, clinic_id, study_id, known.check), person_id)
    if mark in marks:
        _write(file, marks - {mark})


def has_marks(ctx: Context, clinic_id: ClinicId, study_id: str) -> bool:
    """Tell whether anybody is known to have taken back.

    Raises:
        StudyFolderError: the file cannot be read.
    """
    return bool(_read(marks_file(ctx, clinic_id, study_id)))


def marked(
    ctx: Context,
    clinic_id: ClinicId,
    study_id: str,
    key: bytes,
    people: Iterable[PersonId],
) -> frozenset[PersonId]:
    """Return those of these people who are known to have taken back.

    Raises:
        StudyFolderError: the file cannot be read.
    """
    marks = _read(marks_file(ctx, clinic_id, study_id))
    return frozenset(one for one in people if marks and _mark(key, one) in marks)


def _mark(key: bytes, person_id: PersonId) -> str:
    # Not the name in a bundle: this file alone singles out no rows of one.
    return hmac.digest(key, b"took back\0" + person_id.bytes, hashlib.sha256).hex()


def _read(file: Path) -> frozenset[str]:
    try:
        return frozenset(file.read_text("ascii").split())
    except FileNotFoundError:
        return frozenset()
    except (OSError, UnicodeDecodeError) as error:
        raise StudyFolderError(f"{file} cannot be read. Mend its rights.") from error


def _write(file: Path, marks: Iterable[str]) -> None:
    # Readable by its owner only, and whole or as it was before.
    try:
        handle, name = tempfile.mkstemp(".new", f".{file.name}-", file.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as out:
                out.writelines(f"{mark}\n" for mark in sorted(marks))
                out.flush()
                os.fsync(out.fileno())
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
        write_to_disk(file.parent)
    except OSError as error:
        sentence = f"{file} cannot be written: {error.strerror}."
        raise StudyFolderError(sentence) from error

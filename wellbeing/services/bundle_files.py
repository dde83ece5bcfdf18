"""Files of bundles: whole or not there, whatever happens in between."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId
from wellbeing.domain.studies import BundleId, Through
from wellbeing.privacy.study_ledger import LedgerLine
from wellbeing.services.context import Context
from wellbeing.services.study_folders import (
    BundleInTheMakingError,
    StudyFolderError,
    bundles_folder,
    only_one,
    write_to_disk,
)
from wellbeing.storage import bundle_queries, clinic_queries, study_queries

_CHUNK = 1 << 20


class DiskFullError(WellbeingError):
    """There was no room for a bundle."""

    def __init__(self) -> None:
        super().__init__("The disk is full. Nothing was written; free some space.")


def part_of(folder: Path, study_id: str, bundle_id: BundleId) -> Path:
    """Return where a bundle is written until it is in the ledger."""
    return folder / f".{study_id}.{bundle_id}.part"


def place_of(folder: Path, line: LedgerLine) -> Path:
    """Return where a bundle lies that was made into a folder."""
    kept = line.through is Through.SCREEN
    return folder / (f"{line.bundle_id}.zip" if kept else line.file)


def kept_file(ctx: Context, line: LedgerLine) -> Path | None:
    """Return the file of a bundle that was made on the screen, if it is there."""
    if line.through is not Through.SCREEN or line.recalled:
        return None
    file = place_of(bundles_folder(ctx), line)
    return file if file.is_file() else None


def free_name(folder: Path, name: str) -> str:
    """Return a name that no file of a folder has: this one, or one with a number."""
    free, number = name, 1
    while (folder / free).exists():
        number += 1
        free = f"{Path(name).stem}_{number}.zip"
    return free


@contextmanager
def new_file(part: Path) -> Iterator[BinaryIO]:
    """Open a new file that only its owner can read; on the disk when it is closed.

    Raises:
        DiskFullError: there is no room for it.
        StudyFolderError: it cannot be written.
    """
    try:
        opened = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise DiskFullError from error
        sentence = f"{part.parent} cannot be written: {error.strerror or error}."
        raise StudyFolderError(sentence) from error


def put_in_place(part: Path, place: Path) -> None:
    """Give a finished bundle its name.

    Raises:
        StudyFolderError: it cannot be renamed; the next bundle tries again.
    """
    try:
        part.replace(place)
        write_to_disk(place.parent)
    except OSError as error:
        sentence = (
            f"The bundle is made and in the ledger, and waits in {part.parent} for its "
            f"name: {error.strerror}. Make the bundle again to bring it into place."
        )
        raise StudyFolderError(sentence) from error


def recover(ctx: Context, clinic_id: ClinicId, study_id: str, folder: Path) -> None:
    """Finish or remove what a killed process left of a study in a folder.

    What is in the ledger gets its name; everything else never counted and goes. Only
    for whoever holds the lock of the study.
    """
    for part in sorted(folder.glob(f".{study_id}.*.part")):
        line = _line_of(ctx, clinic_id, part)
        if line is not None and sha256_of(part) == line.sha256:
            place = place_of(folder, line)
            if place.exists():
                place = folder / free_name(folder, line.file)
            put_in_place(part, place)
        else:
            part.unlink(missing_ok=True)


def finish_left(ctx: Context, clinic_id: ClinicId, study_id: str) -> None:
    """Finish or remove what a process that is gone left of a bundle on the screen."""
    folder = bundles_folder(ctx)
    with (
        suppress(BundleInTheMakingError, StudyFolderError),
        only_one(ctx, f"{clinic_id}.{study_id}"),
    ):
        recover(ctx, clinic_id, study_id, folder)


def finish_all_left(ctx: Context) -> None:
    """Do the same for every study, at the start of the program."""
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
        if clinic is None:
            return
        versions = study_queries.versions_of(db, clinic.clinic_id)
    if bundles_folder(ctx).is_dir():
        for study_id in sorted({each.plan.study_id for each in versions}):
            finish_left(ctx, clinic.clinic_id, study_id)


def _line_of(ctx: Context, clinic_id: ClinicId, part: Path) -> LedgerLine | None:
    try:
        bundle_id = BundleId(UUID(part.name.split(".")[-2]))
    except ValueError:
        return None
    with ctx.reading() as db:
        return bundle_queries.bundle_of(db, clinic_id, bundle_id)


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file, which is read piece by piece."""
    found = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_CHUNK):
            found.update(piece)
    return found.hexdigest()


def drop_recalled(ctx: Context, clinic_id: ClinicId, study_id: str) -> None:
    """Remove the files of a study's bundles that must not be used any more."""
    with ctx.reading() as db:
        lines = bundle_queries.bundles_of_study(db, clinic_id, study_id)
    for line in lines:
        if line.recalled and line.through is Through.SCREEN:
            place_of(bundles_folder(ctx), line).unlink(missing_ok=True)

"""Marks of bundles in the making, beside the bundles: they outlive the process.

A mark is locked by the process that makes the bundle, and removed when it ends. One
that is there and not locked is of a process that is gone.
"""

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wellbeing.domain.ids import ClinicId
from wellbeing.services.context import Context
from wellbeing.services.study_folders import (
    BundleInTheMakingError,
    bundles_folder,
    make_private,
)

_LONGEST = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What is noted of a bundle in the making.

    Attributes:
        before: how many bundles the ledger had from the screen when it began.
        share: how much was done, 0 to 1.
        runs: a process is at it.
    """

    before: int
    share: float
    runs: bool


def begin_mark(ctx: Context, clinic_id: ClinicId, study_id: str, before: int) -> int:
    """Mark a bundle as in the making, and return what ``end_mark`` takes.

    Raises:
        BundleInTheMakingError: another process is at one of this study.
        StudyFolderError: the folder cannot be used.
    """
    make_private(bundles_folder(ctx))
    place = _place(ctx, clinic_id, study_id)
    while True:
        opened = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            raise BundleInTheMakingError from None
        # Who had it may have removed it just now; then it marks nothing.
        if os.fstat(opened).st_nlink:
            break
        os.close(opened)
    os.ftruncate(opened, 0)
    _write(opened, before, 0.0)
    return opened


def tell_share(opened: int, before: int, share: float) -> None:
    """Note how much is done."""
    with suppress(OSError):  # The disk is full: the bundle itself says so.
        _write(opened, before, share)


def end_mark(ctx: Context, clinic_id: ClinicId, study_id: str, opened: int) -> None:
    """Remove a mark of this process's."""
    with suppress(OSError):
        _place(ctx, clinic_id, study_id).unlink(missing_ok=True)
    os.close(opened)


def mark_of(ctx: Context, clinic_id: ClinicId, study_id: str) -> Mark | None:
    """Return what is noted of a study's bundle in the making; None: nothing."""
    try:
        opened = os.open(_place(ctx, clinic_id, study_id), os.O_RDONLY)
    except OSError:
        return None
    try:
        before, _, share = os.pread(opened, _LONGEST, 0).decode("ascii").partition(" ")
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
            runs = False
        except BlockingIOError:
            runs = True
        if not os.fstat(opened).st_nlink:
            return None
        return Mark(before=int(before or 0), share=float(share or 0), runs=runs)
    finally:
        os.close(opened)


def _place(ctx: Context, clinic_id: ClinicId, study_id: str) -> Path:
    return bundles_folder(ctx) / f".{clinic_id}.{study_id}.job"


def _write(opened: int, before: int, share: float) -> None:
    os.pwrite(opened, f"{before} {share:.4f}\n".encode("ascii"), 0)

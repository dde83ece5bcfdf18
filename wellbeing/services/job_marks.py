"""Marks of bundles in the making, beside the bundles: they outlive the process.

A mark is locked by the process that makes the bundle, which notes when that ends. One
that is neither locked nor ended is of a process that is gone.
"""

import fcntl
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from wellbeing.domain.ids import ClinicId
from wellbeing.services.context import Context
from wellbeing.services.study_folders import (
    BundleInTheMakingError,
    bundles_folder,
    make_private,
)

_LONGEST = 64
_RUNNING, _ENDED = "r", "e"
_LOOKS, _LOOK = 20, 0.01
"""How often, and every how many seconds, a mark is tried that somebody looks at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What is noted of a bundle in the making.

    Attributes:
        run: tells this time from others; empty: it had hardly begun.
        before: how many bundles the ledger had from the screen when it began.
        share: how much was done, 0 to 1.
        ended: the process that was at it knows how it went.
        runs: a process is at it.
    """

    run: str
    before: int
    share: float
    ended: bool
    runs: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """A mark of this process's, locked until ``end_mark``.

    Attributes:
        opened: the number of its open file.
        run, before: as in ``Mark``.
    """

    opened: int
    run: str
    before: int


def begin_mark(ctx: Context, clinic_id: ClinicId, study_id: str, before: int) -> Begun:
    """Mark a bundle as in the making.

    Raises:
        BundleInTheMakingError: another process is at one of this study.
        StudyFolderError: the folder cannot be used.
    """
    make_private(bundles_folder(ctx))
    opened = os.open(_place(ctx, clinic_id, study_id), os.O_RDWR | os.O_CREAT, 0o600)
    if not _locked(opened):
        os.close(opened)
        raise BundleInTheMakingError
    begun = Begun(opened=opened, run=token_hex(8), before=before)
    os.ftruncate(opened, 0)
    _write(begun, 0.0, _RUNNING)
    return begun


def _locked(opened: int) -> bool:
    """Lock a mark, unless a process is at it: who only looks is gone in a moment."""
    for _ in range(_LOOKS):
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK)
        else:
            return True
    return False


def tell_share(begun: Begun, share: float) -> None:
    """Note how much is done."""
    with suppress(OSError):  # The disk is full: the bundle itself says so.
        _write(begun, share, _RUNNING)


def end_mark(begun: Begun) -> None:
    """Note that this process is done, and how it went is known."""
    with suppress(OSError):
        _write(begun, 1.0, _ENDED)
    os.close(begun.opened)


def mark_of(ctx: Context, clinic_id: ClinicId, study_id: str) -> Mark | None:
    """Return what is noted of a study's last bundle in the making; None: nothing."""
    try:
        opened = os.open(_place(ctx, clinic_id, study_id), os.O_RDONLY)
    except OSError:
        return None
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
            runs = False
        except BlockingIOError:
            runs = True
        # Read after the look: who ended in between has written so before.
        found = os.pread(opened, _LONGEST, 0).decode("ascii").split()
    finally:
        os.close(opened)
    match found:
        case [run, before, share, state]:
            return Mark(
                run=run,
                before=int(before),
                share=float(share),
                ended=state == _ENDED,
                runs=runs,
            )
        case _:
            return Mark(run="", before=0, share=0.0, ended=False, runs=runs)


def _place(ctx: Context, clinic_id: ClinicId, study_id: str) -> Path:
    return bundles_folder(ctx) / f".{clinic_id}.{study_id}.job"


def _write(begun: Begun, share: float, state: str) -> None:
    told = f"{begun.run} {begun.before} {share:.4f} {state}\n"
    os.pwrite(begun.opened, told.encode("ascii"), 0)

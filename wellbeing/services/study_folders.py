"""Folders and locks beside the database: keys of studies, and bundles that are kept."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from wellbeing.domain.errors import WellbeingError
from wellbeing.services.context import Context
from wellbeing.settings import DATA

_OTHERS = 0o077


class StudyFolderError(WellbeingError):
    """A folder or a file of studies cannot be used as it is."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class BundleInTheMakingError(WellbeingError):
    """Two bundles of a study were asked for at once."""

    def __init__(self) -> None:
        super().__init__(
            "A bundle of this study is being made already. Try again when it is done."
        )


def keys_folder(ctx: Context) -> Path:
    """Return the folder of the keys; it may not be there yet."""
    if ctx.settings.study_keys:
        return Path(ctx.settings.study_keys)
    url = make_url(ctx.settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).parent / "study_keys"
    return DATA / "study_keys"


def bundles_folder(ctx: Context) -> Path:
    """Return the folder of the bundles made on the screen; it may not be there yet."""
    if ctx.settings.study_bundles:
        return Path(ctx.settings.study_bundles)
    return keys_folder(ctx).with_name("study_bundles")


def make_private(folder: Path) -> None:
    """Make a folder that nobody else on this machine can look into.

    Raises:
        StudyFolderError: it cannot be made, or others can look into it.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        refuse_open_to_others(folder)
    except OSError as error:
        sentence = f"The folder {folder} cannot be made: {error.strerror}."
        raise StudyFolderError(sentence) from error


def refuse_open_to_others(path: Path) -> None:
    """Refuse a file or a folder that other users of this machine can open.

    Raises:
        StudyFolderError: they can.
    """
    if path.stat().st_mode & _OTHERS:
        sentence = (
            f"{path} is open to other users of this machine. "
            "Take their rights away (chmod go-rwx) and try again."
        )
        raise StudyFolderError(sentence)


def write_to_disk(folder: Path) -> None:
    """Make sure that the names in a folder survive a loss of power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def only_one(ctx: Context, study: str) -> Iterator[None]:
    """Let one process at a time make a bundle of a study; a kill frees the place.

    Raises:
        BundleInTheMakingError: somebody else is at it.
        StudyFolderError: the folder of the keys cannot be used.
    """
    folder = keys_folder(ctx)
    make_private(folder)
    opened = os.open(folder / f"{study}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(opened)
        raise BundleInTheMakingError from None
    try:
        yield
    finally:
        os.close(opened)

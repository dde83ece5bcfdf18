"""The file of a backup: a zip of every table's rows as text, and a manifest of them."""

import fcntl
import io
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from wellbeing.domain.errors import InvalidInputError
from wellbeing.storage.backup_errors import (
    BackupDamagedError,
    BackupNotWrittenError,
    BackupTooNewError,
    NotEncryptedError,
)
from wellbeing.storage.backup_manifest import (
    CHECK_INS,
    FORMAT,
    RELEASES,
    Manifest,
    Part,
    manifest_of,
)
from wellbeing.storage.sealed_files import (
    CHUNK,
    SealedReader,
    SealingKey,
    SealingWriter,
    sealed_under,
)

_MANIFEST = "manifest.json"
_BEGINNING, _ENDING = ".wellbeing-", ".part"
_DAMAGE = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().decode


@contextmanager
def new_backup(file: Path, key: SealingKey | None = None) -> Iterator[ZipFile]:
    """Open a backup to write; it gets its name when it is complete and on disk.

    Args:
        file: where to.
        key: what it is encrypted under, from its first byte on; None: it is not.

    Raises:
        InvalidInputError: there is a file of that name, or no such folder.
        BackupNotWrittenError: the disk is full or may not be written.
    """
    if file.exists() or file.is_symlink():
        raise _taken(file)
    if not file.parent.is_dir():
        raise InvalidInputError(f"{file.parent} is no folder. Make it first.")
    try:
        _remove_left_parts(file.parent)
        # Readable by its owner only, from the first byte on.
        handle, name = tempfile.mkstemp(_ENDING, _BEGINNING, file.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                with suppress(OSError):  # some network disks know no locks
                    fcntl.flock(stream, fcntl.LOCK_EX)
                with _archive(stream, key) as archive:
                    yield archive
                stream.flush()
                os.fsync(stream.fileno())
                _give_name(part, file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise BackupNotWrittenError(error) from error


@contextmanager
def _archive(stream: IO[bytes], key: SealingKey | None) -> Iterator[ZipFile]:
    sealing = None if key is None else SealingWriter(stream, key)
    # A zip is written in blocks of some bytes; encrypting gathers them.
    with ZipFile(cast("IO[bytes]", sealing or stream), "w", ZIP_DEFLATED) as archive:
        yield archive
    if sealing is not None:
        sealing.finish()


def _remove_left_parts(folder: Path) -> None:
    """Remove what backups that were killed left; one that is being made is locked."""
    for part in folder.glob(f"{_BEGINNING}*{_ENDING}"):
        with suppress(OSError), part.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


def _give_name(part: Path, file: Path) -> None:
    try:
        file.hardlink_to(part)  # unlike renaming, it never takes another file's place
    except FileExistsError:
        raise _taken(file) from None
    except OSError:  # a disk that knows no links, such as a memory stick
        part.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _taken(file: Path) -> InvalidInputError:
    sentence = f"{file} is there already and was left alone. Choose another name."
    return InvalidInputError(sentence)


def write_part(
    out: IO[bytes], table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Part:
    """Write a table's rows, one JSON list a line, and return what was written."""
    digest, count = sha256(), 0
    for row in rows:
        line = _encode(row).encode() + b"\n"
        digest.update(line)
        out.write(line)
        count += 1
    return Part(
        table=table, columns=tuple(columns), rows=count, sha256=digest.hexdigest()
    )


def opener(archive: ZipFile, folder: str) -> Callable[[str], IO[bytes]]:
    """Return what opens a table of a database in a backup, to write it."""
    return lambda table: archive.open(_place(folder, table), "w", force_zip64=True)


def write_manifest(archive: ZipFile, manifest: Manifest) -> None:
    """Write the manifest, after all parts."""
    with archive.open(_MANIFEST, "w") as out:
        out.write(json.dumps(manifest.as_json(), indent=1).encode())


@contextmanager
def open_backup(
    file: Path, key: SealingKey | None = None, *, plain: bool = False
) -> Iterator[tuple[ZipFile, Manifest]]:
    """Open a backup whose every byte is as it was written.

    Args:
        file: the backup.
        key: what it is encrypted under; None: it is not.
        plain: one that is not encrypted is taken although a key is named.

    Raises:
        InvalidInputError: the file cannot be read.
        BackupDamagedError: it is no backup, or not all of one.
        BackupTooNewError: a newer version made it.
        KeyNeededError, OtherKeyError: the key is missing, or another one.
        NotEncryptedError: a key is named, it is not encrypted, and ``plain`` is not
            said.
    """
    try:
        stream = file.open("rb")
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        sentence = f"{file}: {reason}. Check the path and its rights."
        raise InvalidInputError(sentence) from error
    with stream:
        try:
            archive = ZipFile(_opened(stream, key, plain=plain))
            manifest = _read_manifest(archive)
            _check_parts(archive, manifest)
        except (*_DAMAGE, OSError, KeyError, TypeError, ValueError) as error:
            raise BackupDamagedError from error
        yield archive, manifest


def _opened(stream: IO[bytes], key: SealingKey | None, *, plain: bool) -> IO[bytes]:
    if sealed_under(stream) is not None:
        return io.BufferedReader(SealedReader(stream, key), CHUNK)
    if key is not None and not plain:
        raise NotEncryptedError("This backup")
    return stream


def _read_manifest(archive: ZipFile) -> Manifest:
    found = json.loads(archive.read(_MANIFEST))
    if found["format"] > FORMAT:
        raise BackupTooNewError
    return manifest_of(found)


def _check_parts(archive: ZipFile, manifest: Manifest) -> None:
    known = {_MANIFEST}
    for folder, side in (
        (CHECK_INS, manifest.check_ins),
        (RELEASES, manifest.releases),
    ):
        for part in side.parts:
            known.add(_place(folder, part.table))
            digest, count = sha256(), 0
            with archive.open(_place(folder, part.table)) as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
                    count += block.count(b"\n")
            if (digest.hexdigest(), count) != (part.sha256, part.rows):
                raise BackupDamagedError
    if sorted(known) != sorted(archive.namelist()):
        raise BackupDamagedError


def rows_of(archive: ZipFile, folder: str, part: Part) -> Iterator[list[Any]]:
    """Yield a table's rows, in the order in which they were written."""
    with archive.open(_place(folder, part.table)) as stream:
        yield from (_decode(line.decode()) for line in stream)


def _place(folder: str, table: str) -> str:
    return f"{folder}/{table}.jsonl"

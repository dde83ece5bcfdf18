"""Backup and restore of both databases together: the check-ins and the releases."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO
from uuid import UUID
from zipfile import ZipFile

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from wellbeing import __version__
from wellbeing.domain.errors import (
    DatabaseUnusableError,
    WellbeingError,
)
from wellbeing.storage import backup_manifest
from wellbeing.storage.backup_errors import BackupTooNewError
from wellbeing.storage.backup_file import (
    new_backup,
    open_backup,
    opener,
    rows_of,
    write_manifest,
)
from wellbeing.storage.backup_manifest import Manifest, Part, Side
from wellbeing.storage.backup_places import (
    memory,
    need_file,
    no_file_left,
    see_one_moment,
)
from wellbeing.storage.backup_rows import (
    copy_tables,
    is_empty,
    load_tables,
    revision_of,
)
from wellbeing.storage.backup_secrets import (
    load_secrets,
    texts_are_readable,
    write_secrets,
)
from wellbeing.storage.empty_places import make_tables, migrate, taken
from wellbeing.storage.engine import reading, writing
from wellbeing.storage.release_checks import faults_of_releases
from wellbeing.storage.schema import HOUSE, RELEASES, Schema
from wellbeing.storage.sealed_files import SealingKey

Look = Callable[[sa.Connection], list[str]]


def _nothing(_db: sa.Connection) -> list[str]:
    return []


class ReleasesNotEmptyError(WellbeingError):
    """Releases stand where others were to be restored."""

    def __init__(self) -> None:
        super().__init__(
            "The release tables already hold other releases, so nothing was written. "
            "Move their file or schema away, then restore again."
        )


def take_backup(
    house: sa.Engine,
    releases: sa.Engine,
    file: Path,
    now: datetime,
    key: SealingKey | None = None,
) -> Manifest:
    """Copy both databases as they are at one moment, while people save.

    The two are seen together: no release is committed between the first look at the
    releases and the first look at the check-ins. The closing job commits panels
    before the release made of them, so a release never lacks its panels; panels whose
    release is not there yet are what a broken-off close leaves, and are made anew.
    What opens private texts goes into a file beside it, in place of the last one.

    Args:
        house: the check-ins, of any version.
        releases: the release tables.
        file: where to; it is there when it is complete, or not at all.
        now: written into the manifest.
        key: what it is encrypted under, and the file beside it; None: they are not.

    Raises:
        InvalidInputError: the file is there already, or its folder is not.
        BackupNotWrittenError: the file could not be written.
        SecretsDamagedError, SecretsEncryptedError: the file beside it must stay.
        DatabaseUnusableError: the databases cannot be read, or hold no tables.
    """
    for engine in (house, releases):
        need_file(engine)
    with new_backup(file, key) as archive, reading(house) as db:
        # On SQLite an open look at the releases keeps a close waiting: theirs is short.
        with reading(releases) as out:
            see_one_moment(db, out)
            released = _copy(out, archive, backup_manifest.RELEASES)
        manifest = Manifest(
            program=__version__,
            engine=house.dialect.name,
            made_at=now.isoformat(timespec="seconds"),
            check_ins=_copy(db, archive, backup_manifest.CHECK_INS),
            releases=released,
        )
        write_manifest(archive, manifest)
        write_secrets(db, file.parent, key)
    return manifest


def _copy(db: sa.Connection, archive: ZipFile, folder: str) -> Side:
    revision = revision_of(db)
    if revision is None:
        sentence = "There is nothing to back up yet. Start the app with: make run"
        raise DatabaseUnusableError(sentence)
    return Side(revision=revision, parts=copy_tables(db, opener(archive, folder)))


def restore(
    house: sa.Engine,
    releases: sa.Engine,
    file: Path,
    key: SealingKey | None = None,
    *,
    plain: bool = False,
) -> Manifest:
    """Write a backup into an empty place, and migrate it to the newest schema.

    Everything is written before anything is committed. Releases are committed first:
    when the machine stops between the two, the same restore finds them and goes on.

    Args:
        house: where the check-ins go.
        releases: where the release tables go.
        file: the backup.
        key: what it, and the file of secrets beside it, are encrypted under.
        plain: of the two, what is not encrypted is taken although a key is named.

    Raises:
        InvalidInputError: the file cannot be read.
        BackupDamagedError: it is no backup, or not all of one.
        BackupTooNewError: a newer version made it.
        KeyNeededError, OtherKeyError, NotEncryptedError, SecretsKeyNeededError: the
            key does not fit.
        OtherClinicError: another clinic is there already.
        DatabaseNotEmptyError: somebody is there already.
        ReleasesNotEmptyError: other releases are there already.
        ForeignTablesError: tables of something else are there.
        DatabaseUnusableError: the databases cannot be written.
    """
    with open_backup(file, key, plain=plain) as (archive, manifest):
        refuse_newer(manifest)
        with (
            no_file_left(house),
            no_file_left(releases),
            writing(house) as db,
            writing(releases) as out,
        ):
            if not is_empty(db):
                raise taken(db, _clinics_in(archive, manifest))
            if not is_empty(out):
                if _parts(out) != manifest.releases.parts:
                    raise ReleasesNotEmptyError
            else:
                _fill(
                    out, RELEASES, manifest.releases, archive, backup_manifest.RELEASES
                )
            _fill(db, HOUSE, manifest.check_ins, archive, backup_manifest.CHECK_INS)
            load_secrets(db, file.parent, key, plain=plain)
    return manifest


def refuse_newer(manifest: Manifest) -> None:
    """Refuse a backup whose tables this version does not know.

    Raises:
        BackupTooNewError: that is so.
    """
    for schema, side in ((HOUSE, manifest.check_ins), (RELEASES, manifest.releases)):
        known = ScriptDirectory.from_config(schema.config).walk_revisions()
        if side.revision not in {one.revision for one in known}:
            raise BackupTooNewError


def rehearse(
    file: Path,
    key: SealingKey | None = None,
    look: Look = _nothing,
    *,
    plain: bool = False,
) -> tuple[Manifest, list[str], bool]:
    """Restore a backup into memory; return what it says of itself, and faults in it.

    The last is whether private texts would be readable, with the secrets beside it.

    Args:
        file: the backup.
        key: what it is encrypted under; None: it is not.
        look: returns further faults of the check-ins in it.
        plain: one that is not encrypted is taken although a key is named.

    Raises:
        InvalidInputError: the file cannot be read.
        BackupDamagedError: it is no backup, or not all of one.
        BackupTooNewError: a newer version made it.
        KeyNeededError, OtherKeyError, NotEncryptedError, SecretsKeyNeededError: the
            key does not fit.
    """
    with memory() as house, memory() as releases:
        manifest = restore(house, releases, file, key, plain=plain)
        with reading(house) as db, reading(releases) as out:
            faults = [*faults_of_releases(db, out), *look(db)]
            return manifest, faults, texts_are_readable(db)


def _clinics_in(archive: ZipFile, manifest: Manifest) -> set[UUID]:
    [part] = [p for p in manifest.check_ins.parts if p.table == "clinic"]
    at = part.columns.index("clinic_id")
    rows = rows_of(archive, backup_manifest.CHECK_INS, part)
    return {UUID(row[at]) for row in rows}


def _parts(db: sa.Connection) -> tuple[Part, ...]:
    def nowhere(_table: str) -> IO[bytes]:
        return Path(os.devnull).open("wb")

    return copy_tables(db, nowhere)


def _fill(
    db: sa.Connection, schema: Schema, side: Side, archive: ZipFile, folder: str
) -> None:
    make_tables(db, schema, side.revision)
    load_tables(db, side.parts, partial(rows_of, archive, folder))
    migrate(db, schema, "head")

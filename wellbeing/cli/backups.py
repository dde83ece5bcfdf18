"""Commands that back up, restore and look through the databases."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from wellbeing.cli.commands import Commands, add_json, as_it_is, say
from wellbeing.domain.errors import WellbeingError
from wellbeing.services.audit import record_restore
from wellbeing.services.context import Context
from wellbeing.services.lock_checks import faults_of_locks
from wellbeing.services.take_backs import hold_to_all_marks
from wellbeing.settings import Settings
from wellbeing.storage.backup import rehearse, restore, take_backup
from wellbeing.storage.backup_keys import make_key, read_key
from wellbeing.storage.backup_manifest import Manifest
from wellbeing.storage.backup_secrets import NAME as SECRETS
from wellbeing.storage.backup_secrets import texts_are_readable
from wellbeing.storage.empty_places import is_free
from wellbeing.storage.sealed_files import SealingKey
from wellbeing.storage.verification import Check, verify


class VerificationFailedError(WellbeingError):
    """Something that was looked through is not as it has to be."""

    def __init__(self) -> None:
        super().__init__(
            "Not everything is in order. Each fault is listed, with what to do."
        )


def add(commands: Commands) -> None:
    """Add ``backup``, ``restore``, ``verify`` and ``backup-key``."""
    backup = commands.add(
        "backup", _backup, "Copy both databases into one new file, while the app runs"
    )
    restoring = commands.add(
        "restore", _restore, "Write a backup into an empty place, all or nothing"
    )
    for one in (backup, restoring):
        one.add_argument("file", type=Path, metavar="FILE")
    verifying = commands.add(
        "verify", _verify, "Look through the databases, or through a backup"
    )
    verifying.add_argument(
        "file", type=Path, metavar="FILE", nargs="?", help="a backup; none: what runs"
    )
    for one in (backup, restoring, verifying):
        add_json(one)
        one.add_argument(
            "--key-file",
            type=Path,
            metavar="KEY",
            help="key of encrypted backups, instead of WELLBEING_BACKUP_KEY_FILE",
        )
    for one in (restoring, verifying):
        one.add_argument(
            "--plain-backup",
            action="store_true",
            help="take a backup from before there was a key; the key opens the secrets",
        )
    making = commands.add(
        "backup-key", _backup_key, "Make a key that backups are encrypted with"
    )
    making.add_argument("file", type=Path, metavar="FILE")


def _backup_key(_settings: Settings, chosen: argparse.Namespace) -> None:
    key = make_key(chosen.file)
    say([f"The key {key.fingerprint} is in {chosen.file}. Whoever has it and a backup"])
    say(
        ["reads the backup; without it nobody does, and nobody can bring it back. Keep"]
    )
    say(["a copy of it where the backups are not."])


def _key(settings: Settings, chosen: argparse.Namespace) -> SealingKey | None:
    named = chosen.key_file or settings.backup_key_file
    return read_key(Path(named)) if named else None


def _backup(settings: Settings, chosen: argparse.Namespace) -> None:
    key = _key(settings, chosen)
    with as_it_is(settings) as ctx:
        made = take_backup(ctx.engine, ctx.releases, chosen.file, ctx.now(), key)
    if chosen.json:
        say([json.dumps(made.as_json())])
        return
    say(
        [
            f"Backed up: {_size(made)}, as they were at one moment. In {chosen.file}.",
            "It holds names and ratings: keep it as you keep the database."
            if key is None
            else f"Encrypted, as the next file is, under the key {key.fingerprint}.",
            f"What opens private texts is in {SECRETS} beside it. Keep the newest of",
            "these files only: an older one can open what somebody has deleted.",
        ]
    )


def _restore(settings: Settings, chosen: argparse.Namespace) -> None:
    key = _key(settings, chosen)
    with as_it_is(settings) as ctx:
        made = restore(
            ctx.engine, ctx.releases, chosen.file, key, plain=chosen.plain_backup
        )
        by_identity = ctx.engine.dialect.name == "postgresql"
        record_restore(ctx, made.made_at)
        hold_to_all_marks(ctx)
        with ctx.reading() as db:
            readable = texts_are_readable(db)
    if chosen.json:
        say([json.dumps(made.as_json() | {"private_texts_readable": readable})])
        return
    say([f"Restored: {_size(made)}, as they were at {made.made_at}."])
    say(["Passwords work as before. Sessions and links did not come back: send new"])
    say(["invitations to people who had not accepted theirs."])
    say(["Consents to studies that were taken back since are taken back again, as far"])
    say(["as the folder of their keys knows of it. Bring back its newest copy only."])
    if not readable:
        say([f"Private texts cannot be read, of some or of all: {SECRETS} was not"])
        say(["beside the backup, or somebody is missing in it. To have them back, put"])
        say(["it there and restore again into an empty place before people sign in."])
        say(["Without it their second factors take recovery codes only. For somebody"])
        say(["who has none left: python -m wellbeing end-second-factor EMAIL"])
    if by_identity:
        say(["Now run: python -m wellbeing grant-lead NAME"])


def _size(made: Manifest) -> str:
    tables = len(made.check_ins.parts) + len(made.releases.parts)
    return f"{made.rows} rows of {tables} tables"


def _verify(settings: Settings, chosen: argparse.Namespace) -> None:
    with as_it_is(settings) as ctx:
        if chosen.file is not None:
            _verify_backup(ctx, chosen, _key(settings, chosen))
            return
        checks = verify(ctx.engine, ctx.releases, ctx.door)
        if checks[0].fine:  # the schema is that of this version
            checks.append(_locks(ctx))
    fine = all(check.fine for check in checks)
    if chosen.json:
        listed = [
            {
                "check": c.name,
                "fine": c.fine,
                "found": list(c.faults) or [c.told],
                "advice": list(c.advice),
            }
            for c in checks
        ]
        say([json.dumps({"fine": fine, "checks": listed})])
    else:
        say(line for check in checks for line in _about(check))
    _fail_unless(fine=fine)


def _locks(ctx: Context) -> Check:
    with ctx.reading() as db:
        faults = tuple(faults_of_locks(db))
    told = "Locks: nothing that stands in the database opens a private text."
    return Check(name="locks", faults=faults, told=told)


def _about(check: Check) -> Iterable[str]:
    found = [f"FAULT {fault}" for fault in check.faults] or [f"Fine. {check.told}"]
    return found + [f"Better: {advice}" for advice in check.advice]


def _verify_backup(
    ctx: Context, chosen: argparse.Namespace, key: SealingKey | None
) -> None:
    made, faults, readable = rehearse(
        chosen.file, key, faults_of_locks, plain=chosen.plain_backup
    )
    free = is_free(ctx.engine, ctx.releases)
    if chosen.json:
        told = {"fine": not faults, "found": faults, "restorable_here": free}
        told |= {"private_texts_readable": readable}
        say([json.dumps(told | {"manifest": made.as_json()})])
    else:
        say([f"Made at {made.made_at} by version {made.program} on {made.engine}."])
        say([f"Restored into memory on trial: {_size(made)}, all as they were."])
        say(f"FAULT {fault}" for fault in faults)
        here = "This place is empty: it could be restored here."
        held = "It cannot be restored here: this place already holds data."
        say([here if free else held])
        opens = "With the secrets beside it, people could read their private texts."
        lost = f"Private texts could not be read, of some or of all: {SECRETS} is not"
        say([opens] if readable else [lost, "beside it, or somebody is missing in it."])
    _fail_unless(fine=not faults)


def _fail_unless(*, fine: bool) -> None:
    if not fine:
        raise VerificationFailedError

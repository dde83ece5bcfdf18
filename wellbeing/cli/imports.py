"""Commands that load people and past check-ins from files."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from wellbeing.cli.commands import Commands, add_json, database, read_file, say
from wellbeing.services.loading import (
    clinic_of_operator,
    load_check_ins,
    load_people_into,
)
from wellbeing.settings import Settings


def add(commands: Commands) -> None:
    """Add ``import-people`` and ``import-check-ins``."""
    people = commands.add(
        "import-people", _import_people, "Add the people of a CSV file"
    )
    check_ins = commands.add(
        "import-check-ins", _import_check_ins, "Add past check-ins of a CSV file"
    )
    for one in (people, check_ins):
        one.add_argument("file", type=Path, metavar="FILE")
        one.add_argument("--dry-run", action="store_true", help="write nothing")
        add_json(one)


def _import_people(settings: Settings, chosen: argparse.Namespace) -> None:
    data, dry_run = read_file(chosen.file), chosen.dry_run
    with database(settings, only_look=dry_run) as ctx:
        loaded = load_people_into(ctx, clinic_of_operator(ctx), data, dry_run=dry_run)
    _tell_import(chosen, {"people": loaded.people}, loaded.notes)


def _import_check_ins(settings: Settings, chosen: argparse.Namespace) -> None:
    data, dry_run = read_file(chosen.file), chosen.dry_run
    with database(settings, only_look=dry_run) as ctx:
        loaded = load_check_ins(ctx, clinic_of_operator(ctx), data, dry_run=dry_run)
    counts = {"check_ins": loaded.check_ins, "people": loaded.people}
    _tell_import(chosen, counts, loaded.notes)


def _tell_import(
    chosen: argparse.Namespace, counts: dict[str, int], notes: Sequence[str]
) -> None:
    written = not chosen.dry_run
    if chosen.json:
        say([json.dumps({"written": written} | counts | {"notes": list(notes)})])
        return
    done = "Loaded" if written else "Nothing was written. To be loaded"
    told = ", ".join(f"{name.replace('_', '-')} {n}" for name, n in counts.items())
    say([*notes, f"{done}: {told}."])

"""Whether bundles and their ledger stay true when the program is killed.

A child process makes bundles of one study, one after the other; at a random moment it
gets SIGKILL. Then every file is compared with the ledger, and the ledger with the
files. In the end one bundle is made in peace, which has to bring everything in order.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests import databases
from tests.clinic import Cast, Clock, make_cast, open_context
from tests.studies import (
    STUDY,
    add_clinicians,
    everybody_agrees,
    open_study,
    with_folders,
)
from wellbeing.privacy.study_ledger import LedgerLine
from wellbeing.services.bundle_files import part_of, sha256_of
from wellbeing.services.bundles import export_bundle
from wellbeing.services.context import Context
from wellbeing.storage import bundle_queries

_PROCESSES = multiprocessing.get_context("forkserver")


@dataclass(kw_only=True)
class Outcome:
    """What a trial found on one database.

    Attributes:
        partial: files with a bundle's name that are not in the ledger as they are.
        lost: bundles in the ledger without a whole file.
        waiting: of those in the ledger, how many waited for their name after a kill.
        left: files that remained beside the bundles in the end.
    """

    kills: int = 0
    partial: int = 0
    lost: int = 0
    waiting: int = 0
    half_written: int = 0
    left: int = 0
    made: int = 0


def trial(url: str, folder: Path, times: int, longest: float = 3) -> Outcome:
    """Kill as often as is asked for, and look each time; the database is migrated.

    Args:
        longest: seconds until a kill at most.
    """
    ctx = with_folders(open_context(url, Clock()), folder)
    cast = make_cast(ctx)
    open_study(ctx, cast)
    everybody_agrees(ctx, add_clinicians(ctx, cast.clinic, 30))
    out, found = folder / "out", Outcome()
    for _ in range(times):
        _kill_one(url, folder, longest)
        found.kills += 1
        _look(ctx, cast, out, found)
    export_bundle(ctx, STUDY, out)
    lines = _ledger(ctx, cast)
    found.made = len(lines)
    found.lost += sum(not _is_whole(out / line.file, line) for line in lines)
    found.left = len({one.name for one in out.iterdir()} - {x.file for x in lines})
    ctx.dispose()
    return found


def _kill_one(url: str, folder: Path, longest: float) -> None:
    ours, theirs = _PROCESSES.Pipe()
    child = _PROCESSES.Process(target=_make_bundles, args=(url, folder, theirs))
    child.start()
    ours.recv()
    time.sleep(random.uniform(0, longest))
    os.kill(child.pid or 0, signal.SIGKILL)
    child.join()


def _make_bundles(url: str, folder: Path, ready: Connection) -> None:
    ctx = with_folders(open_context(url, Clock()), folder)
    ready.send(None)
    while True:
        export_bundle(ctx, STUDY, folder / "out")


def _look(ctx: Context, cast: Cast, out: Path, found: Outcome) -> None:
    lines = _ledger(ctx, cast)
    by_name = {line.file: line for line in lines}
    files = [one for one in out.iterdir() if one.suffix == ".zip"] if lines else []
    found.partial += sum(
        file.name not in by_name or not _is_whole(file, by_name[file.name])
        for file in files
    )
    waiting = 0
    for line in lines:
        if not (out / line.file).exists():
            waiting += 1
            found.lost += not _is_whole(part_of(out, STUDY, line.bundle_id), line)
    parts = len(list(out.glob(".*.part"))) if out.exists() else 0
    found.waiting += waiting
    found.half_written += parts - waiting


def _is_whole(file: Path, line: LedgerLine) -> bool:
    return file.is_file() and sha256_of(file) == line.sha256


def _ledger(ctx: Context, cast: Cast) -> list[LedgerLine]:
    with ctx.reading() as db:
        return bundle_queries.bundles_of_study(db, cast.clinic.clinic_id, STUDY)


def main() -> None:
    """Run the trial on both databases and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100, metavar="N")
    times = parser.parse_args().times
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-exports-kill-"))
    file = folder / "wellbeing.db"
    databases.make_sqlite_template(file)
    print("sqlite", trial(databases.sqlite_url(file), folder / "sqlite", times))
    server = databases.new_server_folder()
    try:
        at = databases.server_url(server)
        with (
            databases.postgresql_template(at) as template,
            databases.postgresql_database(at, template) as url,
        ):
            print("postgresql", trial(url, folder / "postgresql", times))
    finally:
        databases.remove_server(server)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

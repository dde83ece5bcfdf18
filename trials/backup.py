"""Whether backups made while people save are whole, in step, or not there at all.

One process saves check-ins and closes each period as it ends. Beside it, backups are
made one after the other in processes of their own; three of four get SIGKILL at a
random moment. Each file that there is afterwards is restored into memory and looked
through, and into a new place, where the restore is killed and then done again.
"""

import argparse
import multiprocessing
import random
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests import databases
from tests.clinic import Clock, open_context
from tests.counted_clinic import FIRST, House
from trials.kill import Server
from wellbeing.domain.errors import DatabaseNotEmptyError, WellbeingError
from wellbeing.services.closing import close
from wellbeing.storage.backup import restore, take_backup
from wellbeing.storage.backup_file import open_backup
from wellbeing.storage.backup_places import memory
from wellbeing.storage.check_in_tables import AnswerRow, CheckInRow
from wellbeing.storage.engine import reading
from wellbeing.storage.release_checks import faults_of_releases
from wellbeing.storage.release_tables import PeriodRow

_PEOPLE, _WEEKS_A_PERIOD = 12, 4
_ANSWERS = {f"item_{n}": n % 5 for n in range(11)}
_SHARE_THAT_ENDS = 0.25
_ITEMS = len(_ANSWERS) + 2
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.counted_clinic", "trials.kill"])


@dataclass(kw_only=True)
class Outcome:
    """What a trial found on one database.

    Attributes:
        whole: backups that ended by themselves.
        killed: backups that were killed; complete: those that had a file already.
        half: files that could not be restored.
        lost: check-ins acknowledged before a backup began that are not in it.
        torn: check-ins in a backup without all their answers.
        out_of_step: backups whose releases do not fit the check-ins beside them.
        parts: unfinished files, without the name, that are left in the end: at most
            that of the last backup, because the next one removes them.
        restores: restores into SQLite that were killed, and then done again.
        stuck: those that could not be done again, or gave something else.
    """

    database: str
    whole: int = 0
    killed: int = 0
    complete: int = 0
    half: int = 0
    lost: int = 0
    torn: int = 0
    out_of_step: int = 0
    parts: int = 0
    periods: int = 0
    saved: int = 0
    restores: int = 0
    stuck: int = 0

    def row(self) -> str:
        """Return one line of the table."""
        figures = (getattr(self, name) for name in _COLUMNS)
        return f"{self.database:<12}" + "".join(f"{n:>12,}" for n in figures)


_COLUMNS = (
    "whole",
    "killed",
    "complete",
    "half",
    "lost",
    "torn",
    "out_of_step",
    "parts",
    "periods",
    "saved",
    "restores",
    "stuck",
)
HEADER = f"{'database':<12}" + "".join(f"{name:>12}" for name in _COLUMNS)


def trial(url: str, *, seconds: float, seed: int = 1) -> Outcome:
    """Make backups for so long while people save; look through each.

    Args:
        url: a migrated, empty database.
        seconds: how long.
        seed: decides which backups are killed and when.
    """
    chance = random.Random(seed)
    outcome = Outcome(database=sa.make_url(url).get_backend_name())
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-backup-"))
    hears, says = _PROCESSES.Pipe(duplex=False)
    saving = _PROCESSES.Process(target=_save_for_ever, args=(url, says))
    saving.start()
    says.close()
    try:
        hears.recv()
        end = time.monotonic() + seconds
        usual = 0.5
        while time.monotonic() < end:
            known = outcome.saved = _newest(hears, outcome.saved)
            file = folder / "it"
            ends = chance.random() < _SHARE_THAT_ENDS
            kill_after = None if ends else chance.uniform(0, usual)
            took = _back_up(url, file, kill_after)
            if kill_after is None:
                usual = took
            _look_through(file, outcome, known, ended=kill_after is None)
            if file.exists():
                _kill_a_restore(file, folder / "place", outcome, chance)
            file.unlink(missing_ok=True)
        if not saving.is_alive():
            message = "the saving process ended: nothing was tried"
            raise RuntimeError(message)
        outcome.parts = len(list(folder.iterdir()))
    finally:
        saving.kill()
        saving.join()
        hears.close()
        shutil.rmtree(folder)
    return outcome


def _save_for_ever(url: str, says: Connection) -> None:
    ctx = open_context(url, Clock())
    invent: Any = House  # a test's, so it has no type hints
    house = invent(ctx, ctx.now, size=_PEOPLE)
    says.send(0)
    for number in count():
        after, who = divmod(number, _PEOPLE)
        house.answer([house.people[who]], FIRST.plus(after), **_ANSWERS)
        says.send(number + 1)
        if who == _PEOPLE - 1 and after % _WEEKS_A_PERIOD == _WEEKS_A_PERIOD - 1:
            # Far enough for the period to have closed.
            house.clock.turn_to(FIRST.plus(after + 3))
            close(ctx)


def _newest(hears: Connection, known: int) -> int:
    while hears.poll():
        known = hears.recv()
    return known


def _back_up(url: str, file: Path, kill_after: float | None) -> float:
    """Make a backup in a process of its own; return how many seconds it took."""
    hears, says = _PROCESSES.Pipe(duplex=False)
    child = _PROCESSES.Process(target=_make, args=(url, file, says))
    child.start()
    says.close()
    hears.recv()
    began = time.perf_counter()
    if kill_after is not None:
        time.sleep(kill_after)
        child.kill()
    child.join()
    hears.close()
    if kill_after is None and child.exitcode != 0:
        message = f"a backup failed with status {child.exitcode}"
        raise RuntimeError(message)
    return time.perf_counter() - began


def _make(url: str, file: Path, says: Connection) -> None:
    ctx = open_context(url, Clock())
    says.send("begins")
    take_backup(ctx.engine, ctx.releases, file, ctx.now())


def _kill_a_restore(
    file: Path, place: Path, outcome: Outcome, chance: random.Random
) -> None:
    url = databases.sqlite_url(place / "wellbeing.db")
    hears, says = _PROCESSES.Pipe(duplex=False)
    child = _PROCESSES.Process(target=_write_back, args=(url, file, says))
    child.start()
    says.close()
    hears.recv()
    # The two commits stand at the end, so half of the kills come there.
    if chance.random() < 0.5:  # noqa: PLR2004 (half)
        hears.poll(chance.uniform(0, 1))
    else:
        hears.poll(60)
        time.sleep(chance.uniform(0, 0.03))
    child.kill()
    child.join()
    hears.close()
    outcome.restores += 1
    ctx = open_context(url, Clock())
    try:
        # When it was committed before the kill, all of it has to be there.
        with suppress(DatabaseNotEmptyError):
            restore(ctx.engine, ctx.releases, file)
        again = take_backup(ctx.engine, ctx.releases, place / "again", ctx.now())
        with open_backup(file) as (_, made):
            same = made.check_ins == again.check_ins, made.releases == again.releases
        outcome.stuck += not all(same)
    except WellbeingError as error:
        print(error)
        outcome.stuck += 1
    finally:
        ctx.dispose()
        shutil.rmtree(place)


def _write_back(url: str, file: Path, says: Connection) -> None:
    ctx = open_context(url, Clock())

    def tell(_connection: sa.Connection) -> None:
        says.send("commits")

    sa.event.listen(ctx.releases, "commit", tell)
    says.send("begins")
    restore(ctx.engine, ctx.releases, file)
    time.sleep(1)


def _look_through(file: Path, outcome: Outcome, known: int, *, ended: bool) -> None:
    outcome.whole += ended
    outcome.killed += not ended
    if not ended and not file.exists():
        return
    outcome.complete += not ended
    with memory() as house, memory() as releases:
        try:
            restore(house, releases, file)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is counted)
            print(error)
            outcome.half += 1
            return
        with reading(house) as db, reading(releases) as out:
            check_ins = db.scalar(sa.select(sa.func.count()).select_from(CheckInRow))
            answers = db.scalars(
                sa.select(sa.func.count())
                .select_from(AnswerRow)
                .group_by(AnswerRow.person_id, AnswerRow.week)
            ).all()
            outcome.lost += max(0, known - (check_ins or 0))
            outcome.torn += len(answers) != check_ins or set(answers) > {_ITEMS}
            outcome.out_of_step += bool(faults_of_releases(db, out))
            periods = out.scalar(sa.select(sa.func.count()).select_from(PeriodRow))
            outcome.periods = max(outcome.periods, periods or 0)


def on_sqlite(seconds: float, seed: int) -> Outcome:
    """Run the trial on a new SQLite file."""
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-backup-"))
    try:
        databases.make_sqlite_template(folder / "wellbeing.db")
        url = databases.sqlite_url(folder / "wellbeing.db")
        return trial(url, seconds=seconds, seed=seed)
    finally:
        shutil.rmtree(folder)


def on_postgresql(seconds: float, seed: int) -> Outcome:
    """Run the trial on a PostgreSQL server of its own."""
    folder = databases.new_server_folder()
    try:
        server = Server(folder)
        with (
            databases.postgresql_template(server.url) as template,
            databases.postgresql_database(server.url, template) as url,
        ):
            return trial(url, seconds=seconds, seed=seed)
    finally:
        databases.remove_server(folder)


def main() -> None:
    """Run the trial on both databases and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    print(HEADER)
    for run in (on_sqlite, on_postgresql):
        for seed in range(chosen.times):
            print(run(chosen.seconds, seed).row(), flush=True)


if __name__ == "__main__":
    main()

"""Whether a check-in that was said to be saved is still there after a kill.

A child process saves check-ins, one after the other, and says so after each. At a
random "saved" it gets SIGKILL; then the database is opened and looked through. On
PostgreSQL every tenth time the database server itself gets SIGKILL first.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

import sqlalchemy as sa

from tests import databases
from tests.clinic import Clock, make_clinic, make_person, open_context
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import check_ins
from wellbeing.services.context import Context
from wellbeing.storage import check_in_queries

_PEOPLE = 10
_FIRST = Week(2020, 1)
_PROCESSES = multiprocessing.get_context("forkserver")


@dataclass(kw_only=True)
class Outcome:
    """What a trial found on one database."""

    database: str
    kills: int = 0
    server_kills: int = 0
    acknowledged: set[int] = field(default_factory=set)
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    unannounced: int = 0

    def row(self) -> str:
        """Return one line of the table."""
        figures = (
            self.kills,
            self.server_kills,
            len(self.acknowledged),
            self.lost,
            self.doubled,
            self.torn,
            self.unannounced,
        )
        return f"{self.database:<12}" + "".join(f"{n:>14,}" for n in figures)


HEADER = f"{'database':<12}" + "".join(
    f"{name:>14}"
    for name in (
        "kills",
        "server kills",
        "acknowledged",
        "lost",
        "doubled",
        "torn",
        "unannounced",
    )
)


def trial(
    url: str,
    times: int,
    *,
    server: "Server | None" = None,
    seed: int = 1,
) -> Outcome:
    """Kill a saving process so many times; look through the database after each.

    Args:
        url: a migrated, empty database.
        times: how many kills.
        server: the database server, if it is to be killed, too.
        seed: decides at which "saved" each kill comes.
    """
    chance = random.Random(seed)
    people = _make_people(url)
    outcome = Outcome(database=sa.make_url(url).get_backend_name())
    number = 0
    for n in range(times):
        with_server = server if n % 10 == 9 else None  # noqa: PLR2004 (every tenth)
        said = _save_and_kill(url, people, number, chance, with_server)
        outcome.kills += 1
        outcome.server_kills += with_server is not None
        outcome.acknowledged.update(said)
        _look_through(url, people, outcome, said)
        # The save after the last announced one may have been committed, too.
        number = max(said) + 2
    _look_through(url, people, outcome, outcome.acknowledged)
    return outcome


def _make_people(url: str) -> list[Viewer]:
    ctx = open_context(url, Clock())
    clinic = make_clinic(ctx)
    names = (f"Person{n}" for n in range(_PEOPLE))
    people = [make_person(ctx, clinic, name, Role.CLINICIAN) for name in names]
    ctx.dispose()
    return people


def _whose(people: list[Viewer], number: int) -> tuple[Viewer, Week]:
    return people[number % _PEOPLE], _FIRST.plus(number // _PEOPLE)


def _values(ctx: Context, number: int, week: Week) -> dict[str, int]:
    asked = ctx.questions.asked_in(week)
    return {q.id: q.response.codes[(number + i) % 5] for i, q in enumerate(asked)}


def _save_for_ever(
    url: str, people: list[Viewer], number: int, says: Connection
) -> None:
    ctx = open_context(url, Clock())
    while True:
        viewer, week = _whose(people, number)
        noon = datetime.fromisoformat(f"{week.monday}T12:00:00+00:00")
        then = replace(ctx, now=Clock(noon))
        for item, value in _values(ctx, number, week).items():
            check_ins.keep(then, viewer, week, {item: value})
        check_ins.save(then, viewer, week, Kind.FULL)
        says.send_bytes(f"saved {number}".encode())
        number += 1


def _save_and_kill(
    url: str,
    people: list[Viewer],
    number: int,
    chance: random.Random,
    server: "Server | None",
) -> list[int]:
    hears, says = _PROCESSES.Pipe(duplex=False)
    child = _PROCESSES.Process(target=_save_for_ever, args=(url, people, number, says))
    child.start()
    says.close()
    said = [_number(hears) for _ in range(chance.randint(1, 12))]
    # At once in half of the cases, else somewhere within the next save.
    time.sleep(chance.choice((0, chance.uniform(0, 0.1))))
    if server is not None:
        server.kill()
    os.kill(child.pid or 0, signal.SIGKILL)
    child.join()
    if server is not None:
        server.start_again()
    try:
        while True:
            said.append(_number(hears))
    except EOFError:
        hears.close()
        return said


def _number(hears: Connection) -> int:
    return int(hears.recv_bytes().split()[1])


def _look_through(
    url: str, people: list[Viewer], outcome: Outcome, said: list[int] | set[int]
) -> None:
    ctx = open_context(url, Clock())
    found: Counter[tuple[Viewer, Week]] = Counter()
    with ctx.reading() as db:
        for viewer in people:
            own = viewer.clinic_id, viewer.person_id
            for check_in in check_in_queries.check_ins_of(db, *own):
                found[viewer, check_in.week] += 1
                number = check_in.week.minus(_FIRST) * _PEOPLE + people.index(viewer)
                whole = len(check_in.answers) == len(ctx.questions.questions)
                right = check_in.values() == _values(ctx, number, check_in.week)
                outcome.torn += not (whole and right)
    ctx.dispose()
    outcome.lost += sum(found[_whose(people, number)] == 0 for number in said)
    outcome.doubled += sum(count > 1 for count in found.values())
    outcome.unannounced = len(found) - len(outcome.acknowledged)
    if outcome.database == "sqlite":
        _check_file(sa.make_url(url).database or "")


def _check_file(file: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    if answer != "ok":
        message = f"the SQLite file is damaged: {answer}"
        raise RuntimeError(message)


class Server:
    """A PostgreSQL server that waits for the disk, as in real use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = databases.server_url(folder)
        self._control("stop", "--mode=fast")
        self._start()

    def kill(self) -> None:
        """Give its first process SIGKILL; the others notice and end."""
        file = self.folder / "data" / "postmaster.pid"
        os.kill(int(file.read_text().split()[0]), signal.SIGKILL)

    def stop(self) -> None:
        """Stop it as an upgrade does: whoever is connected is cut off."""
        self._control("stop", "--mode=fast")

    def runs(self) -> bool:
        """Tell whether its first process is there, even if it takes nobody in yet."""
        try:
            self._control("status")
        except RuntimeError:
            return False
        return True

    def start_again(self) -> None:
        """Start it as soon as the last process of the old one has ended."""
        for _ in range(100):
            time.sleep(0.1)
            with suppress(RuntimeError):
                return self._start()
        raise RuntimeError((self.folder / "log").read_text()[-500:])

    def _start(self) -> None:
        durable = "-c fsync=on -c synchronous_commit=on -c full_page_writes=on"
        options = f"{durable} -c listen_addresses='' -k {self.folder}"
        self._control("start", "-w", "-l", "log", "-o", options)

    def _control(self, *arguments: str) -> None:
        databases._run(self.folder, "pg_ctl", *arguments, "-D", "data")  # noqa: SLF001 (their sister)


def on_sqlite(times: int) -> Outcome:
    """Run the trial on a new SQLite file."""
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-kill-"))
    try:
        databases.make_sqlite_template(folder / "wellbeing.db")
        return trial(databases.sqlite_url(folder / "wellbeing.db"), times)
    finally:
        shutil.rmtree(folder)


def on_postgresql(times: int) -> Outcome:
    """Run the trial on a PostgreSQL server of its own."""
    folder = databases.new_server_folder()
    try:
        server = Server(folder)
        with (
            databases.postgresql_template(server.url) as template,
            databases.postgresql_database(server.url, template) as url,
        ):
            return trial(url, times, server=server)
    finally:
        databases.remove_server(folder)


def main() -> None:
    """Run the trial on both databases and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    times = parser.parse_args().times
    print(HEADER)
    for run in (on_sqlite, on_postgresql):
        began = time.perf_counter()
        print(run(times).row(), f"  {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()

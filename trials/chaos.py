"""Whether everything stays true when all of it is killed at once, again and again.

Six processes work on one database: two save check-ins, the others load past weeks,
make bundles, take backups and close periods. At a random moment each gets SIGKILL, on
PostgreSQL every tenth time the database server, too. Then all that was acknowledged is
looked for, and the databases are verified.
"""

import argparse
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa

from tests import databases
from tests.clinic import JOINED, THIS_WEEK, Cast, Clock, make_cast, open_context
from tests.studies import (
    FIRST,
    STUDY,
    add_clinicians,
    everybody_agrees,
    open_study,
    with_folders,
)
from trials.kill import Server
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.people import Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import check_ins
from wellbeing.services.bundle_files import part_of, sha256_of
from wellbeing.services.bundles import export_bundle
from wellbeing.services.closing import close
from wellbeing.services.context import Context
from wellbeing.services.loading import load_check_ins
from wellbeing.storage import (
    bundle_queries,
    check_in_queries,
    preference_queries,
    team_queries,
)
from wellbeing.storage.backup import rehearse, take_backup
from wellbeing.storage.release_tables import ReleaseBase
from wellbeing.storage.verification import verify

_PEOPLE, _SAVERS, _LOADED_AT_ONCE, _WEEKS_A_PERIOD = 30, 2, 3, 4
_EVERY_TENTH = 10
_BREATH = 0.03
"""Seconds between two saves, or SQLite's one lock would hardly ever change hands."""
_BEGIN = THIS_WEEK.plus(1)
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.studies", "trials.kill"])

Row = tuple[object, ...]
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class House:
    """What every process of the trial is told."""

    url: str
    folder: Path
    cast: Cast
    people: tuple[Viewer, ...]

    def open(self) -> Context:
        """Open the database, with a clock of one's own."""
        return with_folders(open_context(self.url, Clock()), self.folder)

    @property
    def backups(self) -> Path:
        """Where backups go."""
        return self.folder / "backups"

    @property
    def out(self) -> Path:
        """Where bundles go."""
        return self.folder / "out"


@dataclass(kw_only=True)
class Outcome:
    """What a trial found on one database.

    Attributes:
        saved, loaded, closed, bundles, backups: what was acknowledged.
        lost: acknowledged, and not there or not whole.
        doubled: there twice.
        torn: half there: a check-in without its answers, a file half loaded, a
            backup or bundle with its name that is not whole.
        changed: figures that were released once and read otherwise later.
        faults: what ``verify`` complained about.
    """

    database: str
    kills: int = 0
    server_kills: int = 0
    saved: int = 0
    loaded: int = 0
    closed: int = 0
    bundles: int = 0
    backups: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    changed: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """How many things were not as they must be."""
        return self.lost + self.doubled + self.torn + self.changed + len(self.faults)

    def row(self) -> str:
        """Return one line of the table."""
        figures = (getattr(self, name) for name in _COLUMNS)
        return (
            f"{self.database:<11}"
            + "".join(f"{n:>8,}" for n in figures)
            + f"{len(self.faults):>8,}"
        )


_COLUMNS = (
    *("kills", "server_kills", "saved", "loaded", "closed", "bundles", "backups"),
    *("lost", "doubled", "torn", "changed"),
)
_SHORT = {"server_kills": "server"}
HEADER = f"{'database':<11}" + "".join(
    f"{_SHORT.get(name, name):>8}" for name in (*_COLUMNS, "faults")
)


def trial(
    url: str,
    folder: Path,
    times: int,
    *,
    server: Server | None = None,
    seed: int = 1,
    longest: float = 4,
) -> Outcome:
    """Kill all that works so many times; look through everything after each.

    Args:
        url: a migrated, empty database.
        folder: for bundles, backups and keys.
        times: how many rounds.
        server: the database server, if it is to be killed, too.
        seed: decides when each kill comes.
        longest: seconds until a kill at most.
    """
    chance = random.Random(seed)
    house = make_house(url, folder)
    outcome = Outcome(database=sa.make_url(url).get_backend_name())
    known = _Known()
    for n in range(times):
        dying = server if n % _EVERY_TENTH == _EVERY_TENTH - 1 else None
        said = _work_and_kill(house, n, known, chance, longest, dying)
        outcome.kills += 1
        outcome.server_kills += dying is not None
        _look_through(house, known, said, outcome)
    return outcome


@dataclass(kw_only=True)
class _Known:
    """What was acknowledged until now, and what was released."""

    saved: set[int] = field(default_factory=set)
    loaded: set[int] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    bundles: set[str] = field(default_factory=set)
    released: set[Row] = field(default_factory=set)


def make_house(url: str, folder: Path) -> House:
    """Fill an empty database: two teams, a study, twelve weeks of everybody."""
    ctx = with_folders(open_context(url, Clock()), folder)
    cast = make_cast(ctx)
    open_study(ctx, cast)
    people = tuple(add_clinicians(ctx, cast.clinic, _PEOPLE))
    everybody_agrees(ctx, people)
    with ctx.writing() as db:
        for n, each in enumerate(people):
            own = each.clinic_id, each.person_id
            team = (cast.north, cast.south)[n % 2]
            team_queries.add_membership(db, *own, team.team_id, JOINED)
            preference_queries.set_team_trends(db, *own, counted=True)
    # Weeks are counted from here on, so that loading older ones moves no period.
    close(ctx)
    ctx.dispose()
    house = House(url=url, folder=folder, cast=cast, people=people)
    house.backups.mkdir(parents=True)
    return house


# What works.


def _noon(week: Week) -> Clock:
    return Clock(datetime.fromisoformat(f"{week.monday}T12:00:00+00:00"))


def _first_week(turn: int) -> Week:
    return _BEGIN.plus(_WEEKS_A_PERIOD * turn)


def _whose(number: int) -> tuple[int, Week]:
    """Return the index of whom a number stands for, and the week."""
    turn, within = divmod(number, _PEOPLE * _WEEKS_A_PERIOD)
    week, who = divmod(within, _PEOPLE)
    return who, _first_week(turn).plus(week)


def _values(ctx: Context, number: int, week: Week) -> dict[str, int]:
    asked = ctx.questions.asked_in(week)
    return {q.id: q.response.codes[(number + i) % 5] for i, q in enumerate(asked)}


def _save(ctx: Context, house: House, turn: int, say: Say, saver: int) -> None:
    many = _PEOPLE * _WEEKS_A_PERIOD
    for number in range(turn * many + saver, (turn + 1) * many, _SAVERS):
        who, week = _whose(number)
        viewer, then = house.people[who], replace(ctx, now=_noon(week))
        check_ins.keep(then, viewer, week, _values(ctx, number, week))
        check_ins.save(then, viewer, week, Kind.FULL)
        say(f"saved {number}")
        time.sleep(_BREATH)
    time.sleep(60)


def _group(number: int) -> tuple[range, Week]:
    """Return the indexes of the people of a file that is loaded, and its week."""
    groups = _PEOPLE // _LOADED_AT_ONCE
    after, group = divmod(number, groups)
    first = group * _LOADED_AT_ONCE
    return range(first, first + _LOADED_AT_ONCE), FIRST.plus(-1 - after)


def _load(ctx: Context, house: House, _turn: int, say: Say, number: int) -> None:
    while True:
        who, week = _group(number)
        rows = [f"{house.people[n].email},{week},5" for n in who]
        data = "\n".join(["email,week,overall", *rows]).encode()
        load_check_ins(ctx, house.cast.clinic, data, dry_run=False)
        say(f"loaded {number}")
        number += 1
        time.sleep(_BREATH)


def _close(ctx: Context, _house: House, turn: int, say: Say, _number: int) -> None:
    then = replace(ctx, now=_noon(_first_week(turn)))
    while True:
        for period in close(then):
            say(f"closed {period.first_week}")
        time.sleep(_BREATH)


def _bundle(ctx: Context, house: House, _turn: int, say: Say, _number: int) -> None:
    while True:
        say(f"bundle {export_bundle(ctx, STUDY, house.out).file}")


def _back_up(ctx: Context, house: House, turn: int, say: Say, number: int) -> None:
    while True:
        name = f"{turn}-{number}"
        take_backup(ctx.engine, ctx.releases, house.backups / name, ctx.now())
        say(f"backup {name}")
        number += 1


Work = Callable[[Context, House, int, Say, int], None]


def _run(work: Work, house: House, turn: int, number: int, says: Connection) -> None:
    def say(words: str) -> None:
        says.send_bytes(words.encode())

    ctx = house.open()
    say("begins")
    # The server may be killed first: what is then refused was not acknowledged.
    with suppress(WellbeingError):
        work(ctx, house, turn, say, number)


def _work_and_kill(
    house: House,
    turn: int,
    known: _Known,
    chance: random.Random,
    longest: float,
    server: Server | None,
) -> list[str]:
    to_load = max(known.loaded, default=-1) + 1
    works: list[tuple[Work, int]] = [(_save, n) for n in range(_SAVERS)]
    works += [(_load, to_load), (_close, 0), (_bundle, 0), (_back_up, 0)]
    running: list[tuple[BaseProcess, Connection]] = []
    for work, number in works:
        hears, says = _PROCESSES.Pipe(duplex=False)
        child = _PROCESSES.Process(target=_run, args=(work, house, turn, number, says))
        child.start()
        says.close()
        running.append((child, hears))
    for _, hears in running:
        hears.recv_bytes()
    time.sleep(chance.uniform(0.2, longest))
    if server is not None:
        server.kill()
    for one, _ in chance.sample(running, len(running)):
        time.sleep(chance.choice((0, chance.uniform(0, 0.05))))
        one.kill()
    said: list[str] = []
    for one, hears in running:
        one.join()
        with suppress(EOFError):
            while True:
                said.append(hears.recv_bytes().decode())
        hears.close()
    if server is not None:
        server.start_again()
    return said


# What is looked at.


def _look_through(
    house: House, known: _Known, said: list[str], outcome: Outcome
) -> None:
    words = [line.split(" ", 1) for line in said if line != "begins"]

    def told(kind: str) -> set[str]:
        return {what for one, what in words if one == kind}

    known.saved |= {int(n) for n in told("saved")}
    known.loaded |= {int(n) for n in told("loaded")}
    known.closed |= told("closed")
    known.bundles |= told("bundle")
    outcome.saved, outcome.loaded = len(known.saved), len(known.loaded)
    outcome.closed, outcome.bundles = len(known.closed), len(known.bundles)
    outcome.backups += len(told("backup"))
    ctx = house.open()
    _look_at_check_ins(ctx, house, known, outcome)
    _look_at_releases(ctx, known, outcome)
    _look_at_bundles(ctx, house, known, outcome)
    _look_at_backups(house, told("backup"), outcome)
    checks = verify(ctx.engine, ctx.releases, ctx.door)
    outcome.faults += [fault for check in checks for fault in check.faults]
    ctx.dispose()


def _look_at_check_ins(
    ctx: Context, house: House, known: _Known, outcome: Outcome
) -> None:
    found: Counter[tuple[int, Week]] = Counter()
    newest = max(known.saved, default=0) // (_PEOPLE * _WEEKS_A_PERIOD)
    with ctx.reading() as db:
        for who, viewer in enumerate(house.people):
            own = viewer.clinic_id, viewer.person_id
            for one in check_in_queries.check_ins_of(db, *own):
                found[who, one.week] += 1
                turn, within = divmod(one.week.minus(_BEGIN), _WEEKS_A_PERIOD)
                # Older ones were looked at in their own round.
                if turn >= newest and one.week >= _BEGIN:
                    number = (turn * _WEEKS_A_PERIOD + within) * _PEOPLE + who
                    whole = len(one.answers) == len(ctx.questions.questions)
                    right = one.values() == _values(ctx, number, one.week)
                    outcome.torn += not (whole and right)
    outcome.lost += sum(found[_whose(n)] == 0 for n in known.saved)
    outcome.doubled += sum(many > 1 for many in found.values())
    for number in range(max(known.loaded, default=-1) + 3):
        who_all, week = _group(number)
        there = sum(found[who, week] for who in who_all)
        outcome.torn += there not in (0, _LOADED_AT_ONCE)
        outcome.lost += number in known.loaded and there == 0


def _look_at_releases(ctx: Context, known: _Known, outcome: Outcome) -> None:
    rows: set[Row] = set()
    periods: Counter[str] = Counter()
    with ctx.reading_releases() as out:
        for name, table in ReleaseBase.metadata.tables.items():
            for row in out.execute(sa.select(table)):
                rows.add((name, *row))
                if table.name == "period":
                    periods[row.first_week] += 1
    outcome.changed += len(known.released - rows)
    outcome.lost += sum(periods[week] == 0 for week in known.closed)
    outcome.doubled += sum(many > 1 for many in periods.values())
    known.released = rows


def _look_at_bundles(
    ctx: Context, house: House, known: _Known, outcome: Outcome
) -> None:
    with ctx.reading() as db:
        clinic_id = house.cast.clinic.clinic_id
        lines = bundle_queries.bundles_of_study(db, clinic_id, STUDY)
    outcome.lost += len(known.bundles - {line.file for line in lines})
    outcome.doubled += len(lines) - len({line.file for line in lines})
    for line in lines:
        file = house.out / line.file
        if not file.exists():
            file = part_of(house.out, STUDY, line.bundle_id)
        outcome.torn += not (file.is_file() and sha256_of(file) == line.sha256)
    names = {line.file for line in lines}
    outcome.torn += sum(one.name not in names for one in house.out.glob("*.zip"))


def _look_at_backups(house: House, acknowledged: set[str], outcome: Outcome) -> None:
    there = {one.name for one in house.backups.iterdir() if one.name[0].isdigit()}
    outcome.lost += len(acknowledged - there)
    # All that have a name must be whole; looking at every one would take too long.
    for name in sorted(there - acknowledged) + sorted(acknowledged)[-1:]:
        try:
            _, faults, _ = rehearse(house.backups / name)
        except WellbeingError:
            outcome.torn += 1
        else:
            outcome.faults += faults
    for name in there:
        (house.backups / name).unlink()


def on_sqlite(times: int, seed: int = 1, longest: float = 4) -> Outcome:
    """Run the trial on a new SQLite file."""
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-chaos-"))
    try:
        databases.make_sqlite_template(folder / "wellbeing.db")
        url = databases.sqlite_url(folder / "wellbeing.db")
        return trial(url, folder, times, seed=seed, longest=longest)
    finally:
        shutil.rmtree(folder)


def on_postgresql(times: int, seed: int = 1, longest: float = 4) -> Outcome:
    """Run the trial on a PostgreSQL server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-chaos-"))
    server_folder = databases.new_server_folder()
    try:
        server = Server(server_folder)
        with (
            databases.postgresql_template(server.url) as template,
            databases.postgresql_database(server.url, template) as url,
        ):
            return trial(url, folder, times, server=server, seed=seed, longest=longest)
    finally:
        databases.remove_server(server_folder)
        shutil.rmtree(folder)


def main() -> None:
    """Run the trial on both databases and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=4, help="seconds of work")
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    chosen = parser.parse_args()
    runs = {"sqlite": on_sqlite, "postgresql": on_postgresql}
    print(HEADER)
    found = []
    for name, run in runs.items():
        if chosen.database in (None, name):
            began = time.perf_counter()
            found.append(run(chosen.times, chosen.seed, chosen.longest))
            seconds = time.perf_counter() - began
            print(found[-1].row(), f"  {seconds:.0f} s", flush=True)
            print(*sorted(set(found[-1].faults)), sep="\n")
    sys.exit(any(one.bad for one in found))


if __name__ == "__main__":
    main()

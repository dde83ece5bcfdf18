"""A year of the demo clinic, backed up while twenty people save, restored elsewhere.

The clinic is on one engine and every backup is restored on the other. Each backup is
encrypted. What was restored is compared with the backup row by row, by making a backup
of it; every check-in that was acknowledged before a backup began has to be in it, with
all its answers; and nothing outside the sealed files may hold a name. At the end, when
nobody saves any more, everything is moved to a third place and compared.
"""

import argparse
import shutil
import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import sqlalchemy as sa

from tests import databases
from tests.clinic import Clock, open_context
from trials.kill import Server
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.errors import DatabaseUnusableError, WellbeingError
from wellbeing.domain.people import Role, Standing, Viewer
from wellbeing.services import accounts, check_ins
from wellbeing.services.context import Context
from wellbeing.services.demo import fill_demo
from wellbeing.storage import clinic_queries, people_queries
from wellbeing.storage.backup import rehearse, restore, take_backup
from wellbeing.storage.backup_file import open_backup
from wellbeing.storage.check_in_tables import AnswerRow, CheckInRow
from wellbeing.storage.moving import move_all
from wellbeing.storage.sealed_files import SealingKey

Places = Generator[Context]
SAVING = 20
_BETWEEN = 0.25
"""Seconds between two saves of one person."""
_KEY = SealingKey(b"of this trial, and of no clinic.")


@dataclass(kw_only=True)
class Outcome:
    """What a trial found on one engine.

    Attributes:
        saved: check-ins that people were told are saved, while backups were made.
        refused: saves of which people were told that the database is busy.
        lost: of those told before a backup began, how many are not in it.
        torn: check-ins in what was restored without all their answers.
        unlike: backups whose restored rows gave other rows.
        faulty: backups in which the trial restore found a fault.
        readable: files that hold somebody's e-mail address.
        moved: rows that were moved in the end, and read the same there.
    """

    database: str
    check_ins: int = 0
    backups: int = 0
    rows: int = 0
    saved: int = 0
    refused: int = 0
    lost: int = 0
    torn: int = 0
    unlike: int = 0
    faulty: int = 0
    readable: int = 0
    moved: int = 0
    seconds: list[float] = field(default_factory=list)

    def told(self) -> str:
        """Return one line."""
        longest = max(self.seconds, default=0)
        return (
            f"{self.database}: {self.check_ins:,} check-ins; {self.backups} backups, "
            f"the last of {self.rows:,} rows, the slowest in {longest:.1f} s; while "
            f"they were made {self.saved:,} saves, {self.refused} refused; "
            f"lost {self.lost}, torn {self.torn}, "
            f"unlike {self.unlike}, faulty {self.faulty}, readable {self.readable}; "
            f"{self.moved:,} rows moved"
        )


def trial(url: str, places: Places, *, people: int, backups: int) -> Outcome:
    """Fill a clinic, back it up while people save, restore and compare each time.

    Args:
        url: a migrated, empty database.
        places: empty places, on the other engine.
        people: how many people the demo clinic has.
        backups: how many backups are made.
    """
    clock = Clock()
    ctx = open_context(url, clock)
    fill_demo(ctx, people=people, weeks=52, seed=1)
    outcome = Outcome(database=ctx.engine.dialect.name)
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-year-"))
    saving = _Saving(ctx)
    try:
        saving.begin()
        for number in range(backups):
            known, began = saving.told, time.perf_counter()
            file = folder / f"{number}"
            made = take_backup(ctx.engine, ctx.releases, file, ctx.now(), _KEY)
            outcome.seconds.append(time.perf_counter() - began)
            outcome.rows = made.rows
            _look(file, next(places), known, outcome, len(ctx.questions.questions))
        outcome.backups, outcome.saved = backups, saving.end()
        outcome.refused, outcome.readable = saving.refused, _readable(folder)
        ctx.dispose()
        to = next(places)
        moved = move_all(ctx.engine, ctx.releases, to.engine, to.releases)
        outcome.moved, outcome.check_ins = sum(moved.values()), moved["check_in"]
    finally:
        saving.end()
        ctx.dispose()
        shutil.rmtree(folder)
    return outcome


class _Saving:
    """Twenty people who save their week again and again, each in a thread."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self._saves, self._ends = ctx, 0, threading.Event()
        self.refused = 0
        self.told: frozenset[tuple[str, str]] = frozenset()
        self._lock, self._failures = threading.Lock(), list[BaseException]()
        self._threads = [
            threading.Thread(target=self._save, args=(one,)) for one in _clinicians(ctx)
        ]

    def begin(self) -> None:
        for one in self._threads:
            one.start()

    def end(self) -> int:
        """Let everybody stop; return how many saves were acknowledged."""
        self._ends.set()
        for one in self._threads:
            if one.ident is not None:
                one.join()
        if self._failures:
            raise self._failures[0]
        return self._saves

    def _save(self, viewer: Viewer) -> None:
        week = self.ctx.this_week(viewer.clinic)
        try:
            for value in cycle(range(1, 5)):
                if self._ends.is_set():
                    return
                self._ends.wait(_BETWEEN)
                fields = {"overall": value, "rest": value % 4}
                try:
                    check_ins.keep(self.ctx, viewer, week, fields)
                    check_ins.save(self.ctx, viewer, week, Kind.FULL)
                except DatabaseUnusableError:
                    with self._lock:
                        self.refused += 1
                    continue
                with self._lock:
                    self._saves += 1
                    self.told |= {(str(viewer.person_id), str(week))}
        except (WellbeingError, sa.exc.SQLAlchemyError) as error:
            self._failures.append(error)


def _clinicians(ctx: Context) -> list[Viewer]:
    with ctx.writing() as db:
        clinic = clinic_queries.the_clinic(db)
        if clinic is None:
            message = "the demo made no clinic"
            raise RuntimeError(message)
        known = people_queries.people_of(db, clinic.clinic_id)
        here = [one for one in known if one.standing is Standing.ACTIVE]
        chosen = [one for one in here if Role.CLINICIAN in one.roles][:SAVING]
        tokens = [
            accounts.begin_session(ctx, db, clinic.clinic_id, one.person_id)
            for one in chosen
        ]
    return [accounts.viewer_of_token(ctx, token) for token in tokens]


def _look(
    file: Path,
    place: Context,
    known: frozenset[tuple[str, str]],
    outcome: Outcome,
    questions: int,
) -> None:
    outcome.faulty += bool(rehearse(file, _KEY)[1])
    made = restore(place.engine, place.releases, file, _KEY)
    again = file.with_name(f"{file.name}-again")
    take_backup(place.engine, place.releases, again, place.now(), _KEY)
    with open_backup(again, _KEY) as (_, other):
        same = (made.check_ins, made.releases) == (other.check_ins, other.releases)
    outcome.unlike += not same
    with place.reading() as db:
        there = {
            (str(row.person_id), row.week)
            for row in db.execute(sa.select(CheckInRow.person_id, CheckInRow.week))
        }
        latest = max(week for _, week in there)
        answers = db.scalars(
            sa.select(sa.func.count())
            .where(AnswerRow.week == latest)
            .group_by(AnswerRow.person_id)
        ).all()
    outcome.lost += len(known - there)
    outcome.torn += sum(count != questions for count in answers)


def _readable(folder: Path) -> int:
    return sum(b"@example.org" in file.read_bytes() for file in folder.iterdir())


@contextmanager
def _on_postgresql() -> Iterator[tuple[Server, str]]:
    folder = databases.new_server_folder()
    try:
        server = Server(folder)
        with databases.postgresql_template(server.url) as template:
            yield server, template
    finally:
        databases.remove_server(folder)


def _sqlite_places(folder: Path) -> Places:
    for number in range(1000):
        place = folder / f"place-{number}" / "wellbeing.db"
        with _closed(open_context(databases.sqlite_url(place), Clock())) as ctx:
            yield ctx


def _postgresql_places(server: str) -> Places:
    while True:
        with (
            databases.postgresql_database(server) as url,
            _closed(open_context(url, Clock())) as ctx,
        ):
            yield ctx


@contextmanager
def _closed(ctx: Context) -> Iterator[Context]:
    try:
        yield ctx
    finally:
        ctx.dispose()


def main() -> None:
    """Run the trial from each engine to the other, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=60, help="of the demo clinic")
    parser.add_argument("--backups", type=int, default=5)
    chosen = parser.parse_args()
    people, backups = chosen.people, chosen.backups
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-year-"))
    try:
        with _on_postgresql() as (server, template):
            databases.make_sqlite_template(folder / "wellbeing.db")
            here = databases.sqlite_url(folder / "wellbeing.db")
            places = _postgresql_places(server.url)
            print(
                trial(here, places, people=people, backups=backups).told(), flush=True
            )
            places.close()
            with databases.postgresql_database(server.url, template) as url:
                places = _sqlite_places(folder)
                print(trial(url, places, people=people, backups=backups).told())
                places.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

"""What people see while the database is away, and what is there afterwards.

People check in by real WebSockets, a tap every few seconds; in the middle the database
is stopped, locked, or its disk is full. Half of them press Save in it. Nobody opens
their screen anew. Afterwards everybody saves, and each check-in must hold every tap,
those of the outage too. A full disk needs root.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks._protocol import Tab
from tests import databases
from tests.clinic import make_clinic, make_person
from tests.servers import RunningApp, free_port
from trials._full_disk import (
    database_on,
    full,
    log_full,
    move_log,
    small_disk,
    tables_full,
)
from trials.kill import Server
from wellbeing.bootstrap import make_context
from wellbeing.domain.people import Role, Viewer
from wellbeing.services.accounts import begin_session
from wellbeing.services.check_ins import check_in_form
from wellbeing.services.context import Context
from wellbeing.settings import Settings
from wellbeing.storage import preference_queries

_SAVE, _AGAIN, _PATIENCE = "check_in:save", "frame:again", 60

Outage = AbstractContextManager[None]


@dataclass(kw_only=True)
class Screen(Tab):
    """A tab that notes what it is told.

    Attributes:
        impatient: its person presses Save in the middle of the outage, once.
    """

    alerts: list[str] = field(default_factory=list)
    impatient: bool = False

    async def press(self, key: str) -> float:
        """Press a button; as in a browser, what is not drawn again is forgotten."""
        widget = self.widget(key)
        pressed = WidgetState(id=widget.proto.id, trigger_value=True)
        # Each question is a fragment of its own inside that of the form.
        for name in [n for n, other in self._widgets.items() if other.fragment]:
            del self._widgets[name]
        took = await self._run(pressed, fragment=widget.fragment)
        for name in self._states.keys() - self._widgets.keys():
            del self._states[name]
        return took

    def _draw(self, delta: Any) -> None:  # noqa: ANN401 (a message)
        super()._draw(delta)
        element = delta.new_element
        if element.WhichOneof("type") == "alert":
            self.alerts.append(element.alert.body)


@dataclass(kw_only=True)
class Seen:
    """What happened to all of them together.

    Attributes:
        taps: made, in the outage and at other times.
        told: the sentences that were shown during the outage, and how often.
        slowest: seconds of the slowest tap, in the outage and otherwise.
        back: seconds from the end of the outage until everybody had saved.
        missing: taps that are not in the saved check-in of who made them.
        broken:  or had to be opened anew.
    """

    name: str
    people: int = 0
    taps: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    back: float = 0
    saved: int = 0
    missing: int = 0
    broken: Counter[str] = field(default_factory=Counter)

    def rows(self) -> list[str]:
        """Return what is printed."""
        slow = ", ".join(f"{k} {v:.1f} s" for k, v in self.slowest.items())
        lines = [
            f"{self.name}: {self.people} people, taps {dict(self.taps)}",
            f"  slowest {slow}; all had saved {self.back:.1f} s after its end",
            f"  saved {self.saved}, taps missing {self.missing}, {dict(self.broken)}",
        ]
        return lines + [f"  {many:5} x {words}" for words, many in self.told.items()]


@dataclass(frozen=True, kw_only=True)
class Load:
    """How many people there are, and how long things take, in seconds."""

    many: int
    seconds: float
    wait: float = 3


def people_of(ctx: Context, many: int) -> list[tuple[Viewer, str]]:
    """Make so many clinicians who have said whether they are counted; sign them in."""
    clinic = make_clinic(ctx)
    found = []
    for n in range(many):
        viewer = make_person(ctx, clinic, f"P{n:03d}", Role.CLINICIAN)
        own = viewer.clinic_id, viewer.person_id
        with ctx.writing() as db:
            preference_queries.set_team_trends(db, *own, counted=False)
            found.append((viewer, begin_session(ctx, db, *own)))
    return found


async def _tap_on(
    screen: Screen,
    items: Sequence[str],
    mine: dict[str, int],
    seen: Seen,
    phase: list[str],
    wait: float,
) -> None:
    """Tap one question after the other until it is over."""
    chance = Random(screen.cookie)
    await asyncio.sleep(chance.uniform(0, wait))
    while phase[0] != "over":
        shown = screen.keys("check_in:")
        keys = [key for key in shown if key.rpartition(":")[2] in items]
        if not keys:
            await _timed(_go_on(screen), screen, seen, phase)
        elif screen.impatient and phase[0] == "away" and seen.taps["away"]:
            screen.impatient = False
            await _timed(screen.press(_SAVE), screen, seen, phase)
        else:
            key, option = chance.choice(keys), chance.randrange(5)
            mine[key.rpartition(":")[2]] = option
            seen.taps[phase[0]] += 1
            await _timed(screen.choose(key, option), screen, seen, phase)
        await asyncio.sleep(chance.uniform(0.5, 1.5) * wait)


async def _go_on(screen: Screen) -> None:
    """Do what one can where no form is: try again, or change what was saved."""
    for key in (_AGAIN, "check_in:change"):
        if key in screen.keys(key):
            await screen.press(key)
            return
    await screen.rerun()


async def _timed(doing: Any, screen: Screen, seen: Seen, phase: list[str]) -> None:  # noqa: ANN401 (a coroutine)
    began, now = time.perf_counter(), phase[0]
    screen.alerts.clear()
    try:
        await doing
    except Exception as error:  # noqa: BLE001 (all of them are counted)
        seen.broken[type(error).__name__] += 1
    took = time.perf_counter() - began
    seen.slowest[now] = max(took, seen.slowest.get(now, 0))
    if now == "away" or phase[0] == "away":
        seen.told.update(screen.alerts)


async def run(
    app: RunningApp,
    people: Sequence[tuple[Viewer, str]],
    seen: Seen,
    outage: Outage,
    how: Load,
) -> list[dict[str, int]]:
    """Let everybody tap before, during and after; return each one's taps."""
    phase = ["before"]
    screens = []
    for n, (_, token) in enumerate(people):
        screen = await Screen.open(app.url, "check-in", f"wellbeing={token}")
        screen.impatient = n % 2 == 1
        screens.append(screen)
    taps: list[dict[str, int]] = [{} for _ in screens]
    items = [q.id for q in app.ctx.questions.questions]
    tapping = [
        asyncio.create_task(_tap_on(screen, items, mine, seen, phase, how.wait))
        for screen, mine in zip(screens, taps, strict=True)
    ]
    await asyncio.sleep(2 * how.wait)
    await asyncio.to_thread(outage.__enter__)
    phase[0] = "away"
    await asyncio.sleep(how.seconds)
    await asyncio.to_thread(outage.__exit__, None, None, None)
    ended, phase[0] = time.perf_counter(), "after"
    await asyncio.sleep(2 * how.wait)
    phase[0] = "over"
    await asyncio.gather(*tapping)
    for screen in screens:
        with contextlib.suppress(Exception):
            await _until_saved(screen)
            seen.saved += 1
    seen.back = time.perf_counter() - ended
    for screen in screens:
        await screen.close()
    return taps


async def _until_saved(screen: Screen) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        await screen.rerun()
        if _SAVE not in screen.keys(_SAVE):
            return
        await screen.press(_SAVE)


def _look(
    ctx: Context,
    people: Sequence[tuple[Viewer, str]],
    taps: Sequence[dict[str, int]],
    seen: Seen,
) -> None:
    for (viewer, _), mine in zip(people, taps, strict=True):
        form = check_in_form(ctx, viewer)
        kept = form.saved.values() if form.saved else {}
        codes = {q.id: q.response.codes for q in form.questions}
        seen.missing += sum(
            kept.get(item) != codes[item][option] for item, option in mine.items()
        )


def trial(
    name: str,
    url: str,
    folder: Path,
    outage: Callable[[], Outage],
    how: Load,
) -> Seen:
    """Try one kind of outage on a migrated, empty database."""
    ctx = make_context(Settings(database_url=url))
    seen = Seen(name=name, people=how.many)
    people = people_of(ctx, how.many)
    app = RunningApp(port=free_port(), folder=folder, ctx=ctx)
    try:
        app.start()
        taps = asyncio.run(run(app, people, seen, outage(), how))
        _look(ctx, people, taps, seen)
        seen.broken["process"] += not app.alive
    finally:
        app.kill()
        ctx.dispose()
    return seen


# What happens to the database.


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None, check_same_thread=False)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold SQLite's one write lock."""
    with contextlib.closing(_connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    """Stop a PostgreSQL server, and start it again."""
    server.stop()
    yield
    server.start_again()


@contextmanager
def refusing(url: str) -> Iterator[None]:
    """Let a PostgreSQL database take nobody in, and turn out who is there."""
    name = sa.make_url(url).database
    server = sa.make_url(url).set(database="postgres")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        ended += " WHERE datname = %(name)s"
        db.exec_driver_sql(ended, {"name": name})
        yield
        db.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    engine.dispose()


def on_sqlite(folder: Path, many: int, seconds: float) -> Iterator[Seen]:
    """Try what can happen to an SQLite file."""
    file = folder / "wellbeing.db"
    databases.make_sqlite_template(file)
    how = Load(many=many, seconds=seconds)
    url = databases.sqlite_url(file)
    yield trial("SQLite, locked", url, folder, partial(locked, file), how)
    if os.geteuid() == 0:
        with small_disk("12m") as disk:
            yield on_a_full_disk(disk, folder, how)


def on_a_full_disk(disk: Path, folder: Path, how: Load) -> Seen:
    """Fill the small disk on which an SQLite file is."""
    file = disk / "wellbeing.db"
    databases.make_sqlite_template(file)
    url = databases.sqlite_url(file)
    return trial("SQLite, disk full", url, folder, partial(full, disk), how)


def on_postgresql(folder: Path, many: int, seconds: float) -> Iterator[Seen]:
    """Try what can happen to a PostgreSQL server."""
    how = Load(many=many, seconds=seconds)
    at = databases.new_server_folder()
    try:
        with _served(at) as (server, url):
            away = partial(stopped, server)
            yield trial("PostgreSQL, stopped", url, folder, away, how)
        if os.geteuid() == 0:
            on_server = databases.server_url(at)
            with (
                small_disk("48m") as disk,
                databases.postgresql_template(on_server) as template,
            ):
                yield on_full_tables(disk, on_server, template, folder, how)
            with small_disk("160m") as disk, _served(at) as (server, url):
                move_log(server, disk)
                away = partial(log_full, server, disk)
                yield trial("PostgreSQL, log full", url, folder, away, how)
    finally:
        databases.remove_server(at)


def on_full_tables(
    disk: Path, server: str, template: str, folder: Path, how: Load
) -> Seen:
    """Fill the small disk on which PostgreSQL has the tables."""
    with database_on(disk, server, template) as url:
        away = partial(tables_full, url, disk)
        return trial("PostgreSQL, tables full", url, folder, away, how)


@contextmanager
def _served(at: Path) -> Iterator[tuple[Server, str]]:
    server = Server(at)
    with (
        databases.postgresql_template(server.url) as template,
        databases.postgresql_database(server.url, template) as url,
    ):
        yield server, url


def main() -> None:
    """Run the trial on both databases and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    chosen = parser.parse_args()
    runs = {"sqlite": on_sqlite, "postgresql": on_postgresql}
    bad = False
    for name, tried in runs.items():
        folder = Path(tempfile.mkdtemp(prefix="wellbeing-outage-"))
        if chosen.database in (None, name):
            for seen in tried(folder, chosen.people, chosen.seconds):
                print(*seen.rows(), sep="\n", flush=True)
                bad |= seen.missing > 0 or seen.saved < seen.people
        shutil.rmtree(folder)
    sys.exit(bad)


if __name__ == "__main__":
    main()

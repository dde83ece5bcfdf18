"""What one page run costs, against bare pages served alike in the same run.

``python -m benchmarks.page_runs [--quick]``; README.md says what the rows are.
"""

import argparse
import asyncio
import gc
import random
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

import uvloop

from benchmarks import _people, _servers
from benchmarks._people import Clinician
from benchmarks._protocol import Tab
from benchmarks._servers import Server
from benchmarks._tables import percentile, table

_FLOORS = ("empty", "form", "sliders", "charts")
_THINK = 5.0
_WARM_UP = 3
_AT_ONCE = 10
_OPTIONS = 5
_TAB_COOKIE = "wellbeing"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is measured.

    Attributes:
        sessions: how many tabs are open, one table each.
        rounds: how often each row is measured; rows and floors take turns.
        seconds: how long one turn of a saturated row takes.
        thinking: how long a row with think time is watched; 0: not at all.
    """

    sessions: tuple[int, ...]
    rounds: int
    seconds: float
    thinking: float
    people: int


QUICK = Plan(sessions=(1, 20), rounds=2, seconds=0.5, thinking=0, people=20)
FULL = Plan(sessions=(1, 50, 200), rounds=3, seconds=2, thinking=15, people=50)

Step = Callable[[Tab], Awaitable[float]]


@dataclass(kw_only=True)
class Row:
    """One kind of page run, in as many tabs as are open.

    Attributes:
        floor: the name of the row that it is compared with.
        before: what a tab does, unmeasured, so that the step can be taken again.
        cpu: processor seconds a run, one figure a turn.
        rates: runs a second, one figure a turn.
    """

    name: str
    server: Server
    step: Step
    floor: str = ""
    before: Step | None = None
    tabs: list[Tab] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    thought: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    megabytes: float = 0.0


async def _open(row: Row, path: str, people: Sequence[Clinician], count: int) -> None:
    before = row.server.memory()
    cookies = [f"{_TAB_COOKIE}={one.token}" for one in people] or [""]
    for start in range(0, count, _AT_ONCE):
        some = range(start, min(start + _AT_ONCE, count))
        row.tabs += await asyncio.gather(
            *(Tab.open(row.server.origin, path, cookies[n % len(cookies)]) for n in some)
        )
    row.megabytes = (row.server.memory() - before) / count
    for _ in range(_WARM_UP):
        await _turn(row, 0, keep=False)


async def _turn(row: Row, seconds: float, *, keep: bool = True) -> None:
    """Let every tab step again and again for some seconds, at least once each."""
    waits: list[float] = []
    cpu = wall = 0.0
    while True:
        if row.before is not None:
            await asyncio.gather(*map(row.before, row.tabs))
        lasts = 0 if row.before is not None else seconds
        started, used = perf_counter(), row.server.cpu()
        await asyncio.gather(
            *(_again(row.step, tab, started + lasts, waits) for tab in row.tabs)
        )
        cpu += row.server.cpu() - used
        wall += perf_counter() - started
        if wall >= seconds:
            break
    if keep:
        row.waits += waits
        row.cpu.append(cpu / len(waits))
        row.rates.append(len(waits) / wall)


async def _again(step: Step, tab: Tab, until: float, waits: list[float]) -> None:
    while True:
        waits.append(await step(tab))
        if perf_counter() >= until:
            return


async def _think(row: Row, seconds: float, rng: random.Random) -> None:
    """Let every tab step, think, and step again."""

    async def one(tab: Tab) -> None:
        await asyncio.sleep(rng.random() * _THINK)
        while perf_counter() < until:
            if row.before is not None:
                await row.before(tab)
            row.thought.append(await row.step(tab))
            await asyncio.sleep(_THINK * (0.5 + rng.random()))

    until = perf_counter() + seconds
    await asyncio.gather(*map(one, row.tabs))


def _rows(servers: dict[str, Server], rng: random.Random) -> dict[str, Row]:
    ours = servers["app"]

    async def send(tab: Tab) -> float:
        for key in tab.keys("item-"):
            tab.fill(key, rng.randrange(_OPTIONS))
        return await tab.press("save")

    def questions(tab: Tab) -> list[str]:
        keys = [k for k in tab.keys("check_in:") if k.count(":") > 1]
        groups = ("button_group",)
        return [k for k in keys if tab.widget(k).kind in groups]

    async def tap(tab: Tab) -> float:
        key = rng.choice(questions(tab))
        return await tab.choose(key, rng.randrange(_OPTIONS))

    async def change(tab: Tab) -> float:
        if tab.keys("check_in:change"):
            await tab.press("check_in:change")
        return await tap(tab)

    def save(tab: Tab) -> Awaitable[float]:
        return tab.press("check_in:save")

    found = [
        Row(name="empty page", server=servers["empty"], step=Tab.rerun),
        Row(name="form row: 13 pills", server=servers["form"], step=send),
        Row(name="published form: 12 sliders", server=servers["sliders"], step=send),
        Row(name="compiled-spec row: 4 charts", server=servers["charts"], step=Tab.rerun),
        Row(name="check-in: one tap", server=ours, step=tap, floor="form"),
        Row(name="check-in: one save", server=ours, step=save, before=change, floor="form"),
    ]
    names = ["empty", "form", "sliders", "charts", "tap", "save"]
    rows = dict(zip(names, found, strict=True))
    for weeks in (12, 52, 260):
        rows[f"weeks {weeks}"] = Row(
            name=f"my weeks: {weeks} weeks", server=ours, step=Tab.rerun, floor="charts"
        )
    rows["all 260"] = Row(
        name="my weeks: 260 weeks, all shown",
        server=ours,
        step=Tab.rerun,
        floor="charts",
    )
    return rows


async def _show_all(row: Row) -> None:
    for tab in row.tabs:
        await tab.choose("my_weeks:period", 2)


async def _measure(
    rows: dict[str, Row], people: dict[int, list[Clinician]], plan: Plan, sessions: int
) -> None:
    for name, row in rows.items():
        if name in _FLOORS:
            await _open(row, "", [], sessions)
        elif name in ("tap", "save"):
            await _open(row, "check-in", people[0 if name == "tap" else 1], sessions)
        else:
            await _open(row, "my-weeks", people[int(name.split()[1])], sessions)
    await _show_all(rows["all 260"])
    gc.collect()
    gc.freeze()
    for _ in range(plan.rounds):
        for row in rows.values():
            await _turn(row, plan.seconds)
    if plan.thinking:
        for row in rows.values():
            await _think(row, plan.thinking, random.Random(sessions))
    for row in rows.values():
        await asyncio.gather(*(tab.close() for tab in row.tabs))


def _report(rows: dict[str, Row], sessions: int) -> str:
    def times(waits: list[float]) -> list[str]:
        ms = (1000 * percentile(waits, p) for p in (50, 95))
        return [f"{m:.0f}" for m in ms] if waits else ["", ""]

    def ratio(row: Row) -> str:
        if not row.floor:
            return ""
        floor = rows[row.floor]
        each = [a / b for a, b in zip(row.cpu, floor.cpu, strict=True)]
        return f"{median(each):.2f}"

    lines = [
        [
            row.name,
            *times(row.waits),
            f"{median(row.rates):.0f}",
            f"{1000 * median(row.cpu):.2f}",
            ratio(row),
            *times(row.thought),
            f"{row.megabytes:.2f}",
        ]
        for row in rows.values()
    ]
    head = ["row", "p50 ms", "p95 ms", "runs/s", "CPU ms/run", "of its floor"]
    head += ["p50 ms, 5 s think", "p95 ms, 5 s think", "MB/session"]
    short, long = rows["weeks 12"].cpu, rows["weeks 260"].cpu
    growth = median(b / a for a, b in zip(short, long, strict=True))
    return (
        f"### {sessions} open sessions a row\n\n{table(head, lines)}\n\n"
        f"260 weeks cost {growth:.2f} times what 12 cost.\n"
    )


def _people_of(url: str, port: int, plan: Plan) -> dict[int, list[Clinician]]:
    ctx, clinic = _people.open_database(url, port)
    most = max(plan.sessions)
    # Keys 0 and 1 are those who tap and those who save; each has a tab of their own.
    found = {n: _people.add_clinicians(ctx, clinic, most, 26) for n in (0, 1)}
    for weeks in (12, 52, 260):
        found[weeks] = _people.add_clinicians(ctx, clinic, plan.people, weeks)
    ctx.engine.dispose()
    return found


def main() -> None:
    """Measure and print one table for each number of sessions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    plan = QUICK if parser.parse_args().quick else FULL
    _servers.allow_many_files()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, port = Path(name), _servers.free_port()
        url = f"sqlite:///{folder / 'app.db'}"
        people = _people_of(url, port, plan)
        for sessions in plan.sessions:
            with ExitStack() as running:
                servers = {"app": running.enter_context(_servers.app(folder, url, port))}
                for floor in _FLOORS:
                    server = running.enter_context(_servers.floor(folder, floor))
                    servers[floor] = server
                rows = _rows(servers, random.Random(sessions))
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    runner.run(_measure(rows, people, plan, sessions))
                sys.stdout.write(_report(rows, sessions) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()

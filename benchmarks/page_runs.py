"""What one page run costs, against bare pages served alike in the same run.

``python -m benchmarks.page_runs [--quick]``; README.md says what the rows are.
"""

import argparse
import asyncio
import gc
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter

import uvloop

from benchmarks import _people, _servers
from benchmarks._page_rows import FLOORS, WEEKS, Row, Step, rows_of
from benchmarks._people import Clinician
from benchmarks._protocol import Tab
from benchmarks._tables import percentile, table

_THINK = 5.0
_WARM_UP = 3
_AT_ONCE = 10
_TAB_COOKIE = "wellbeing"
_ALONE = ("empty page", "published form: 12 sliders")
"""Rows that no other is compared with; the other floors take turns with ours."""


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


QUICK = Plan(sessions=(1, 20), rounds=3, seconds=0.3, thinking=0, people=4)
FULL = Plan(sessions=(1, 50, 200), rounds=3, seconds=1.5, thinking=12, people=25)


async def _open(row: Row, path: str, people: Sequence[Clinician], count: int) -> None:
    cookies = [f"{_TAB_COOKIE}={one.token}" for one in people] or [""]
    # What a page loads once, at its first opening, is no session's.
    first = await Tab.open(row.server.origin, path, cookies[0])
    before = row.server.memory()
    for start in range(0, count, _AT_ONCE):
        some = range(start, min(start + _AT_ONCE, count))
        row.tabs += await asyncio.gather(
            *(
                Tab.open(row.server.origin, path, cookies[n % len(cookies)])
                for n in some
            )
        )
    row.megabytes = (row.server.memory() - before) / count
    await first.close()
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
        await asyncio.sleep(rng.random() * min(_THINK, seconds))
        while perf_counter() < until:
            if row.before is not None:
                await row.before(tab)
            row.thought.append(await row.step(tab))
            pause = _THINK * (0.5 + rng.random())
            if perf_counter() + pause >= until:
                return
            await asyncio.sleep(pause)

    until = perf_counter() + seconds
    await asyncio.gather(*map(one, row.tabs))


async def _show_all(row: Row) -> None:
    for tab in row.tabs:
        await tab.choose("my_weeks:period", 2)


async def _open_all(
    rows: dict[str, Row], people: dict[int, list[Clinician]], sessions: int
) -> None:
    for name, row in rows.items():
        if name in FLOORS:
            await _open(row, "", [], sessions)
        elif name in ("tap", "save"):
            await _open(row, "check-in", people[0 if name == "tap" else 1], sessions)
        else:
            await _open(row, "my-weeks", people[int(name.split()[1])], sessions)
    await _show_all(rows["all 260"])


async def _measure(
    rows: dict[str, Row], people: dict[int, list[Clinician]], plan: Plan, sessions: int
) -> None:
    await _open_all(rows, people, sessions)
    gc.collect()
    gc.freeze()
    for _ in range(plan.rounds):
        for row in rows.values():
            if row.floor:
                floor = rows[row.floor]
                await _turn(floor, plan.seconds)
                await _turn(row, plan.seconds)
                row.ratios.append(row.cpu[-1] / floor.cpu[-1])
            elif row.name in _ALONE:
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

    lines = [
        [
            row.name,
            *times(row.waits),
            f"{median(row.rates):.0f}",
            f"{1000 * median(row.cpu):.2f}",
            f"{median(row.ratios):.2f}" if row.ratios else "",
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
    found = {n: _people.add_clinicians(ctx, clinic, most, 12) for n in (0, 1)}
    for weeks in WEEKS:
        found[weeks] = _people.add_clinicians(ctx, clinic, plan.people, weeks)
    ctx.dispose()
    return found


def _plan() -> Plan:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--sessions", type=int, nargs="*", help="1 50 200 if not named")
    given = parser.parse_args()
    plan = QUICK if given.quick else FULL
    return replace(plan, sessions=tuple(given.sessions or plan.sessions))


def main() -> None:
    """Measure and print one table for each number of sessions."""
    plan = _plan()
    _servers.allow_many_files()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, port = Path(name), _servers.free_port()
        url = f"sqlite:///{folder / 'app.db'}"
        people = _people_of(url, port, plan)
        servers = {"app": stack.enter_context(_servers.app(folder, url, port))}
        for floor in FLOORS:
            servers[floor] = stack.enter_context(_servers.floor(folder, floor))
        for sessions in plan.sessions:
            rows = rows_of(servers, random.Random(sessions))
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_measure(rows, people, plan, sessions))
            sys.stdout.write(_report(rows, sessions) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""The rows of ``page_runs``: what a tab does in each, ours and the floors'."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from benchmarks._protocol import Tab
from benchmarks._servers import Server

FLOORS = ("empty", "form", "sliders", "charts")
WEEKS = (12, 52, 260)
_OPTIONS = 5

Step = Callable[[Tab], Awaitable[float]]


@dataclass(kw_only=True)
class Row:
    """One kind of page run, in as many tabs as are open.

    Attributes:
        floor: the name of the row that it is compared with.
        before: what a tab does, unmeasured, so that the step can be taken again.
        cpu: processor seconds a run, one figure a turn.
        rates: runs a second, one figure a turn.
        ratios: the processor time against the floor's turn just before.
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
    ratios: list[float] = field(default_factory=list)
    megabytes: float = 0.0


def rows_of(servers: dict[str, Server], rng: random.Random) -> dict[str, Row]:
    """Return every row by a short name, the floors first."""
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
        Row(
            name="compiled-spec row: 4 charts", server=servers["charts"], step=Tab.rerun
        ),
        Row(name="check-in: one tap", server=ours, step=tap, floor="form"),
        Row(
            name="check-in: one save",
            server=ours,
            step=save,
            before=change,
            floor="form",
        ),
    ]
    names = ["empty", "form", "sliders", "charts", "tap", "save"]
    rows = dict(zip(names, found, strict=True))
    for weeks in WEEKS:
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

"""Trial: does the time of an answer to a lead tell what people did since the close?

Two copies of one clinic, closed alike. In one nobody did anything afterwards; in the
other everybody answered, many changed their mind and new people came. A lead's
requests to both are timed in turns. Printed is how often a request to the second is
slower than one to the first: 0.50 tells nothing. The control is a screen that computes
a live mean, and must be told apart.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, cast

import numpy as np
import sqlalchemy as sa

from tests import databases
from tests.clinic import Clock, make_person, open_context
from tests.counted_clinic import PERIODS, House
from wellbeing.domain.people import Role
from wellbeing.services import actions
from wellbeing.services.closing import close
from wellbeing.services.context import Context
from wellbeing.services.seats import seat_of
from wellbeing.services.team_exports import team_trends_csv
from wellbeing.services.team_trends import team_picture

ALIKE = 0.04
"""The share of slower requests may be off one half by so much."""
WARM = 50

Houses = tuple[House, House]


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """How often the busy house was slower, and the median times."""

    value: float
    quiet_ms: float
    busy_ms: float

    @property
    def alike(self) -> bool:
        """Whether nobody could tell the houses apart by this."""
        return abs(self.value - 0.5) <= ALIKE

    def __str__(self) -> str:
        told = "alike" if self.alike else "told apart"
        return f"{self.value:.3f} {told}, {self.quiet_ms:.2f} and {self.busy_ms:.2f} ms"


def quiet(ctx: Context) -> House:
    """Return a clinic of twenty in which nothing happened since the close."""
    clock = cast("Clock", ctx.now)
    house = House(ctx, clock, size=20)
    for period in PERIODS[:3]:
        house.everybody_answers(period)
    house.end(PERIODS[2])
    close(house.ctx)
    return house


def busy(house: House) -> House:
    """Let everybody answer, many change, and thirty join."""
    for week in PERIODS[3].weeks:
        house.answer(house.people, week, overall=1)
    for one in house.people[:7]:
        house.counts(one, counted=False)
    for n in range(30):
        late = f"Late{n}"
        make_person(house.ctx, house.clinic, late, Role.CLINICIAN, team=house.north)
    return house


def as_a_lead(house: House) -> None:
    """Do what the screen and the file of a lead do."""
    seat = seat_of(house.ctx, house.dora)
    team_picture(house.ctx.door, seat, house.north.team_id)
    team_trends_csv(house.ctx.door, seat, house.north.team_id)
    actions.actions_of(house.ctx, house.dora, house.north.team_id)


def live(house: House) -> None:
    """Do what no screen of ours does: read the answers of the running period."""
    statement = sa.text("SELECT * FROM check_in WHERE week >= :week")
    with house.ctx.reading() as db:
        rows: list[Any] = list(
            db.execute(statement, {"week": str(PERIODS[3].first_week)})
        )
        sum(row.overall or 0 for row in rows)


def slower(action: Callable[[House], None], houses: Houses, times: int) -> Share:
    """Time both houses in turns, in random order."""
    taken = np.zeros((2, times))
    order = np.random.default_rng(1).integers(0, 2, times + WARM)
    for n, first in enumerate(order):
        for which in (first, 1 - first):
            began = time.perf_counter()
            action(houses[which])
            if n >= WARM:
                taken[which, n - WARM] = time.perf_counter() - began
    ranks = np.argsort(np.argsort(taken.ravel())) + 1
    above = ranks[times:].sum() - times * (times + 1) / 2
    quiet_ms, busy_ms = (1000 * median(row) for row in taken.tolist())
    return Share(value=float(above / times**2), quiet_ms=quiet_ms, busy_ms=busy_ms)


def compare(houses: Houses, times: int, name: str) -> bool:
    """Print both lines of one database and tell whether they are as they must be."""
    ours, control = (slower(one, houses, times) for one in (as_a_lead, live))
    print(f"{name:10}  a lead's requests     {ours}")
    print(f"{name:10}  control, a live mean  {control}")
    return ours.alike and not control.alike


def on_sqlite(times: int) -> bool:
    """Measure on two files."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        databases.make_sqlite_template(template)
        files = [Path(folder) / name for name in ("one.db", "two.db")]
        for file in files:
            databases.copy_sqlite(template, file)
        one, two = (quiet(open_at(databases.sqlite_url(file))) for file in files)
        return compare((one, busy(two)), times, "SQLite")


def on_postgresql(times: int) -> bool:
    """Measure on two databases of a server of its own."""
    folder = Path(databases.new_server_folder())
    try:
        server = databases.server_url(folder)
        with ExitStack() as stack:
            template = stack.enter_context(databases.postgresql_template(server))
            houses = []
            for _ in range(2):
                url = stack.enter_context(
                    databases.postgresql_database(server, template)
                )
                ctx = stack.enter_context(databases.with_door(open_at(url)))
                stack.callback(ctx.dispose)
                houses.append(quiet(ctx))
            one, two = houses
            return compare((one, busy(two)), times, "PostgreSQL")
    finally:
        databases.remove_server(folder)


def open_at(url: str) -> Context:
    """Return the context of a database, with a clock that can be turned."""
    return open_context(url, Clock())


def main() -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=2000)
    times = parser.parse_args().times
    print("share of requests that were slower where people had answered")
    if not all([on_sqlite(times), on_postgresql(times)]):
        sys.exit("A time told what it must not, or the control told nothing.")


if __name__ == "__main__":
    main()

"""What closing a period costs, against one plain GROUP BY over the same rows.

``python -m benchmarks.closing [--quick] [--teams N]``
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from benchmarks import _people
from benchmarks._postgresql import durable_server
from benchmarks._tables import table
from tests import databases
from wellbeing.bootstrap import make_context
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.ids import ClinicId, TeamId, new_id
from wellbeing.domain.indicators import SCORING_VERSION
from wellbeing.domain.people import Role, Standing, Team
from wellbeing.domain.weeks import Week
from wellbeing.privacy.periods import Calendar, Period
from wellbeing.privacy.scales import TEAM_INDICATORS, scale_of
from wellbeing.services.closing import close
from wellbeing.services.context import Context
from wellbeing.settings import Settings
from wellbeing.storage import team_queries
from wellbeing.storage.check_in_tables import CheckInRow
from wellbeing.storage.clinic_tables import MembershipRow, PersonRoleRow, PersonRow

_PEOPLE, _WEEKS = 10, 52
_TEAMS, _QUICK_TEAMS = 2000, 50
_FIRST = Week(2025, 1)
_A_WRITE = 5000
_CHECK_IN: sa.Table = CheckInRow.__table__  # type: ignore[assignment]


def _batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    found = iter(rows)
    while some := list(islice(found, size)):
        yield some


def _fill(ctx: Context, clinic_id: ClinicId, teams: int) -> None:
    """Write so many teams of ten, each person with a check-in in every week."""
    now = datetime.now(UTC)
    named = [Team(team_id=TeamId(new_id(now)), name=f"Team {n}") for n in range(teams)]
    with ctx.writing() as db:
        team_queries.add_teams(db, clinic_id, named)
        for some in _batched(named, 100):
            people = [(new_id(now), team.team_id) for team in some for _ in range(10)]
            for row, rows in _rows_of_people(clinic_id, people):
                db.execute(sa.insert(row), rows)
    rng = random.Random(1)
    with ctx.writing() as db:
        found = db.scalars(sa.select(PersonRow.person_id)).all()
        rows = _check_ins(rng, clinic_id, found)
        for some in _batched(rows, _A_WRITE):
            db.execute(sa.insert(_CHECK_IN), list(some))
    with ctx.writing() as db:
        db.exec_driver_sql("ANALYZE")


def _rows_of_people(
    clinic_id: ClinicId, people: list[tuple[Any, TeamId]]
) -> Iterator[tuple[type, list[dict[str, Any]]]]:
    keys = [{"clinic_id": clinic_id, "person_id": person} for person, _ in people]
    yield (
        PersonRow,
        [
            {
                **key,
                "name": "Somebody",
                "email": f"{key['person_id']}@example.org",
                "standing": Standing.ACTIVE,
                "team_trends": True,
            }
            for key in keys
        ],
    )
    yield PersonRoleRow, [{**key, "role": Role.CLINICIAN} for key in keys]
    yield (
        MembershipRow,
        [
            {**key, "from_week": str(_FIRST), "team_id": team}
            for key, (_, team) in zip(keys, people, strict=True)
        ],
    )


def _check_ins(
    rng: random.Random, clinic_id: ClinicId, people: Sequence[UUID]
) -> Iterator[dict[str, Any]]:
    # Week by week, as people answer: rows of one person do not lie side by side.
    for week in map(str, _FIRST.through(_FIRST.plus(_WEEKS - 1))):
        for person in people:
            scores = {
                i.value: rng.randrange(scale_of(i).levels) / scale_of(i).top * 100
                for i in TEAM_INDICATORS
            }
            yield {
                "clinic_id": clinic_id,
                "person_id": person,
                "week": week,
                "kind": Kind.FULL,
                "no_client_work": False,
                "support_used": "",
                "question_version": "1",
                "scoring_version": SCORING_VERSION,
                **scores,
            }


def _group_by(ctx: Context, first: Week, last: Week) -> float:
    means = [sa.func.avg(_CHECK_IN.c[i.value]) for i in TEAM_INDICATORS]
    statement = (
        sa.select(_CHECK_IN.c.person_id, *means)
        .where(_CHECK_IN.c.week >= str(first), _CHECK_IN.c.week <= str(last))
        .group_by(_CHECK_IN.c.person_id)
    )
    start = perf_counter()
    with ctx.reading() as db:
        db.execute(statement).all()
    return perf_counter() - start


def _child(url: str) -> None:
    """Close a year, period by period, and print what each cost as JSON."""
    ctx = make_context(Settings(database_url=url))
    calendar = Calendar(_FIRST)
    before = _peak()
    costs = []
    for n in range(_WEEKS // 4):
        period = Period(_FIRST).plus(n)
        quarter = calendar.quarter_of(period)
        floor = _group_by(ctx, quarter.first_week, period.last_week)
        start = perf_counter()
        if close(ctx, period.last_week) != (period,):
            raise RuntimeError(period)
        costs.append((perf_counter() - start, floor))
    found = {"costs": costs, "megabytes": _peak() - before}
    sys.stdout.write(json.dumps(found))
    ctx.dispose()


def _peak() -> float:
    """Return the most memory this process has held so far, in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (x for x in status.splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


@contextmanager
def _databases() -> Iterator[list[str]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(durable_server())
        yield [
            databases.sqlite_url(folder / "closing.db"),
            stack.enter_context(databases.postgresql_database(server)),
        ]


def _measure(url: str, teams: int) -> tuple[list[list[str]], list[str]]:
    ctx, clinic = _people.open_database(url)
    _fill(ctx, clinic.clinic_id, teams)
    kind = ctx.engine.dialect.name
    ctx.dispose()
    command = [sys.executable, "-m", "benchmarks.closing", "--child", url]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found = json.loads(done.stdout)
    costs = found["costs"]
    rows = []
    for place, name in enumerate(("first", "second", "third")):
        ours = [costs[n] for n in range(place, len(costs), 3)]
        rows.append(
            [
                f"{kind}: {name} period of a quarter",
                f"{median(o for o, _ in ours):.2f}",
                f"{median(f for _, f in ours):.2f}",
                f"{median(o / f for o, f in ours):.2f}",
                f"{ours[-1][0] / ours[0][0]:.2f}",
            ]
        )
    year, floors = (sum(each) for each in zip(*costs, strict=True))
    rows.append(
        [f"{kind}: a year", f"{year:.2f}", f"{floors:.2f}", f"{year / floors:.2f}", ""]
    )
    return rows, [kind, f"{found['megabytes']:.0f}"]


def main() -> None:
    """Print what closing costs on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--teams", type=int, default=_TEAMS, help="teams of ten")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        _child(chosen.child)
        return
    teams = _QUICK_TEAMS if chosen.quick else chosen.teams
    rows: list[list[str]] = []
    memory: list[list[str]] = []
    with _databases() as urls:
        for url in urls:
            more, used = _measure(url, teams)
            rows += more
            memory.append(used)
    out = sys.stdout
    out.write(f"{teams} teams of {_PEOPLE}, {_WEEKS} weeks\n\n")
    head = ["closing", "s", "GROUP BY, s", "ratio", "last of the year to first"]
    out.write(table(head, rows))
    out.write(f"\n\n{table(['memory', 'MB above the start'], memory)}\n")


if __name__ == "__main__":
    main()

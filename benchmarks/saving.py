"""What one save costs on each database, and whether hot queries stay cheap.

``python -m benchmarks.saving [--quick]``; a bare INSERT and COMMIT is the floor.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks import _people
from benchmarks._people import Clinician
from benchmarks._plans import HOT, full_scans
from benchmarks._postgresql import durable_server
from benchmarks._tables import percentile, table
from tests import databases
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.weeks import Week
from wellbeing.services import check_ins
from wellbeing.services.context import Context
from wellbeing.storage import check_in_queries

_SAVES, _QUICK_SAVES = 300, 40
_FEW, _LOOKS = 10, 300
_PAYLOAD = 900
"""Bytes of a full check-in's row and its answers, without keys and indexes."""


def _clock(week: Week) -> Callable[[], datetime]:
    noon = datetime.combine(week.monday, time(12), tzinfo=UTC)
    return lambda: noon


def _make_floor(ctx: Context) -> None:
    with ctx.writing() as db:
        db.exec_driver_sql("CREATE TABLE floor (id integer PRIMARY KEY, body text)")


def _bare(ctx: Context, number: int) -> float:
    sign = "?" if ctx.engine.dialect.name == "sqlite" else "%s"
    statement = f"INSERT INTO floor VALUES ({sign}, {sign})"  # noqa: S608 (two signs)
    start = perf_counter()
    with ctx.writing() as db:
        db.exec_driver_sql(statement, (number, "x" * _PAYLOAD))
    return perf_counter() - start


def _save(ctx: Context, one: Clinician, week: Week) -> tuple[float, float, float]:
    """Return the seconds of keeping one tap, of saving, and of both."""
    later = replace(ctx, now=_clock(week))
    rng = random.Random(str(week))
    fields = {q.id: rng.choice(q.response.codes) for q in ctx.questions.asked_in(week)}
    last = fields.popitem()
    check_ins.keep(later, one.viewer, week, fields)
    start = perf_counter()
    check_ins.keep(later, one.viewer, week, dict([last]))
    kept = perf_counter()
    check_ins.save(later, one.viewer, week, Kind.FULL)
    end = perf_counter()
    return kept - start, end - kept, end - start


def _saves(ctx: Context, people: Sequence[Clinician], count: int) -> list[list[str]]:
    """Save and insert in turns; return the lines of the table."""
    _make_floor(ctx)
    first = ctx.this_week(people[0].viewer.clinic)
    bare: list[float] = []
    ours: list[tuple[float, float, float]] = []
    for n in range(count):
        bare.append(_bare(ctx, n))
        who = people[n % len(people)]
        ours.append(_save(ctx, who, first.plus(n // len(people) + 1)))
    named = zip(("keep one tap", "save", "keep and save"), zip(*ours, strict=True))  # noqa: B905 (three of each)
    rows = [("bare INSERT and COMMIT", bare), *named]
    name = ctx.engine.dialect.name
    return [
        [
            f"{name}: {what}",
            f"{1000 * median(seconds):.2f}",
            f"{1000 * percentile(seconds, 95):.2f}",
            f"{median(a / b for a, b in zip(seconds, bare, strict=True)):.2f}",
        ]
        for what, seconds in rows
    ]


def _look(ctx: Context, one: Clinician) -> float:
    start = perf_counter()
    with ctx.reading() as db:
        own = one.viewer.clinic_id, one.viewer.person_id
        check_in_queries.scores_of(db, *own)
    return perf_counter() - start


def _growth(few: Context, many: Context, one: Clinician, other: Clinician) -> list[str]:
    """Return the time of one person's scores among few and among many people."""
    looks = [(_look(few, one), _look(many, other)) for _ in range(_LOOKS)]
    ratio = median(b / a for a, b in looks)
    times = (f"{1000 * median(each):.2f}" for each in zip(*looks, strict=True))
    return [few.engine.dialect.name, *times, f"{ratio:.2f}"]


def _analyze(ctx: Context) -> None:
    with ctx.writing() as db:
        db.exec_driver_sql("ANALYZE")


@contextmanager
def _databases() -> Iterator[list[tuple[str, str]]]:
    """Yield two empty databases of each kind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(durable_server())
        pair = [
            stack.enter_context(databases.postgresql_database(server)) for _ in range(2)
        ]
        files = [databases.sqlite_url(folder / f"{n}.db") for n in range(2)]
        yield [(files[0], files[1]), (pair[0], pair[1])]


def _measure(
    urls: tuple[str, str], *, quick: bool
) -> tuple[list[list[str]], list[str], list[str]]:
    weeks, people, most = (26, 60, 200) if quick else (260, 200, 2000)
    (few, small), (many, large) = map(_people.open_database, urls)
    first = _people.add_clinicians(few, small, _FEW, weeks)
    rows = _saves(few, first, _QUICK_SAVES if quick else _SAVES)
    others = _people.add_clinicians(many, large, people, weeks)
    _analyze(many)
    scans = full_scans(many, others[0].viewer)
    # Scores are read from one row a week; the answers beside it play no part.
    _people.add_clinicians(many, large, most - people, weeks, answers=False)
    _analyze(many)
    _analyze(few)
    growth = _growth(few, many, first[0], others[0])
    few.dispose()
    many.dispose()
    return rows, growth, scans


def main() -> None:
    """Print what saving costs; stop with status 1 if a hot query scans a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    quick = parser.parse_args().quick
    rows: list[list[str]] = []
    growth: list[list[str]] = []
    scans: list[str] = []
    with _databases() as kinds:
        for urls in kinds:
            more, grown, scanned = _measure(urls, quick=quick)
            rows += more
            growth.append(grown)
            scans += scanned
    out = sys.stdout
    out.write(table(["one save", "median ms", "p95 ms", "of the floor"], rows))
    head = ["one person's scores", "10 people, ms", "many people, ms", "ratio"]
    out.write(f"\n\n{table(head, growth)}\n\n")
    out.write("Query plans: " + ("\n".join(scans) or f"{len(HOT)} hot queries, "))
    out.write("" if scans else "each by an index, on both databases.\n")
    sys.exit(bool(scans))


if __name__ == "__main__":
    main()

"""What writing the long CSV of a bundle costs, against two databases writing the same.

``python -m benchmarks.exporting [--quick]``. The rows wait on disk as they do in a
bundle. SQLite's and PostgreSQL's own CSV of the same rows, from a table in this order,
is the floor. The last columns are the whole bundle: de-identified, attacked, zipped.
"""

import argparse
import csv
import hashlib
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter
from uuid import UUID

import psycopg

from benchmarks._postgresql import durable_server
from benchmarks._tables import table
from wellbeing.content.load import weekly_questions
from wellbeing.domain.ids import PersonId
from wellbeing.domain.weeks import Week
from wellbeing.exports.bundle import write_bundle
from wellbeing.exports.columns import Row
from wellbeing.exports.layout import Layout, layout_of
from wellbeing.exports.rows import rows_of
from wellbeing.exports.spool import Spool
from wellbeing.exports.tables import write_csv
from wellbeing.privacy.attribute_cells import Cells
from wellbeing.privacy.deidentification import pseudonym, release
from wellbeing.privacy.own_time import in_own_time
from wellbeing.privacy.study_data import Participant, StudyPlan, StudyWeek

_SIZES, _QUICK = (10_000, 100_000, 1_000_000), (10_000,)
_KEY = bytes(range(32))
_WEEKS = 40
_MEGABYTE = 1_000_000
_QUESTIONS = weekly_questions()
_FIRST = Week(2026, 1)
_ITEMS = tuple(q.id for q in _QUESTIONS.questions if q.turn is None)
_ROWS_OF_ONE = len(_ITEMS) * _WEEKS // 4
_PLAN = StudyPlan(
    study_id="benchmark",
    title="A benchmark",
    purpose="To measure.",
    responsible="Nobody",
    ethics_reference="none",
    told="Nothing: nobody here exists.",
    from_week=_FIRST,
    through_week=_FIRST.plus(_WEEKS - 1),
    freeze_date=date(2026, 1, 1),
    items=_ITEMS,
    instruments=(),
    context=(),
    attributes=(),
)


def _people(count: int) -> Iterator[Participant]:
    rng = Random(2026)
    weeks = _FIRST.through(_PLAN.through_week)
    codes = {i: q.response.codes for i in _ITEMS if (q := _QUESTIONS.find(i))}
    for number in range(count):
        yield Participant(
            person_id=PersonId(UUID(int=number + 1)),
            attributes={},
            weeks=tuple(
                StudyWeek(
                    week=week,
                    question_version="1",
                    answers={i: rng.choice(codes[i]) for i in _ITEMS},
                    context={},
                )
                for week in weeks
            ),
            responses=(),
        )


def _long(layout: Layout, spool: Spool) -> Iterator[Row]:
    for person in spool.people():
        yield from rows_of(layout, layout.responses, person)


def _ours(file: Path, spool: Spool) -> None:
    layout = layout_of(_PLAN, _QUESTIONS, Cells(names=(), released={}, merged=()))
    with file.open("wb") as out:
        write_csv(out, layout.responses, _long(layout, spool))


def _bundle(count: int) -> None:
    with tempfile.TemporaryFile() as out:
        write_bundle(
            _PLAN,
            lambda: _people(count),
            _KEY,
            (),
            out,
            frozenset(),
            lambda _: None,
            made_on=date(2026, 11, 22),
            program_version="0",
            questions=_QUESTIONS,
        )


def _sqlite(database: Path, ours: Path, file: Path) -> float:
    """Return the seconds of SQLite's own CSV."""
    load = f".import --csv {ours} responses"
    subprocess.run(["sqlite3", database, load], check=True)  # noqa: S607
    command = ["sqlite3", "-readonly", "-header", "-csv", "-newline", "\n"]
    query = "SELECT * FROM responses ORDER BY rowid"
    start = perf_counter()
    with file.open("wb") as out:
        subprocess.run([*command, database, query], stdout=out, check=True)
    return perf_counter() - start


def _postgresql(url: str, ours: Path, file: Path) -> float:
    """Return the seconds of PostgreSQL's own CSV."""
    with ours.open(encoding="utf-8", newline="") as text:
        header = next(csv.reader(text))
    columns = ", ".join(f"{name} text" for name in header)
    with psycopg.connect(url.replace("+psycopg", "")) as db, db.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS responses")
        cursor.execute(f"CREATE TABLE responses ({columns})".encode())
        load = "COPY responses FROM STDIN (FORMAT csv, HEADER)"
        with cursor.copy(load) as copy, ours.open("rb") as source:
            while piece := source.read(1 << 20):
                copy.write(piece)
        start = perf_counter()
        dump = "COPY responses TO STDOUT (FORMAT csv, HEADER)"
        with cursor.copy(dump) as copy, file.open("wb") as out:
            for row in copy:
                out.write(row)
        return perf_counter() - start


def _seconds(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


def _peak(run: Callable[[], object]) -> float:
    """Return how many megabytes a run takes on top of what there is."""
    tracemalloc.start()
    run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / _MEGABYTE


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _row(url: str, size: int, folder: Path) -> tuple[list[str], bool]:
    people = -(-size // _ROWS_OF_ONE)
    ours, theirs, dumped = (folder / name for name in ("ours", "sqlite", "postgresql"))
    with Spool() as spool:
        for person in _people(people):
            if own := in_own_time(_PLAN, person):
                name = pseudonym(_KEY, person.person_id)
                spool.add(release(_PLAN, _QUESTIONS, own, name))
        seconds = _seconds(lambda: _ours(ours, spool))
        peak = _peak(lambda: _ours(ours, spool))
    in_sqlite = _sqlite(folder / f"{size}.db", ours, theirs)
    in_postgresql = _postgresql(url, ours, dumped)
    whole = _seconds(lambda: _bundle(people))
    whole_peak = _peak(lambda: _bundle(people)) if size <= _SIZES[1] else None
    row = [
        f"{people * _ROWS_OF_ONE:,}",
        f"{seconds:.2f}",
        f"{peak:.1f}",
        f"{in_sqlite:.2f}",
        f"{in_postgresql:.2f}",
        f"{seconds / in_sqlite:.1f}",
        f"{seconds / in_postgresql:.1f}",
        f"{whole:.1f}",
        "" if whole_peak is None else f"{whole_peak:.1f}",
    ]
    return row, _digest(ours) == _digest(dumped)


def main() -> None:
    """Print the table; stop with status 1 if a database wrote other bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the smallest size only")
    sizes = _QUICK if parser.parse_args().quick else _SIZES
    with durable_server() as url, tempfile.TemporaryDirectory() as folder:
        found = [_row(url, size, Path(folder)) for size in sizes]
    head = ["rows", "s", "peak MB", "sqlite s", "COPY s"]
    head += ["/ sqlite", "/ COPY", "bundle s", "bundle MB"]
    same = all(equal for _, equal in found)
    sys.stdout.write(f"{table(head, [row for row, _ in found])}\n\n")
    sys.stdout.write(f"The same bytes as PostgreSQL: {same}.\n")
    sys.exit(not same)


if __name__ == "__main__":
    main()

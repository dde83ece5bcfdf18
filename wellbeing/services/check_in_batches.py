"""Check-ins of many people at once: compared with what is saved, and written."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from sqlalchemy import Connection

from wellbeing.domain.check_ins import CheckIn
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.imports.check_ins import CheckInRow
from wellbeing.imports.problems import ProblemList
from wellbeing.storage import check_in_queries, tag_queries

_PEOPLE_A_QUERY = 1000
_CHECK_INS_A_WRITE = 500

Rows = Mapping[PersonId, Sequence[CheckInRow]]
"""Rows of a file by the person they are about."""


def saved_lines(
    db: Connection, clinic_id: ClinicId, theirs: Rows, problems: ProblemList
) -> set[int]:
    """Return the lines that are saved as they stand; note those that contradict."""
    taken: set[tuple[PersonId, str]] = set()
    people = list(theirs)
    for n in range(0, len(people), _PEOPLE_A_QUERY):
        some = people[n : n + _PEOPLE_A_QUERY]
        taken |= check_in_queries.weeks_taken(db, clinic_id, some)
    same: set[int] = set()
    for person in people if taken else ():
        rows = [r for r in theirs[person] if (person, str(r.week)) in taken]
        before = check_in_queries.check_ins_of(db, clinic_id, person) if rows else []
        standing = {c.week: c for c in before}
        for row in rows:
            if _is_same(row, standing[row.week]):
                same.add(row.line)
            else:
                sentence = "This contradicts what is saved for the week. "
                problems.add(row.line, None, f"{sentence}Take the line out.")
    return same


def _is_same(row: CheckInRow, saved: CheckIn) -> bool:
    return (
        row.kind is saved.kind
        and row.absence is saved.absence
        and row.no_client_work is saved.no_client_work
        and row.context == saved.context
        and frozenset(row.answers) == frozenset(saved.answers)
    )


def write(
    db: Connection, clinic_id: ClinicId, check_ins: Iterable[tuple[PersonId, CheckIn]]
) -> int:
    """Write check-ins of weeks that have none, as they come; return how many.

    Few are in memory at once.
    """
    remaining, written = iter(check_ins), 0
    while some := list(islice(remaining, _CHECK_INS_A_WRITE)):
        check_in_queries.add_check_ins(db, clinic_id, some)
        written += len(some)
    return written


def add_tags(db: Connection, clinic_id: ClinicId, theirs: Rows) -> None:
    """Add the tags of rows to those that the weeks have; none is removed."""
    for person, rows in theirs.items():
        tagged = [row for row in rows if row.tags]
        before = tag_queries.tags_of(db, clinic_id, person) if tagged else {}
        for row in tagged:
            noted = frozenset(before.get(row.week, ()))
            if not row.tags <= noted:
                tag_queries.put_tags(db, clinic_id, person, row.week, noted | row.tags)

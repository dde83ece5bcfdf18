"""Check-ins of many people at once: compared with what is saved, and written."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from sqlalchemy import Connection

from wellbeing.domain.check_ins import CheckIn
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Clinic
from wellbeing.domain.weeks import Week
from wellbeing.imports.check_ins import CheckInRow
from wellbeing.imports.problems import ProblemList
from wellbeing.services.context import Context
from wellbeing.services.keeping import first_kept_week
from wellbeing.storage import check_in_queries, tag_queries

_PEOPLE_A_QUERY = 1000
_CHECK_INS_A_WRITE = 500

Rows = Mapping[PersonId, Sequence[CheckInRow]]
"""Rows of a file by the person they are about."""


def saved_lines(
    ctx: Context, db: Connection, clinic: Clinic, theirs: Rows, problems: ProblemList
) -> set[int]:
    """Return the lines that are saved as they stand; note those that cannot be written.

    They contradict what is saved, or their weeks are older than what is kept.
    """
    clinic_id, first_kept = clinic.clinic_id, first_kept_week(ctx, db, clinic)
    taken: set[tuple[PersonId, str]] = set()
    people = list(theirs)
    for n in range(0, len(people), _PEOPLE_A_QUERY):
        some = people[n : n + _PEOPLE_A_QUERY]
        taken |= check_in_queries.weeks_taken(db, clinic_id, some)
    same: set[int] = set()
    for person, rows in theirs.items():
        standing: dict[Week, CheckIn] = {}
        if any((person, str(row.week)) in taken for row in rows):
            before = check_in_queries.check_ins_of(db, clinic_id, person)
            standing = {c.week: c for c in before}
        for row in rows:
            if (person, str(row.week)) in taken:
                if _is_same(row, standing[row.week]):
                    same.add(row.line)
                else:
                    sentence = "This contradicts what is saved for the week. "
                    problems.add(row.line, None, f"{sentence}Take the line out.")
            elif first_kept is not None and row.week < first_kept:
                sentence = f"Nothing before {first_kept} is kept. Take the line out."
                problems.add(row.line, "week", sentence)
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

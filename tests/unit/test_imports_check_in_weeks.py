"""The week of a row of check-ins: how it is written, and what it cannot be."""

import pytest

from tests.unit.test_imports_questions import QUESTIONS
from wellbeing.domain.weeks import Week
from wellbeing.imports.check_ins import CheckInsFile, read_check_ins
from wellbeing.imports.problems import Refused, report

TODAY = Week(2026, 47)


def only(text):
    found = read_check_ins(text.encode(), QUESTIONS, TODAY)
    assert isinstance(found, CheckInsFile), found
    (row,) = found.rows
    return row


def sentences(text):
    found = read_check_ins(text.encode(), QUESTIONS, TODAY)
    assert isinstance(found, Refused), found
    return report(found.problems, found.total)


def test_a_week_may_be_given_by_one_of_its_days():
    # 2024-12-30 is the Monday of the first week of 2025.
    assert only("email,date,rest\na@example.org,2024-12-30,3\n").week == Week(2025, 1)
    both = only("email,week,date,rest\na@example.org,2026-W46,2026-11-15,3\n")
    assert both.week == Week(2026, 46)


@pytest.mark.parametrize(
    ("week", "day", "says"),
    [
        (
            "2025-W53",
            "",
            "column week: “2025-W53” is not a week. Write it like 2026-W47.",
        ),
        ("2026-11-16", "", "column week: “2026-11-16” is not a week."),
        ("2026-W46", "2026-11-16", "lies in 2026-W47, not in 2026-W46"),
        ("2026-W48", "", "column week: 2026-W48 has not begun yet"),
        ("", "2026-11-23", "column date: 2026-W48 has not begun yet"),
        ("", "16.11.2026", "column date: In a date written like “16.11.2026” day and"),
        ("", "11/16/2026", "day and month can be confused. Write it like 2026-11-16."),
        ("", "2026-11-16 08:00", "is not a date. Write it like 2026-11-16."),
        ("", "", "This cell is empty. Write a week like 2026-W47."),
        ("1926-W46", "", "before the year 2000"),
    ],
)
def test_a_week_that_cannot_be_is_refused(week, day, says):
    text = f"email,week,date,overall\na@example.org,{week},{day},7\n"
    (told,) = sentences(text)
    assert says in told


def test_the_running_week_is_taken():
    assert only(f"email,week,overall\na@example.org,{TODAY},7\n").week == TODAY


def test_week_or_date_has_to_be_a_column():
    told = sentences("email,overall\na@example.org,7\n")
    assert told == ["Line 1: The column week is missing. Add it, or a column date."]

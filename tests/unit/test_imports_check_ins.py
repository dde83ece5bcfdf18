"""Reading check-ins: what a row means, what is refused, and in which words."""

from dataclasses import replace

import pytest

from tests.unit.test_imports_questions import QUESTIONS, WEEKLY
from wellbeing.domain.check_ins import (
    Absence,
    Kind,
    Missing,
    SupportUsed,
    Tag,
    WorkContext,
    answered,
)
from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.indicators import SCORING_VERSION, Indicator
from wellbeing.domain.weeks import Week
from wellbeing.imports.check_ins import CheckInsFile, read_check_ins, to_check_in
from wellbeing.imports.problems import Refused, report

TODAY = Week(2026, 47)
WHO = "email,week"
ANA = "ana@example.org,2026-W46"


def read(text):
    return read_check_ins(text.encode(), QUESTIONS, TODAY)


def only(text):
    found = read(text)
    assert isinstance(found, CheckInsFile), found
    (row,) = found.rows
    return row


def sentences(text):
    found = read(text)
    assert isinstance(found, Refused), found
    return report(found.problems, found.total)


def reason(row, item):
    (answer,) = [a for a in row.answers if a.item == item]
    return answer.missing


def test_a_row_of_a_plain_spreadsheet_becomes_a_check_in_with_scores():
    row = only(f"{WHO},Overall,Exhaustion 1,EXHAUSTION_2\n{ANA},10,4,4\n")
    check_in = to_check_in(row, QUESTIONS)
    assert check_in.week == Week(2026, 46)
    assert check_in.kind is Kind.FULL
    assert check_in.values() == {"overall": 10, "exhaustion_1": 4, "exhaustion_2": 4}
    assert check_in.scores[Indicator.OVERALL] == 100
    assert check_in.scores[Indicator.EXHAUSTION] == 100
    assert check_in.scores[Indicator.BURNOUT] is None
    assert check_in.question_version == QUESTIONS.version
    assert check_in.scoring_version == SCORING_VERSION


def test_every_question_gets_an_answer_or_a_reason_in_the_order_they_are_asked():
    row = only(f"{WHO},rest,overall\n{ANA},,7\n")
    assert [a.item for a in row.answers] == [q.id for q in QUESTIONS.questions]
    assert reason(row, "rest") is Missing.SKIPPED
    assert reason(row, "workload") is Missing.NOT_ASKED


def test_without_client_work_what_is_blank_about_it_is_not_applicable():
    row = only(f"{WHO},overall,rest,trauma_1,no_client_work\n{ANA},7,,,yes\n")
    assert reason(row, "trauma_1") is Missing.NOT_APPLICABLE
    assert reason(row, "rest") is Missing.SKIPPED


def test_an_answer_about_client_work_in_a_week_without_it_is_refused():
    (told,) = sentences(f"{WHO},trauma_1,no_client_work\n{ANA},2,yes\n")
    assert told.startswith("Line 2, column trauma_1: This asks about client work")


def test_a_column_says_why_answers_are_missing():
    row = only(
        f"{WHO},overall,control,rest,missing\n"
        f"{ANA},7,,,control=not_asked; reactions=not_applicable\n"
    )
    assert reason(row, "control") is Missing.NOT_ASKED
    assert reason(row, "reactions") is Missing.NOT_APPLICABLE
    assert reason(row, "rest") is Missing.SKIPPED


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("control", "“control” is not understood. Write it like overall=not_asked."),
        ("shoes=not_asked", "“shoes=not_asked” is not understood"),
        ("control=lost", "“lost” is not possible here. Write skipped, not_applicable"),
        ("control=skipped control=not_asked", "control stands here twice"),
        ("overall=not_asked", "answered, and the column missing says why not"),
    ],
)
def test_a_reason_that_cannot_be_is_refused(text, says):
    assert says in sentences(f"{WHO},overall,missing\n{ANA},7,{text}\n")[0]


@pytest.mark.parametrize("text", ["7", " 7 ", "07", "7.0", "7.00"])
def test_a_whole_number_may_be_written_as_programs_write_it(text):
    assert answered(only(f"{WHO},overall\n{ANA},{text}\n").answers) == {"overall": 7}


def test_a_decimal_comma_is_read_where_the_comma_does_not_part_the_cells():
    row = only("email;week;overall\na@example.org;2026-W46;7,0\n")
    assert answered(row.answers) == {"overall": 7}
    assert sentences(f'{WHO},overall\n{ANA},"7,0"\n')


@pytest.mark.parametrize(
    "text",
    [
        "11",
        "0",
        "-1",
        "6.5",
        '"6,5"',
        "good",
        "1e1",
        "\N{ARABIC-INDIC DIGIT SEVEN}",
        "1_0",
        "+7",
        "NaN",
    ],
)
def test_what_is_not_among_the_answers_is_refused_without_repeating_it(text):
    (told,) = sentences(f"{WHO},overall\n{ANA},{text}\n")
    place, _, sentence = told.partition(": ")
    assert place == "Line 2, column overall"
    assert sentence == "Write a whole number from 1 to 10, or leave the cell empty."


def test_a_half_is_no_answer_with_a_decimal_comma_either():
    (told,) = sentences("email;week;overall\na@example.org;2026-W46;6,5\n")
    assert "Write a whole number from 1 to 10" in told


def test_a_half_answer_never_shifts_the_others():
    (told,) = sentences(f"{WHO},overall,rest,workload\n{ANA},6,5,3,\n")
    assert "6 cells and the first row 5" in told


def test_context_and_tags_are_read():
    row = only(
        f"{WHO},overall,sessions,days_off,support used,tags\n"
        f"{ANA},7,18,0,peer; own_therapy,hard_case training\n"
    )
    support = frozenset({SupportUsed.PEER, SupportUsed.OWN_THERAPY})
    assert row.context == WorkContext(sessions=18, days_off=0, support_used=support)
    assert row.tags == {Tag.HARD_CASE, Tag.TRAINING}


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("sessions", "101", "from 0 to 100"),
        ("days_off", "8", "from 0 to 7"),
        ("support_used", "peer wine", "“wine” is not possible here"),
        ("tags", "secret", "“secret” is not possible here"),
        ("kind", "half", "Write full, short, not_this_week or withdrawn"),
        ("no_client_work", "perhaps", "neither yes nor no"),
        ("absence", "leave", "kind not_this_week only"),
        ("question_version", "99", "version “99” of the questions"),
    ],
)
def test_what_is_not_possible_in_a_column_is_refused(column, text, says):
    stated = ("", "") if column == "kind" else (",kind", ",full")
    header, line = f"{WHO},overall,{column}{stated[0]}", f"{ANA},7,{text}{stated[1]}"
    (told,) = sentences(f"{header}\n{line}\n")
    assert told.startswith(f"Line 2, column {column}: ")
    assert says in told


def test_an_absence_alone_makes_a_check_in_of_the_kind_not_this_week():
    row = only(f"{WHO},overall,absence\n{ANA},,Too busy\n")
    assert (row.kind, row.absence) == (Kind.NOT_THIS_WEEK, Absence.TOO_BUSY)


@pytest.mark.parametrize("kind", ["not this week", "withdrawn"])
def test_a_week_without_check_in_has_no_answers(kind):
    (told,) = sentences(f"{WHO},overall,rest,kind\n{ANA},7,3,{kind}\n")
    assert told.startswith("Line 2: A row of the kind")


def test_a_withdrawn_week_is_withdrawn_in_every_item_that_has_a_column():
    row = only(f"{WHO},{','.join(WEEKLY)},kind\n{ANA},{',' * 11},withdrawn\n")
    assert {reason(row, item) for item in WEEKLY} == {Missing.WITHDRAWN}


def test_a_row_in_which_nothing_is_answered_is_refused():
    (told,) = sentences(f"{WHO},overall\n{ANA},\n")
    assert told.startswith("Line 2: Nothing is answered here.")


def test_the_same_week_told_twice_alike_counts_once():
    found = read(f"{WHO},overall\n{ANA},7\nANA@example.org,2026w46,7.0\n")
    assert isinstance(found, CheckInsFile)
    assert len(found.rows) == 1
    assert found.notes == ("Line 3 says the same as line 2 and is counted once.",)


def test_the_same_week_told_twice_differently_is_refused_naming_both_lines():
    (told,) = sentences(f"{WHO},overall\n{ANA},7\n\n{ANA},6\n")
    assert told.startswith("Line 4: This line and line 2 are about the same person")


def test_a_row_needs_an_e_mail():
    (told,) = sentences(f"{WHO},overall\n,2026-W46,7\n")
    assert told == "Line 2, column email: This cell is empty. Fill it in."


def test_many_notes_are_cut_and_counted():
    found = read(f"{WHO},overall\n" + f"{ANA},7\n" * 1001)
    assert isinstance(found, CheckInsFile)
    assert found.notes[-1] == "And 800 more such lines."


def test_unknown_columns_are_refused_not_ignored():
    (told,) = sentences(f"{WHO},exaustion_1\n{ANA},3\n")
    assert "“exaustion_1” is not a column that can be loaded. Did you mean" in told


def test_answers_to_other_questions_cannot_become_a_check_in():
    row = replace(only(f"{WHO},overall\n{ANA},7\n"), question_version="99")
    with pytest.raises(InvalidInputError, match="version “99” of the questions"):
        to_check_in(row, QUESTIONS)

"""A person's own download loads back as it was."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_imports_questions import QUESTIONS
from wellbeing.domain.check_ins import (
    CONTEXT_LIMITS,
    Absence,
    Answer,
    CheckIn,
    Kind,
    Missing,
    SupportUsed,
    Tag,
    WorkContext,
    all_missing,
    answered,
    complete_answers,
)
from wellbeing.domain.indicators import SCORING_VERSION, score
from wellbeing.domain.weeks import Week
from wellbeing.imports.check_ins import (
    CheckInsFile,
    read_check_ins,
    to_check_in,
    write_check_ins,
)

TODAY = Week(2026, 47)
EMAIL = "ana@example.org"
CONTEXTS = st.builds(
    WorkContext,
    support_used=st.frozensets(st.sampled_from(SupportUsed)),
    **{n: st.none() | st.integers(0, most) for n, most in CONTEXT_LIMITS.items()},
)


def check_in(week, kind, answers, *, absence=None, idle=False, context=None):
    return CheckIn(
        week=week,
        kind=kind,
        absence=absence,
        no_client_work=idle,
        answers=answers,
        context=context or WorkContext(),
        scores=score(answered(answers)),
        question_version=QUESTIONS.version,
        scoring_version=SCORING_VERSION,
    )


def read_back(check_ins, tags=None):
    found = read_check_ins(write_check_ins(check_ins, EMAIL, tags), QUESTIONS, TODAY)
    assert isinstance(found, CheckInsFile), found
    return found


def options(question, *, closed):
    missing = [Answer(item=question.id, missing=reason) for reason in Missing]
    codes = () if closed else question.response.codes
    return [*missing, *(Answer(item=question.id, value=code) for code in codes)]


@st.composite
def answers_with_any_reason(draw, *, idle, given):
    count = len(QUESTIONS.questions)
    # One draw for all items: a draw for each makes the property many times slower.
    picks = draw(st.lists(st.integers(0, 59), min_size=count, max_size=count))
    offered = (
        options(question, closed=not given or (idle and question.client_work))
        for question in QUESTIONS.questions
    )
    return tuple(o[p % len(o)] for o, p in zip(offered, picks, strict=True))


@st.composite
def check_ins_of_every_kind(draw):
    kind = draw(st.sampled_from(Kind))
    open_for_answers = kind in {Kind.FULL, Kind.SHORT}
    idle = draw(st.booleans())
    absence = None if open_for_answers else draw(st.none() | st.sampled_from(Absence))
    return check_in(
        TODAY.plus(-draw(st.integers(0, 300))),
        kind,
        draw(answers_with_any_reason(idle=idle, given=open_for_answers)),
        absence=absence,
        idle=idle,
        context=draw(CONTEXTS),
    )


PASTS = st.lists(check_ins_of_every_kind(), max_size=4, unique_by=lambda c: c.week)


@given(PASTS)
def test_what_is_written_is_read_back_unchanged(past):
    rows = read_back(past).rows
    again = [to_check_in(row, QUESTIONS) for row in rows]
    assert again == past
    assert write_check_ins(again, EMAIL) == write_check_ins(past, EMAIL)
    assert {row.email for row in rows} <= {EMAIL}


@given(
    values=st.fixed_dictionaries(
        {},
        optional={
            q.id: st.integers(*q.response.limits) for q in QUESTIONS.asked_in(TODAY)
        },
    ),
    kind=st.sampled_from([Kind.FULL, Kind.SHORT]),
    idle=st.booleans(),
)
def test_what_the_form_makes_of_answers_is_read_back_unchanged(values, kind, idle):
    answers = complete_answers(QUESTIONS, TODAY, values, kind, no_client_work=idle)
    made = check_in(TODAY, kind, answers, idle=idle)
    (row,) = read_back([made]).rows
    assert to_check_in(row, QUESTIONS) == made


@given(st.frozensets(st.sampled_from(Tag)))
def test_tags_are_read_back(tags):
    made = check_in(TODAY, Kind.WITHDRAWN, all_missing(QUESTIONS, Missing.WITHDRAWN))
    (row,) = read_back([made], {TODAY: tags}).rows
    assert row.tags == tags


def test_a_check_in_that_says_nothing_of_some_items_was_not_asked_them():
    whole = check_in(TODAY, Kind.FULL, (Answer(item="overall", value=7),))
    empty = check_in(TODAY.plus(-1), Kind.NOT_THIS_WEEK, (), absence=Absence.ILL)
    first, second = read_back([whole, empty]).rows
    assert answered(first.answers) == {"overall": 7}
    assert second.answers == all_missing(QUESTIONS, Missing.NOT_ASKED)


def test_the_file_is_plain_utf_8_with_commas_and_line_feeds():
    made = check_in(TODAY, Kind.FULL, all_missing(QUESTIONS, Missing.SKIPPED))
    data = write_check_ins([made], EMAIL)
    header, line, rest = data.decode().split("\n")
    assert header.startswith("email,week,kind,absence,no_client_work,overall,")
    assert header.endswith(",support_used,tags,question_version")
    assert line.startswith("ana@example.org,2026-W47,full,,no,,")
    assert rest == ""
    assert b"\r" not in data


def test_a_past_without_check_ins_is_a_header_and_reads_as_none():
    assert read_back([]).rows == ()

"""Check-ins: one answer an item, a value or a reason."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.content.load import weekly_questions
from wellbeing.domain.check_ins import (
    CONTEXT_LIMITS,
    Answer,
    Kind,
    Missing,
    WorkContext,
    all_missing,
    answered,
    check_value,
    complete_answers,
)
from wellbeing.domain.errors import AnswerOutOfRangeError, UnknownItemError
from wellbeing.domain.weeks import Week

QUESTIONS = weekly_questions()
WEEK = Week(2026, 47)
IDS = [q.id for q in QUESTIONS.questions]
CLIENT_ITEMS = {q.id for q in QUESTIONS.questions if q.client_work}
TURNS = {q.id for q in QUESTIONS.questions if q.turn is not None}

values = st.fixed_dictionaries(
    {}, optional={q.id: st.sampled_from(q.response.codes) for q in QUESTIONS.questions}
)
some_weeks = st.integers(0, 500).map(Week(2024, 1).plus)


def complete(given_values=None, kind=Kind.FULL, *, alone=False, week=WEEK):
    found = complete_answers(
        QUESTIONS, week, given_values or {}, kind, no_client_work=alone
    )
    return {a.item: a.missing if a.value is None else a.value for a in found}


@given(values, st.sampled_from([Kind.FULL, Kind.SHORT]), st.booleans(), some_weeks)
def test_there_is_exactly_one_answer_for_every_item_in_order(
    given_values, kind, alone, week
):
    found = complete_answers(QUESTIONS, week, given_values, kind, no_client_work=alone)
    assert [a.item for a in found] == IDS
    kept = {i: v for i, v in given_values.items() if not (alone and i in CLIENT_ITEMS)}
    assert answered(found) == kept


def test_an_item_left_out_was_skipped_and_one_of_another_turn_not_asked():
    asked = {q.id for q in QUESTIONS.asked_in(WEEK)}
    for item, found in complete({"overall": 5}).items():
        if item == "overall":
            assert found == 5
        else:
            assert found is (Missing.SKIPPED if item in asked else Missing.NOT_ASKED)


def test_the_short_form_asks_for_its_items_only():
    found = complete({"overall": 2}, Kind.SHORT)
    assert found["exhaustion_1"] is Missing.SKIPPED
    others = set(IDS) - set(QUESTIONS.short_form)
    assert {found[item] for item in others} == {Missing.NOT_ASKED}


def test_without_client_work_client_items_are_not_applicable_and_never_zero():
    found = complete({"overall": 5, "trauma_1": 4}, alone=True)
    asked = {q.id for q in QUESTIONS.asked_in(WEEK)} & CLIENT_ITEMS
    assert {found[item] for item in asked} == {Missing.NOT_APPLICABLE}
    assert found["overall"] == 5


def test_one_question_in_turn_is_asked_a_week_and_each_within_four():
    asked = [{q.id for q in QUESTIONS.asked_in(WEEK.plus(n))} & TURNS for n in range(4)]
    assert [len(found) for found in asked] == [1, 1, 1, 1]
    assert set.union(*asked) == TURNS


@given(some_weeks)
def test_the_turn_comes_back_every_four_weeks_across_years(week):
    assert QUESTIONS.asked_in(week) == QUESTIONS.asked_in(week.plus(4))
    assert QUESTIONS.asked_in(week) != QUESTIONS.asked_in(week.plus(1))


@pytest.mark.parametrize(
    ("item", "value"),
    [("overall", 0), ("overall", 11), ("rest", -1), ("rest", 5), ("control", 9)],
)
def test_a_value_that_is_no_option_is_refused(item, value):
    with pytest.raises(AnswerOutOfRangeError, match=item):
        check_value(QUESTIONS, item, value)
    with pytest.raises(AnswerOutOfRangeError):
        complete({item: value})


def test_an_unknown_item_is_refused():
    with pytest.raises(UnknownItemError, match="mood"):
        check_value(QUESTIONS, "mood", 1)


@pytest.mark.parametrize("question", QUESTIONS.questions, ids=lambda q: q.id)
def test_every_option_of_a_question_is_taken(question):
    for value in question.response.codes:
        check_value(QUESTIONS, question.id, value)


@pytest.mark.parametrize(
    "fields", [{}, {"value": 1, "missing": Missing.SKIPPED}], ids=["neither", "both"]
)
def test_an_answer_has_a_value_or_a_reason_never_both(fields):
    with pytest.raises(ValueError, match="rest"):
        Answer(item="rest", **fields)


def test_an_answer_of_zero_is_a_value():
    assert answered([Answer(item="rest", value=0)]) == {"rest": 0}


@pytest.mark.parametrize("reason", Missing)
def test_all_answers_can_be_missing_for_one_reason(reason):
    found = all_missing(QUESTIONS, reason)
    assert [a.item for a in found] == IDS
    assert {a.missing for a in found} == {reason}


@pytest.mark.parametrize("name", CONTEXT_LIMITS)
def test_a_number_of_the_context_keeps_its_limits(name):
    most = CONTEXT_LIMITS[name]
    for fine in (None, 0, most):
        replace(WorkContext(), **{name: fine})  # type: ignore[arg-type]
    for refused in (-1, most + 1):
        with pytest.raises(AnswerOutOfRangeError, match=name):
            replace(WorkContext(), **{name: refused})  # type: ignore[arg-type]

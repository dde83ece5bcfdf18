"""What is tapped, field by field, and how it becomes a check-in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.content.load import weekly_questions
from wellbeing.domain.check_ins import (
    CONTEXT_LIMITS,
    Kind,
    Missing,
    SupportUsed,
    WorkContext,
)
from wellbeing.domain.drafts import (
    NO_CLIENT_WORK,
    USED,
    check_field,
    context_of,
    fields_of,
    finish,
    overlay,
)
from wellbeing.domain.errors import (
    AnswerOutOfRangeError,
    NothingAnsweredError,
    UnknownItemError,
)
from wellbeing.domain.indicators import Indicator, score
from wellbeing.domain.weeks import Week

QUESTIONS = weekly_questions()
WEEK = Week(2026, 47)
ITEMS = {q.id: q.response.codes for q in QUESTIONS.questions}
SUPPORT = [USED + kind for kind in SupportUsed]

fields = st.fixed_dictionaries(
    {"overall": st.integers(1, 10)},
    optional={
        **{i: st.sampled_from(codes) for i, codes in ITEMS.items() if i != "overall"},
        **{name: st.integers(0, most) for name, most in CONTEXT_LIMITS.items()},
        **{name: st.just(1) for name in SUPPORT},
    },
)


@given(fields)
def test_a_finished_check_in_shows_the_fields_that_made_it(found):
    assert fields_of(finish(QUESTIONS, WEEK, found, Kind.FULL)) == found


@given(fields)
def test_finishing_what_was_finished_changes_nothing(found):
    once = finish(QUESTIONS, WEEK, found, Kind.FULL)
    assert finish(QUESTIONS, WEEK, fields_of(once), Kind.FULL) == once


def test_a_check_in_carries_its_scores_and_versions():
    found = finish(QUESTIONS, WEEK, {"overall": 10, "rest": 1}, Kind.FULL)
    assert found.scores == score({"overall": 10, "rest": 1})
    assert found.scores[Indicator.OVERALL] == 100
    assert (found.question_version, found.scoring_version) == (QUESTIONS.version, "1")
    assert (found.week, found.kind, found.absence) == (WEEK, Kind.FULL, None)


def test_without_client_work_answers_about_clients_count_in_no_score():
    given_fields = {"overall": 5, "trauma_1": 4, "trauma_2": 4, NO_CLIENT_WORK: 1}
    found = finish(QUESTIONS, WEEK, given_fields, Kind.FULL)
    assert found.no_client_work
    assert found.scores[Indicator.SECONDARY_TRAUMA] is None
    reasons = {a.item: a.missing for a in found.answers}
    assert reasons["trauma_1"] is Missing.NOT_APPLICABLE


@pytest.mark.parametrize(
    "given_fields",
    [
        {},
        {"sessions": 20, "used_peer": 1},
        {NO_CLIENT_WORK: 1},
        {NO_CLIENT_WORK: 1, "trauma_1": 4},
    ],
)
def test_nothing_answered_is_refused(given_fields):
    with pytest.raises(NothingAnsweredError):
        finish(QUESTIONS, WEEK, given_fields, Kind.FULL)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("overall", 0),
        ("overall", 11),
        ("rest", 5),
        ("sessions", 101),
        ("sessions", -1),
        ("days_off", 8),
        (NO_CLIENT_WORK, 2),
        ("used_peer", -1),
    ],
)
def test_a_value_that_a_field_does_not_take_is_refused(field, value):
    with pytest.raises(AnswerOutOfRangeError, match=field):
        check_field(QUESTIONS, field, value)
    with pytest.raises(AnswerOutOfRangeError):
        finish(QUESTIONS, WEEK, {"overall": 5, field: value}, Kind.FULL)


@pytest.mark.parametrize("field", ["", "mood", "used_wine", "OVERALL", "overall "])
@pytest.mark.parametrize("value", [None, 1])
def test_an_unknown_field_is_refused_even_to_clear_it(field, value):
    with pytest.raises(UnknownItemError):
        check_field(QUESTIONS, field, value)


@pytest.mark.parametrize("field", [*ITEMS, *CONTEXT_LIMITS, NO_CLIENT_WORK, *SUPPORT])
def test_every_field_can_be_cleared(field):
    check_field(QUESTIONS, field, None)


@pytest.mark.parametrize(
    ("saved", "drafted", "expected"),
    [
        ({}, {}, {}),
        ({"rest": 1}, {}, {"rest": 1}),
        ({}, {"rest": 0}, {"rest": 0}),
        ({"rest": 1}, {"rest": 3}, {"rest": 3}),
        ({"rest": 1, "overall": 5}, {"rest": None}, {"overall": 5}),
        ({}, {"rest": None}, {}),
    ],
)
def test_a_tap_wins_over_what_is_saved_and_none_clears_it(saved, drafted, expected):
    assert overlay(saved, drafted) == expected


def test_context_is_read_from_the_fields():
    found = context_of({"sessions": 0, "used_rest": 1, "used_peer": 0, "overall": 5})
    assert found == WorkContext(sessions=0, support_used=frozenset({SupportUsed.REST}))

"""Scores of the weekly questions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.indicators import (
    NO_SCORES,
    SCALES,
    Direction,
    Indicator,
    direction_of,
    scale_score,
    score,
)

ITEMS = {
    item: (scale.lowest, scale.highest)
    for scale in SCALES.values()
    for item in scale.items
}
HARD = [i for i in Indicator if direction_of(i) is Direction.HIGHER_IS_HARDER]
HARD_ITEMS = {
    "exhaustion_1",
    "exhaustion_2",
    "detachment_1",
    "detachment_2",
    "trauma_1",
    "trauma_2",
}

answers = st.fixed_dictionaries(
    {},
    optional={item: st.integers(low, high) for item, (low, high) in ITEMS.items()},
)

E1, E2, D1, D2 = "exhaustion_1", "exhaustion_2", "detachment_1", "detachment_2"
T1, T2, M1, M2 = "trauma_1", "trauma_2", "meaning_1", "meaning_2"


# Worked by hand from the rule: mean of the answered items, lowest code 0, highest 100.
@pytest.mark.parametrize(
    ("indicator", "given_answers", "expected"),
    [
        ("overall", {"overall": 1}, 0),
        ("overall", {"overall": 10}, 100),
        ("overall", {"overall": 4}, 100 / 3),
        ("overall", {}, None),
        ("exhaustion", {E1: 0, E2: 0}, 0),
        ("exhaustion", {E1: 4, E2: 4}, 100),
        ("exhaustion", {E1: 1, E2: 2}, 37.5),
        ("exhaustion", {E1: 4}, None),
        ("detachment", {D1: 3, D2: 3}, 75),
        ("detachment", {D2: 3}, None),
        ("burnout", {E1: 4, E2: 3, D1: 2, D2: 1}, 62.5),
        ("burnout", {E1: 4, E2: 3, D1: 2}, 75),
        ("burnout", {E1: 1, D1: 0, D2: 0}, 100 / 12),
        ("burnout", {E1: 4, E2: 4}, None),
        ("burnout", {}, None),
        ("secondary_trauma", {T1: 0, T2: 1}, 12.5),
        ("secondary_trauma", {T1: 4}, None),
        ("compassion_satisfaction", {M1: 4, M2: 3}, 87.5),
        ("compassion_satisfaction", {M2: 3}, None),
        ("rest", {"rest": 1}, 25),
        ("rest", {}, None),
        ("workload", {"workload": 3}, 75),
        ("support", {"support": 0}, 0),
        ("compassion_fatigue", {E1: 4, E2: 4, D1: 4, D2: 4, T1: 0, T2: 0}, 50),
        ("compassion_fatigue", {E1: 2, E2: 2, D1: 2, T1: 4, T2: 4}, 75),
        ("compassion_fatigue", {E1: 2, E2: 2, D1: 2, T1: 4}, None),
        ("compassion_fatigue", {E1: 2, E2: 2, T1: 4, T2: 4}, None),
    ],
)
def test_a_score_is_the_one_worked_by_hand(indicator, given_answers, expected):
    found = score(given_answers)[Indicator(indicator)]
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("indicator", "direction"),
    [
        ("overall", Direction.HIGHER_IS_BETTER),
        ("compassion_fatigue", Direction.HIGHER_IS_HARDER),
        ("burnout", Direction.HIGHER_IS_HARDER),
        ("exhaustion", Direction.HIGHER_IS_HARDER),
        ("detachment", Direction.HIGHER_IS_HARDER),
        ("secondary_trauma", Direction.HIGHER_IS_HARDER),
        ("compassion_satisfaction", Direction.HIGHER_IS_BETTER),
        ("rest", Direction.HIGHER_IS_BETTER),
        ("workload", Direction.HIGHER_IS_BETTER),
        ("support", Direction.HIGHER_IS_BETTER),
    ],
)
def test_every_indicator_has_its_direction(indicator, direction):
    assert direction_of(Indicator(indicator)) is direction


def test_a_week_without_client_work_scores_what_has_nothing_to_do_with_clients():
    given_answers = {"overall": 7, E1: 2, E2: 2, "rest": 4, "workload": 2, "support": 1}
    found = {i for i, value in score(given_answers).items() if value is not None}
    assert found == {
        Indicator.OVERALL,
        Indicator.EXHAUSTION,
        Indicator.REST,
        Indicator.WORKLOAD,
        Indicator.SUPPORT,
    }


def test_a_short_week_scores_overall_alone():
    found = score({"overall": 3, E1: 4})
    assert [i for i, value in found.items() if value is not None] == [Indicator.OVERALL]


def test_nothing_answered_scores_nothing():
    assert score({}) == NO_SCORES
    assert set(NO_SCORES) == set(Indicator)


def test_answers_to_questions_asked_in_turn_count_in_no_score():
    asked_in_turn = dict.fromkeys(
        ("control", "boundaries", "reactions", "accomplishment"), 4
    )
    assert score(asked_in_turn) == NO_SCORES


@given(answers)
def test_every_score_lies_between_0_and_100(given_answers):
    for value in score(given_answers).values():
        assert value is None or 0 <= value <= 100


@given(answers, st.sampled_from(sorted(HARD_ITEMS)))
def test_a_worse_answer_never_lowers_a_hard_score(given_answers, item):
    before = score(given_answers | {item: 2})
    after = score(given_answers | {item: 3})
    for indicator in HARD:
        low, high = before[indicator], after[indicator]
        assert (low is None) == (high is None)
        assert low is None or high is None or low <= high


@given(answers, st.sampled_from(sorted(set(ITEMS) - HARD_ITEMS)))
def test_a_better_answer_never_lowers_a_good_score(given_answers, item):
    before = score(given_answers | {item: 2})
    after = score(given_answers | {item: 3})
    for indicator in set(Indicator) - set(HARD):
        low, high = before[indicator], after[indicator]
        assert low is None or high is None or low <= high
    assert all(before[i] == after[i] for i in HARD)


@given(answers)
def test_every_score_is_what_exact_fractions_give(given_answers):
    def mean(*items: str, needs: int) -> Fraction | None:
        there = [Fraction(given_answers[i]) for i in items if i in given_answers]
        return Fraction(sum(there)) / len(there) if len(there) >= needs else None

    def percent(found: Fraction | None, top: int) -> Fraction | None:
        return None if found is None else found * 100 / top

    burnout = percent(mean(E1, E2, D1, D2, needs=3), 4)
    trauma = percent(mean(T1, T2, needs=2), 4)
    overall = mean("overall", needs=1)
    exact = {
        Indicator.OVERALL: percent(None if overall is None else overall - 1, 9),
        Indicator.BURNOUT: burnout,
        Indicator.EXHAUSTION: percent(mean(E1, E2, needs=2), 4),
        Indicator.DETACHMENT: percent(mean(D1, D2, needs=2), 4),
        Indicator.SECONDARY_TRAUMA: trauma,
        Indicator.COMPASSION_FATIGUE: (
            None if burnout is None or trauma is None else (burnout + trauma) / 2
        ),
        Indicator.COMPASSION_SATISFACTION: percent(mean(M1, M2, needs=2), 4),
        Indicator.REST: percent(mean("rest", needs=1), 4),
        Indicator.WORKLOAD: percent(mean("workload", needs=1), 4),
        Indicator.SUPPORT: percent(mean("support", needs=1), 4),
    }
    for indicator, found in score(given_answers).items():
        expected = exact[indicator]
        assert (found is None) == (expected is None)
        if found is not None and expected is not None:
            assert abs(Fraction(found) - expected) < Fraction(1, 10**9)


def test_an_item_of_another_scale_changes_nothing():
    rest = SCALES[Indicator.REST]
    assert scale_score(rest, {"rest": 3, "overall": 10, "unknown": 4}) == 75

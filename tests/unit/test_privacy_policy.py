"""The release rules refuse what is looser, one value at a time, with the reason."""

import pytest

from wellbeing.domain.weeks import Week
from wellbeing.privacy.policy import (
    RULES,
    Policy,
    PolicyRefusedError,
    policy_in,
    small_teams,
)


# Each is one step looser than the rule in its comment.
@pytest.mark.parametrize(
    ("looser", "reason"),
    [
        ({"period_weeks": 1}, "it is 4 in every clinic"),  # R1
        ({"period_weeks": 3}, "it is 4 in every clinic"),  # R1
        ({"least_people": 7}, "at least 8 is needed"),  # R3
        ({"least_fresh": 5}, "at least 6 is needed"),  # R3
        ({"fresh_share": 0.59}, "at least 0.6 is needed"),  # R3
        ({"quarter_weeks": 8}, "it is 12 in every clinic"),  # R4
        ({"quarter_weeks": 16}, "it is 12 in every clinic"),  # R4
        ({"batch": 2}, "at least 3 is needed"),  # R5
        ({"fine_from": 12}, "at least 13 is needed"),  # R6
        ({"least_values": 3}, "at least 4 is needed"),  # R6
        ({"least_share": 0.39}, "at least 0.4 is needed"),  # R6
        ({"display_points": 20}, "it is 10 in every clinic"),  # R7
        ({"display_points": 5}, "it is 10 in every clinic"),  # R7
        ({"pool_below": 9}, "at least 10 is needed"),  # R9
    ],
)
def test_a_looser_value_is_refused_by_name_and_with_the_reason(looser, reason):
    (name,) = looser
    with pytest.raises(PolicyRefusedError) as refused:
        Policy(**looser)
    assert refused.value.name == name
    assert f" cannot be set so: {reason}" in str(refused.value)
    chosen = name in {"least_people", "pool_below"}
    assert (name in str(refused.value)) is not chosen


@pytest.mark.parametrize("share", [{"fresh_share": 1.01}, {"least_share": 1.01}])
def test_a_share_above_1_is_refused(share):
    with pytest.raises(PolicyRefusedError, match="a share is at most 1"):
        Policy(**share)


def test_a_team_that_could_show_nothing_has_to_be_pooled():
    with pytest.raises(PolicyRefusedError, match="at least 12 is needed"):
        Policy(least_people=12, pool_below=11)


@pytest.mark.parametrize(
    "stricter",
    [
        {"least_people": 10},
        {"least_people": 15, "pool_below": 15},
        {"least_fresh": 8},
        {"fresh_share": 1},
        {"batch": 5},
        {"fine_from": 30},
        {"least_values": 6},
        {"least_share": 0.6},
        {"pool_below": 20},
    ],
)
def test_a_stricter_value_is_taken(stricter):
    policy = Policy(**stricter)
    assert all(getattr(policy, name) == value for name, value in stricter.items())


@pytest.mark.parametrize(
    "looser",
    [
        {"least_people": 4},
        {"least_fresh": 3},
        {"pool_below": 5},
        {"fresh_share": 0.5},
        {"batch": 1},
        {"fine_from": 8},
        {"display_points": 20},
        {"least_values": 3},
        {"least_share": 0.3},
    ],
)
def test_small_teams_loosen_three_values_and_only_down_to_five_people(looser):
    allowed = {"least_people": 5, "least_fresh": 4, "pool_below": 6}
    with pytest.raises(PolicyRefusedError):
        Policy(small_teams=True, **{**allowed, **looser})


def test_without_small_teams_the_numbers_of_small_teams_are_refused():
    with pytest.raises(PolicyRefusedError):
        Policy(least_people=5, least_fresh=4, pool_below=6)


def test_a_policy_cannot_be_changed():
    with pytest.raises(AttributeError):
        RULES.least_people = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("people", "needed"), [(8, 6), (10, 6), (11, 7), (12, 8), (15, 9), (20, 12)]
)
def test_six_tenths_of_a_panel_must_have_answered_and_never_fewer_than_six(
    people, needed
):
    assert RULES.fresh_needed(people) == needed


@pytest.mark.parametrize(("people", "needed"), [(5, 4), (6, 4), (7, 5), (8, 5)])
def test_in_small_teams_four_must_have_answered(people, needed):
    assert small_teams().fresh_needed(people) == needed


@pytest.mark.parametrize(
    ("people", "colluders"), [(5, 1), (7, 1), (8, 2), (11, 2), (12, 3), (30, 7)]
)
def test_a_quarter_of_a_panel_may_collude(people, colluders):
    assert RULES.colluders(people) == colluders


def test_without_a_choice_the_rules_apply():
    assert policy_in([], Week(2026, 1)) == RULES


def test_a_choice_applies_from_its_week_until_the_next_one():
    strict = Policy(least_people=10)
    choices = [(Week(2026, 13), strict), (Week(2026, 25), small_teams())]
    expected = {12: RULES, 13: strict, 24: strict, 25: small_teams()}
    for week, policy in expected.items():
        assert policy_in(choices, Week(2026, week)) == policy

"""How long things are kept: in whole months, and never shorter without notice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.keeping import (
    LEAST_MONTHS,
    MOST_MONTHS,
    NOTICE,
    KeepingRule,
    announced,
    new_rule,
    rule_on,
)
from wellbeing.domain.weeks import Week

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
MONTHS = st.integers(LEAST_MONTHS, MOST_MONTHS)


def rule(from_day=TODAY, months=24, text_days=30):
    return KeepingRule(from_day=from_day, months=months, text_days=text_days)


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        # 1 November 2024 is a Friday: the week of that day began before.
        (date(2026, 11, 1), 24, Week(2024, 45)),
        (date(2026, 11, 30), 24, Week(2024, 45)),
        (date(2026, 12, 1), 24, Week(2024, 49)),
        # 1 July 2024 is a Monday: its week is kept.
        (date(2026, 7, 15), 24, Week(2024, 27)),
        (date(2026, 1, 1), 24, Week(2024, 1)),
        (date(2026, 2, 28), 6, Week(2025, 32)),
    ],
)
def test_the_first_kept_week_begins_in_the_month_so_many_months_ago(day, months, first):
    assert rule(months=months).first_kept(day) == first


@given(DAYS, MONTHS)
def test_a_week_is_kept_until_the_day_that_is_told_and_not_longer(day, months):
    held = rule(months=months)
    week = Week.of(day)
    goes = held.goes_on(week)
    assert held.first_kept(goes) > week
    assert held.first_kept(goes - timedelta(days=1)) <= week


@given(DAYS, MONTHS)
def test_a_week_is_kept_so_many_months_and_at_most_one_more(day, months):
    week = Week.of(day)
    months_later = week.monday.year * 12 + week.monday.month - 1 + months
    goes = rule(months=months).goes_on(week)
    assert goes.day == 1
    assert goes.year * 12 + goes.month - 1 == months_later + 1


def test_the_first_rule_and_a_shorter_one_begin_after_the_notice():
    first = new_rule([], 24, 30, TODAY)
    assert first == rule(TODAY + NOTICE)
    begun = rule(TODAY - NOTICE)
    shorter = rule(TODAY + NOTICE, months=12)
    assert new_rule([begun], 12, 30, TODAY) == shorter
    assert new_rule([begun], 24, 7, TODAY) == rule(TODAY + NOTICE, text_days=7)
    # One part longer and the other shorter: something would go sooner.
    assert new_rule([rule(months=12)], 24, 7, TODAY) is not None
    assert new_rule([begun, shorter], 12, 30, TODAY) is None


def test_a_longer_rule_holds_at_once_and_takes_an_announced_one_back():
    begun = rule(TODAY - NOTICE, months=12)
    assert new_rule([begun], 24, 30, TODAY) == rule()
    ahead = rule(TODAY + NOTICE, months=6)
    assert new_rule([begun, ahead], 12, 30, TODAY) == rule(months=12)
    assert new_rule([begun], 12, 30, TODAY) is None


def test_the_rule_of_a_day_is_the_last_that_has_begun():
    rules = [rule(TODAY - NOTICE), rule(TODAY), rule(TODAY + NOTICE, months=6)]
    assert rule_on(rules, TODAY) == rules[1]
    assert rule_on(rules, TODAY - timedelta(days=1)) == rules[0]
    assert rule_on(rules, TODAY + NOTICE) == rules[2]
    assert rule_on([], TODAY) is None
    assert announced(rules, TODAY) == rules[2]
    assert announced(rules, TODAY + NOTICE) is None


def test_what_goes_after_somebody_left_goes_on_a_day_that_can_be_told():
    assert rule().texts_go_on(TODAY) == date(2026, 12, 22)
    assert rule().account_goes_on(TODAY) == date(2028, 12, 1)

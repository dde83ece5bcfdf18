"""Panels: constant in a quarter, changed in batches, never with people who are gone."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.ids import PersonId
from wellbeing.domain.weeks import Week
from wellbeing.privacy.panel import Panel, next_panel
from wellbeing.privacy.periods import Period
from wellbeing.privacy.policy import RULES, Policy

FIRST = Period(Week(2026, 1))
SECOND, THIRD = FIRST.plus(3), FIRST.plus(6)
TEN = range(10)


def people(*numbers):
    return frozenset(PersonId(UUID(int=n)) for n in numbers)


groups = st.frozensets(st.integers(0, 15), max_size=16).map(lambda ns: people(*ns))


def panel(*numbers, since=FIRST):
    return Panel(people=people(*numbers), since=since)


def test_a_new_unit_counts_whoever_may_be_counted():
    made = next_panel(RULES, SECOND, people(*TEN), None)
    assert made == panel(*TEN, since=SECOND)


@pytest.mark.parametrize(
    "eligible",
    [range(11), range(9), range(12), range(8), range(1, 11)],
    ids=["joins", "leaves", "two join", "two leave", "one replaces another"],
)
def test_fewer_than_three_changes_wait(eligible):
    made = next_panel(RULES, SECOND, people(*eligible), panel(*TEN))
    assert made == panel(*TEN)


@pytest.mark.parametrize(
    "eligible",
    [range(13), range(7), range(2, 11)],
    ids=["three join", "three leave", "one joins as two leave"],
)
def test_three_changes_are_made_together(eligible):
    made = next_panel(RULES, SECOND, people(*eligible), panel(*TEN))
    assert made == panel(*eligible, since=SECOND)


@pytest.mark.parametrize("eligible", [range(11), range(9), range(12)])
def test_a_change_waits_one_quarter_and_no_longer(eligible):
    waiting = next_panel(RULES, SECOND, people(*eligible), panel(*TEN))
    assert waiting.since == FIRST
    made = next_panel(RULES, THIRD, people(*eligible), waiting)
    assert made == panel(*eligible, since=THIRD)


def test_without_a_change_the_panel_is_of_the_new_quarter():
    made = next_panel(RULES, SECOND, people(*TEN), panel(*TEN))
    assert made == panel(*TEN, since=SECOND)


def test_somebody_who_is_gone_does_not_wait():
    eligible, gone = people(*range(1, 11)), people(0)
    made = next_panel(RULES, SECOND, eligible, panel(*TEN), gone)
    assert made == panel(*range(1, 10))


def test_those_who_are_gone_do_not_help_others_to_make_a_batch():
    eligible, gone = people(*range(3, 11)), people(0, 1, 2)
    made = next_panel(RULES, SECOND, eligible, panel(*TEN), gone)
    assert made == panel(*range(3, 10))


def test_a_larger_batch_waits_for_more():
    made = next_panel(Policy(batch=5), SECOND, people(*range(14)), panel(*TEN))
    assert made == panel(*TEN)


def test_a_panel_too_small_to_be_shown_waits_for_nobody():
    eligible = people(*range(8))
    made = next_panel(RULES, SECOND, eligible, panel(*range(7)))
    assert made == panel(*range(8), since=SECOND)


@given(groups, groups, groups, st.sampled_from([SECOND, THIRD]))
def test_a_panel_is_the_old_one_or_the_new_one_without_the_gone(
    before, eligible, gone, quarter
):
    eligible -= gone
    old = Panel(people=before, since=FIRST)
    made = next_panel(RULES, quarter, eligible, old, gone)
    assert not made.people & gone
    new = Panel(people=eligible, since=quarter)
    assert made in (new, Panel(people=before - gone, since=FIRST))
    assert quarter == SECOND or made == new


@given(groups, groups)
def test_a_small_change_never_shows_in_the_next_quarter(before, eligible):
    old = Panel(people=before, since=FIRST)
    made = next_panel(RULES, SECOND, eligible, old)
    was_shown = len(before) >= RULES.least_people
    assert not (was_shown and len(made.people ^ before) in (1, 2))

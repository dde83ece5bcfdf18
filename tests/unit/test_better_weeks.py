"""What goes with better weeks, against least squares of another program."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from trials.better_weeks import World, share_told
from wellbeing.domain.better_weeks import (
    ALARM,
    EACH,
    ENOUGH_WEEKS,
    EVERY,
    OUTCOMES,
    Comparison,
    SupportWeek,
    compare,
    compared_through,
    next_comparison,
    weeks_answered,
)
from wellbeing.domain.check_ins import SupportUsed
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.student import student_quantile
from wellbeing.domain.weeks import Week

FIRST = Week(2024, 1)
"""A round of twelve weeks begins with it."""
PEER, REST = SupportUsed.PEER, SupportUsed.REST
OVERALL, BURNOUT = OUTCOMES


def weeks_of(overall, used, *, burnout=None):
    """One SupportWeek a value; None leaves the week out."""
    return [
        SupportWeek(
            week=FIRST.plus(n),
            values={OVERALL: value, BURNOUT: None if burnout is None else burnout[n]},
            used=kinds,
        )
        for n, (value, kinds) in enumerate(zip(overall, used, strict=True))
        if value is not None
    ]


def chance(seed):
    return Random(seed)  # noqa: S311 (invented weeks need a seed, not a secret)


def noisy(count, seed=1, step=1.0):
    rng = chance(seed)
    return [round((50 + rng.gauss(0, 15)) / step) * step for _ in range(count)]


def in_turn(count, *kinds):
    return [frozenset({kinds[n % len(kinds)]}) for n in range(count)]


def test_difference_and_interval_are_those_of_least_squares():
    values, rng = noisy(36), chance(2)
    used = [frozenset(k for k in (PEER, REST) if rng.random() < 0.4) for _ in values]
    values[7] = values[21] = None
    found = compare(weeks_of(values, used))
    assert [(c.kind, c.outcome) for c in found] == [(PEER, OVERALL), (REST, OVERALL)]
    for told in found:
        rows = [
            (a, b, n, told.kind in used[n])
            for n, (a, b) in enumerate(pairwise(values))
            if a is not None and b is not None
        ]
        now, after, when, with_it = map(np.array, zip(*rows, strict=True))
        matrix = np.column_stack([np.ones(len(rows)), now, when, with_it])
        fit, (rest,), *_ = np.linalg.lstsq(matrix, after, rcond=None)
        free = len(rows) - 4
        error = np.sqrt(rest / free * np.linalg.inv(matrix.T @ matrix)[3, 3])
        reach = stats.t.ppf(1 - ALARM / 2 / 2, free) * error
        assert told.difference == pytest.approx(fit[3])
        assert (told.low, told.high) == pytest.approx((fit[3] - reach, fit[3] + reach))
        assert (told.used, told.others) == (with_it.sum(), (~with_it).sum())


@pytest.mark.parametrize("free", [1, 2, 3, 4, 7, 10, 22, 51, 400])
@pytest.mark.parametrize("probability", [0.6, 0.975, 0.995, 0.9999])
def test_quantiles_of_student_are_those_of_another_program(probability, free):
    ours = student_quantile(probability, free)
    assert ours == pytest.approx(stats.t.ppf(probability, free), rel=1e-9)


def test_before_twelve_weeks_with_answers_nothing_is_compared():
    values = noisy(ENOUGH_WEEKS)
    used = in_turn(ENOUGH_WEEKS, PEER, REST)
    assert compare(weeks_of(values, used))
    values[3] = None
    weeks = weeks_of(values, used)
    assert (weeks_answered(weeks), compare(weeks)) == (ENOUGH_WEEKS - 1, ())
    assert compare([]) == ()


@pytest.mark.parametrize(("times", "compared"), [(EACH - 1, False), (EACH, True)])
@pytest.mark.parametrize("kind", [PEER, REST])
def test_a_kind_needs_four_weeks_with_it_and_four_without(times, compared, kind):
    # The last week has none after it, so it does not count.
    used = [
        frozenset({PEER if n % 5 == 0 and n < 5 * times else REST}) for n in range(24)
    ]
    told = {c.kind for c in compare(weeks_of(noisy(24), used))}
    assert (kind in told) == compared


def test_weeks_of_which_nothing_was_said_count_as_neither():
    used = in_turn(36, PEER, REST)
    silent = [None if n % 3 == 0 else kinds for n, kinds in enumerate(used)]
    (peer, _) = compare(weeks_of(noisy(36), silent))
    assert peer.used + peer.others == sum(k is not None for k in silent[:-1])


def test_a_week_without_one_after_it_is_not_compared():
    values = noisy(48)
    for n in range(1, 48, 4):
        values[n] = None
    (peer, _) = compare(weeks_of(values, in_turn(48, PEER, REST)))
    assert peer.used + peer.others == sum(
        a is not None and b is not None for a, b in pairwise(values)
    )


def test_the_picture_stays_until_the_next_round_of_weeks_has_ended():
    values, used = noisy(36), in_turn(36, PEER, REST)
    pictures = [compare(weeks_of(values[:n], used[:n])) for n in range(24, 37)]
    assert pictures[0] != pictures[-1]
    assert pictures[:-1] == [pictures[0]] * 12


def test_when_old_weeks_go_nothing_is_looked_at_before_the_round_has_ended():
    weeks = weeks_of(noisy(60), in_turn(60, PEER, REST))
    through = {compared_through(weeks[gone:50]) for gone in range(36)}
    assert through == {FIRST.plus(47)}
    assert compared_through(weeks[37:50]) is None
    assert compared_through(weeks) == FIRST.plus(59)


def test_rounds_are_of_the_calendar_and_gaps_and_ends_of_years_move_none():
    for n in range(0, 900, 7):
        weeks = weeks_of([None, *noisy(40)], in_turn(41, PEER, REST))
        moved = [replace(w, week=w.week.plus(n)) for w in weeks]
        through = compared_through(moved)
        assert through is not None
        assert through.plus(1).minus(FIRST) % EVERY == 0
        assert 0 <= moved[-1].week.minus(through) < EVERY
        assert next_comparison(moved, FIRST) == through.plus(EVERY)
    assert next_comparison([], FIRST) == FIRST.plus(EVERY - 1)
    assert next_comparison([], FIRST.plus(EVERY - 1)) == FIRST.plus(EVERY - 1)


def test_the_order_of_the_weeks_does_not_matter():
    weeks = weeks_of(noisy(36), in_turn(36, PEER, REST))
    mixed = list(weeks)
    chance(3).shuffle(mixed)
    assert compare(mixed) == compare(weeks)


def test_a_steady_climb_is_not_laid_on_a_habit_that_began_half_way():
    values = [30 + n for n in range(48)]
    used = [frozenset({PEER if n >= 24 else REST}) for n in range(48)]
    assert not any(c.tells for c in compare(weeks_of(values, used)))


def test_a_kind_that_comes_with_each_rise_is_found_on_both_sides():
    used = in_turn(48, PEER, REST, REST)
    lift = [0, *(20 if PEER in kinds else 0 for kinds in used[:-1])]
    overall = [v + up for v, up in zip(noisy(48, step=5), lift, strict=True)]
    burnout = [100 - v for v in overall]
    found = compare(weeks_of(overall, used, burnout=burnout))
    told = {(c.kind, c.outcome): c for c in found}
    assert told[PEER, OVERALL].tells
    assert told[PEER, OVERALL].better
    assert told[PEER, OVERALL].difference > 0
    assert told[PEER, BURNOUT].better
    assert told[PEER, BURNOUT].difference < 0
    assert not told[REST, OVERALL].better


def test_answers_that_never_change_tell_nothing():
    weeks = weeks_of([50.0] * 36, in_turn(36, PEER, REST))
    assert not any(c.tells for c in compare(weeks))


def test_more_comparisons_need_more():
    values = noisy(48)
    few = compare(weeks_of(values, in_turn(48, PEER, REST)))
    kinds = [SupportUsed.PEER, SupportUsed.REST, SupportUsed.TEAM, SupportUsed.WORKSHOP]
    rng = chance(4)
    mixed = [
        frozenset({*own, rng.choice(kinds[2:])}) for own in in_turn(48, PEER, REST)
    ]
    many = compare(weeks_of(values, mixed))
    assert len(many) > len(few)
    assert _width(many[0]) > _width(few[0])


def _width(told: Comparison) -> float:
    return told.high - told.low


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(1, 10)),
            st.one_of(st.none(), st.frozensets(st.sampled_from([PEER, REST]))),
        ),
        min_size=12,
        max_size=40,
    )
)
def test_whatever_was_answered_an_interval_holds_its_difference(told):
    values = [None if v is None else (v - 1) / 9 * 100 for v, _ in told]
    for c in compare(weeks_of(values, [kinds for _, kinds in told])):
        assert c.low < c.difference < c.high
        assert c.used >= EACH
        assert c.others >= EACH
        assert not (c.low <= 0 <= c.high and c.tells)


def test_invented_people_without_any_effect_are_rarely_told_anything():
    # 5 % is meant; 120 people pass with 1 in 2000 at that rate.
    assert share_told(World(lasting=0.6, runs=0.5), people=120) <= 0.12


def test_a_large_effect_is_found_within_two_years():
    assert share_told(World(weeks=104, effect=1.5), people=20) > 0.8


def test_indicators_that_are_looked_at_are_the_two_that_were_chosen():
    assert OUTCOMES == (Indicator.OVERALL, Indicator.BURNOUT)

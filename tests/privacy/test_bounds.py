"""Nobody can be narrowed down by one figure, by two, or by those of a whole year."""

from itertools import pairwise, product

import numpy as np
import pytest

from tests.privacy.bounds import KnownSum, attack_releases, meanings, values_left
from tests.privacy.closings import SCALE, by_unit, close_year, levels_of, year_of
from tests.privacy.criteria import nobody_is_narrowed, share_pinned
from tests.privacy.organisations import invent
from tests.privacy.screens import left_closed, left_live, team_weeks
from wellbeing.privacy.policy import RULES

TOP = SCALE.top


def brute_force(sums, top, known, count):
    """The values left of each unknown, by trying every data set."""
    possible: list[set[int]] = [set() for _ in range(count)]
    for answers in product(range(top + 1), repeat=count):
        if all(answers[n] == level for n, level in known.items()) and all(
            s.least <= sum(answers[n] for n in s.answers) <= s.most for s in sums
        ):
            for n, answer in enumerate(answers):
                possible[n].add(answer)
    return [max(found) - min(found) + 1 for found in possible]


@pytest.mark.parametrize("seed", range(12))
def test_the_attack_finds_what_trying_every_data_set_finds(seed):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, 5)
    sums = []
    for _ in range(3):
        members = tuple(int(n) for n in rng.permutation(5)[: rng.integers(2, 6)])
        total = int(truth[list(members)].sum())
        slack = int(rng.integers(0, 3))
        sums.append(KnownSum(answers=members, least=total - slack, most=total + 1))
    sums.append(KnownSum(answers=tuple(range(5)), least=0, most=15))
    known = {0: int(truth[0])}
    assert values_left(sums, 3, known, range(5)) == brute_force(sums, 3, known, 5)


def test_whatever_was_shown_before_each_band_says_a_run_of_sums():
    for people in (8, 13):
        spans = sorted(meanings(RULES, SCALE, people).values())
        assert spans[0][0] == 0
        assert spans[-1][1] == people * TOP
        assert all(low[1] + 1 == high[0] for low, high in pairwise(spans))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("at_once", [1, 3, 13])
def test_colluders_narrow_nobody_with_a_unit_s_releases(seed, at_once):
    levels, left = levels_of(invent(seed)), []
    for releases in by_unit(year_of(seed)):
        first = seed % max(1, len(releases) - at_once)
        some = releases[first : first + at_once]
        left += attack_releases(some, levels, 4, seed)
    assert nobody_is_narrowed(left)


def test_colluders_narrow_nobody_with_all_releases_of_a_clinic():
    levels = levels_of(invent(0))
    assert nobody_is_narrowed(attack_releases(year_of(0), levels, 20, seed=0))


def test_colluders_narrow_nobody_where_whole_teams_answer_alike():
    organisation = invent(4, alike=0.1)
    levels, left = levels_of(organisation), []
    for releases in by_unit(close_year(organisation)):
        left += attack_releases(releases, levels, 4, seed=4)
    assert nobody_is_narrowed(left)


def test_a_live_screen_does_not_keep_the_promise():
    spans = [span for week in team_weeks(invent(0), 0) for span in left_live(week)]
    left = [most - least + 1 for least, most in spans]
    assert not nobody_is_narrowed(left)
    assert share_pinned(left) >= 0.25


def test_the_live_attack_is_never_wrong():
    for week in team_weeks(invent(0), 0):
        for (least, most), answer in zip(left_live(week), week.answers, strict=True):
            assert least <= answer <= most


def test_closed_weekly_means_do_not_keep_the_promise_where_teams_answer_alike():
    weeks = list(team_weeks(invent(0, alike=0.1), 0))
    left = [values for week in weeks for values in left_closed(week, told=0)]
    assert not nobody_is_narrowed(left)
    assert share_pinned(left) >= 0.02

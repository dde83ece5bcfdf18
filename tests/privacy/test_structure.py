"""Who is counted where, over a year: one place each, the same people, enough."""

from collections import Counter
from itertools import pairwise

import pytest

from tests.privacy.closings import (
    CALENDAR,
    PERIODS,
    SCALE,
    Answer,
    by_unit,
    levels_of,
    year_of,
)
from tests.privacy.organisations import invent
from wellbeing.privacy.periods import Period
from wellbeing.privacy.policy import RULES
from wellbeing.privacy.release import Value, figure_of
from wellbeing.privacy.units import UnitId

each_organisation = pytest.mark.parametrize("seed", range(3))


def people_in(release):
    return [person for person, _ in release.counted]


@each_organisation
def test_nobody_is_counted_in_two_units_of_a_period(seed):
    for period in PERIODS:
        counted = Counter(
            person
            for release in year_of(seed)
            if release.period == period
            for person in people_in(release)
        )
        assert set(counted.values()) == {1}


@each_organisation
def test_every_team_is_in_one_unit_of_a_period(seed):
    for period in PERIODS:
        teams = [
            team.team_id
            for release in year_of(seed)
            if release.period == period
            for team in release.unit.teams
        ]
        assert len(teams) == len(set(teams)) == len(invent(seed).sites)


@each_organisation
def test_the_same_people_count_in_every_figure_of_a_quarter(seed):
    for releases in by_unit(year_of(seed)):
        for one, next_one in pairwise(releases):
            if CALENDAR.quarter_of(one.period) == CALENDAR.quarter_of(next_one.period):
                assert people_in(one) == people_in(next_one)


@each_organisation
def test_behind_every_figure_there_are_enough_people_and_fresh_answers(seed):
    for release in year_of(seed):
        people = len(release.counted)
        enough = people >= 8 and len(release.steady) >= max(6, -(-people * 6 // 10))
        assert (release.figure.band is not None) == enough


@each_organisation
def test_no_answer_outlives_its_quarter(seed):
    used: dict[Answer, Period] = {}
    for release in year_of(seed):
        quarter = CALENDAR.quarter_of(release.period)
        for answer in release.counted:
            assert quarter <= answer[1] <= release.period
            assert used.setdefault(answer, quarter) == quarter


@each_organisation
def test_no_answer_is_in_the_figures_of_two_units(seed):
    used: dict[Answer, UnitId] = {}
    for release in year_of(seed):
        for answer in release.counted:
            unit = release.unit.unit_id
            assert used.setdefault(answer, unit) == unit


@each_organisation
def test_a_figure_is_made_of_the_counted_values_and_nothing_else(seed):
    levels = levels_of(invent(seed))
    for release in year_of(seed):
        values = [
            Value(level=levels[person][given], fresh=person in release.steady)
            for person, given in release.counted
        ]
        assert figure_of(RULES, SCALE, values, release.before) == release.figure

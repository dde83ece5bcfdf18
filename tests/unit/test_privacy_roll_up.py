"""Sites and the clinic: what published bands say together, and nothing besides."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.bands import Band
from wellbeing.privacy.policy import RULES
from wellbeing.privacy.release import NOT_ENOUGH, Figure, Value, figure_of
from wellbeing.privacy.roll_up import CLINIC, Overview, overview, overviews, site_scope
from wellbeing.privacy.scales import TEAM_INDICATORS, ReleaseScale
from wellbeing.privacy.units import UnitId


def figure(lower, upper):
    return Figure(band=Band(lower, upper), people="8-12", withheld=None)


@pytest.mark.parametrize(
    ("figures", "band"),
    [
        ([(figure(40, 50), 10)] * 3, Band(40, 50)),
        ([(figure(40, 50), 5)] * 2 + [(figure(60, 70), 10)], Band(50, 60)),
        ([(figure(40, 50), 15)] * 2 + [(figure(60, 70), 10)], Band(50, 60)),
        ([(figure(40, 50), 31)] + [(figure(60, 70), 5)] * 2, Band(40, 50)),
        ([(figure(None, 30), 10)] * 3, Band(None, 30)),
        ([(figure(70, None), 10)] + [(figure(None, 30), 5)] * 2, Band(50, 60)),
        ([(figure(45, 50), 5)] * 2 + [(figure(55, 60), 10)], Band(50, 60)),
        ([(figure(40, 50), 8)] * 3 + [(NOT_ENOUGH, 30)], Band(40, 50)),
    ],
)
def test_an_overview_is_the_middle_of_bands_weighted_by_posts(figures, band):
    assert overview(figures).band == band


@pytest.mark.parametrize(
    "figures",
    [[], [(figure(40, 50), 9)] * 2, [(figure(40, 50), 9)] * 2 + [(NOT_ENOUGH, 9)]],
)
def test_two_figures_say_nothing_together_for_one_would_tell_the_other(figures):
    assert overview(figures).band is None


def test_an_overview_says_how_many_units_have_a_figure():
    figures = [(figure(40, 50), 9), (NOT_ENOUGH, 9), *[(figure(50, 60), 9)] * 2]
    assert overview(figures) == Overview(band=Band(50, 60), shown=3, units=4)


@given(st.data())
def test_answers_that_leave_the_figures_as_they_are_leave_the_overview(data):
    scale = ReleaseScale(levels=10)
    pairs, others = [], []
    for _ in range(3):
        levels = data.draw(st.lists(st.integers(0, 9), min_size=8, max_size=12))
        people = [Value(level=level, fresh=True) for level in levels]
        made = figure_of(RULES, scale, people, ())
        # Two people swap a point: the sum, and so the figure, stays as it is.
        low, high = min(levels), max(levels)
        swapped = sorted(levels)
        if high - low > 1:
            swapped[0], swapped[-1] = low + 1, high - 1
        people = [Value(level=level, fresh=True) for level in swapped]
        assert figure_of(RULES, scale, people, ()) == made
        pairs.append((made, 10))
        others.append((figure_of(RULES, scale, people, ()), 10))
    assert overview(pairs) == overview(others)


def test_sites_and_clinic_are_made_of_the_units_that_belong_to_them():
    units = {
        UnitId(UUID(int=n)): (site, 10)
        for n, site in enumerate(["A", "A", "A", "", "", ""])
    }
    bands = [figure(None, 30)] * 3 + [figure(70, None)] * 3
    figures = {
        (unit, indicator): made
        for unit, made in zip(units, bands, strict=True)
        for indicator in TEAM_INDICATORS
    }
    found = overviews(figures, units)
    assert {scope for scope, _ in found} == {CLINIC, site_scope("A")}
    assert found[site_scope("A"), Indicator.REST].band == Band(None, 30)
    assert found[CLINIC, Indicator.REST].band == Band(50, 60)
    assert found[CLINIC, Indicator.REST].units == 6

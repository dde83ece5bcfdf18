"""Bands: where they lie, how panels are classed, and how far a picture moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.privacy.bands import (
    Band,
    BandSet,
    band_set,
    displayed,
    size_class,
    size_classes,
    sums_of_bands,
)
from wellbeing.privacy.policy import RULES, Policy, small_teams
from wellbeing.privacy.scales import TEAM_INDICATORS, ReleaseScale

TEN, NINE, FIVE = (ReleaseScale(levels=n) for n in (10, 9, 5))
COARSE, FINE = (30, 40, 50, 60, 70), tuple(range(30, 71, 5))

each_scale = pytest.mark.parametrize("scale", [TEN, NINE, FIVE], ids=str)


def index_by_fractions(edges, people, top, total):
    return sum(total * 100 >= edge * people * top for edge in edges)


@each_scale
@given(people=st.integers(5, 60), total=st.integers(0, 1000))
def test_a_sum_lies_in_the_band_that_its_mean_lies_in(scale, people, total):
    total = min(total, people * scale.top)
    bands = BandSet(FINE, 5)
    index = bands.index_of_sum(scale, people, total)
    assert index == index_by_fractions(FINE, people, scale.top, total)
    band = bands.bands[index]
    assert (band.lower or 0) * people * scale.top <= total * 100
    assert band.upper is None or total * 100 < band.upper * people * scale.top


@each_scale
@pytest.mark.parametrize("people", [5, 8, 13, 40])
def test_bands_cover_every_sum_once(scale, people):
    spans = sums_of_bands(scale, FINE, people)
    covered = [total for low, high in spans for total in range(low, high + 1)]
    assert covered == list(range(people * scale.top + 1))


def test_the_ends_of_the_scale_are_never_an_edge():
    for policy in (RULES, small_teams(), Policy(fine_from=20)):
        for sizes in size_classes(policy):
            bands = band_set(policy, TEN, sizes).bands
            assert bands[0] == Band(None, bands[0].upper)
            assert bands[-1] == Band(bands[-1].lower, None)
            assert all(30 <= edge <= 70 for edge in band_set(policy, TEN, sizes).edges)


@pytest.mark.parametrize(
    ("policy", "names"),
    [
        (RULES, ["8-12", "13+"]),
        (small_teams(), ["5-7", "8-12", "13+"]),
        (Policy(least_people=10), ["10-12", "13+"]),
        (Policy(least_people=20, pool_below=20), ["20+"]),
        (Policy(fine_from=25), ["8-24", "25+"]),
    ],
)
def test_people_are_only_ever_named_as_a_class(policy, names):
    assert [str(sizes) for sizes in size_classes(policy)] == names


@given(st.integers(0, 300))
def test_every_panel_is_in_one_class_or_too_small(people):
    for policy in (RULES, small_teams()):
        classes = [sizes for sizes in size_classes(policy) if people in sizes]
        found = size_class(policy, people)
        assert classes == ([] if found is None else [found])
        assert (found is None) == (people < policy.least_people)


@given(st.integers(0, 9), st.integers(0, 9))
def test_the_picture_moves_ten_points_at_most_and_towards_the_figure(index, before):
    shown = displayed(BandSet(FINE, 5), index, [before], 10)
    assert abs(shown - before) <= 2
    assert min(index, before) <= shown <= max(index, before)
    assert shown == index or abs(shown - before) == 2


@given(st.integers(0, 9), st.integers(0, 9), st.integers(-2, 2))
def test_the_picture_stays_near_every_other_one_of_the_quarter(index, first, moved):
    before = [first, first + moved]
    shown = displayed(BandSet(FINE, 5), index, before, 10)
    assert all(abs(shown - other) <= 2 for other in before)


def test_the_first_picture_is_the_figure_itself():
    assert displayed(BandSet(COARSE, 10), 5, [], 10) == 5


@pytest.mark.parametrize(
    ("bands", "band", "middle"),
    [
        (BandSet(COARSE, 10), Band(None, 30), 25),
        (BandSet(COARSE, 10), Band(40, 50), 45),
        (BandSet(COARSE, 10), Band(70, None), 75),
        (BandSet(FINE, 5), Band(None, 30), 27.5),
        (BandSet(FINE, 5), Band(35, 40), 37.5),
    ],
)
def test_the_middle_of_a_band(bands, band, middle):
    assert bands.middle(band) == middle


def test_every_indicator_has_bands_for_every_class():
    for policy in (RULES, small_teams()):
        for levels in set(TEAM_INDICATORS.values()):
            for sizes in size_classes(policy):
                assert band_set(policy, ReleaseScale(levels=levels), sizes).edges

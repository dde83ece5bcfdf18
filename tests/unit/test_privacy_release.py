"""A figure: withheld by counts alone, shown as a band, moved ten points at most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.privacy.bands import Band, band_set, size_class, size_classes
from wellbeing.privacy.policy import RULES, Policy, small_teams
from wellbeing.privacy.release import (
    NOT_ENOUGH,
    Figure,
    Value,
    Withheld,
    figure_of,
)
from wellbeing.privacy.scales import ReleaseScale

TEN, FIVE = ReleaseScale(levels=10), ReleaseScale(levels=5)


def values(level, people, fresh=None):
    fresh = people if fresh is None else fresh
    return [Value(level=level, fresh=n < fresh) for n in range(people)]


def shown(band, people="8-12"):
    return Figure(band=band, people=people, withheld=None)


@st.composite
def counted(draw, most=40):
    return draw(
        st.lists(
            st.builds(Value, level=st.integers(0, 9), fresh=st.booleans()),
            max_size=most,
        )
    )


policies = st.sampled_from([RULES, small_teams(), Policy(least_people=10)])


@st.composite
def earlier(draw):
    policy = draw(policies)
    sizes = draw(st.sampled_from(size_classes(policy)))
    bands = band_set(policy, TEN, sizes).bands
    shown_before = [shown(band, str(sizes)) for band in bands]
    return draw(st.lists(st.sampled_from(shown_before), max_size=2))


@pytest.mark.parametrize(
    ("people", "fresh", "is_shown"),
    [
        (0, 0, False),
        (7, 7, False),
        (8, 8, True),
        (8, 6, True),
        (8, 5, False),
        (10, 6, True),
        (10, 5, False),
        (11, 6, False),
        (11, 7, True),
        (20, 11, False),
        (20, 12, True),
    ],
)
def test_a_figure_appears_exactly_when_enough_people_stand_behind_it(
    people, fresh, is_shown
):
    figure = figure_of(RULES, TEN, values(5, people, fresh), ())
    assert (figure.band is not None) == is_shown
    assert (figure == NOT_ENOUGH) == (not is_shown)


@pytest.mark.parametrize(
    ("people", "fresh", "is_shown"),
    [(4, 4, False), (5, 4, True), (5, 3, False), (7, 5, True), (7, 4, False)],
)
def test_with_small_teams_five_people_are_enough(people, fresh, is_shown):
    figure = figure_of(small_teams(), TEN, values(5, people, fresh), ())
    assert (figure.band is not None) == is_shown


@given(policies, counted(), earlier(), st.data())
def test_other_answers_never_change_what_is_withheld_or_how_many_are_said(
    policy, people, before, data
):
    others = [
        Value(level=data.draw(st.integers(0, 9)), fresh=value.fresh) for value in people
    ]
    figure = figure_of(policy, TEN, people, before)
    other = figure_of(policy, TEN, others, before)
    assert (figure.withheld, figure.people) == (other.withheld, other.people)
    assert (figure.band is None) == (other.band is None)


@given(counted(), earlier(), st.randoms())
def test_the_order_of_people_makes_no_difference(people, before, chance):
    mixed = list(people)
    chance.shuffle(mixed)
    assert figure_of(RULES, TEN, people, before) == figure_of(RULES, TEN, mixed, before)


@given(counted(), earlier(), st.data())
def test_a_higher_answer_never_lowers_the_figure(people, before, data):
    higher = [
        Value(level=data.draw(st.integers(value.level, 9)), fresh=value.fresh)
        for value in people
    ]
    figure = figure_of(RULES, TEN, people, before)
    other = figure_of(RULES, TEN, higher, before)
    if figure.band is not None and other.band is not None:
        assert (figure.band.lower or 0) <= (other.band.lower or 0)


@given(st.integers(8, 40), st.integers(0, 40), st.data())
def test_one_answer_moves_the_figure_by_one_band_at_most(people, fresh, data):
    levels = data.draw(st.lists(st.integers(0, 9), min_size=people, max_size=people))
    one = [Value(level=n, fresh=i <= fresh) for i, n in enumerate(levels)]
    other = [Value(level=data.draw(st.integers(0, 9)), fresh=one[0].fresh), *one[1:]]
    before = figure_of(RULES, TEN, one, ()), figure_of(RULES, TEN, other, ())
    if before[0].band is None:
        return
    bands = band_set(RULES, TEN, size_class(RULES, people)).bands
    first, second = (bands.index(figure.band) for figure in before)
    # Of eight people, one answer is an eighth of the scale: 12.5 points.
    assert abs(first - second) <= (2 if people < 10 else 1) + (people >= 13)


@pytest.mark.parametrize(
    ("level", "people", "band"),
    [
        (0, 8, Band(None, 30)),
        (2, 8, Band(None, 30)),
        (3, 8, Band(30, 40)),
        (4, 12, Band(40, 50)),
        (5, 13, Band(55, 60)),
        (6, 13, Band(65, 70)),
        (6, 8, Band(60, 70)),
        (7, 30, Band(70, None)),
        (9, 30, Band(70, None)),
    ],
)
def test_a_group_that_answers_alike_is_shown_as_a_wide_band(level, people, band):
    # Levels 0 to 9 are 0 to 100 points: level 5 is 55.6 points.
    assert figure_of(RULES, TEN, values(level, people), ()).band == band


def test_the_lowest_group_cannot_be_told_from_a_low_one():
    low = figure_of(RULES, TEN, values(2, 10), ())
    assert figure_of(RULES, TEN, values(0, 10), ()) == low


@pytest.mark.parametrize(("people", "name"), [(8, "8-12"), (12, "8-12"), (13, "13+")])
def test_how_many_there_are_is_said_as_a_class(people, name):
    assert figure_of(RULES, TEN, values(5, people), ()).people == name


def test_a_figure_of_few_people_never_has_half_width_bands():
    for level in range(10):
        band = figure_of(RULES, TEN, values(level, 12), ()).band
        assert band in band_set(RULES, TEN, size_class(RULES, 12)).bands
        assert middle(band) % 10 == 5


@pytest.mark.parametrize(
    ("before", "people", "level", "band"),
    [
        # The same bands: a step of ten points.
        (shown(Band(None, 30)), 8, 9, Band(30, 40)),
        (shown(Band(70, None)), 8, 0, Band(60, 70)),
        (shown(Band(50, 55), "13+"), 13, 0, Band(40, 45)),
        (shown(Band(None, 30), "13+"), 13, 9, Band(35, 40)),
        (shown(Band(40, 50)), 8, 4, Band(40, 50)),
        # From coarse to fine bands: around the middle of the band shown before.
        (shown(Band(30, 40)), 13, 9, Band(45, 50)),
        (shown(Band(None, 30)), 13, 9, Band(35, 40)),
        (shown(Band(70, None)), 13, 0, Band(60, 65)),
        # From fine to coarse bands.
        (shown(Band(35, 40), "13+"), 12, 9, Band(40, 50)),
        (shown(Band(70, None), "13+"), 12, 0, Band(60, 70)),
        # From bands that today's rules do not have.
        (shown(Band(45, 55), "6-9"), 12, 9, Band(60, 70)),
        (shown(Band(None, 40), "6-9"), 12, 9, Band(40, 50)),
    ],
)
def test_the_picture_moves_ten_points_at_most(before, people, level, band):
    assert figure_of(RULES, TEN, values(level, people), [before]).band == band


def test_the_picture_stays_within_ten_points_of_every_other_one_of_the_quarter():
    before = [shown(Band(50, 55), "13+"), shown(Band(40, 45), "13+")]
    assert figure_of(RULES, TEN, values(9, 13), before).band == Band(50, 55)
    assert figure_of(RULES, TEN, values(0, 13), before).band == Band(40, 45)


@given(
    st.lists(st.integers(0, 9), min_size=3, max_size=3),
    st.lists(st.integers(8, 16), min_size=3, max_size=3),
    st.sampled_from([TEN, FIVE]),
)
def test_the_pictures_of_a_quarter_never_lie_far_apart(levels, sizes, scale):
    # People can only leave within a quarter; their bands may become wider by that.
    before: list[Figure] = []
    for level, people in zip(levels, sorted(sizes, reverse=True), strict=True):
        counted = values(level % scale.levels, people)
        before.append(figure_of(RULES, scale, counted, before))
    middles = [middle(figure.band) for figure in before]
    assert max(middles) - min(middles) <= 20


def middle(band):
    lower = band.upper - 10 if band.lower is None else band.lower
    upper = band.lower + 10 if band.upper is None else band.upper
    return (lower + upper) / 2


def test_a_withheld_figure_before_is_no_limit():
    figure = figure_of(RULES, TEN, values(9, 8), [NOT_ENOUGH])
    assert figure.band == Band(70, None)
    assert NOT_ENOUGH.withheld is Withheld.NOT_ENOUGH

"""The proof behind the bands, against trying every data set; what is refused."""

from collections import defaultdict
from itertools import pairwise, product

import pytest

from wellbeing.privacy.bands import (
    _PROVED_TO,
    BandSet,
    NoSafeBandsError,
    SizeClass,
    band_set,
    fewest_values_left,
    size_class,
    size_classes,
    values_needed,
)
from wellbeing.privacy.policy import RULES, Policy, small_teams
from wellbeing.privacy.scales import ReleaseScale

TEN, NINE, FIVE = (ReleaseScale(levels=n) for n in (10, 9, 5))
COARSE, FINE = (30, 40, 50, 60, 70), tuple(range(30, 71, 5))
LARGEST = 200

each_scale = pytest.mark.parametrize("scale", [TEN, NINE, FIVE], ids=str)


def index_by_fractions(edges, people, top, total):
    return sum(total * 100 >= edge * people * top for edge in edges)


def left_by_every_data_set(levels, edges, people, known):
    """Try all answers of all people: the fewest values left to an unknown one."""
    possible: dict[tuple, list[set[int]]] = defaultdict(
        lambda: [set() for _ in range(people - known)]
    )
    for answers in product(range(levels), repeat=people):
        band = index_by_fractions(edges, people, levels - 1, sum(answers))
        seen = possible[band, answers[:known]]
        for values, answer in zip(seen, answers[known:], strict=True):
            values.add(answer)
    return min(
        max(values) - min(values) + 1 for seen in possible.values() for values in seen
    )


def left_by_every_sum(levels, edges, people, known):
    """Try every sum of the known answers, of one person, and of the others."""
    top, most = levels - 1, (levels - 1) * people
    bands = [index_by_fractions(edges, people, top, total) for total in range(most + 1)]
    others = (people - known - 1) * top
    # The last sum below each band and the first one above it.
    starts = [bands.index(band) for band in sorted(set(bands))] + [most + 1]
    fewest = levels
    for start, end in pairwise(starts):
        for told in range(known * top + 1):
            # With the others at 0 to their most, own answers that reach the band.
            own = [
                answer
                for answer in range(levels)
                if told + answer < end and told + answer + others >= start
            ]
            if own:
                fewest = min(fewest, len(own))
    return fewest


@pytest.mark.parametrize(
    ("levels", "people", "known", "edges"),
    [
        (3, 5, 1, (40, 60)),
        (3, 6, 2, (30, 50, 70)),
        (3, 7, 0, (50,)),
        (4, 5, 2, (30, 40, 50, 60, 70)),
        (4, 6, 1, (35, 65)),
        (5, 5, 1, (40, 50, 60)),
        (5, 5, 4, (40, 50, 60)),
        (5, 6, 2, (25, 75)),
        (10, 4, 1, (30, 50, 70)),
    ],
)
def test_the_proof_finds_what_trying_every_data_set_finds(levels, people, known, edges):
    scale = ReleaseScale(levels=levels)
    found = fewest_values_left(scale, edges, people, known)
    assert found == left_by_every_data_set(levels, edges, people, known)


@each_scale
@pytest.mark.parametrize("people", [5, 6, 7, 8, 9, 10, 12, 13, 17, 24, 30])
@pytest.mark.parametrize("edges", [COARSE, FINE, (50,)], ids=["coarse", "fine", "one"])
def test_the_proof_finds_what_trying_every_sum_finds(scale, people, edges):
    known = RULES.colluders(people)
    found = fewest_values_left(scale, edges, people, known)
    assert found == left_by_every_sum(scale.levels, edges, people, known)


@each_scale
def test_every_panel_up_to_200_keeps_enough_values(scale):
    for people in range(8, LARGEST + 1):
        edges = band_set(RULES, scale, size_class(RULES, people)).edges
        left = fewest_values_left(scale, edges, people, RULES.colluders(people))
        assert left >= values_needed(RULES, scale) >= 4


@each_scale
def test_the_wide_bands_of_fewer_people_are_safe_for_more(scale):
    # Where another indicator of the unit has fewer people, all are shown in its bands.
    for least in (8, 5):
        policy = RULES if least == 8 else small_teams()
        edges = band_set(policy, scale, size_class(policy, least)).edges
        for people in range(least, LARGEST + 1):
            left = fewest_values_left(scale, edges, people, policy.colluders(people))
            assert left >= values_needed(policy, scale)


@each_scale
def test_every_small_panel_keeps_enough_values(scale):
    policy = small_teams()
    for people in range(5, 8):
        edges = band_set(policy, scale, size_class(policy, people)).edges
        left = fewest_values_left(scale, edges, people, policy.colluders(people))
        assert left >= values_needed(policy, scale)


def test_a_yes_or_no_stays_open_for_everybody():
    yes_or_no = ReleaseScale(levels=2)
    for people in range(8, LARGEST + 1):
        edges = band_set(RULES, yes_or_no, size_class(RULES, people)).edges
        known = RULES.colluders(people)
        assert fewest_values_left(yes_or_no, edges, people, known) == 2


@each_scale
def test_fewer_colluders_never_learn_more(scale):
    for people in (8, 12, 13, 20):
        edges = band_set(RULES, scale, size_class(RULES, people)).edges
        most = RULES.colluders(people)
        left = [fewest_values_left(scale, edges, people, c) for c in range(most + 1)]
        assert left == sorted(left, reverse=True)


@each_scale
def test_beyond_what_is_tried_the_edges_are_far_enough_from_the_ends(scale):
    # Somebody can be narrowed only if a band ends closer to an end of the scale than
    # what the told answers and one more can add up to. A quarter of a panel is told,
    # the outermost edges lie at 30 and 70 points: there is room from 25 people on.
    edges = band_set(RULES, scale, size_class(RULES, 13)).edges
    for people in range(_PROVED_TO, 5000):
        whole, told = people * scale.top, RULES.colluders(people) * scale.top
        first, last = (-(-edge * whole // 100) for edge in (edges[0], edges[-1]))
        assert told + scale.levels <= first
        assert last <= whole - told - scale.top


def test_the_edges_of_ten_values_are_those_of_the_rules():
    assert band_set(RULES, TEN, size_class(RULES, 8)) == BandSet(COARSE, 10)
    assert band_set(RULES, TEN, size_class(RULES, 13)) == BandSet(FINE, 5)


def test_the_edges_of_five_values_stay_further_from_the_ends():
    edges = band_set(RULES, FIVE, size_class(RULES, 8)).edges
    assert edges == (40, 50, 60)
    wider = fewest_values_left(FIVE, (30, *edges, 70), 8, RULES.colluders(8))
    assert wider < values_needed(RULES, FIVE)


@pytest.mark.parametrize("people", [8, 12])
def test_half_width_bands_of_few_people_are_not_safe(people):
    known = RULES.colluders(people)
    assert fewest_values_left(FIVE, FINE, people, known) < values_needed(RULES, FIVE)


@each_scale
def test_edges_are_the_widest_that_are_safe(scale):
    for sizes in size_classes(RULES):
        edges = band_set(RULES, scale, sizes).edges
        step = edges[1] - edges[0]
        wider = (edges[0] - step, *edges, edges[-1] + step)
        if wider[0] < COARSE[0]:
            continue
        assert any(
            fewest_values_left(scale, wider, n, RULES.colluders(n))
            < values_needed(RULES, scale)
            for n in range(sizes.least, (sizes.most or _PROVED_TO) + 1)
        )


@pytest.mark.parametrize(
    "stricter", [{"least_values": 10}, {"least_share": 1}, {"least_share": 0.95}]
)
def test_a_policy_that_keeps_more_values_has_fewer_edges(stricter):
    policy = Policy(**stricter)
    for sizes in size_classes(policy):
        edges = band_set(policy, TEN, sizes).edges
        assert set(edges) < set(band_set(RULES, TEN, sizes).edges)


@each_scale
def test_where_no_edges_are_safe_nothing_is_shown(scale):
    # Whoever knows one of two answers knows the other one's half of the scale.
    with pytest.raises(NoSafeBandsError, match=f"{scale.levels} values cannot be"):
        band_set(RULES, scale, SizeClass(2, 2))

"""Who is paired: friends only, as many as possible, the first ones first."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.pair_matching import match_in_order


@st.composite
def circles(draw, most=9):
    count = draw(st.integers(0, most))
    pairs = list(combinations(range(count), 2))
    chosen = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    friends: list[list[int]] = [[] for _ in range(count)]
    for a, b in sorted(chosen):
        friends[a].append(b)
        friends[b].append(a)
    return friends


def can_all_be_paired(friends, people, taken=frozenset()):
    """Try every way, as the oracle: slow and obvious."""
    first = next((p for p in people if p not in taken), None)
    if first is None:
        return True
    return any(
        can_all_be_paired(friends, people, taken | {first, friend})
        for friend in friends[first]
        if friend not in taken
    )


@given(circles())
def test_a_pairing_is_mutual_and_among_friends(friends):
    mates = match_in_order(friends)
    for one, mate in enumerate(mates):
        assert mate is None or (mates[mate] == one and mate in friends[one])


@given(circles())
def test_whoever_comes_first_is_paired_whenever_that_is_possible(friends):
    first: list[int] = []
    for one in range(len(friends)):
        if can_all_be_paired(friends, [*first, one]):
            first.append(one)
    mates = match_in_order(friends)
    assert [one for one, mate in enumerate(mates) if mate is not None] == first


def test_the_last_one_is_left_over_when_the_number_is_odd():
    everybody = [[b for b in range(5) if b != a] for a in range(5)]
    assert match_in_order(everybody)[4] is None
    assert match_in_order([]) == []

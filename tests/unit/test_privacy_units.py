"""Units: every team with a post in exactly one; only posts decide."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.ids import TeamId
from wellbeing.privacy.policy import RULES, Policy, small_teams
from wellbeing.privacy.units import TeamPosts, UnitId, partition

SITES = ("", "Hill", "River")

clinics = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(SITES)), min_size=0, max_size=9
)
policies = st.sampled_from([RULES, small_teams(), Policy(pool_below=20)])


def teams_of(clinic):
    return [
        TeamPosts(team_id=TeamId(UUID(int=n)), name=f"Team {n}", site=site, posts=p)
        for n, (p, site) in enumerate(clinic, start=1)
    ]


def together(units):
    return {frozenset(team.team_id for team in unit.teams) for unit in units}


def sizes(*posts):
    units = partition(RULES, teams_of([(p, "Hill") for p in posts]))
    return sorted(
        [[t.posts for t in sorted(u.teams, key=lambda t: t.posts)] for u in units]
    )


@pytest.mark.parametrize(
    ("posts", "units"),
    [
        ([10], [[10]]),
        ([10, 12, 30], [[10], [12], [30]]),
        ([9, 10], [[9, 10]]),
        ([9, 12, 30], [[9, 12], [30]]),
        ([5, 6, 30], [[5, 6], [30]]),
        ([3, 4, 5], [[3, 4, 5]]),
        ([3, 4, 20], [[3, 4, 20]]),
        ([5, 5, 9, 9], [[5, 5], [9, 9]]),
        ([9], [[9]]),
    ],
)
def test_the_smallest_joins_the_next_smallest_until_none_is_small(posts, units):
    assert sizes(*posts) == units


def test_a_lone_small_team_of_a_site_stays_alone():
    units = partition(RULES, teams_of([(4, "Hill"), (30, "River"), (5, "")]))
    assert [len(unit.teams) for unit in units] == [1, 1, 1]


def test_with_small_teams_a_team_of_six_has_a_picture_of_its_own():
    clinic = teams_of([(6, "Hill"), (5, "Hill"), (9, "Hill")])
    assert len(partition(small_teams(), clinic)) == 2


@given(policies, clinics)
def test_every_team_with_a_post_is_in_exactly_one_unit(policy, clinic):
    teams = teams_of(clinic)
    placed = [t.team_id for unit in partition(policy, teams) for t in unit.teams]
    assert sorted(placed) == [team.team_id for team in teams if team.posts]


@given(policies, clinics)
def test_teams_of_different_sites_never_share_a_picture(policy, clinic):
    for unit in partition(policy, teams_of(clinic)):
        assert {team.site for team in unit.teams} == {unit.site}


@given(policies, clinics)
def test_a_unit_is_small_only_where_its_site_has_no_other_one(policy, clinic):
    units = partition(policy, teams_of(clinic))
    for unit in units:
        alone = sum(other.site == unit.site for other in units) == 1
        assert unit.posts >= policy.pool_below or alone


@given(policies, clinics)
def test_large_enough_teams_are_joined_only_to_take_in_a_small_one(policy, clinic):
    for unit in partition(policy, teams_of(clinic)):
        small = [team for team in unit.teams if team.posts < policy.pool_below]
        assert len(unit.teams) == 1 or small


@given(policies, clinics, st.randoms())
def test_neither_order_nor_names_move_a_team(policy, clinic, chance):
    teams = teams_of(clinic)
    # By these names the last one comes first.
    renamed = [
        replace(team, name="Z" * (len(teams) - n)) for n, team in enumerate(teams)
    ]
    chance.shuffle(renamed)
    units, other = partition(policy, teams), partition(policy, renamed)
    assert together(units) == together(other)
    assert {unit.unit_id for unit in units} == {unit.unit_id for unit in other}


@given(policies, clinics)
def test_the_same_teams_are_the_same_unit_whatever_their_posts(policy, clinic):
    unit_of: dict[frozenset[TeamId], UnitId] = {}
    for more in (0, 1, 5):
        grown = [(posts + more if posts else 0, site) for posts, site in clinic]
        for unit in partition(policy, teams_of(grown)):
            members = frozenset(team.team_id for team in unit.teams)
            assert unit_of.setdefault(members, unit.unit_id) == unit.unit_id
    assert len(set(unit_of.values())) == len(unit_of)


@pytest.mark.parametrize(
    ("posts", "units"),
    [
        ((4, 30, 10), [(1, 2), (3,)]),
        ((30, 4, 10), [(1, 2), (3,)]),
        ((10, 10, 30), [(1,), (2,), (3,)]),
        ((4, 5, 30), [(1, 2, 3)]),
        ((0, 12, 30), [(2,), (3,)]),
    ],
)
def test_teams_that_shared_a_picture_do_until_each_could_stand_alone(posts, units):
    teams = teams_of([(p, "Hill") for p in posts])
    shared = frozenset(team.team_id for team in teams[:2])
    found = together(partition(RULES, teams, [shared]))
    assert found == {frozenset(TeamId(UUID(int=n)) for n in unit) for unit in units}


def test_units_and_their_teams_are_in_order_of_names():
    clinic = [(30, "Hill"), (5, "River"), (4, "River"), (20, "Hill")]
    names = [[t.name for t in u.teams] for u in partition(RULES, teams_of(clinic))]
    assert names == [["Team 1"], ["Team 2", "Team 3"], ["Team 4"]]

"""Sharing: one peer sees chosen scores for chosen weeks, and nothing else."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.clinic import LAST_WEEK, PASSWORD, THIS_WEEK, Clock
from tests.peers import pair
from tests.second_factors import just_proved
from tests.services.test_pairings import also_leads_north
from tests.services.test_races import at_once
from wellbeing.domain.check_ins import Kind, Tag
from wellbeing.domain.errors import InvalidInputError, NotAllowedError, NotFoundError
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role
from wellbeing.services import (
    check_ins,
    my_data,
    my_weeks,
    pairings,
    peer_blocks,
    peer_pool,
    peer_sharing,
    people,
)
from wellbeing.services.peer_sharing import NewShare
from wellbeing.storage.peer_tables import PeerShareRow

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
OVERALL = frozenset({Indicator.OVERALL})


@pytest.fixture
def two(ctx, cast):
    """alice and bob are paired; alice has checked in."""
    pair(ctx, cast.alice, cast.bob)
    save(ctx, cast.alice, THIS_WEEK, overall=10, rest=2)
    my_weeks.tag_week(ctx, cast.alice, THIS_WEEK, [Tag.CRISIS])
    return cast


def save(ctx, viewer, week, **fields):
    then = Clock()
    then.turn_to(week)
    past = replace(ctx, now=then)
    check_ins.keep(past, viewer, week, fields)
    check_ins.save(past, viewer, week, Kind.FULL)


def share(ctx, two, **other):
    new = replace(NewShare(indicators=OVERALL, weeks=4), **other)
    peer_sharing.share(ctx, two.alice, two.bob.person_id, new)


def seen(ctx, two, viewer=None):
    return peer_sharing.weeks_of_peer(ctx, viewer or two.bob, two.alice.person_id)


def assert_nothing_is_seen(ctx, two):
    with pytest.raises(NotFoundError) as refused:
        seen(ctx, two)
    assert "score" not in str(refused.value)
    assert peer_sharing.my_shares(ctx, two.bob) == ()
    assert peer_sharing.my_shares(ctx, two.alice) == ()


def test_a_peer_sees_the_chosen_indicators_from_this_week_on(ctx, two):
    share(ctx, two)
    shown = seen(ctx, two)
    assert list(shown.panels) == [Indicator.OVERALL]
    (point,) = shown.panels[Indicator.OVERALL]
    assert (point.week, point.value) == (THIS_WEEK, 100)
    assert shown.last_week == THIS_WEEK.plus(3)


@ON_SQLITE
def test_earlier_weeks_are_shown_only_as_far_as_the_owner_chose(ctx, two):
    share(ctx, two, back=4)
    points = seen(ctx, two).panels[Indicator.OVERALL]
    assert [p.week for p in points] == THIS_WEEK.plus(-4).through(THIS_WEEK)


@ON_SQLITE
def test_no_note_no_range_and_no_early_sign_is_shown(ctx, two):
    share(ctx, two, back=8, indicators=frozenset(Indicator))
    shown = seen(ctx, two)
    assert list(shown.panels) == list(Indicator)
    for points in shown.panels.values():
        for p in points:
            assert (p.low, p.high, p.early_sign, p.tags) == (None, None, False, "")


@ON_SQLITE
def test_early_signs_are_shown_when_the_owner_chose_so(ctx, two):
    weeks = THIS_WEEK.plus(-24).through(LAST_WEEK)
    for n, week in enumerate(weeks):
        save(ctx, two.alice, week, overall=9 if n < 20 else 1)
    share(ctx, two, back=8, early_signs=True)
    points = seen(ctx, two).panels[Indicator.OVERALL]
    assert any(p.early_sign for p in points)
    share(ctx, two, back=8)
    points = seen(ctx, two).panels[Indicator.OVERALL]
    assert not any(p.early_sign for p in points)


def test_what_is_shown_is_read_at_the_moment_of_looking(ctx, two):
    share(ctx, two)
    check_ins.withdraw(ctx, two.alice, THIS_WEEK)
    (point,) = seen(ctx, two).panels[Indicator.OVERALL]
    assert point.value is None


@ON_SQLITE
def test_both_see_that_it_exists_and_nobody_else(ctx, two):
    share(ctx, two)
    (shown,) = peer_sharing.my_shares(ctx, two.alice)
    assert peer_sharing.my_shares(ctx, two.bob) == (shown,)
    assert peer_sharing.my_shares(ctx, two.charlie) == ()


@ON_SQLITE
def test_the_owner_does_not_see_the_peers_weeks_in_return(ctx, two):
    share(ctx, two)
    with pytest.raises(NotFoundError):
        peer_sharing.weeks_of_peer(ctx, two.alice, two.bob.person_id)


def test_a_second_share_replaces_the_first(ctx, two):
    share(ctx, two, indicators=frozenset(Indicator), weeks=12)
    at_once(*[lambda: share(ctx, two)] * 4)
    (shown,) = peer_sharing.my_shares(ctx, two.alice)
    assert (shown.indicators, shown.last_week) == (OVERALL, THIS_WEEK.plus(3))


@ON_SQLITE
def test_what_is_not_offered_is_refused(ctx, two):
    usual = NewShare(indicators=OVERALL, weeks=4)
    for wrong in (
        replace(usual, indicators=frozenset()),
        *(replace(usual, weeks=weeks) for weeks in (-1, 0, 13)),
        *(replace(usual, back=back) for back in (-4, 1, 500)),
    ):
        with pytest.raises(InvalidInputError):
            peer_sharing.share(ctx, two.alice, two.bob.person_id, wrong)
    assert_nothing_is_seen(ctx, two)


def revoked(ctx, two):
    for _ in range(2):
        peer_sharing.stop_sharing(ctx, two.alice, two.bob.person_id)


def ended_by_the_owner(ctx, two):
    pairings.end(ctx, two.alice, two.bob.person_id)


def ended_by_the_peer(ctx, two):
    pairings.end(ctx, two.bob, two.alice.person_id)


def blocked_by_the_owner(ctx, two):
    peer_blocks.block(ctx, two.alice, two.bob.person_id)


def the_owner_leaves(ctx, two):
    people.end_access(ctx, two.ada, two.alice.person_id)


def the_peer_leaves(ctx, two):
    people.end_access(ctx, two.ada, two.bob.person_id)


def the_owner_works_with_no_clients_any_more(ctx, two):
    people.set_roles(ctx, two.ada, two.alice.person_id, roles=[Role.RESEARCHER])


def the_peer_comes_to_lead_the_owner(ctx, two):
    also_leads_north(ctx, two.bob)


@pytest.mark.parametrize(
    "happens", [the_owner_leaves, the_owner_works_with_no_clients_any_more]
)
def test_nothing_comes_back_by_itself_for_somebody_who_returns(ctx, two, happens):
    share(ctx, two)
    happens(ctx, two)
    alice = two.alice.person_id
    people.let_in_again(ctx, two.ada, alice)
    people.set_roles(ctx, two.ada, alice, roles=[Role.CLINICIAN])
    assert_nothing_is_seen(ctx, two)
    assert not [p for p in pairings.my_pairings(ctx, two.bob) if p.stage == "active"]


@ON_SQLITE
@pytest.mark.parametrize(
    "happens",
    [
        revoked,
        ended_by_the_owner,
        ended_by_the_peer,
        blocked_by_the_owner,
        the_owner_leaves,
        the_peer_leaves,
        the_owner_works_with_no_clients_any_more,
        the_peer_comes_to_lead_the_owner,
    ],
)
def test_a_share_is_over_at_once(ctx, two, happens):
    share(ctx, two)
    assert seen(ctx, two)
    happens(ctx, two)
    assert_nothing_is_seen(ctx, two)


def test_a_share_is_over_when_its_weeks_are(ctx, two, clock):
    share(ctx, two, weeks=2)
    clock.turn_to(THIS_WEEK.plus(1))
    assert len(seen(ctx, two).panels[Indicator.OVERALL]) == 2
    clock.turn_to(THIS_WEEK.plus(2))
    assert_nothing_is_seen(ctx, two)
    peer_pool.suggest(ctx, two.charlie)
    with ctx.reading() as db:
        assert db.execute(select(PeerShareRow.__table__)).all() == []


def test_a_share_does_not_come_back_with_a_new_pairing(ctx, two):
    share(ctx, two)
    ended_by_the_peer(ctx, two)
    pair(ctx, two.bob, two.alice)
    assert_nothing_is_seen(ctx, two)


def test_a_share_does_not_come_back_with_somebody_who_had_left(ctx, two, clock):
    share(ctx, two, weeks=12)
    the_owner_leaves(ctx, two)
    clock.turn_to(THIS_WEEK.plus(1))
    peer_pool.suggest(ctx, two.charlie)
    just_proved(ctx, two.ada)
    people.let_in_again(ctx, two.ada, two.alice.person_id)
    assert_nothing_is_seen(ctx, two)


def test_a_deleted_owner_is_shown_no_more(ctx, two):
    share(ctx, two)
    my_data.delete_account(ctx, two.alice, password=PASSWORD)
    with pytest.raises(NotFoundError):
        seen(ctx, two)
    assert peer_sharing.my_shares(ctx, two.bob) == ()


def test_nobody_else_can_look_whoever_they_are(ctx, two):
    share(ctx, two)
    with pytest.raises(NotFoundError):
        seen(ctx, two, two.charlie)
    for other in (two.dora, two.ada, two.rita):
        with pytest.raises(NotAllowedError):
            seen(ctx, two, other)
        posing = replace(other, roles=frozenset({Role.CLINICIAN}))
        with pytest.raises(NotFoundError):
            seen(ctx, two, posing)
    former = two.charlie
    pair(ctx, former, two.alice)
    pairings.end(ctx, former, two.alice.person_id)
    with pytest.raises(NotFoundError):
        seen(ctx, two, former)


def test_nothing_is_shown_to_somebody_who_is_no_peer(ctx, two):
    new = NewShare(indicators=OVERALL, weeks=4)
    for other in (two.charlie, two.alice, two.dora, two.ada):
        with pytest.raises(NotFoundError):
            peer_sharing.share(ctx, two.alice, other.person_id, new)


def test_a_share_made_while_the_pairing_ends_does_not_stay(ctx, two):
    def try_to_share():
        try:
            share(ctx, two)
        except NotFoundError:
            return

    for _ in range(5):
        at_once(try_to_share, lambda: ended_by_the_peer(ctx, two))
        with ctx.reading() as db:
            assert db.execute(select(PeerShareRow.__table__)).all() == []
        pair(ctx, two.alice, two.bob)

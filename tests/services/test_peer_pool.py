"""The pool in a clinic: who is suggested to whom, once a week."""

from dataclasses import replace

import pytest

from tests.clinic import THIS_WEEK, make_person
from tests.peers import pair, stages
from tests.services.test_pairings import also_leads_north
from tests.services.test_races import at_once
from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.pairings import Fact, PeerSettings, Stage
from wellbeing.domain.peer_check_ins import PeerRecord, PeerSupport
from wellbeing.domain.people import Role
from wellbeing.services import pairings, peer_blocks, peer_check_ins, peer_pool

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
POOL = PeerSettings(in_pool=True)


def join(ctx, *viewers, settings=POOL):
    for viewer in viewers:
        peer_pool.choose(ctx, viewer, settings)


def suggested(ctx, viewer):
    return [p.name for p in pairings.my_pairings(ctx, viewer)]


def next_week(ctx, clock, viewer, weeks=1):
    clock.turn_to(ctx.this_week(viewer.clinic).plus(weeks))
    peer_pool.suggest(ctx, viewer)


@ON_SQLITE
def test_nothing_chosen_means_may_be_asked_and_not_in_the_pool(ctx, cast):
    found = peer_pool.my_pool(ctx, cast.alice)
    assert (found.settings, found.resting) == (PeerSettings(), False)
    peer_pool.suggest(ctx, cast.alice)
    assert stages(ctx, cast.alice) == {}


def test_two_of_the_pool_are_suggested_to_each_other_and_both_must_agree(ctx, cast):
    join(ctx, cast.alice, cast.charlie)
    peer_pool.suggest(ctx, cast.bob)
    (seen,) = pairings.my_pairings(ctx, cast.alice)
    assert (seen.name, seen.stage) == ("Charlie", Stage.TO_ANSWER)
    assert seen.facts == (Fact.OTHER_TEAMS,)
    pairings.answer(ctx, cast.alice, cast.charlie.person_id, agrees=True)
    assert stages(ctx, cast.alice) == {"Charlie": "waiting"}
    assert stages(ctx, cast.charlie) == {"Alice": "to_answer"}
    pairings.answer(ctx, cast.charlie, cast.alice.person_id, agrees=True)
    assert stages(ctx, cast.charlie) == {"Alice": "active"}


def decline(ctx, one, other):
    pairings.answer(ctx, one, other.person_id, agrees=False)


def block(ctx, one, other):
    peer_blocks.block(ctx, one, other.person_id)


@ON_SQLITE
@pytest.mark.parametrize("refuse", [decline, block])
def test_a_suggestion_that_is_declined_or_blocked_looks_like_one_without_an_answer(
    ctx, cast, clock, refuse
):
    join(ctx, cast.alice, cast.charlie)
    peer_pool.suggest(ctx, cast.alice)
    before = pairings.my_pairings(ctx, cast.alice)
    refuse(ctx, cast.charlie, cast.alice)
    assert pairings.my_pairings(ctx, cast.alice) == before
    pairings.answer(ctx, cast.alice, cast.charlie.person_id, agrees=True)
    assert stages(ctx, cast.alice) == {"Charlie": "waiting"}
    assert stages(ctx, cast.charlie) == {}
    next_week(ctx, clock, cast.alice)
    assert stages(ctx, cast.alice) == {"Charlie": "waiting"}
    next_week(ctx, clock, cast.alice)
    assert stages(ctx, cast.alice) == {}


@ON_SQLITE
def test_who_was_suggested_not_long_ago_is_not_suggested_again(ctx, cast, clock):
    join(ctx, cast.alice, cast.charlie)
    peer_pool.suggest(ctx, cast.alice)
    for _ in range(12):
        next_week(ctx, clock, cast.alice)
        assert suggested(ctx, cast.alice) == (
            ["Charlie"] if ctx.this_week(cast.clinic) == THIS_WEEK.plus(1) else []
        )
    next_week(ctx, clock, cast.alice)
    assert suggested(ctx, cast.alice) == ["Charlie"]


def test_suggestions_are_made_once_a_week_whoever_looks_first(ctx, cast):
    others = [
        make_person(ctx, cast.clinic, f"Person{n}", Role.CLINICIAN) for n in range(5)
    ]
    join(ctx, cast.alice, *others)
    at_once(*[lambda v=v: peer_pool.suggest(ctx, v) for v in others])
    found = [suggested(ctx, v) for v in (cast.alice, *others)]
    assert all(len(names) == 1 for names in found)
    join(ctx, cast.bob, cast.charlie)
    peer_pool.suggest(ctx, cast.bob)
    assert suggested(ctx, cast.bob) == []


@ON_SQLITE
def test_the_one_left_over_comes_first_the_next_time(ctx, cast, clock):
    join(ctx, cast.alice, cast.bob, cast.charlie)
    peer_pool.suggest(ctx, cast.alice)
    three = (cast.alice, cast.bob, cast.charlie)
    (left,) = (v for v in three if not suggested(ctx, v))
    emil = make_person(ctx, cast.clinic, "Emil", Role.CLINICIAN)
    frida = make_person(ctx, cast.clinic, "Frida", Role.CLINICIAN)
    clock.turn_to(THIS_WEEK.plus(1))
    join(ctx, emil, frida)
    peer_pool.suggest(ctx, left)
    assert suggested(ctx, left)[0] in {"Emil", "Frida"}


@ON_SQLITE
@pytest.mark.parametrize("until", [THIS_WEEK, THIS_WEEK.plus(3)])
def test_somebody_on_a_pause_is_not_suggested_until_it_is_over(ctx, cast, clock, until):
    join(ctx, cast.alice)
    join(ctx, cast.charlie, settings=replace(POOL, pause_until=until))
    peer_pool.suggest(ctx, cast.alice)
    assert suggested(ctx, cast.alice) == []
    clock.turn_to(until)
    peer_pool.suggest(ctx, cast.alice)
    assert suggested(ctx, cast.alice) == []
    next_week(ctx, clock, cast.alice)
    assert suggested(ctx, cast.alice) == ["Charlie"]


@ON_SQLITE
@pytest.mark.parametrize("weeks", [-1, 53])
def test_a_pause_in_the_past_or_over_a_year_is_refused(ctx, cast, weeks):
    with pytest.raises(InvalidInputError):
        join(ctx, cast.alice, settings=PeerSettings(pause_until=THIS_WEEK.plus(weeks)))


@ON_SQLITE
def test_nobody_is_suggested_their_lead_or_whom_they_lead(ctx, cast):
    also_leads_north(ctx, cast.charlie)
    join(ctx, cast.alice, cast.charlie)
    peer_pool.suggest(ctx, cast.alice)
    assert suggested(ctx, cast.alice) == suggested(ctx, cast.charlie) == []


@ON_SQLITE
def test_people_who_blocked_each_other_or_have_a_peer_are_not_suggested(ctx, cast):
    peer_blocks.block(ctx, cast.charlie, cast.alice.person_id)
    emil = make_person(ctx, cast.clinic, "Emil", Role.CLINICIAN)
    pair(ctx, cast.bob, emil)
    join(ctx, cast.alice, cast.bob, cast.charlie)
    peer_pool.suggest(ctx, cast.alice)
    assert suggested(ctx, cast.alice) == suggested(ctx, cast.charlie) == []
    assert suggested(ctx, cast.bob) == ["Emil"]


def gives(ctx, clock, giver, other, weeks):
    pair(ctx, giver, other)
    for week in THIS_WEEK.through(THIS_WEEK.plus(weeks - 1)):
        clock.turn_to(week)
        kept = PeerRecord(week=week, given=frozenset({PeerSupport.LISTENING}))
        peer_check_ins.record(ctx, giver, other.person_id, kept)
    pairings.end(ctx, giver, other.person_id)


def test_whoever_gives_much_rests_unless_they_want_none(ctx, cast, clock):
    gives(ctx, clock, cast.alice, cast.bob, 3)
    join(ctx, cast.alice, cast.charlie)
    assert peer_pool.my_pool(ctx, cast.alice).resting
    assert not peer_pool.my_pool(ctx, cast.bob).resting
    peer_pool.suggest(ctx, cast.charlie)
    assert suggested(ctx, cast.charlie) == []
    join(ctx, cast.alice, settings=replace(POOL, rests=False))
    next_week(ctx, clock, cast.charlie)
    assert suggested(ctx, cast.charlie) == ["Alice"]


@ON_SQLITE
def test_a_rest_ends_when_the_records_are_twelve_weeks_old(ctx, cast, clock):
    gives(ctx, clock, cast.alice, cast.bob, 3)
    clock.turn_to(THIS_WEEK.plus(11))
    assert peer_pool.my_pool(ctx, cast.alice).resting
    clock.turn_to(THIS_WEEK.plus(12))
    assert not peer_pool.my_pool(ctx, cast.alice).resting


@ON_SQLITE
def test_leaving_the_pool_takes_somebody_out_of_the_next_suggestions(ctx, cast):
    join(ctx, cast.alice, cast.charlie)
    join(ctx, cast.charlie, settings=PeerSettings())
    peer_pool.suggest(ctx, cast.alice)
    assert suggested(ctx, cast.alice) == []


def test_what_somebody_chose_is_kept(ctx, cast):
    chosen = replace(POOL, may_be_asked=False, pause_until=THIS_WEEK.plus(4))
    join(ctx, cast.alice, settings=chosen)
    assert peer_pool.my_pool(ctx, cast.alice).settings == chosen

"""Pairings: both agree, either ends, and nobody learns what the other did."""

from dataclasses import replace
from uuid import uuid4

import pytest

from tests.clinic import THIS_WEEK, make_clinic, make_person
from tests.peers import pair, stages
from tests.services.test_races import at_once
from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.pairings import PeerRhythm, PeerSettings
from wellbeing.domain.people import Role
from wellbeing.services import (
    my_data,
    my_peers,
    pairings,
    peer_blocks,
    peer_pool,
    people,
)
from wellbeing.services.pairings import BlockedByYouError, TooManyRequestsError
from wellbeing.storage import people_queries, team_queries

WEEKLY, MONTHLY = PeerRhythm.WEEKLY, PeerRhythm.MONTHLY
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def ask(ctx, one, other):
    pairings.ask(ctx, one, other.person_id, WEEKLY)


def answer(ctx, one, other, *, agrees):
    pairings.answer(ctx, one, other.person_id, agrees=agrees)


def names(ctx, viewer):
    return [c.name for c in pairings.colleagues_to_ask(ctx, viewer)]


def test_two_people_are_paired_when_one_asks_and_the_other_agrees(ctx, cast):
    ask(ctx, cast.alice, cast.bob)
    assert stages(ctx, cast.alice) == {"Bob": "waiting"}
    assert stages(ctx, cast.bob) == {"Alice": "to_answer"}
    answer(ctx, cast.bob, cast.alice, agrees=True)
    assert stages(ctx, cast.alice) == {"Bob": "active"}
    assert stages(ctx, cast.bob) == {"Alice": "active"}
    (seen,) = pairings.my_pairings(ctx, cast.bob)
    assert (seen.rhythm, seen.began_week) == (WEEKLY, THIS_WEEK)


def test_nobody_else_sees_anything_of_it(ctx, cast):
    pair(ctx, cast.alice, cast.bob)
    assert stages(ctx, cast.charlie) == {}
    assert names(ctx, cast.charlie) == ["Alice", "Bob"]


def test_asking_each_other_is_agreeing(ctx, cast):
    assert not pairings.ask(ctx, cast.alice, cast.bob.person_id, WEEKLY)
    assert pairings.ask(ctx, cast.bob, cast.alice.person_id, WEEKLY)
    assert stages(ctx, cast.alice) == {"Bob": "active"}


def test_two_who_ask_each_other_at_the_same_moment_have_one_pairing(ctx, cast):
    for _ in range(5):
        at_once(
            lambda: ask(ctx, cast.alice, cast.bob),
            lambda: ask(ctx, cast.bob, cast.alice),
        )
        assert stages(ctx, cast.alice) == {"Bob": "active"}
        assert stages(ctx, cast.bob) == {"Alice": "active"}
        at_once(
            lambda: pairings.end(ctx, cast.alice, cast.bob.person_id),
            lambda: pairings.end(ctx, cast.bob, cast.alice.person_id),
        )
        assert stages(ctx, cast.alice) == {"Bob": "ended"}


def test_a_double_click_changes_nothing(ctx, cast):
    ask(ctx, cast.alice, cast.bob)
    ask(ctx, cast.alice, cast.bob)
    for _ in range(2):
        answer(ctx, cast.bob, cast.alice, agrees=True)
    for _ in range(2):
        pairings.end(ctx, cast.bob, cast.alice.person_id)
    assert stages(ctx, cast.alice) == {"Bob": "ended"}
    assert stages(ctx, cast.bob) == {"Alice": "ended"}


@ON_SQLITE
def test_an_answer_that_comes_too_late_is_told_so_and_not_why(ctx, cast):
    ask(ctx, cast.alice, cast.bob)
    pairings.end(ctx, cast.alice, cast.bob.person_id)
    with pytest.raises(pairings.RequestOverError, match="This request is over"):
        answer(ctx, cast.bob, cast.alice, agrees=True)


def unanswered(ctx, cast):
    """Leave the request of alice alone."""


def declined(ctx, cast):
    answer(ctx, cast.bob, cast.alice, agrees=False)


def blocked(ctx, cast):
    peer_blocks.block(ctx, cast.bob, cast.alice.person_id)


@ON_SQLITE
@pytest.mark.parametrize("done", [unanswered, declined, blocked])
def test_a_request_that_is_declined_or_blocked_looks_like_one_without_an_answer(
    ctx, cast, clock, done
):
    ask(ctx, cast.alice, cast.bob)
    (before,) = pairings.my_pairings(ctx, cast.alice)
    done(ctx, cast)
    offered = names(ctx, cast.alice)
    assert pairings.my_pairings(ctx, cast.alice) == (before,)
    clock.turn_to(THIS_WEEK.plus(1))
    assert pairings.my_pairings(ctx, cast.alice) == (before,)
    clock.turn_to(THIS_WEEK.plus(2))
    assert stages(ctx, cast.alice) == {}
    assert names(ctx, cast.alice) == ["Bob", *offered]
    ask(ctx, cast.alice, cast.bob)
    assert stages(ctx, cast.alice) == {"Bob": "waiting"}
    shown = {} if done is blocked else {"Alice": "to_answer"}
    assert stages(ctx, cast.bob) == shown


@ON_SQLITE
def test_asking_again_does_not_tell_whether_the_other_said_something(ctx, cast, clock):
    emil = make_person(ctx, cast.clinic, "Emil", Role.CLINICIAN, team=cast.north)
    askers = silent, refused, shut_out = cast.alice, cast.charlie, emil
    for one in askers:
        ask(ctx, one, cast.bob)
    answer(ctx, cast.bob, refused, agrees=False)
    peer_blocks.block(ctx, cast.bob, shut_out.person_id)
    clock.turn_to(THIS_WEEK.plus(1))
    for one in askers:
        pairings.end(ctx, one, cast.bob.person_id)
        pairings.ask(ctx, one, cast.bob.person_id, MONTHLY)
    (seen,) = pairings.my_pairings(ctx, silent)
    assert (seen.answer_until, seen.rhythm) == (THIS_WEEK.plus(2), MONTHLY)
    kept = [my_peers.peer_files(ctx, one, None)["peers.json"] for one in askers]
    for one in (refused, shut_out):
        assert pairings.my_pairings(ctx, one) == (seen,)
    assert kept[0] == kept[1] == kept[2]
    assert stages(ctx, cast.bob) == {"Alice": "to_answer"}


def test_a_block_looks_like_an_end(ctx, cast):
    pair(ctx, cast.alice, cast.bob)
    pair(ctx, cast.charlie, cast.bob)
    pairings.end(ctx, cast.bob, cast.alice.person_id)
    peer_blocks.block(ctx, cast.bob, cast.charlie.person_id)
    (ended,) = pairings.my_pairings(ctx, cast.alice)
    (seen,) = pairings.my_pairings(ctx, cast.charlie)
    assert seen == ended
    for one in (cast.alice, cast.charlie):
        assert "Bob" in names(ctx, one)
        ask(ctx, one, cast.bob)
        assert stages(ctx, one) == {"Bob": "waiting"}
        with pytest.raises(NotFoundError) as refused:
            pairings.change_rhythm(ctx, one, cast.bob.person_id, MONTHLY)
        assert str(refused.value) == str(NotFoundError("pairing"))
    assert stages(ctx, cast.bob) == {"Alice": "to_answer"}


@ON_SQLITE
def test_somebody_who_is_unblocked_can_be_answered_again(ctx, cast):
    blocked(ctx, cast)
    ask(ctx, cast.alice, cast.bob)
    assert peer_blocks.my_blocks(ctx, cast.bob) == {cast.alice.person_id: "Alice"}
    peer_blocks.unblock(ctx, cast.bob, cast.alice.person_id)
    assert stages(ctx, cast.bob) == {"Alice": "to_answer"}
    assert peer_blocks.my_blocks(ctx, cast.bob) == {}


@ON_SQLITE
def test_whom_one_has_blocked_one_cannot_ask(ctx, cast):
    blocked(ctx, cast)
    assert names(ctx, cast.bob) == ["Charlie"]
    with pytest.raises(BlockedByYouError):
        ask(ctx, cast.bob, cast.alice)


@ON_SQLITE
def test_a_request_can_be_taken_back(ctx, cast):
    ask(ctx, cast.alice, cast.bob)
    pairings.end(ctx, cast.alice, cast.bob.person_id)
    assert stages(ctx, cast.alice) == stages(ctx, cast.bob) == {}
    with pytest.raises(NotFoundError):
        answer(ctx, cast.bob, cast.alice, agrees=True)
    ask(ctx, cast.bob, cast.alice)
    assert stages(ctx, cast.alice) == {"Bob": "to_answer"}


@ON_SQLITE
def test_somebody_who_declined_is_not_asked_again_in_the_same_time(ctx, cast):
    ask(ctx, cast.alice, cast.bob)
    declined(ctx, cast)
    pairings.end(ctx, cast.alice, cast.bob.person_id)
    ask(ctx, cast.alice, cast.bob)
    assert stages(ctx, cast.alice) == {"Bob": "waiting"}
    assert stages(ctx, cast.bob) == {}


@ON_SQLITE
def test_whoever_declined_may_ask_themselves(ctx, cast):
    ask(ctx, cast.alice, cast.bob)
    declined(ctx, cast)
    ask(ctx, cast.bob, cast.alice)
    assert stages(ctx, cast.alice) == {"Bob": "active"}


@ON_SQLITE
def test_an_answer_that_comes_too_late_is_refused(ctx, cast, clock):
    ask(ctx, cast.alice, cast.bob)
    clock.turn_to(THIS_WEEK.plus(2))
    with pytest.raises(NotFoundError):
        answer(ctx, cast.bob, cast.alice, agrees=True)
    assert stages(ctx, cast.bob) == {}


@ON_SQLITE
def test_that_a_pairing_has_ended_is_told_for_four_weeks(ctx, cast, clock):
    pair(ctx, cast.alice, cast.bob)
    pairings.end(ctx, cast.alice, cast.bob.person_id)
    clock.turn_to(THIS_WEEK.plus(3))
    assert stages(ctx, cast.bob) == {"Alice": "ended"}
    clock.turn_to(THIS_WEEK.plus(4))
    assert stages(ctx, cast.bob) == {}


def test_people_who_do_not_want_to_be_asked_are_not_offered(ctx, cast):
    peer_pool.choose(ctx, cast.bob, PeerSettings(may_be_asked=False))
    assert names(ctx, cast.alice) == ["Charlie"]
    with pytest.raises(NotFoundError):
        ask(ctx, cast.alice, cast.bob)
    ask(ctx, cast.bob, cast.alice)
    ask(ctx, cast.alice, cast.bob)
    assert stages(ctx, cast.bob) == {"Alice": "active"}


def also_leads_north(ctx, viewer):
    with ctx.writing() as db:
        people_queries.set_roles(
            db, viewer.clinic_id, viewer.person_id, [Role.CLINICIAN, Role.LEAD]
        )
        north = team_queries.teams_of(db, viewer.clinic_id)[0]
        assert north.name == "North"
        people_queries.set_leads(
            db, viewer.clinic_id, viewer.person_id, [north.team_id]
        )


@ON_SQLITE
def test_nobody_can_ask_their_lead_or_somebody_they_lead(ctx, cast):
    also_leads_north(ctx, cast.charlie)
    assert names(ctx, cast.alice) == ["Bob"]
    assert names(ctx, cast.charlie) == []
    for one, other in ((cast.alice, cast.charlie), (cast.charlie, cast.alice)):
        with pytest.raises(NotFoundError):
            ask(ctx, one, other)


def test_a_pairing_ends_when_one_comes_to_lead_the_other(ctx, cast):
    pair(ctx, cast.alice, cast.charlie)
    also_leads_north(ctx, cast.charlie)
    assert stages(ctx, cast.alice) == {"Charlie": "ended"}
    assert stages(ctx, cast.charlie) == {"Alice": "ended"}
    with pytest.raises(NotFoundError):
        pairings.change_rhythm(ctx, cast.alice, cast.charlie.person_id, MONTHLY)


@ON_SQLITE
def test_there_are_no_requests_to_oneself_strangers_leads_and_administrators(ctx, cast):
    elsewhere = make_clinic(ctx, "Elsewhere")
    stranger = make_person(ctx, elsewhere, "Emil", Role.CLINICIAN)
    nobody = replace(cast.bob, person_id=PersonId(uuid4()))
    for other in (cast.alice, stranger, nobody, cast.dora, cast.ada, cast.rita):
        for attempt in (
            lambda other=other: ask(ctx, cast.alice, other),
            lambda other=other: answer(ctx, cast.alice, other, agrees=True),
            lambda other=other: pairings.end(ctx, cast.alice, other.person_id),
            lambda other=other: peer_blocks.block(ctx, cast.alice, other.person_id),
        ):
            with pytest.raises(NotFoundError):
                attempt()
    assert stages(ctx, cast.alice) == {}


def test_somebody_who_left_cannot_be_asked_and_their_pairing_has_ended(ctx, cast):
    pair(ctx, cast.alice, cast.bob)
    ask(ctx, cast.charlie, cast.bob)
    people.end_access(ctx, cast.ada, cast.bob.person_id)
    assert stages(ctx, cast.alice) == {"Bob": "ended"}
    assert stages(ctx, cast.charlie) == {}
    with pytest.raises(NotFoundError):
        ask(ctx, cast.charlie, cast.bob)


def test_a_peer_who_deletes_their_account_in_between_is_just_not_there(ctx, cast):
    pair(ctx, cast.alice, cast.bob)
    ask(ctx, cast.charlie, cast.bob)
    with ctx.writing() as db:
        people_queries.drop_person(db, cast.clinic.clinic_id, cast.bob.person_id)
    assert stages(ctx, cast.alice) == stages(ctx, cast.charlie) == {}
    for attempt in (
        lambda: ask(ctx, cast.alice, cast.bob),
        lambda: pairings.end(ctx, cast.alice, cast.bob.person_id),
        lambda: peer_blocks.block(ctx, cast.alice, cast.bob.person_id),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_asking_somebody_who_is_being_deleted_fails_cleanly(ctx, cast):
    def delete():
        with ctx.writing() as db:
            people_queries.drop_person(db, cast.clinic.clinic_id, cast.bob.person_id)

    def try_to_ask():
        try:
            ask(ctx, cast.alice, cast.bob)
        except NotFoundError:
            return

    at_once(delete, try_to_ask)
    assert stages(ctx, cast.alice) == {}


@ON_SQLITE
def test_only_three_requests_can_wait_at_a_time(ctx, cast):
    others = [
        make_person(ctx, cast.clinic, f"Person{n}", Role.CLINICIAN) for n in range(4)
    ]
    for other in others[:3]:
        ask(ctx, cast.alice, other)
    with pytest.raises(TooManyRequestsError):
        ask(ctx, cast.alice, others[3])
    pairings.end(ctx, cast.alice, others[0].person_id)
    ask(ctx, cast.alice, others[3])


@ON_SQLITE
def test_either_may_change_the_rhythm(ctx, cast):
    pair(ctx, cast.alice, cast.bob)
    pairings.change_rhythm(ctx, cast.bob, cast.alice.person_id, MONTHLY)
    (seen,) = pairings.my_pairings(ctx, cast.alice)
    assert seen.rhythm is MONTHLY


@ON_SQLITE
def test_deleting_an_account_ends_everything(ctx, cast):
    pair(ctx, cast.alice, cast.bob)
    blocked(ctx, cast)
    my_data.delete_account(ctx, cast.alice, password="copper lantern drifting otter")
    assert stages(ctx, cast.bob) == {}
    assert peer_blocks.my_blocks(ctx, cast.bob) == {}

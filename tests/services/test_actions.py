"""You said, we did: written by leads, read by members, released once as a band."""

import pytest

from tests.clinic import make_person, make_team
from tests.counted_clinic import PERIODS, House
from wellbeing.domain.actions import ActionState, Helps
from wellbeing.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role
from wellbeing.privacy.bands import Band
from wellbeing.services import actions
from wellbeing.services.actions import NewAction
from wellbeing.services.closing import close


@pytest.fixture
def house(door_ctx, clock):
    """Twelve people whose first period is closed."""
    found = House(door_ctx, clock)
    for period in PERIODS[:3]:
        found.everybody_answers(period)
    found.end(PERIODS[0])
    close(door_ctx)
    return found


def new(house, **other):
    values = {
        "week": house.ctx.this_week(house.clinic),
        "state": ActionState.PLANNED,
        "driver": Indicator.WORKLOAD,
        "what": "No new cases on Fridays",
    }
    return NewAction(**values | other)


def record(house, **other):
    team = house.north.team_id
    actions.record_action(house.ctx, house.dora, team, new(house, **other))
    return actions.actions_of(house.ctx, house.dora, team)[0].action


def seen_by(house, viewer):
    return actions.actions_of(house.ctx, viewer, house.north.team_id)


def answer(house, action, *, helps, people):
    said = Helps.HELPS if helps else Helps.DOES_NOT
    for one in people:
        actions.answer_action(house.ctx, one, action.action_id, said)


def test_what_a_lead_writes_the_members_read(house):
    written = record(house)
    (seen,) = seen_by(house, house.people[0])
    assert seen.action == written
    assert (seen.helps, seen.mine) == (None, None)


def test_a_lead_may_say_why_nothing_is_done(house):
    reason = "The insurer decides on this in spring"
    written = record(house, state=ActionState.NOTHING, what=reason, driver=None)
    assert (written.state, written.what) == (ActionState.NOTHING, reason)


def test_an_action_can_be_changed_by_who_leads_the_team_only(house):
    written = record(house)
    done = new(house, state=ActionState.DONE)
    team, action = house.north.team_id, written.action_id
    actions.change_action(house.ctx, house.dora, team, action, done)
    assert seen_by(house, house.dora)[0].action.state is ActionState.DONE
    with pytest.raises(NotAllowedError):
        actions.change_action(house.ctx, house.people[0], team, action, done)


def test_a_lead_of_another_team_is_told_that_there_is_none(house):
    south = make_team(house.ctx, house.clinic, "South")
    emil = make_person(house.ctx, house.clinic, "Emil", Role.LEAD, leads=(south,))
    written = record(house)
    team = house.north.team_id
    for attempt in (
        lambda: actions.actions_of(house.ctx, emil, team),
        lambda: actions.record_action(house.ctx, emil, team, new(house)),
        lambda: actions.change_action(
            house.ctx, emil, team, written.action_id, new(house)
        ),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_somebody_of_another_team_cannot_answer(house):
    south = make_team(house.ctx, house.clinic, "South")
    emil = make_person(house.ctx, house.clinic, "Emil", Role.CLINICIAN, team=south)
    written = record(house)
    with pytest.raises(NotFoundError):
        answer(house, written, helps=True, people=[emil])


@pytest.mark.parametrize("what", ["", "   ", "x" * 301, "a\x00b"])
def test_words_that_cannot_be_shown_are_refused(house, what):
    with pytest.raises(InvalidInputError):
        record(house, what=what)


def test_before_the_first_picture_nothing_can_stand_beside_it(door_ctx, clock):
    house = House(door_ctx, clock, size=1)
    with pytest.raises(InvalidInputError, match="no picture yet"):
        record(house)


def test_an_answer_shows_to_nobody_but_its_author_before_the_close(house):
    written = record(house)
    answer(house, written, helps=True, people=house.people)
    assert seen_by(house, house.dora)[0].helps is None
    assert seen_by(house, house.dora)[0].mine is None
    assert seen_by(house, house.people[0])[0].mine is Helps.HELPS


def test_a_second_answer_replaces_the_first(house):
    written = record(house)
    answer(house, written, helps=True, people=house.people[:1])
    answer(house, written, helps=False, people=house.people[:1])
    assert seen_by(house, house.people[0])[0].mine is Helps.DOES_NOT


def test_how_many_it_helps_is_released_once_as_a_band(house):
    written = record(house)
    answer(house, written, helps=True, people=house.people[:9])
    house.end(PERIODS[1])
    close(house.ctx)
    first = seen_by(house, house.dora)[0].helps
    # Nine of nine: the highest band there is, never a number.
    assert (first.band, first.people) == (Band(60, None), "8-12")
    answer(house, written, helps=False, people=house.people)
    house.end(PERIODS[2])
    close(house.ctx)
    assert seen_by(house, house.dora)[0].helps == first


def test_with_other_words_people_are_asked_again(house):
    written = record(house)
    answer(house, written, helps=True, people=house.people)
    team, action = house.north.team_id, written.action_id
    actions.change_action(house.ctx, house.dora, team, action, new(house, driver=None))
    assert seen_by(house, house.people[0])[0].mine is Helps.HELPS
    other = new(house, what="Something else entirely")
    actions.change_action(house.ctx, house.dora, team, action, other)
    assert seen_by(house, house.people[0])[0].mine is None
    house.end(PERIODS[1])
    close(house.ctx)
    assert seen_by(house, house.dora)[0].helps is None


def test_words_stay_once_it_was_released_how_many_they_help(house):
    written = record(house)
    answer(house, written, helps=True, people=house.people)
    house.end(PERIODS[1])
    close(house.ctx)
    team, action = house.north.team_id, written.action_id
    done = new(house, state=ActionState.DONE)
    actions.change_action(house.ctx, house.dora, team, action, done)
    other = new(house, what="Something else entirely")
    with pytest.raises(InvalidInputError, match="the words stay"):
        actions.change_action(house.ctx, house.dora, team, action, other)
    (seen,) = seen_by(house, house.dora)
    assert seen.action.what == written.what
    assert seen.action.state is ActionState.DONE


def test_too_few_answers_release_nothing(house):
    written = record(house)
    answer(house, written, helps=True, people=house.people[:7])
    house.end(PERIODS[1])
    close(house.ctx)
    assert seen_by(house, house.dora)[0].helps is None


def test_answers_of_people_who_are_not_counted_are_not_released(house):
    written = record(house)
    answer(house, written, helps=True, people=house.people[:8])
    house.counts(house.people[0], counted=False)
    house.end(PERIODS[1])
    close(house.ctx)
    assert seen_by(house, house.dora)[0].helps is None


def test_actions_stay_when_the_team_is_pooled_with_another(house):
    written = record(house)
    south = make_team(house.ctx, house.clinic, "South")
    make_person(house.ctx, house.clinic, "Emil", Role.CLINICIAN, team=south)
    house.everybody_answers(PERIODS[3])
    house.end(PERIODS[3])
    close(house.ctx)
    assert seen_by(house, house.dora)[0].action == written


def test_after_a_check_in_the_newest_unanswered_action_is_shown(house):
    member = house.people[0]
    assert actions.newest_unanswered(house.ctx, member) is None
    written = record(house)
    shown = actions.newest_unanswered(house.ctx, member)
    assert shown is not None
    assert shown.action == written
    answer(house, written, helps=True, people=[member])
    assert actions.newest_unanswered(house.ctx, member) is None


def test_an_action_of_another_team_is_not_shown_after_a_check_in(house):
    south = make_team(house.ctx, house.clinic, "South")
    emil = make_person(house.ctx, house.clinic, "Emil", Role.CLINICIAN, team=south)
    record(house)
    assert actions.newest_unanswered(house.ctx, emil) is None

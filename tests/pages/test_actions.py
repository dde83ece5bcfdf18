"""You said, we did, on screen: a lead writes, members read and answer."""

import pytest

from tests.pages.conftest import words
from tests.released import Releases
from tests.servers import viewer_named
from wellbeing.content.load import choice_text, say
from wellbeing.domain.actions import ActionState, Helps
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.bands import Band
from wellbeing.services import actions, check_ins, people
from wellbeing.services.actions import NewAction

WHAT = "No new cases on *Fridays* <b>"


@pytest.fixture
def north(ctx):
    """The team that dora leads and alice works in, with one released picture."""
    ada = viewer_named(ctx, "ada")
    (team,) = people.all_teams(ctx, ada)
    made = Releases(ctx, ada.clinic_id)
    made.quarter({team.team_id: team.name})
    made.close(Band(40, 50))
    return team


@pytest.fixture
def written(ctx, north):
    """An action that dora has written down."""
    dora = viewer_named(ctx, "dora")
    new = NewAction(
        week=ctx.this_week(dora.clinic),
        state=ActionState.PLANNED,
        driver=Indicator.WORKLOAD,
        what=WHAT,
    )
    actions.record_action(ctx, dora, north.team_id, new)
    return actions.actions_of(ctx, dora, north.team_id)[0].action


def of(ctx, who, team):
    return actions.actions_of(ctx, viewer_named(ctx, who), team.team_id)


def test_a_lead_writes_what_is_done_and_sees_it(open_page, ctx, north):
    at = open_page("team_trends", "dora")
    assert say("actions.none_lead") in words(at)
    at.text_area(key="actions:what:").input("Fewer meetings")
    at.button(key="actions:save:").click()
    at.run()
    assert not at.exception
    assert "Fewer meetings" in words(at)
    (seen,) = of(ctx, "dora", north)
    assert (seen.action.what, seen.action.state) == (
        "Fewer meetings",
        ActionState.PLANNED,
    )


def test_an_empty_action_is_refused_and_what_was_chosen_stays(open_page, ctx, north):
    at = open_page("team_trends", "dora")
    at.button_group(key="actions:state:").set_value(ActionState.DONE)
    at.button(key="actions:save:").click()
    at.run()
    assert at.error[0].value == "Write a sentence first."
    assert at.button_group(key="actions:state:").value == ActionState.DONE
    assert of(ctx, "dora", north) == ()


def test_a_lead_changes_an_action(open_page, ctx, north, written):
    at = open_page("team_trends", "dora")
    chosen = str(written.action_id)
    at.selectbox(key=f"actions:which:{north.team_id}").set_value(chosen)
    at.run()
    at.button_group(key=f"actions:state:{chosen}").set_value(ActionState.DONE)
    at.button(key=f"actions:save:{chosen}").click()
    at.run()
    assert of(ctx, "dora", north)[0].action.state is ActionState.DONE


@pytest.mark.usefixtures("written")
def test_words_of_a_lead_are_shown_as_they_are(open_page):
    text = words(open_page("team_trends", "alice"))
    assert r"No new cases on \*Fridays\* \<b\>" in text


def test_a_member_answers_with_one_tap_and_no_lead_can(open_page, ctx, north, written):
    key = f"actions:helps:{written.action_id}"
    at = open_page("team_trends", "alice")
    at.button_group(key=key).set_value(Helps.HELPS)
    at.run()
    assert not at.error
    assert of(ctx, "alice", north)[0].mine is Helps.HELPS
    lead = open_page("team_trends", "dora")
    assert not [w for w in lead.button_group if w.key == key]
    assert choice_text(Helps.HELPS) not in words(lead)


@pytest.mark.usefixtures("written")
def test_a_member_sees_it_after_the_next_check_in(open_page, ctx):
    alice = viewer_named(ctx, "alice")
    week = ctx.this_week(alice.clinic)
    check_ins.choose_team_trends(ctx, alice, counted=True)
    check_ins.keep(ctx, alice, week, {"overall": 5})
    check_ins.save(ctx, alice, week, Kind.FULL)
    assert say("actions.your_lead") in words(open_page("check_in", alice))


@pytest.mark.usefixtures("written")
def test_a_colleague_of_another_team_sees_nothing_of_it(open_page, ctx):
    ada = viewer_named(ctx, "ada")
    south = people.add_team(ctx, ada, "South")
    bob = viewer_named(ctx, "bob")
    people.move(ctx, ada, bob.person_id, south.team_id, ctx.this_week(ada.clinic))
    assert "Fridays" not in words(open_page("team_trends", "bob"))

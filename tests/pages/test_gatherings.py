"""Gatherings on screen: offered, joined, seen, left; every word stays text."""

from dataclasses import replace
from datetime import date, time

import pytest

from tests.pages.conftest import unfold, without_key, words
from tests.pages.test_hostile_text import HOSTILE
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.domain.gatherings import GatheringKind
from wellbeing.services import gathering_offers, gatherings
from wellbeing.services.gathering_fields import NewGathering

NEW = NewGathering(
    kind=GatheringKind.WORKSHOP,
    title="Sleep well",
    about="Two hours on rest.",
    day=date(2026, 11, 27),
    clock=time(12),
    zone="Europe/Berlin",
    minutes=120,
    place="Room 2",
    link="https://meet.example.org/x",
    places=3,
)


@pytest.fixture
def made(ctx):
    return offer(ctx)


def offer(ctx, **other):
    bob = viewer_named(ctx, "bob")
    return gathering_offers.offer(ctx, bob, replace(NEW, **other)).gathering_id


def seen_by(ctx, who):
    return gatherings.offered(ctx, viewer_named(ctx, who))


def html(at):
    return "".join(e.proto.body for e in at.get("html"))


def test_somebody_offers_and_everybody_sees_it(open_page):
    at = open_page("gatherings", "bob")
    assert say("gatherings.none") in words(at)
    unfold(at)
    at.text_input(key="gatherings:title:").input("Tea round")
    at.text_input(key="gatherings:place:").input("Kitchen")
    at.button(key="gatherings:save:").click()
    at.run()
    assert not at.exception
    assert at.success[0].value.startswith("It is offered.")
    assert [t.value for t in at.text_input] == ["", "", ""]  # nothing to press twice
    for who in ("alice", "dora", "ada", "rita"):
        shown = words(open_page("gatherings", who))
        assert "Tea round" in shown
        assert "offered by Bob" in shown


def test_what_is_wrong_is_said_and_what_was_typed_stays(open_page, ctx):
    at = unfold(open_page("gatherings", "bob"))
    at.text_input(key="gatherings:title:").input("Tea round")
    at.text_input(key="gatherings:link:").input("javascript:alert(1)")
    at.button(key="gatherings:save:").click()
    at.run()
    assert "A link begins with https://" in at.error[0].value.replace("\\", "")
    assert at.text_input(key="gatherings:title:").value == "Tea round"
    assert seen_by(ctx, "bob") == ()


def test_a_time_that_does_not_exist_is_said_with_the_one_that_holds(open_page):
    at = unfold(open_page("gatherings", "bob"))
    at.text_input(key="gatherings:title:").input("Night walk")
    at.text_input(key="gatherings:place:").input("Gate")
    at.date_input(key="gatherings:day:").set_value(date(2027, 3, 28))
    at.time_input(key="gatherings:clock:").set_value(time(2, 30))
    at.button(key="gatherings:save:").click()
    at.run()
    assert "does not exist. It then begins at 03:30." in at.success[0].value


def test_joining_privately_showing_ones_name_and_leaving(open_page, made):
    at = open_page("gatherings", "alice")
    assert "How many are left is not said" in words(at)
    at.button(key=f"gatherings:join_privately:{made}").click().run()
    assert say("gatherings.joined_private") in words(at)
    assert "Joined visibly" not in words(at)
    assert f"/my/gatherings/{made}.ics" in html(at)
    host = words(open_page("gatherings", "bob"))
    assert "1 of 3 places are taken" in host
    assert "Alice" not in host
    at.button(key=f"gatherings:to_visible:{made}").click().run()
    assert "Joined visibly: Alice" in words(at)
    assert "Joined visibly: Alice" in words(open_page("gatherings", "bob"))
    at.button(key=f"gatherings:leave:{made}").click().run()
    assert not at.exception
    assert "0 of 3 places" in words(open_page("gatherings", "bob"))


@pytest.mark.parametrize("who", ["ada", "dora", "rita", "alice"])
def test_who_takes_no_part_sees_no_name_and_no_number(open_page, ctx, made, who):
    charlie = viewer_named(ctx, "ada" if who != "ada" else "rita")
    gatherings.join(ctx, charlie, made, visible=True)
    shown = words(open_page("gatherings", who))
    assert charlie.name not in shown
    assert "places are taken" not in shown


def test_the_host_changes_and_cancels_and_joiners_see_both(open_page, ctx, made):
    alice = viewer_named(ctx, "alice")
    gatherings.join(ctx, alice, made, visible=False)
    at = unfold(open_page("gatherings", "bob"))
    at.selectbox(key="gatherings:which").set_value(str(made)).run()
    at.text_input(key=f"gatherings:place:{made}").input("Room 9")
    at.button(key=f"gatherings:save:{made}").click()
    at.run()
    assert not at.error
    mine = open_page("gatherings", alice)
    assert say("gatherings.changed") in words(mine)
    assert "Room 9" in words(mine)
    mine.button(key=f"gatherings:know_change:{made}").click().run()
    assert say("gatherings.changed") not in words(mine)
    at.checkbox(key=f"gatherings:sure:{made}").check().run()
    at.button(key="gatherings:cancel").click().run()
    assert not at.exception
    mine.run()
    assert say("gatherings.cancelled") in words(mine)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_host_types_stays_text(open_page, ctx, text):
    offer(ctx, title=text, about=text, place=text)
    at = open_page("gatherings", "alice")
    assert not at.exception
    marked = [e.value for e in (*at.markdown, *at.caption, *at.header)]
    assert not [each for each in marked if text in each]
    assert "<script" not in html(at)


@pytest.mark.usefixtures("made")
def test_a_link_is_shown_whole_and_opened_by_the_person_only(open_page):
    shown = html(open_page("gatherings", "alice"))
    address = "https://meet.example.org/x"
    assert f'href="{address}" target="_blank" rel="noopener noreferrer"' in shown
    assert f">{address}</a>" in shown


@pytest.mark.usefixtures("made")
def test_past_ones_fold_away(open_page, clock):
    clock.shift(20 * 24 * 3600)
    at = open_page("gatherings", "alice")
    assert say("gatherings.none") in words(at)
    assert "Sleep well, 27 November 2026" in words(unfold(at))


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("who", ["alice", "bob"])
def test_every_widget_has_a_key(open_page, who):
    assert not without_key(unfold(open_page("gatherings", who)))

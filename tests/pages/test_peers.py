"""The peers' screen: asking, answering, recording, showing, notes, wishes."""

import pytest

from tests.clinic import PASSWORD, THIS_WEEK, give_keys
from tests.pages.conftest import check_in_for, unfold, without_key, words
from tests.peers import pair, stages
from tests.servers import viewer_named
from wellbeing.content.load import choice_text, say
from wellbeing.content.peer_guides import guide_text, questions_on
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.pairings import PeerRhythm, PeerSettings
from wellbeing.domain.peer_appointments import PeerTime
from wellbeing.domain.peer_check_ins import Guide, How, PeerRecord, PeerSupport
from wellbeing.domain.people import Role
from wellbeing.domain.reflections import Area
from wellbeing.services import (
    check_ins,
    invitations,
    kind_notes,
    pairings,
    peer_appointments,
    peer_blocks,
    peer_check_ins,
    peer_pool,
    peer_sharing,
    people,
)
from wellbeing.services.peer_check_ins import Texts
from wellbeing.services.peer_sharing import NewShare


@pytest.fixture
def alice(ctx):
    return viewer_named(ctx, "alice")


@pytest.fixture
def bob(ctx):
    return viewer_named(ctx, "bob")


@pytest.fixture
def two(ctx, alice, bob):
    """alice and bob are paired, and can read what is sealed."""
    pair(ctx, alice, bob)
    give_keys(ctx, alice)
    give_keys(ctx, bob)


def new_colleague(ctx):
    """Let zoe join the clinic."""
    ada = viewer_named(ctx, "ada")
    zoe = people.add_person(
        ctx, ada, name="Zoe", email="zoe@example.org", roles=[Role.CLINICIAN]
    )
    token = invitations.invite(ctx, ada, zoe).rpartition("/")[2]
    invitations.accept_invitation(ctx, token, PASSWORD)
    return viewer_named(ctx, "zoe")


def go_to(at, part):
    at.button_group(key="peers:part").set_value(part)
    return at.run()


def press(at, key):
    at.button(key=key).click()
    return at.run()


def test_without_a_peer_the_screen_leads_to_asking_one(open_page, ctx, alice, bob):
    at = open_page("peers", alice)
    assert say("peers.none_yet") in words(at)
    press(at, "peers:go")
    at.selectbox(key="peers:whom").set_value(str(bob.person_id))
    press(at, "peers:asked")
    assert not at.exception
    assert stages(ctx, alice) == {"Bob": "waiting"}
    assert "Bob: waiting for an answer until 29 November." in words(at)


def test_whoever_asks_back_is_told_of_the_pairing(open_page, ctx, alice, bob):
    at = go_to(open_page("peers", bob), "people")
    pairings.ask(ctx, alice, bob.person_id, PeerRhythm.WEEKLY)
    at.selectbox(key="peers:whom").set_value(str(alice.person_id))
    press(at, "peers:asked")
    assert at.success[0].value == say("peer_requests.paired", name="Alice")


def test_agreeing_to_a_suggestion_says_that_the_other_may_still_answer(
    open_page, ctx, alice, bob
):
    for viewer in (alice, bob):
        peer_pool.choose(ctx, viewer, PeerSettings(in_pool=True))
    at = open_page("peers", bob)
    press(at, f"peers:agree:{alice.person_id}")
    assert at.success[0].value == say("peer_requests.agreed", name="Alice")
    other = open_page("peers", alice)
    press(other, f"peers:agree:{bob.person_id}")
    assert other.success[0].value == say("peer_requests.paired", name="Bob")


def test_what_was_typed_for_a_pairing_that_ended_is_not_lost_in_silence(
    open_page, ctx, alice, bob
):
    pair(ctx, alice, bob)
    at = open_page("peers", alice)
    pairings.end(ctx, bob, alice.person_id)
    at.run()
    assert say("peers.ended_meanwhile", name="Bob") in [i.value for i in at.info]
    at.run()
    assert not at.info


def test_and_it_is_said_where_the_form_of_another_peer_has_taken_its_place(
    open_page, ctx, alice, bob
):
    for other in (bob, new_colleague(ctx)):
        pair(ctx, alice, other)
    at = open_page("peers", alice)
    pairings.end(ctx, bob, alice.person_id)
    press(at, f"peers:save:{bob.person_id}:{THIS_WEEK}")
    assert say("peers.ended_meanwhile", name="Bob") in [e.value for e in at.error]
    assert peer_check_ins.my_records(ctx, alice) == {}


def test_asking_nobody_is_said(open_page, alice):
    at = go_to(open_page("peers", alice), "people")
    press(at, "peers:asked")
    assert at.error[0].value == say("peer_people.ask_nobody")


def test_a_request_is_answered_with_one_press(open_page, ctx, alice, bob):
    pairings.ask(ctx, alice, bob.person_id, PeerRhythm.WEEKLY)
    at = open_page("peers", bob)
    assert "Alice would like to check in with you: every week." in words(at)
    press(at, f"peers:agree:{alice.person_id}")
    assert stages(ctx, bob) == {"Alice": "active"}
    assert at.success[0].value == say("peer_requests.paired", name="Alice")
    assert "Your next check-in with Alice is due this week." in words(at)


def test_a_suggestion_says_only_what_everybody_knows(open_page, ctx, alice, bob):
    for viewer in (alice, bob):
        peer_pool.choose(ctx, viewer, PeerSettings(in_pool=True))
    at = open_page("peers", bob)
    shown = words(at)
    assert "The pool suggests Alice: every two weeks." in shown
    assert say("peer_requests.same_team") in shown
    press(at, f"peers:decline:{alice.person_id}")
    assert stages(ctx, bob) == {}
    assert stages(ctx, alice) == {"Bob": "to_answer"}


@pytest.mark.usefixtures("two")
def test_the_guides_are_shown_and_questions_on_one_area_or_two(open_page, alice):
    at = open_page("peers", alice)
    for step in guide_text(Guide.WEEKLY).steps:
        assert step.text in words(at)
    at.button_group(key="peers:guide").set_value(Guide.MONTHLY)
    at.run()
    assert say("peer_check_in.areas_hint") in words(at)
    at.button_group(key="peers:areas").set_value([Area.SELF_CARE])
    at.run()
    assert questions_on(Area.SELF_CARE)[0] in words(at)
    assert say("peer_check_in.areas_hint") not in words(at)
    at.button_group(key="peers:areas").set_value(list(Area)[:3])
    at.run()
    assert say("peer_check_in.areas_hint") in words(at)
    assert not at.exception


@pytest.mark.usefixtures("two")
def test_a_check_in_is_recorded_and_nothing_is_preselected(open_page, ctx, alice, bob):
    at = open_page("peers", alice)
    place = f"{bob.person_id}:{THIS_WEEK}"
    for name in ("how", "length", "connected", "more"):
        assert at.button_group(key=f"peers:{name}:{place}").value in (None, [])
    at.button_group(key=f"peers:how:{place}").set_value(How.PHONE)
    at.button_group(key=f"peers:given:{place}").set_value([PeerSupport.LISTENING])
    at.button_group(key=f"peers:connected:{place}").set_value(7)
    press(at, f"peers:save:{place}")
    assert not at.exception
    assert not at.error
    assert peer_check_ins.my_records(ctx, alice) == {
        (bob.person_id, THIS_WEEK): PeerRecord(
            week=THIS_WEEK,
            how=How.PHONE,
            given=frozenset({PeerSupport.LISTENING}),
            connected=7,
        )
    }
    assert "is due in the week of 23 November" in words(at)
    unfold(at)
    how = choice_text(How.PHONE).lower()
    assert f"Week of 16 November, {how}, connected 7 of 10" in words(at)
    assert say("peer_check_in.contact") in words(at)
    press(at, f"peers:erase:{place}")
    assert peer_check_ins.my_contacts(ctx, alice) == {}


@pytest.mark.usefixtures("two")
def test_after_a_check_in_it_is_said_that_one_with_a_peer_is_due(
    open_page, ctx, alice, bob
):
    check_ins.choose_team_trends(ctx, alice, counted=True)
    check_in_for(ctx, alice, [THIS_WEEK])
    assert say("peer_check_in.due") in words(open_page("check_in", alice))
    peer_check_ins.record(ctx, bob, alice.person_id, PeerRecord(week=THIS_WEEK))
    assert say("peer_check_in.due") not in words(open_page("check_in", alice))


@pytest.mark.usefixtures("two")
def test_texts_stay_and_are_not_shown_where_they_are_locked(open_page, ctx, alice, bob):
    written = Texts(sentence="Next time at the pond")
    kept = PeerRecord(week=THIS_WEEK)
    peer_check_ins.record(ctx, alice, bob.person_id, kept, written)
    for viewer in (alice, bob):
        shown = words(unfold(open_page("peers", viewer)))
        assert say("peer_check_in.locked") in shown
        assert "pond" not in shown


@pytest.mark.usefixtures("two")
def test_weeks_are_shown_to_a_peer_and_hidden_with_one_press(
    open_page, ctx, alice, bob
):
    check_in_for(ctx, alice, [THIS_WEEK])
    at = go_to(open_page("peers", alice), "show")
    at.button_group(key=f"peers:indicators:{bob.person_id}").set_value(
        [Indicator.OVERALL]
    )
    press(at, f"peers:shared:{bob.person_id}")
    assert not at.exception
    assert "You show Bob: Overall. From the week of 16 November on" in words(at)
    theirs = go_to(open_page("peers", bob), "show")
    assert not theirs.exception
    assert "Alice shows you this until 13 December." in words(theirs)
    assert (
        len(theirs.get("vega_lite_chart") or theirs.get("arrow_vega_lite_chart")) == 1
    )
    press(at, f"peers:stop:{bob.person_id}")
    assert peer_sharing.my_shares(ctx, alice) == ()
    theirs.run()
    assert "Alice shows you nothing." in words(theirs)


@pytest.mark.usefixtures("two")
def test_no_empty_chart_is_shown_before_the_first_score(open_page, ctx, alice, bob):
    new = NewShare(indicators=frozenset({Indicator.OVERALL}), weeks=4)
    peer_sharing.share(ctx, alice, bob.person_id, new)
    at = go_to(open_page("peers", bob), "show")
    assert say("peer_sharing.theirs_no_score") in words(at)
    assert not at.get("vega_lite_chart")
    assert not at.get("arrow_vega_lite_chart")


@pytest.mark.usefixtures("two")
def test_nothing_chosen_is_not_shown(open_page, alice, bob):
    at = go_to(open_page("peers", alice), "show")
    press(at, f"peers:shared:{bob.person_id}")
    assert at.error[0].value == "Choose what your peer may see."


@pytest.mark.usefixtures("two")
def test_with_several_peers_a_note_goes_to_nobody_who_was_not_chosen(
    open_page, ctx, alice, bob
):
    zoe = new_colleague(ctx)
    pair(ctx, alice, zoe)
    at = go_to(open_page("peers", alice), "notes")
    at.text_area(key="peers:note_text").input("Thank you for Tuesday")
    press(at, "peers:note_send")
    assert at.error[0].value == say("peer_people.ask_nobody")
    assert at.text_area(key="peers:note_text").value == "Thank you for Tuesday"
    at.selectbox(key="peers:note_to").set_value(str(zoe.person_id))
    press(at, "peers:note_send")
    assert kind_notes.has_notes(ctx, zoe)
    assert not kind_notes.has_notes(ctx, bob)


@pytest.mark.usefixtures("two")
def test_a_note_that_is_too_long_stays_and_how_long_it_may_be_is_said(open_page, alice):
    at = go_to(open_page("peers", alice), "notes")
    field = at.text_area(key="peers:note_text")
    assert not field.proto.max_chars, "a browser would drop the whole paste"
    field.input("x" * 5000)
    press(at, "peers:note_send")
    assert at.error[0].value.startswith("That is too long: it has 5,000 characters")
    assert at.text_area(key="peers:note_text").value == "x" * 5000


@pytest.mark.usefixtures("two")
def test_a_note_is_sent_and_is_locked_without_the_password(open_page, ctx, alice, bob):
    at = go_to(open_page("peers", alice), "notes")
    at.text_area(key="peers:note_text").input("Thank you for *Tuesday* <b>")
    press(at, "peers:note_send")
    assert not at.error
    assert at.success[0].value == say("peer_notes.sent", name="Bob")
    assert at.text_area(key="peers:note_text").value == ""
    assert kind_notes.has_notes(ctx, bob)
    theirs = go_to(open_page("peers", bob), "notes")
    assert not theirs.exception
    assert say("reflect.locked_password") in words(theirs)
    assert "Tuesday" not in words(theirs)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("key", ["end", "block"])
def test_ending_and_blocking_look_the_same_to_the_other(
    open_page, ctx, alice, bob, key
):
    new = NewShare(indicators=frozenset({Indicator.OVERALL}), weeks=4)
    peer_sharing.share(ctx, alice, bob.person_id, new)
    at = unfold(go_to(open_page("peers", alice), "people"))
    press(at, f"peers:{key}")
    assert not at.exception
    assert not at.info
    assert "Bob: this has ended." in words(at)
    theirs = words(go_to(open_page("peers", bob), "people"))
    assert "Alice: this has ended." in theirs
    assert "block" not in theirs.lower()
    assert bool(peer_blocks.my_blocks(ctx, alice)) is (key == "block")


def test_wishes_are_kept(open_page, ctx, alice, bob):
    at = go_to(open_page("peers", alice), "wishes")
    at.button_group(key="peers:in_pool").set_value(True)
    at.button_group(key="peers:may_be").set_value(False)
    at.selectbox(key="peers:pause").set_value(str(THIS_WEEK.plus(3)))
    press(at, "peers:wishes_save")
    assert not at.exception
    assert peer_pool.my_pool(ctx, alice).settings == PeerSettings(
        may_be_asked=False, in_pool=True, pause_until=THIS_WEEK.plus(3)
    )
    at.selectbox(key="peers:block_whom").set_value(str(bob.person_id))
    at.run()
    press(at, "peers:block_button")
    assert peer_blocks.my_blocks(ctx, alice) == {bob.person_id: "Bob"}
    press(at, f"peers:lift:{bob.person_id}")
    assert peer_blocks.my_blocks(ctx, alice) == {}


@pytest.mark.usefixtures("two")
def test_every_widget_of_every_part_has_a_key(open_page, alice):
    at = open_page("peers", alice)
    for part in ("check_in", "people", "show", "notes", "wishes"):
        unfold(go_to(at, part))
        assert not at.exception
        assert not without_key(at)


def time_key(peer, part):
    return f"peers:time:{peer.person_id}:{part}"


@pytest.mark.usefixtures("two")
def test_a_day_and_an_hour_are_proposed_agreed_and_dropped(open_page, alice, bob):
    at = unfold(open_page("peers", alice))
    at.selectbox(key=time_key(bob, "weekday")).set_value(4)
    at.selectbox(key=time_key(bob, "hour")).set_value(12)
    press(at, time_key(bob, "propose"))
    assert "You proposed Friday at 12:00." in words(at)
    other = open_page("peers", bob)
    assert "Alice proposes Friday at 12:00 for your check-ins." in words(other)
    press(other, f"peers:time_agree:{alice.person_id}")
    told = "Your next check-in with Alice: Friday 20 November, 12:00."
    assert told in words(other)
    assert not without_key(other)
    at = unfold(open_page("peers", alice))
    assert "Your next check-in with Bob: Friday 20 November, 12:00." in words(at)
    press(at, f"peers:time_drop:{bob.person_id}")
    assert "is due this week" in words(at)
    assert not at.exception


@pytest.mark.usefixtures("two")
def test_a_proposal_is_declined_or_answered_with_another(open_page, ctx, alice, bob):
    peer_appointments.propose(ctx, alice, bob.person_id, PeerTime(weekday=4, hour=12))
    at = open_page("peers", bob)
    peer_appointments.propose(ctx, alice, bob.person_id, PeerTime(weekday=3, hour=12))
    press(at, f"peers:time_agree:{alice.person_id}")
    assert "not proposed any more" in words(at)
    assert "Alice proposes Thursday at 12:00" in words(at)
    press(at, f"peers:time_decline:{alice.person_id}")
    assert say("peer_times.said_declined") in words(at)
    assert peer_appointments.my_times(ctx, alice) == {}

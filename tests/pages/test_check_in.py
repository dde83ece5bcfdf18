"""The check-in screen: what is asked, kept, saved, changed, and when it closes."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.clinic import LAST_WEEK, THIS_WEEK
from tests.pages.conftest import unfold, words
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.domain.check_ins import Kind
from wellbeing.services import accounts, check_ins, my_weeks_files

CLOSING = datetime(2026, 11, 18, 5, tzinfo=UTC)
"""Wednesday 06:00 in Berlin: week 2026-W46 takes no more answers."""
OVERALL, TIRED = "overall", "exhaustion_1"


@pytest.fixture
def alice(ctx):
    return viewer_named(ctx, "alice")


@pytest.fixture
def asked(ctx, alice):
    """Alice has answered the question about team trends."""
    check_ins.choose_team_trends(ctx, alice, counted=False)
    return alice


@pytest.fixture
def tab(open_page, asked):
    return open_page("check_in", asked)


def answer(at, item, value, week=THIS_WEEK):
    at.button_group(key=f"check_in:{week}:{item}").set_value(value).run()
    assert not at.exception
    return at


def press(at, name):
    at.button(key=f"check_in:{name}").click().run()
    assert not at.exception
    return at


def kept(ctx, viewer, week=THIS_WEEK):
    return check_ins.check_in_form(ctx, viewer, week)


def shown(at, item, week=THIS_WEEK):
    return at.button_group(key=f"check_in:{week}:{item}").value


def test_before_the_first_check_in_one_is_asked_about_team_trends(
    open_page, ctx, alice
):
    at = open_page("check_in", alice)
    assert say("check_in.trends_question") in words(at)
    assert not at.button_group
    assert {b.key for b in at.button} == {"check_in:trends_yes", "check_in:trends_no"}
    assert kept(ctx, alice).team_trends is None


@pytest.mark.parametrize(("button", "counted"), [("yes", True), ("no", False)])
def test_the_answer_about_team_trends_leads_to_the_questions(
    open_page, ctx, alice, button, counted
):
    at = press(open_page("check_in", alice), f"trends_{button}")
    assert kept(ctx, alice).team_trends is counted
    assert at.button_group(key=f"check_in:{THIS_WEEK}:{OVERALL}").value is None
    assert say("check_in.trends_question") not in words(at)


def test_nothing_is_selected_at_first(tab, ctx, asked):
    week_choice, *questions = tab.button_group
    assert week_choice.value == str(THIS_WEEK)
    assert len(questions) == len(ctx.questions.asked_in(THIS_WEEK))
    assert all(q.value is None for q in questions)
    assert not any(box.value for box in tab.checkbox)
    assert kept(ctx, asked).fields == {}
    assert say("check_in.state_empty") in words(tab)


def test_who_sees_the_answers_is_told_above_the_first_and_beside_save(tab):
    order = [getattr(e, "value", None) for e in tab.main]
    keys = [getattr(e, "key", None) for e in tab.main]
    above = order.index(say("check_in.audience"))
    first = keys.index(f"check_in:{THIS_WEEK}:{OVERALL}")
    beside = order.index(say("check_in.audience"), first)
    assert above < first < beside < keys.index("check_in:save") <= beside + 2


def test_a_tap_is_kept_on_the_server_at_once(tab, ctx, asked):
    answer(tab, OVERALL, 7)
    assert kept(ctx, asked).fields == {OVERALL: 7}
    assert kept(ctx, asked).saved is None
    assert say("check_in.state_draft") in words(tab)


def test_a_second_tap_replaces_and_a_tap_on_the_same_clears(tab, ctx, asked):
    answer(tab, OVERALL, 7)
    answer(tab, OVERALL, 4)
    assert kept(ctx, asked).fields == {OVERALL: 4}
    answer(tab, OVERALL, None)
    assert kept(ctx, asked).fields == {}


def test_a_reload_or_another_tab_shows_what_was_tapped(tab, open_page, asked):
    answer(tab, OVERALL, 7)
    answer(tab, TIRED, 0)
    other = open_page("check_in", asked)
    assert (shown(other, OVERALL), shown(other, TIRED)) == (7, 0)


def test_two_tabs_that_answer_different_questions_undo_nothing(
    tab, open_page, ctx, asked
):
    other = open_page("check_in", asked)
    answer(tab, OVERALL, 7)
    answer(other, TIRED, 3)
    assert kept(ctx, asked).fields == {OVERALL: 7, TIRED: 3}
    assert shown(tab.run(), TIRED) == 3


def test_nobody_else_sees_a_draft(tab, open_page, ctx):
    answer(tab, OVERALL, 7)
    bob = viewer_named(ctx, "bob")
    check_ins.choose_team_trends(ctx, bob, counted=True)
    assert shown(open_page("check_in", bob), OVERALL) is None
    assert kept(ctx, bob).fields == {}


def test_saving_says_so_and_what_it_means_in_two_sentences(tab, ctx, asked):
    answer(tab, OVERALL, 7)
    for item in ("exhaustion_1", "exhaustion_2", "detachment_1", "detachment_2"):
        answer(tab, item, 2)
    for item in ("trauma_1", "trauma_2"):
        answer(tab, item, 1)
    press(tab, "save")
    said = words(tab)
    # (7 - 1) / 9, and the mean of 2 / 4 and 1 / 4.
    assert "Overall is 67 of 100" in said
    assert "Compassion fatigue is 38 of 100" in said
    assert said.count("Still learning your usual range: 1 of 8 weeks.") == 2
    assert say("check_in.saved") in said
    assert say("check_in.next") in said
    assert kept(ctx, asked).saved.kind is Kind.FULL
    assert not kept(ctx, asked).unsaved


def test_saving_with_nothing_answered_says_what_to_do_and_saves_nothing(
    tab, ctx, asked
):
    press(tab, "save")
    assert "Nothing is answered yet" in tab.error[0].value
    assert kept(ctx, asked).saved is None


def test_saving_twice_from_two_tabs_is_one_check_in(tab, open_page, ctx, asked):
    other = answer(open_page("check_in", asked), OVERALL, 7)
    tab.run()
    press(tab, "save")
    press(other, "save")
    assert my_weeks_files.my_check_in_weeks(ctx, asked) == (THIS_WEEK,)
    assert "Overall is 67 of 100" in words(other)


def test_a_reload_after_saving_shows_that_it_is_saved(tab, open_page, asked):
    answer(tab, OVERALL, 7)
    press(tab, "save")
    again = open_page("check_in", asked)
    assert say("check_in.saved") in words(again)
    assert "check_in:save" not in {b.key for b in again.button}


def test_saved_answers_can_be_changed_until_the_week_closes(tab, ctx, asked):
    answer(tab, OVERALL, 7)
    press(tab, "save")
    press(tab, "change")
    assert shown(tab, OVERALL) == 7
    answer(tab, OVERALL, 3)
    assert say("check_in.state_changed") in words(tab)
    press(tab, "save")
    assert "Overall is 22 of 100" in words(tab)
    assert my_weeks_files.my_check_in_weeks(ctx, asked) == (THIS_WEEK,)


def test_three_taps_are_a_whole_check_in(tab, ctx, asked):
    answer(tab, OVERALL, 2)
    answer(tab, TIRED, 4)
    press(tab, "save_short")
    assert kept(ctx, asked).saved.kind is Kind.SHORT
    assert say("check_in.saved") in words(tab)


@pytest.mark.parametrize("reason", ["leave", "ill", "too_busy", "rather_not", "None"])
def test_not_this_week_is_saved_with_a_reason_or_none(tab, ctx, asked, reason):
    press(tab, f"absent:{reason}")
    saved = kept(ctx, asked).saved
    assert saved.kind is Kind.NOT_THIS_WEEK
    assert str(saved.absence) == reason
    assert say("check_in.saved_not_this_week") in words(tab)
    assert say("meaning.not_this_week") in words(tab)


def test_no_client_work_leaves_the_questions_about_clients_out(tab, ctx, asked):
    before = len(tab.button_group)
    press(tab, "client_work")
    about_clients = [q for q in ctx.questions.asked_in(THIS_WEEK) if q.client_work]
    assert about_clients
    assert len(tab.button_group) == before - len(about_clients)
    answer(tab, OVERALL, 7)
    press(tab, "save")
    answers = {a.item: a for a in kept(ctx, asked).saved.answers}
    assert all(answers[q.id].value is None for q in about_clients)


def test_last_week_can_be_filled_in_while_it_is_open(tab, ctx, asked):
    tab.button_group(key="check_in:week").set_value(str(LAST_WEEK)).run()
    answer(tab, OVERALL, 5, LAST_WEEK)
    press(tab, "save")
    assert my_weeks_files.my_check_in_weeks(ctx, asked) == (LAST_WEEK,)
    assert kept(ctx, asked).fields == {}


def test_the_questions_of_last_week_say_which_days_they_are_about(tab):
    about = say("check_in.window_last_week", week="9 to 15 November 2026")
    assert about not in words(tab)
    tab.button_group(key="check_in:week").set_value(str(LAST_WEEK)).run()
    assert about in words(tab)


def test_a_week_that_closes_while_it_is_open_on_a_screen_says_so(open_page, ctx, clock):
    clock.move_to(CLOSING - timedelta(minutes=10))
    alice = viewer_named(ctx, "alice")
    check_ins.choose_team_trends(ctx, alice, counted=True)
    tab = open_page("check_in", alice)
    tab.button_group(key="check_in:week").set_value(str(LAST_WEEK)).run()
    answer(tab, OVERALL, 5, LAST_WEEK)
    clock.move_to(CLOSING)
    press(tab, "save")
    assert say("check_in.closed_meanwhile") in tab.info[0].value
    assert f"Week {LAST_WEEK} takes no changes now" in tab.error[0].value
    assert my_weeks_files.my_check_in_weeks(ctx, alice) == ()
    assert shown(tab, OVERALL) is None


@pytest.mark.usefixtures("asked")
def test_the_next_week_begins_empty(tab, open_page, ctx, clock):
    answer(tab, OVERALL, 7)
    press(tab, "save")
    clock.move_to(datetime(2026, 11, 23, 10, tzinfo=UTC))
    following = THIS_WEEK.plus(1)
    again = open_page("check_in", viewer_named(ctx, "alice"))
    assert shown(again, OVERALL, following) is None


def test_a_session_that_ends_while_answering_keeps_what_was_tapped(
    tab, open_page, ctx, asked
):
    answer(tab, OVERALL, 7)
    accounts.sign_out_everywhere(ctx, asked)
    tab.button_group(key=f"check_in:{THIS_WEEK}:{TIRED}").set_value(4).run()
    assert not tab.exception
    assert say("frame.signed_out_title") in words(tab)
    again = viewer_named(ctx, "alice")
    assert kept(ctx, again).fields == {OVERALL: 7}
    assert shown(open_page("check_in", again), OVERALL) == 7


def test_the_context_of_the_week_is_kept_and_saved(tab, ctx, asked):
    unfold(tab)
    assert tab.number_input
    assert all(n.value is None for n in tab.number_input)
    tab.number_input(key=f"check_in:{THIS_WEEK}:sessions").set_value(0).run()
    answer(tab, OVERALL, 7)
    press(tab, "save")
    assert kept(ctx, asked).saved.context.sessions == 0
    assert kept(ctx, asked).saved.context.admin_hours is None


def test_a_button_leads_from_the_saved_check_in_to_ones_weeks(open_app, ctx, asked):
    check_ins.keep(ctx, asked, THIS_WEEK, {OVERALL: 5})
    check_ins.save(ctx, asked, THIS_WEEK, Kind.FULL)
    at = open_app(asked)
    assert at.title[0].value == say("check_in.title")
    press(at, "see_weeks")
    assert at.title[0].value == say("my_weeks.title")

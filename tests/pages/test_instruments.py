"""The screens of instruments: bringing words, asking, answering, one's own scores."""

import json

import pytest

from tests.clinic import THIS_WEEK
from tests.invented_wordings import COPYRIGHT, add, ask, file_of, items, terms
from tests.pages.conftest import check_in_for, unfold, without_key, words
from tests.pages.test_hostile_text import HOSTILE
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.domain.responses import Given
from wellbeing.instruments.registry import find_instrument, instruments
from wellbeing.services import (
    instrument_answers,
    instrument_forms,
    instrument_schedules,
    wordings,
)

PSS4 = find_instrument("pss4")


@pytest.fixture
def ada(ctx):
    return viewer_named(ctx, "ada")


@pytest.fixture
def alice(ctx):
    return viewer_named(ctx, "alice")


@pytest.fixture
def asked(ctx, ada, alice):
    """The clinic asks for pss4 every eight weeks; alice has not begun."""
    ask(ctx, ada, "pss4", 8)
    return alice


@pytest.fixture
def tab(open_page, asked):
    return press(open_page("questionnaires", asked), "begin:pss4")


def press(at, name):
    at.button(key=f"questionnaires:{name}").click().run()
    assert not at.exception
    return at


def tap(at, item, code):
    at.button_group(key=f"questionnaires:pss4:en:{item}").set_value(code).run()
    assert not at.exception
    return at


def fields(ctx, viewer):
    return dict(instrument_forms.instrument_form(ctx, viewer, "pss4").fields)


def keys(at):
    return {b.key for b in at.button}


def test_without_any_instrument_the_screen_says_what_to_do_instead(open_page, alice):
    at = open_page("questionnaires", alice)
    assert say("questionnaires.none") in words(at)
    assert "questionnaires:check_in" in keys(at)


def test_what_is_asked_says_who_sees_it_and_what_is_not_known(open_page, asked):
    at = unfold(open_page("questionnaires", asked))
    assert say("questionnaires.audience") in words(at)
    for sentence in PSS4.unsure:
        assert sentence in words(at)
    assert PSS4.citation in words(at)
    assert not without_key(at)


def test_nothing_is_pre_selected_and_the_copyright_line_is_shown(tab):
    assert [group.value for group in tab.button_group[1:]] == [None] * 4
    assert COPYRIGHT in words(tab)
    assert "1. Invented item 1" in words(tab)
    assert say("questionnaires.state_empty") in words(tab)
    assert not without_key(tab)


def test_a_tap_is_kept_at_once_and_shown_again_after_a_reload(
    tab, ctx, asked, open_page
):
    tap(tab, "pss4_2", 3)
    assert fields(ctx, asked) == {"pss4_2": 3}
    assert say("questionnaires.state_draft") in words(tab)
    again = open_page("questionnaires", asked)
    begun = say("questionnaires.now_begun", tapped=1, count=4)
    assert begun in words(again)
    press(again, "begin:pss4")
    assert again.button_group(key="questionnaires:pss4:en:pss4_2").value == 3


def test_a_tap_in_another_tab_shows_and_neither_undoes_the_other(
    tab, ctx, asked, open_page
):
    other = press(open_page("questionnaires", asked), "begin:pss4")
    tap(tab, "pss4_1", 0)
    tap(other, "pss4_2", 4)
    assert fields(ctx, asked) == {"pss4_1": 0, "pss4_2": 4}
    tab.run()
    assert tab.button_group(key="questionnaires:pss4:en:pss4_2").value == 4


def test_the_same_items_are_asked_one_at_a_time(tab, ctx, asked):
    tap(tab, "pss4_1", 2)
    tab.button_group(key="questionnaires:mode").set_value("one").run()
    assert say("questionnaires.at", at=2, of=4) in words(tab)
    assert len(tab.button_group) == 2
    tap(tab, "pss4_2", 1)
    press(tab, "on")
    press(tab, "on")  # the third is skipped
    assert tab.button(key="questionnaires:on").disabled
    tap(tab, "pss4_4", 0)
    press(tab, "back")
    press(tab, "back")
    assert tab.button_group(key="questionnaires:pss4:en:pss4_2").value == 1
    assert fields(ctx, asked) == {"pss4_1": 2, "pss4_2": 1, "pss4_4": 0}


def test_saving_shows_the_scores_with_range_direction_and_limits(tab):
    # By hand: items 2 and 3 are reversed, so 4 + (4 - 4) + (4 - 4) + 4 is 8.
    for item in PSS4.item_ids:
        tap(tab, item, 4)
    press(tab, "save")
    shown = words(tab)
    assert say("questionnaires.saved") in shown
    assert "8, on a scale of 0 to 16" in shown
    assert say("questionnaires.not_a_diagnosis") in shown
    assert say("questionnaires.now_answered") in shown
    assert "questionnaires:aside:pss4" not in keys(tab)
    press(tab, "begin:pss4")
    assert say("questionnaires.state_saved") in words(tab)
    assert {g.value for g in tab.button_group[1:]} == {4}
    press(tap(tab, "pss4_1", 0), "later")
    assert say("questionnaires.now_changed") in words(tab)


def test_nothing_is_saved_without_an_answer(tab):
    press(tab, "save")
    assert "Nothing is answered yet" in tab.error[0].value
    assert "questionnaires:save" in keys(tab)


def test_it_can_be_left_and_gone_on_with(tab, ctx, asked):
    tap(tab, "pss4_1", 2)
    press(tab, "later")
    assert "questionnaires:begin:pss4" in keys(tab)
    assert fields(ctx, asked) == {"pss4_1": 2}


@pytest.mark.parametrize("where", ["form", "list"])
def test_it_can_be_set_aside_without_a_reason(open_page, asked, where):
    at = open_page("questionnaires", asked)
    if where == "form":
        press(press(at, "begin:pss4"), "not_this_time")
    else:
        press(at, "aside:pss4")
    assert say("questionnaires.set_aside") in words(at)
    assert say("questionnaires.now_not_this_time") in words(at)


def test_a_form_whose_instrument_is_asked_no_more_says_so(tab, ctx, ada):
    wordings.remove_wording(ctx, ada, "pss4", "en")
    tab.run()
    assert say("questionnaires.closed_meanwhile") in words(tab)


def test_two_languages_are_chosen_on_the_form_and_keep_one_answer(tab, ctx, ada):
    add(ctx, ada, "pss4", "de", None)
    tap(tab, "pss4_1", 2)
    tab.run()
    tab.button_group(key="questionnaires:language:pss4").set_value("de").run()
    assert tab.button_group(key="questionnaires:pss4:de:pss4_1").value == 2


def test_scores_and_weeks_stand_under_one_axis(open_page, ctx, asked):
    check_in_for(ctx, asked, THIS_WEEK.plus(-20).through(THIS_WEEK))
    instrument_answers.keep(ctx, asked, "pss4", dict.fromkeys(PSS4.item_ids, 1))
    instrument_answers.save(ctx, asked, "pss4", "en")
    at = unfold(open_page("questionnaires", asked))
    charts = at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")
    assert len(charts) == 3  # one scale, overall, compassion fatigue
    spec = json.loads(charts[0].proto.spec)
    assert spec["layer"][1]["encoding"]["y"]["scale"]["domain"] == [0, 16]
    assert not at.error
    assert not without_key(at)


def test_answers_can_be_withdrawn_where_the_scores_are(open_page, ctx, asked):
    instrument_answers.keep(ctx, asked, "pss4", dict.fromkeys(PSS4.item_ids, 1))
    instrument_answers.save(ctx, asked, "pss4", "en")
    at = press(open_page("questionnaires", asked), f"withdraw:pss4:{THIS_WEEK}")
    assert say("questionnaires.withdrawn", week=THIS_WEEK) in words(at)
    saved = instrument_forms.instrument_form(ctx, asked, "pss4").saved
    assert saved is not None
    assert saved.given is Given.WITHDRAWN


@pytest.mark.parametrize("text", HOSTILE)
def test_words_that_a_clinic_brings_stay_text(open_page, ctx, ada, alice, text):
    one, *others = items("burnout1", words=text)
    assert not others
    wordings.add_wording(
        ctx,
        ada,
        "burnout1",
        file_of(one, title=text),
        terms=terms(),
        confirmed=True,
    )
    instrument_schedules.schedule(ctx, ada, "burnout1", 4)
    at = press(open_page("questionnaires", alice), "begin:burnout1")
    assert f"1. {text} 1" in [e.value for e in at.text]  # draws no markup at all
    marked = [e.value for e in (*at.markdown, *at.caption, *at.subheader)]
    labels = [group.label for group in at.button_group]
    assert not [each for each in (*marked, *labels) if text in each]


@pytest.mark.parametrize("one", instruments(), ids=lambda one: one.id)
def test_an_administrator_sees_what_is_known_of_an_instrument(open_page, ada, one):
    at = open_page("instruments", ada)
    unfold(at.selectbox(key="instruments:one").set_value(one.id).run())
    assert not at.exception
    assert say("instruments.wordings_none") in words(at)
    for sentence in one.unsure:
        assert sentence in words(at)
    assert not without_key(at)


def test_an_administrator_says_how_often_and_stops(open_page, ctx, ada):
    add(ctx, ada, "pss4")
    at = open_page("instruments", ada)
    at.selectbox(key="instruments:one").set_value("pss4").run()
    group = at.button_group(key="instruments:weeks:pss4")
    assert len(group.options) == 2
    at.button(key="instruments:rhythm_save").click().run()
    assert at.error[0].value == say("instruments.rhythm_choose")
    at.button_group(key="instruments:weeks:pss4").set_value(8).run()
    at.button(key="instruments:rhythm_save").click().run()
    assert say("instruments.rhythm_saved") in words(at)
    assert "Every 8 weeks" in words(at)
    at.button(key="instruments:rhythm_stop").click().run()
    assert say("instruments.rhythm_none") in words(at)


def test_an_administrator_removes_a_wording(open_page, ctx, ada):
    add(ctx, ada, "pss4")
    at = open_page("instruments", ada)
    at.selectbox(key="instruments:one").set_value("pss4").run()
    at.button(key="instruments:remove:pss4:en").click().run()
    assert say("instruments.wording_removed") in words(at)
    assert not wordings.instruments_in_use(ctx, ada)[8].wordings

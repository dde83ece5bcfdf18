"""While the database is away: what was tapped stays, and one can go on from there."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clinic import THIS_WEEK
from tests.invented_wordings import ask
from tests.pages.conftest import words
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.services import check_ins, instrument_forms

AWAY = "The database file cannot be opened."


@pytest.fixture
def tab(ctx, open_page):
    alice = viewer_named(ctx, "alice")
    check_ins.choose_team_trends(ctx, alice, counted=False)
    return open_page("check_in", alice)


@contextmanager
def away(ctx):
    """Put a folder where the database's file is, and the file back afterwards."""
    file = Path(ctx.engine.url.database)
    ctx.engine.dispose()
    aside = file.rename(file.with_suffix(".aside"))
    file.mkdir()
    yield
    ctx.engine.dispose()
    file.rmdir()
    aside.rename(file)


def answer(at, item, value):
    at.button_group(key=f"check_in:{THIS_WEEK}:{item}").set_value(value).run()
    assert not at.exception


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception


def shown(at, item):
    return at.button_group(key=f"check_in:{THIS_WEEK}:{item}").value


def test_taps_of_an_outage_are_there_when_one_tries_again(ctx, tab):
    answer(tab, "overall", 4)
    with away(ctx):
        answer(tab, "rest", 2)
        assert AWAY in words(tab)
        press(tab, "frame:again")
        assert AWAY in words(tab)
        assert not tab.button_group
    press(tab, "frame:again")
    assert AWAY not in words(tab)
    assert (shown(tab, "overall"), shown(tab, "rest")) == (4, 2)
    press(tab, "check_in:save")
    assert say("check_in.saved") in words(tab)
    alice = viewer_named(ctx, "alice")
    saved = check_ins.check_in_form(ctx, alice).saved
    assert saved is not None
    assert saved.values() == {"overall": 4, "rest": 2}


def test_a_tap_of_an_outage_gives_way_to_a_later_one_in_another_tab(
    ctx, tab, open_page
):
    alice = viewer_named(ctx, "alice")
    with away(ctx):
        answer(tab, "overall", 2)
    other = open_page("check_in", alice)
    answer(other, "overall", 7)
    press(tab, "frame:again")
    assert shown(tab, "overall") == 7
    assert check_ins.check_in_form(ctx, alice).fields == {"overall": 7}


def test_who_is_somebody_else_by_then_gets_none_of_it(ctx, tab):
    with away(ctx):
        answer(tab, "overall", 2)
    bob = viewer_named(ctx, "bob")
    check_ins.choose_team_trends(ctx, bob, counted=False)
    tab.user = {"sid": bob.session}
    press(tab, "frame:again")
    assert shown(tab, "overall") is None
    assert check_ins.check_in_form(ctx, bob).fields == {}


def test_taps_on_a_questionnaire_are_there_when_one_tries_again(ctx, open_page):
    ask(ctx, viewer_named(ctx, "ada"), "pss4", 8)
    alice = viewer_named(ctx, "alice")
    at = open_page("questionnaires", alice)
    press(at, "questionnaires:begin:pss4")
    first, second = (f"questionnaires:pss4:en:pss4_{n}" for n in (1, 2))
    at.button_group(key=first).set_value(1).run()
    with away(ctx):
        at.button_group(key=second).set_value(3).run()
        press(at, "frame:again")
        assert not at.button_group
    press(at, "frame:again")
    assert [at.button_group(key=key).value for key in (first, second)] == [1, 3]
    form = instrument_forms.instrument_form(ctx, alice, "pss4")
    assert form.fields == {"pss4_1": 1, "pss4_2": 3}

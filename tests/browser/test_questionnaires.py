"""A published instrument in a real browser: brought, asked for, answered, charted."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_screen import small_targets, violations
from tests.invented_wordings import LICENCE, add, ask, file_for
from wellbeing.instruments.registry import find_instrument
from wellbeing.services import instrument_answers, instrument_forms
from wellbeing.services.accounts import begin_session, viewer_of_token
from wellbeing.storage import account_queries, clinic_queries

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMIN, CLINICIAN = "administrator@example.org", "early.sign@example.org"
PROQOL = find_instrument("proqol5")
VIEWS = [(PHONE, "light"), (DESK, "dark")]


def viewer(ctx, email):
    with ctx.writing() as db:
        clinic = clinic_queries.the_clinic(db)
        assert clinic is not None
        account = account_queries.account(db, clinic.clinic_id, email)
        assert account is not None
        token = begin_session(ctx, db, clinic.clinic_id, account.person_id)
    return viewer_of_token(ctx, token)


@pytest.fixture
def asking(own_demo_app):
    """The demo clinic asks for an instrument of 30 items."""
    ask(own_demo_app.ctx, viewer(own_demo_app.ctx, ADMIN), "proqol5", 8)
    return own_demo_app


def focused(page):
    return page.evaluate("document.activeElement.innerText") or ""


def tab_to(page, words, most=80):
    for _ in range(most):
        if focused(page).startswith(words):
            return
        page.keyboard.press("Tab")
    raise AssertionError(words)


def answers(ctx):
    who = viewer(ctx, CLINICIAN)
    return instrument_forms.instrument_form(ctx, who, "proqol5")


def test_thirty_items_are_answered_by_keyboard_alone_on_a_phone(asking, new_tab):
    tab = new_tab(asking)
    tab.enter(CLINICIAN)
    tab.open("/questionnaires")
    tab_to(tab.page, "Begin")
    tab.page.keyboard.press("Enter")
    items = tab.page.get_by_role("radiogroup", name="Invented item")
    expect(items).to_have_count(30)
    expect(items.locator("[aria-checked=true]")).to_have_count(0)
    tab.settle()
    items.first.get_by_role("radio").first.focus()
    for n in range(30):
        tab.page.keyboard.press(str(1 + n % 5))
    tab.settle()
    expect(items.locator("[aria-checked=true]")).to_have_count(30)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    tab_to(tab.page, "Save")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_text("Saved. Your scores stand below.")).to_be_visible()
    saved = answers(asking.ctx).saved
    assert list(saved.values().values()).count(3) == 6
    assert saved.scores["proqol5_compassion_satisfaction"] is not None
    assert tab.said == []


def test_items_are_answered_one_at_a_time_by_keyboard(asking, new_tab):
    tab = new_tab(asking)
    tab.enter(CLINICIAN)
    tab.open("/questionnaires")
    tab.page.get_by_role("button", name="Begin").click()
    tab.settle()  # 30 items move while they are drawn
    tab.page.get_by_role("radio", name="One at a time").click()
    for n in range(3):
        expect(tab.page.get_by_text(f"Question {n + 1} of 30")).to_be_visible()
        item = tab.page.get_by_role("radiogroup", name=f"{n + 1}. Invented item")
        item.get_by_role("radio").first.focus()
        tab.page.keyboard.press("2")
        tab.settle()  # what is drawn anew meanwhile takes the focus along
        tab_to(tab.page, "Next")
        tab.page.keyboard.press("Enter")
        tab.settle()
    assert list(answers(asking.ctx).fields.values()) == [2, 2, 2]
    tab.page.reload()
    tab.page.get_by_role("button", name="Go on").click()
    expect(tab.page.get_by_text("Question 4 of 30")).to_have_count(0)
    assert tab.said == []


def test_a_tap_that_could_not_be_kept_is_said_and_kept_later(asking, new_tab):
    tab = new_tab(asking)
    tab.enter(CLINICIAN)
    tab.open("/questionnaires")
    tab.page.get_by_role("button", name="Begin").click()
    tab.settle()  # 30 items move while they are drawn
    items = tab.page.get_by_role("radiogroup", name="Invented item")
    items.nth(0).get_by_role("radio").nth(4).click()
    tab.settle()
    with asking.ctx.writing():  # nobody else can write meanwhile
        items.nth(1).get_by_role("radio").nth(0).click()
        expect(tab.page.get_by_text("The database is busy")).to_be_visible()
    tab.page.get_by_role("button", name="Save", exact=True).click()
    expect(tab.page.get_by_text("Saved. Your scores stand below.")).to_be_visible()
    assert answers(asking.ctx).saved.values() == {"proqol5_1": 5, "proqol5_2": 1}


@pytest.mark.parametrize(("width", "scheme"), VIEWS[:1])
def test_a_form_and_its_scores_have_no_violation(asking, new_tab, width, scheme):
    ctx = asking.ctx
    add(ctx, viewer(ctx, ADMIN), "proqol5", "de")
    tab = new_tab(asking, width=width, scheme=scheme, height=4000)
    tab.enter(CLINICIAN)
    tab.open("/questionnaires")
    tab.page.get_by_role("button", name="Begin").click()
    tab.settle()  # 30 items move while they are drawn
    expect(tab.page.get_by_role("radiogroup", name="Invented item")).to_have_count(30)
    tab.settle()
    tab.rest()
    assert violations(tab.page) == []
    assert small_targets(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    who = viewer(ctx, CLINICIAN)
    instrument_answers.keep(ctx, who, "proqol5", dict.fromkeys(PROQOL.item_ids, 3))
    instrument_answers.save(ctx, who, "proqol5", "de")
    tab.open("/questionnaires")
    tab.page.get_by_text("What the figures rest on").click()
    tab.settle()
    tab.rest()
    assert violations(tab.page) == []
    assert small_targets(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.said == []


@pytest.mark.parametrize(("width", "scheme"), VIEWS[1:])
def test_an_administrator_brings_words_and_has_them_asked(
    own_demo_app, new_tab, width, scheme
):
    tab = new_tab(own_demo_app, width=width, scheme=scheme, height=4000)
    tab.enter(ADMIN)
    tab.open("/instruments")
    tab.page.get_by_role("combobox", name="Instrument").click()
    tab.page.get_by_role("option", name="WHO-5").click()
    tab.settle()
    file = {"name": "who5.xlsx", "mimeType": "", "buffer": file_for("pss4")}
    tab.page.locator("input[type=file]").set_input_files(file)
    expect(tab.page.get_by_text("This file has 4 items to answer")).to_be_visible()
    file["buffer"] = file_for("who5")
    tab.page.get_by_role("button", name="Remove").click()
    tab.page.locator("input[type=file]").set_input_files(file)
    expect(tab.page.get_by_role("cell", name="Invented item 5")).to_be_visible()
    tab.settle()
    tab.rest()
    assert violations(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    tab.page.get_by_role("textbox", name="Licence").fill(LICENCE)
    add_it = tab.page.get_by_role("button", name="Add the wording")
    add_it.click()
    expect(tab.page.get_by_text("Nothing was added yet.")).to_be_visible()
    tab.page.get_by_text("Items, scales and codes are those").click()
    add_it.click()
    expect(tab.page.get_by_text("The wording in en is added.")).to_be_visible()
    tab.settle()
    tab.page.get_by_role("radio", name="12 weeks").click()
    tab.page.get_by_role("button", name="Ask this often").click()
    expect(tab.page.get_by_text("Every 12 weeks, from week")).to_be_visible()
    tab.settle()
    assert violations(tab.page) == []
    assert tab.said == []

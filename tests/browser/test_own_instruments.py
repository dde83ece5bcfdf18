"""A key of the clinic's own: begun from a file, tried, looked at, answered."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_screen import small_targets, violations
from tests.browser.test_questionnaires import ADMIN, CLINICIAN, viewer
from tests.own_keys import ANSWERS, STRAIN, add_example, ask, sheet
from wellbeing.services import own_key_changes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECOND = "several.roles@example.org"


def is_sound(tab, width, *, file=False):
    tab.settle()
    tab.page.wait_for_timeout(700)  # what appears also fades in
    assert violations(tab.page) == []
    # The button that takes a file away again is Streamlit's own.
    assert width != PHONE or file or small_targets(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.said == []


def choose(tab, name):
    tab.page.get_by_role("combobox", name="Key").click()
    tab.page.get_by_role("option", name=name).click()
    tab.settle()


def test_a_key_is_begun_tried_looked_at_twice_and_answered(own_demo_app, new_tab):
    ctx = own_demo_app.ctx
    admin = viewer(ctx, ADMIN)
    tab = new_tab(own_demo_app, width=PHONE, height=8000)
    tab.enter(ADMIN)
    tab.open("/own-instruments")
    choose(tab, "Begin a new key")
    file = {"name": "strain.xlsx", "mimeType": "", "buffer": sheet()}
    tab.page.locator("input[type=file]").set_input_files(file)
    expect(tab.page.get_by_text("Understood: 5 items, codes 0, 1")).to_be_visible()
    tab.page.get_by_role("button", name="Check").click()
    expect(tab.page.get_by_text("Write the citation.")).to_be_visible()
    is_sound(tab, PHONE, file=True)
    own_key_changes.keep_draft(ctx, admin, STRAIN)
    tab.open("/own-instruments")
    choose(tab, STRAIN.title)
    is_sound(tab, PHONE)
    tab.page.get_by_role("radio", name="Examples").click()
    tab.page.get_by_label("Answers in the order").fill(ANSWERS)
    tab.page.get_by_label("Strain: score by hand").fill("8")
    tab.page.get_by_role("button", name="Show how").click()
    expect(tab.page.get_by_text("You expect 8. They differ.")).to_be_visible()
    is_sound(tab, PHONE)

    add_example(ctx, admin)
    desk = new_tab(own_demo_app, width=DESK, scheme="dark", height=4000)
    desk.enter(SECOND)
    desk.open("/own-instruments")
    choose(desk, STRAIN.title)
    desk.page.get_by_role("radio", name="Second look").click()
    desk.page.get_by_text("I have compared the key").click()
    is_sound(desk, DESK)
    desk.page.get_by_role("button", name="Confirm the key").click()
    expect(desk.page.get_by_text("The key is confirmed.")).to_be_visible()

    ask(ctx, admin)
    phone = new_tab(own_demo_app, width=PHONE, height=4000)
    phone.enter(CLINICIAN)
    phone.open("/questionnaires")
    phone.page.get_by_text("About this questionnaire").click()
    expect(phone.page.get_by_text("Nobody has validated it here.")).to_be_visible()
    phone.page.get_by_role("button", name="Begin").click()
    # They are also the name of the group, which is seen while it is drawn.
    expect(phone.page.get_by_text("5. Own 5").first).to_be_visible()
    is_sound(phone, PHONE)

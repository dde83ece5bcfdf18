"""A study in a real browser: written, opened, agreed to on a phone, taken back."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_screen import small_targets, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIELDS = {
    "Short name": "sleep-study",
    "Title": "Sleep and rest",
    "What it is for, in one or two sentences": "To see how sleep and rest go together.",
    "Who is responsible: name, institution, address": "Dr. Example, Nowhere",
    "Reference of the ethics approval": "EXAMPLE-7",
    "What participants are told before they agree": "You may say no at any time.",
}


def test_a_study_is_written_opened_agreed_to_and_taken_back(own_demo_app, new_tab):
    desk = new_tab(own_demo_app, width=DESK, height=4000)
    desk.enter("researcher@example.org")
    desk.open("/studies")
    desk.page.get_by_role("combobox", name="Study").click()
    desk.page.get_by_role("option", name="Write a new study").click()
    desk.settle()
    for label, text in FIELDS.items():
        desk.page.get_by_role("textbox", name=label, exact=True).fill(text)
    desk.page.get_by_role("button", name="Keep the draft").click()
    expect(desk.page.get_by_text("The draft is kept.")).to_be_visible()
    desk.page.get_by_role("combobox", name="Study").click()
    desk.page.get_by_role("option", name="Sleep and rest").click()
    desk.page.get_by_role("button", name="Hand it in").click()
    expect(desk.page.get_by_text("Handed in.", exact=False).first).to_be_visible()
    desk.settle()
    assert violations(desk.page) == []
    desk.page.context.clear_cookies()
    desk.enter("administrator@example.org")
    desk.open("/studies")
    desk.page.get_by_role("button", name="Put it before the clinicians").click()
    expect(desk.page.get_by_text("The study is open.")).to_be_visible()
    phone = new_tab(own_demo_app, width=PHONE, height=6000)
    phone.enter("clinician@example.org")
    phone.open("/studies")
    agree = phone.page.get_by_role("button", name="Take part in this study")
    agree.last.click()
    expect(phone.page.get_by_text("You take part. You can take")).to_be_visible()
    phone.settle()
    phone.page.wait_for_timeout(1000)
    assert violations(phone.page) == []
    assert small_targets(phone.page) == []
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    phone.page.get_by_role("button", name="Take my consent back").click()
    expect(phone.page.get_by_text("Your consent is taken back.")).to_be_visible()
    assert phone.said == []

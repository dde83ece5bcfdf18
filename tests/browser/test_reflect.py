"""Writing for oneself in a real browser: kept through sign-out, and readable by ear."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_screen import small_targets, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CLINICIAN = "clinician@example.org"
TEXT = "Today I noticed that I hold my breath, and Marlene noticed too."


def choose(tab, name):
    tab.page.get_by_role("radio", name=name).click()
    tab.settle()


def hide(page, *, hidden):
    """Let the page know that it goes out of sight, or comes back."""
    page.evaluate(
        """hidden => {
          const told = { value: hidden, configurable: true };
          Object.defineProperty(document, 'hidden', told);
          document.dispatchEvent(new Event('visibilitychange'));
        }""",
        hidden,
    )


def test_a_reflection_survives_reload_and_sign_out_and_is_found_again(
    own_demo_app, new_tab
):
    tab = new_tab(own_demo_app)
    tab.sign_in(CLINICIAN)
    tab.open("/reflect")
    expect(tab.page).to_have_title("Reflect - Wellbeing")
    field = tab.page.get_by_label("Your reflection")
    field.fill(TEXT)
    hide(tab.page, hidden=True)
    tab.settle()
    hide(tab.page, hidden=False)
    expect(field).to_be_focused()
    expect(
        tab.page.get_by_text("This may identify a client: “Marlene”")
    ).to_be_visible()
    tab.open("/reflect")
    expect(field).to_have_value(TEXT)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert violations(tab.page) == []
    assert small_targets(tab.page) == []
    tab.page.get_by_role("button", name="Save").click()
    tab.settle()
    expect(field).to_have_value("")
    tab.page.context.clear_cookies()
    tab.enter(CLINICIAN)
    tab.open("/reflect")
    expect(tab.page.get_by_text("Your private texts are locked")).to_be_visible()
    tab.page.context.clear_cookies()
    tab.sign_in(CLINICIAN)
    tab.open("/reflect")
    choose(tab, "Read")
    tab.page.get_by_label("Search in what you wrote").fill("breath")
    tab.page.keyboard.press("Enter")
    tab.settle()
    expect(tab.page.get_by_text(TEXT)).to_be_visible()
    assert violations(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    for part in ("Intentions", "Log"):
        choose(tab, part)
        assert violations(tab.page) == []
        assert small_targets(tab.page) == []
    assert tab.said == []

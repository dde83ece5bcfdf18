"""A gathering in real browsers: offered, joined privately by another, left again."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_screen import small_targets, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOST, GUEST = "clinician@example.org", "early.sign@example.org"


def test_one_person_offers_another_joins_privately_and_leaves(own_demo_app, new_tab):
    host = new_tab(own_demo_app, height=3200)
    host.enter(HOST)
    host.open("/gatherings")
    host.page.get_by_text("Offer a gathering", exact=True).click()
    host.settle()
    host.page.get_by_label("Title").fill("Walk at noon")
    host.page.get_by_label("Place (optional with a link)").fill("Front door")
    host.page.get_by_label("Places, not counting you").fill("1")
    assert violations(host.page) == []
    # The calendar's own button lies inside the field, which opens it as well.
    small = [html for html, *_ in small_targets(host.page)]
    assert not [html for html in small if 'aria-label="Choose date"' not in html]
    host.page.get_by_role("button", name="Offer it").click()
    expect(host.page.get_by_text("It is offered.")).to_be_visible()
    expect(host.page.get_by_text("0 of 1 places are taken, 0 wait.")).to_be_visible()

    guest = new_tab(own_demo_app, height=3200)
    guest.enter(GUEST)
    guest.open("/gatherings")
    expect(guest.page.get_by_role("heading", name="Walk at noon")).to_be_visible()
    below = "//h2[contains(., 'Walk at noon')]/following::button"
    guest.page.locator(f"{below}[contains(., 'Join privately')]").first.click()
    expect(guest.page.get_by_text("You have a place.")).to_be_visible()
    guest.settle()
    assert violations(guest.page) == []
    assert small_targets(guest.page) == []
    assert guest.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    with guest.page.expect_download() as file:
        guest.page.get_by_role("link", name="Calendar file").click()
    assert "SUMMARY:Gathering" in file.value.path().read_text()

    host.open("/gatherings")
    expect(host.page.get_by_text("1 of 1 places are taken, 0 wait.")).to_be_visible()
    expect(host.page.get_by_text("Nobody has joined visibly so far.")).to_be_visible()
    guest.page.get_by_role("button", name="Leave").click()
    expect(guest.page.get_by_text("You take part no more.")).to_be_visible()
    host.open("/gatherings")
    expect(host.page.get_by_text("0 of 1 places are taken, 0 wait.")).to_be_visible()
    assert host.said == guest.said == []

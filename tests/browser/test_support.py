"""Support on a phone: find a contact, write to them, note what was used."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_screen import small_targets, violations
from tests.servers import running
from tests.services.test_mail import Caught, start
from wellbeing.content.load import say

__all__ = ["start"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EARLY_SIGN = "early.sign@example.org"


@pytest.fixture
def caught():
    return Caught()


@pytest.fixture
def app(demo_template, tmp_path, start, caught):
    """The demo clinic with a mail server that keeps what it is handed."""
    settings = {
        "WELLBEING_SMTP_URL": f"smtp://127.0.0.1:{start(caught)}",
        "WELLBEING_MAIL_FROM": "wellbeing@example.org",
    }
    yield from running(demo_template, tmp_path, settings)


def test_somebody_writes_to_a_contact_and_notes_what_they_used(app, new_tab, caught):
    tab = new_tab(app, width=PHONE, height=2400)
    tab.enter(EARLY_SIGN)
    tab.open("/support")
    page = tab.page
    expect(page.get_by_text("Peer support circle (Peer supporter)")).to_be_visible()
    page.get_by_text(say("talk.title")).click()
    tab.settle()
    page.get_by_text("Peer support circle", exact=True).click()
    tab.settle()
    box = page.get_by_label(say("talk.text"))
    box.fill("Is the circle on this Tuesday?")
    tab.settle()
    assert caught.mails == []
    page.get_by_role("button", name=say("talk.send")).click()
    sent = say("talk.sent", name="Peer support circle")
    expect(page.get_by_text(sent)).to_be_visible()
    (mail,) = caught.mails
    assert mail["To"] == "peers@example.org"
    assert mail.get_content().strip() == "Is the circle on this Tuesday?"
    assert "example.org" not in app.log.partition("You can now view")[2]

    page.get_by_text(say("support_log.title"), exact=True).click()
    tab.settle()
    page.get_by_role("button", name="A talk with a peer").click()
    tab.settle()
    page.get_by_role("radio", name="About an hour").click()
    tab.settle()
    page.get_by_role("radio", name="3", exact=True).click()
    tab.settle()
    page.get_by_role("button", name=say("support_log.save")).click()
    noted = page.get_by_text("A talk with a peer: about an hour, helpful 3 of 4")
    expect(noted.first).to_be_visible()

    page.get_by_text(say("better_weeks.title")).click()
    tab.settle()
    expect(page.get_by_text(say("better_weeks.not_a_cause"))).to_be_visible()
    assert not violations(page)
    assert not small_targets(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE
    assert tab.said == []

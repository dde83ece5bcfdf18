"""The second factor on a phone: set up, signed in with, asked for again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_screen import small_targets, violations
from tests.clinic import PASSWORD
from tests.second_factors import code_now
from tests.servers import cast_template, email_of, running

__all__ = ["cast_template"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def app(cast_template, tmp_path):
    """The app with the cast: a clinic like any other, not the demo's."""
    yield from running(cast_template, tmp_path)


def give_password(page):
    page.get_by_label("E-mail").fill(email_of("ada"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def forget_proofs(ctx):
    """Let it be ten minutes later, for proofs alone."""
    with ctx.writing() as db:
        db.exec_driver_sql("DELETE FROM fresh_proof")


def test_it_is_set_up_signed_in_with_and_asked_for_again(app, new_tab):
    tab = new_tab(app, width=PHONE, height=1600)
    page, ctx = tab.page, app.ctx
    page.goto(app.url + "/people")
    give_password(page)
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert violations(page) == []
    secret = page.locator(".code").inner_text().replace(" ", "")
    page.get_by_label("Six digits").fill(code_now(ctx, secret, -1))
    page.get_by_role("button", name="Turn it on and go on").click()
    expect(page.locator(".code")).to_have_count(10)
    recovery_code = page.locator(".code").first.inner_text()
    page.get_by_role("link", name=re.compile("I have kept them")).click()
    expect(page.get_by_role("heading", name="People", level=1)).to_be_visible()
    page.context.clear_cookies()
    page.goto(app.url + "/people")
    give_password(page)
    field = page.get_by_label("Six digits")
    assert field.get_attribute("autocomplete") == "one-time-code"
    field.fill(code_now(ctx, secret))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="People", level=1)).to_be_visible()
    expect(page.get_by_role("combobox", name="Person")).to_be_visible()
    forget_proofs(ctx)
    tab.open("/people")
    expect(page.get_by_text("Confirm that it is you")).to_be_visible()
    expect(page.get_by_role("combobox", name="Person")).to_have_count(0)
    assert violations(page) == []
    assert small_targets(page) == []
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Code of your second factor").fill(recovery_code)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("combobox", name="Person")).to_be_visible()
    assert tab.said == []

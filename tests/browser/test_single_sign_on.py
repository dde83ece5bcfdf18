"""Signing in and out through two providers that others wrote, one of them strict."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.clinic import PASSWORD as OWN_PASSWORD
from tests.databases import copy_sqlite, sqlite_url
from tests.openid_provider import provider_file, provider_named
from tests.servers import (
    RunningApp,
    cast_template,
    email_of,
    free_port,
    viewer_named,
)
from tests.strict_provider import PASSWORD, PERSON, lax_provider, strict_provider
from wellbeing.bootstrap import make_context
from wellbeing.content.load import say
from wellbeing.settings import Settings
from wellbeing.storage import identity_queries
from wellbeing.storage.identity_queries import Identity

__all__ = ["cast_template"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def app(cast_template, tmp_path_factory):
    """The app with the cast; its clinic knows a strict provider and a lax one."""
    folder = tmp_path_factory.mktemp("single_sign_on")
    copy_sqlite(cast_template, folder / "wellbeing.db")
    ctx = make_context(Settings(database_url=sqlite_url(folder / "wellbeing.db")))
    found = RunningApp(port=free_port(), folder=folder, ctx=ctx)
    with strict_provider(folder, found.url) as strict, lax_provider(folder) as lax:
        alice = viewer_named(ctx, "alice")
        today = ctx.now().date()
        known = Identity(issuer=lax, subject="alice-there", connected_on=today)
        with ctx.writing() as db:
            own = alice.clinic_id, alice.person_id
            identity_queries.add_identity(db, *own, known)
        file = provider_file(folder, provider_named(strict), provider_named(lax))
        found.environment = {"WELLBEING_SIGN_IN_FILE": str(file)}
        try:
            found.start()
            yield found
        finally:
            found.kill()
    ctx.dispose()


def sign_in_at_the_strict_one(page):
    page.get_by_label("Name").fill(PERSON)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in there").click()


def cookies(page):
    return {one["name"] for one in page.context.cookies(page.url)}


def test_somebody_connects_an_account_then_signs_in_and_out_with_it(app, new_tab):
    tab = new_tab(app, width=PHONE, height=2400)
    page = tab.page
    tab.enter(email_of("bob"))
    tab.open("/my-data")
    page.get_by_label(say("single_sign_on.password")).fill(OWN_PASSWORD)
    page.get_by_role("button", name="Connect UNI of tests").click()
    page.get_by_role("link", name="Continue with UNI of tests now").click()
    sign_in_at_the_strict_one(page)
    expect(page.get_by_text("UNI of tests: connected since")).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{app.url}/my-weeks?from=mail")
    page.get_by_role("link", name="Continue with UNI of tests").click()
    sign_in_at_the_strict_one(page)
    page.wait_for_url(f"{app.url}/my-weeks?from=mail")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    ours = {name for name in cookies(page) if not name.startswith("_streamlit_x")}
    assert not [name for name in ours if "user" in name or "visit" in name]

    page.get_by_role("button", name=say("frame.sign_out")).click()
    page.get_by_role("button", name="Sign out there").click()
    page.wait_for_url(re.compile(f"{app.url}/sign-in"))
    assert "wellbeing" not in cookies(page)


def test_the_lax_one_lets_in_whom_it_names_and_nobody_else(app, new_tab):
    tab = new_tab(app, width=PHONE)
    page = tab.page
    for subject in ("alice@example.org", "alice-there"):
        page.goto(f"{app.url}/about-privacy")
        page.get_by_role("link", name="Continue with OTHER of tests").click()
        page.locator("input[name=sub]").fill(subject)
        page.get_by_role("button", name=re.compile("Authorize")).click()
        if subject == "alice@example.org":
            expect(page.get_by_text("not connected with anybody here")).to_be_visible()
    page.wait_for_url(f"{app.url}/about-privacy")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name=say("frame.sign_out")).click()
    page.get_by_role("button", name="End session").click()
    page.wait_for_url(re.compile(f"{app.url}/sign-in"))
    assert "wellbeing" not in cookies(page)

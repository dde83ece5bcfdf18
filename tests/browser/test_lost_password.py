"""A lost password on a phone, with the recovery code and without; locked texts."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_screen import VIEWS, small_targets, violations
from tests.clinic import PASSWORD
from tests.servers import cast_template, email_of, running, viewer_named
from wellbeing.content.load import say
from wellbeing.domain.errors import WrongRecoveryError
from wellbeing.services import invitations, my_keys, passwords, reflections
from wellbeing.storage import account_queries
from wellbeing.storage.metadata import METADATA

__all__ = ["cast_template"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = "The heron stood still all morning."
ANOTHER = "kettle harbour violin thistle"
SECRET = bytes(32)


@pytest.fixture
def app(cast_template, tmp_path):
    """The app with the cast: a clinic like any other, not the demo's."""
    yield from running(cast_template, tmp_path)


def assert_fit(page, width=PHONE):
    page.wait_for_timeout(1000)  # what appears also fades in
    assert violations(page) == []
    assert width != PHONE or small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def write(ctx, viewer):
    """Let somebody save a reflection; return their recovery code."""
    keys = my_keys.open_texts(ctx, viewer, password=PASSWORD, secret=SECRET)
    prompt = reflections.prompt_for(ctx, viewer, skipped=0, area=None)
    made = reflections.new_reflection(ctx, viewer, prompt)
    reflections.save_reflection(ctx, viewer, keys, replace(made, text=TEXT), was="")
    return my_keys.new_recovery_code(ctx, viewer, password=PASSWORD)


def recover(page, code):
    page.get_by_label("E-mail").fill(email_of("alice"))
    page.get_by_label("Recovery code").fill(code)
    page.get_by_label("New password").fill(ANOTHER)
    page.get_by_role("button", name=say("recover.button")).click()


def read_own(tab):
    tab.open("/reflect")
    tab.page.get_by_role("radio", name=say("reflect.part_read")).click()
    tab.settle()


def test_a_lost_password_with_the_recovery_code_and_without(app, new_tab):
    ctx, tab = app.ctx, new_tab(app, width=PHONE, height=1600)
    page, alice = tab.page, viewer_named(app.ctx, "alice")
    code = write(ctx, alice)
    page.goto(app.url + "/sign-in")
    page.get_by_role("link", name=say("sign_in.lost")).click()
    assert_fit(page)
    recover(page, "abcdef-abcdef-abcdef-abcdef")
    expect(page.get_by_role("alert")).to_have_text(str(WrongRecoveryError()))
    assert_fit(page)
    recover(page, code)
    expect(page.get_by_text(say("recovery_code.replaced"))).to_be_visible()
    assert page.locator(".code").inner_text() != code
    assert_fit(page)
    page.get_by_role("link", name=say("recovery_code.go_on")).click()
    read_own(tab)
    expect(page.get_by_text(TEXT)).to_be_visible()

    link = invitations.start_over(ctx, viewer_named(ctx, "ada"), alice.person_id)
    page.goto(f"{app.url}/invitation/{link.rpartition('/')[2]}")
    assert_fit(page)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name=say("invitation.button")).click()
    page.get_by_role("link", name=say("recovery_code.go_on")).click()
    read_own(tab)
    expect(page.get_by_text(say("reflect.nothing_written"))).to_be_visible()
    expect(page.get_by_text(TEXT)).to_have_count(0)
    refused = [words for words in tab.said if "401 (Unauthorized)" not in words]
    assert refused == []


def forget_password(ctx, viewer):
    """Leave an account as single sign-on does: no password, no key yet."""
    person, own = METADATA.tables["person"], viewer.person_id
    with ctx.writing() as db:
        mine = person.c.person_id == own
        db.execute(person.update().where(mine).values(password_hash=None))
        for name in ("person_key", "text_secret"):
            table = METADATA.tables[name]
            db.execute(table.delete().where(table.c.person_id == own))


def test_what_opens_locked_texts_fits_a_phone_and_a_desk(app, new_tab):
    ctx = app.ctx
    alice, bob = (viewer_named(ctx, name) for name in ("alice", "bob"))
    forget_password(ctx, alice)
    with ctx.writing() as db:  # bob's texts stay locked under his earlier password
        hashed = passwords.hash_password(ANOTHER)
        account_queries.set_password(db, bob.clinic_id, bob.person_id, hashed)
    for width, scheme in reversed(VIEWS):
        tab = new_tab(app, width=width, scheme=scheme, height=2400)
        page = tab.page
        tab.enter(email_of("bob"))
        tab.open("/reflect")
        page.get_by_text(say("passphrase.former"), exact=True).click()
        expect(page.get_by_text(say("passphrase.former_what"))).to_be_visible()
        assert_fit(page, width)
        page.context.clear_cookies()
        tab.enter(email_of("alice"))
        tab.open("/reflect")
        if width == PHONE:
            page.get_by_label(re.compile("passphrase$")).first.fill("no no no no no")
            page.get_by_role("button", name=say("passphrase.open"), exact=True).click()
            expect(page.get_by_text("does not open your private")).to_be_visible()
            page.get_by_text(say("passphrase.lost"), exact=True).click()
            expect(page.get_by_text(say("passphrase.lost_what"))).to_be_visible()
        else:
            field = page.get_by_label(say("passphrase.new"), exact=True)
            field.fill("seven quiet harbours at dawn")
            assert_fit(page, width)
            page.get_by_role("button", name=say("passphrase.first_button")).click()
            expect(page.get_by_text(say("passphrase.code_what"))).to_be_visible()
        assert_fit(page, width)
        assert tab.said == []

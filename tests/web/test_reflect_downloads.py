"""Downloads of private texts: opened with one's own cookie, and not without it."""

import io
import zipfile
from dataclasses import dataclass

import pytest

from tests.servers import ROLES, viewer_named
from tests.web.conftest import Browser
from wellbeing.charts import typeset
from wellbeing.domain.reflections import Practice, PracticeEntry
from wellbeing.services import accounts, keyring, practice_log
from wellbeing.services.private_texts import OpenKeys, session_secret

LOG, PDF = "/my/practice-log.csv", "/my/practice-log.pdf"


@dataclass(frozen=True)
class Writer:
    browser: Browser
    keys: OpenKeys


@pytest.fixture
def alice(browser, ctx) -> Writer:
    """Alice signed in with her password and wrote into her log."""
    browser.sign_in("alice")
    viewer = accounts.viewer_of_token(ctx, browser.token)
    keys = keyring.keys_of_session(ctx, viewer, session_secret(browser.token))
    entry = PracticeEntry(
        text_id="1" * 32,
        week=ctx.this_week(viewer.clinic),
        practice=Practice.SUPERVISION,
        minutes=50,
        text="How to rest",
    )
    practice_log.put_practice(ctx, viewer, keys, entry)
    return Writer(browser, keys)


def texts_in_archive(browser):
    answer = browser.client.get("/my/data.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if name.startswith("private_")
        }


def test_who_signed_in_with_the_password_gets_the_log_and_the_texts(alice):
    answer = alice.browser.client.get(LOG)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "How to rest" in answer.text
    found = texts_in_archive(alice.browser)
    assert "How to rest" in found["private_practice.json"]


def test_a_session_without_the_key_gets_neither(alice, browser_of):
    other = browser_of("alice")
    answer = other.client.get(LOG)
    assert answer.status_code == 403
    assert "content-disposition" not in answer.headers
    [(name, said)] = texts_in_archive(other).items()
    assert name == "private_texts.txt"
    assert "How to rest" not in said
    assert alice.keys


def test_nobody_else_gets_it(alice, browser_of, ctx):
    for name in set(ROLES) - {"alice"}:
        other = browser_of(name)
        assert other.client.get(LOG).status_code == 403
        assert texts_in_archive(other) == {}
        viewer = viewer_named(ctx, name)
        with pytest.raises(keyring.TextsLockedError):
            keyring.keys_of_session(ctx, viewer, session_secret(alice.browser.token))


def test_it_ends_with_the_session(alice, ctx):
    accounts.sign_out(ctx, alice.browser.token)
    assert alice.browser.client.get(LOG).status_code == 401


def test_the_log_as_pdf_is_tagged_and_holds_hours_by_kind(alice):
    pytest.importorskip("typst")
    answer = alice.browser.client.get(PDF)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    for part in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid:part", b"/Lang"):
        assert part in answer.content
    told = answer.content, alice.browser.client.get(PDF).content
    assert told[0] == told[1]


def test_nobody_else_and_no_session_without_the_key_gets_the_pdf(alice, browser_of):
    del alice
    assert browser_of("alice").client.get(PDF).status_code == 403
    assert browser_of("dora").client.get(PDF).status_code == 403


def test_without_the_pdf_extra_the_log_says_what_to_do(alice, monkeypatch):
    monkeypatch.setattr(typeset, "find_spec", lambda _name: None)
    answer = alice.browser.client.get(PDF)
    assert answer.status_code == 503
    assert "Take the CSV file" in answer.text
    assert "requirements-pdf.lock" in answer.text

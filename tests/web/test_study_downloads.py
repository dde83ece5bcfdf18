"""Downloads of bundles: by the session of its researcher, or by a token."""

import pytest

from tests.servers import ROLES, viewer_named
from tests.studies import (
    STUDY,
    add_clinicians,
    everybody_agrees,
    new_study,
    open_version,
)
from wellbeing.services import accounts, bundles, consents, studies, study_tokens


@pytest.fixture
def people(ctx):
    """30 people who agree to rita's study."""
    rita, ada = viewer_named(ctx, "rita"), viewer_named(ctx, "ada")
    studies.write_study(ctx, rita, new_study())
    studies.submit_study(ctx, rita, STUDY)
    open_version(ctx, ada)
    found = add_clinicians(ctx, rita.clinic, 30)
    everybody_agrees(ctx, found)
    return found


@pytest.fixture
def made(ctx, people):
    """A bundle of theirs, kept by the app."""
    assert people
    return bundles.make_bundle(ctx, viewer_named(ctx, "rita"), STUDY)


def path_of(made):
    return f"/study/bundle/{made.bundle_id}.zip"


def fetch(browser, secret):
    sent = {"authorization": f"Bearer {secret}"}
    return browser.client.get("/study/fetch", headers=sent)


def test_its_researcher_gets_a_bundle_and_nobody_else(browser, browser_of, ctx, made):
    rita = browser_of("rita")
    answer = rita.client.get(path_of(made))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert made.file in answer.headers["content-disposition"]
    assert len(answer.content) > 1000
    for name in set(ROLES) - {"rita"}:
        refused = browser_of(name).client.get(path_of(made))
        assert refused.status_code == 403
        assert "content-disposition" not in refused.headers
    assert browser.client.get(path_of(made)).status_code == 401
    assert rita.client.get("/study/bundle/none.zip").status_code == 404
    accounts.sign_out(ctx, rita.token)
    assert rita.client.get(path_of(made)).status_code == 401


def test_a_program_gets_it_by_a_token_without_a_session(browser, ctx, made):
    rita = viewer_named(ctx, "rita")
    secret = study_tokens.make_token(ctx, rita, made.bundle_id, days=1, uses=1)
    answer = fetch(browser, secret)
    assert answer.status_code == 200
    assert made.file in answer.headers["content-disposition"]
    again = fetch(browser, secret)
    assert again.status_code == 401
    assert "opens nothing" in again.text


def test_nothing_is_told_about_a_useless_token(browser, ctx, made):
    rita = viewer_named(ctx, "rita")
    secret = study_tokens.make_token(ctx, rita, made.bundle_id, days=1, uses=1)
    [token] = study_tokens.my_tokens(ctx, rita)
    study_tokens.revoke_token(ctx, rita, token.token_id)
    answers = {
        (answer.status_code, answer.text)
        for answer in (
            browser.client.get("/study/fetch"),
            fetch(browser, ""),
            fetch(browser, "guess"),
            fetch(browser, "x" * 500),
            fetch(browser, secret),
        )
    }
    assert len(answers) == 1


def test_a_recalled_bundle_is_not_sent_any_more(browser_of, ctx, people, made):
    rita = browser_of("rita")
    assert rita.client.get(path_of(made)).status_code == 200
    consents.take_back(ctx, people[0], STUDY)
    assert rita.client.get(path_of(made)).status_code == 404

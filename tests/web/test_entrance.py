"""The links that let people in: once, in time, and only whom they are for."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest

from tests.clinic import PASSWORD
from tests.servers import email_of, viewer_named
from tests.web.conftest import HOME, Browser
from wellbeing.bootstrap import process_context
from wellbeing.content.load import say
from wellbeing.domain.errors import WrongPasswordError, WrongRecoveryError
from wellbeing.domain.people import Role
from wellbeing.services import accounts, invitations, people, setup

CODE = re.compile(r'class="code">([^<]+)<')
WEAK = ["", "short", "aaaaaaaaaaaa", "password1234", "x" * 201, "qwertyuiop12"]
WANTED = {
    "clinic": "Hillside",
    "country": "AT",
    "time_zone": "Europe/Vienna",
    "name": "Grace",
    "email": "grace@example.org",
    "password": PASSWORD,
}


@pytest.fixture
def set_up_path(use_database, sqlite_template, time) -> str:  # noqa: ARG001 (first the fixture, then this)
    return (setup.new_setup_link(use_database(sqlite_template)) or "").removeprefix(
        HOME
    )


@pytest.fixture
def erin(ctx):
    ada = viewer_named(ctx, "ada")
    return people.add_person(
        ctx, ada, name="Erin", email=email_of("erin"), roles=[Role.CLINICIAN]
    )


@pytest.fixture
def invited_path(ctx, erin) -> str:
    return invitations.invite(ctx, viewer_named(ctx, "ada"), erin).removeprefix(HOME)


def test_the_set_up_link_makes_the_clinic_and_signs_its_administrator_in(set_up_path):
    browser = Browser()
    answer = browser.fill_in(set_up_path, WANTED)
    assert answer.status_code == 200
    assert CODE.search(answer.text)
    assert browser.signed_in


def test_the_set_up_link_works_once(set_up_path):
    browser = Browser()
    proof = browser.proof(set_up_path)
    browser.fill_in(set_up_path, WANTED)
    stranger = Browser()
    assert stranger.open(set_up_path).status_code == 404
    assert browser.post(set_up_path, {**WANTED, "proof": proof}).status_code == 404


def test_a_set_up_link_works_beside_a_later_one_until_the_clinic_is_there(set_up_path):
    later = (setup.new_setup_link(process_context()) or "").removeprefix(HOME)
    assert Browser().open(later).status_code == 200
    Browser().fill_in(set_up_path, WANTED)
    assert Browser().open(later).status_code == 404


@pytest.mark.parametrize(
    "token", ["x", "A" * 43, "%00", "%ff", "a" * 3000, "..", "%0a"]
)
@pytest.mark.parametrize("kind", ["set-up", "invitation"])
def test_a_forged_link_works_nowhere(browser, kind, token):
    answer = browser.client.get(f"{HOME}/{kind}/{token}")
    assert answer.status_code in {401, 404}
    assert "<form" not in answer.text


@pytest.mark.parametrize("token", ["x", "A" * 43])
@pytest.mark.usefixtures("set_up_path")
def test_a_forged_set_up_link_does_not_open_an_empty_database(token):
    assert Browser().open(f"/set-up/{token}").status_code == 404


@pytest.mark.usefixtures("set_up_path")
def test_nobody_signs_in_before_there_is_a_clinic():
    answer = Browser().sign_in("ada")
    assert answer.status_code == 400
    assert "no clinic yet" in answer.text


def test_once_set_up_there_is_no_set_up_link(ctx):
    assert setup.new_setup_link(ctx) is None


def test_two_set_ups_at_once_make_one_clinic(set_up_path):
    answers = at_once(set_up_path, [WANTED, {**WANTED, "email": "eve@example.org"}])
    assert sorted(answers) == [200, 404] or sorted(answers) == [200, 400]


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_sets_nothing_up_and_the_rest_stays_typed(
    set_up_path, password
):
    browser = Browser()
    fields = {**WANTED, "password": password, "checks_in": "yes"}
    answer = browser.fill_in(set_up_path, fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    for kept in ("Hillside", "Grace", "grace@example.org"):
        assert f'value="{kept}"' in answer.text
    assert '<option value="AT" selected>' in answer.text
    assert '<option value="Europe/Vienna" selected>' in answer.text
    assert 'value="yes" checked' in answer.text
    assert not password or password not in answer.text
    assert browser.open(set_up_path).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"clinic": ""},
        {"clinic": "x" * 500},
        {"country": "XX"},
        {"country": ""},
        {"time_zone": "../etc/passwd"},
        {"time_zone": "Mars/Phobos"},
        {"name": " "},
        {"email": "no address"},
        {"email": ""},
    ],
)
def test_a_field_that_cannot_be_is_named_and_nothing_is_set_up(set_up_path, wrong):
    browser = Browser()
    answer = browser.fill_in(set_up_path, {**WANTED, **wrong})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert browser.open(set_up_path).status_code == 200


def test_a_hostile_clinic_name_stays_text(set_up_path):
    hostile = '"><script>alert(1)</script>'
    answer = Browser().fill_in(set_up_path, {**WANTED, "clinic": hostile, "email": ""})
    assert "<script" not in answer.text
    assert 'value="&quot;&gt;&lt;script&gt;' in answer.text


def test_an_invitation_sets_the_password_and_signs_in(invited_path):
    browser = Browser()
    answer = browser.fill_in(invited_path, {"password": PASSWORD})
    assert answer.status_code == 200
    assert browser.signed_in
    assert Browser().sign_in("erin").status_code == 303


def test_an_invitation_shows_whom_it_is_for(invited_path):
    assert f'value="{email_of("erin")}"' in Browser().open(invited_path).text


@pytest.mark.usefixtures("ctx")
def test_an_invitation_is_for_one_person_whatever_address_is_sent(invited_path):
    fields = {"password": "another long walk uphill", "email": email_of("ada")}
    Browser().fill_in(invited_path, fields)
    assert Browser().sign_in("ada").status_code == 303
    assert Browser().sign_in("erin", "another long walk uphill").status_code == 303


def test_an_invitation_works_once(invited_path):
    Browser().fill_in(invited_path, {"password": PASSWORD})
    second = Browser()
    assert second.open(invited_path).status_code == 404
    proof = second.proof("/sign-in")
    fields = {"proof": proof, "password": "a different one entirely"}
    assert second.post(invited_path, fields).status_code == 404
    assert not second.signed_in
    assert Browser().sign_in("erin").status_code == 303


def test_an_invitation_expires_after_fourteen_days(invited_path, time):
    time.turn(days=13, hours=23)
    assert Browser().open(invited_path).status_code == 200
    time.turn(hours=2)
    assert Browser().open(invited_path).status_code == 404


def test_a_new_invitation_ends_the_earlier_one(invited_path, ctx, erin):
    invitations.invite(ctx, viewer_named(ctx, "ada"), erin)
    assert Browser().open(invited_path).status_code == 404


def test_closing_the_account_ends_its_invitation(invited_path, ctx, erin):
    people.end_access(ctx, viewer_named(ctx, "ada"), erin)
    assert Browser().open(invited_path).status_code == 404


def test_an_invitation_accepted_twice_at_once_is_accepted_once(invited_path):
    passwords = [PASSWORD, "a different one entirely"]
    answers = at_once(invited_path, [{"password": word} for word in passwords])
    assert sorted(answers) == [200, 404]
    entered = [Browser().sign_in("erin", word).status_code for word in passwords]
    assert sorted(entered) == [303, 401]


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_leaves_the_invitation_open(invited_path, password):
    browser = Browser()
    assert browser.fill_in(invited_path, {"password": password}).status_code == 400
    assert not browser.signed_in
    assert browser.fill_in(invited_path, {"password": PASSWORD}).status_code == 200


def test_who_accepts_an_invitation_leaves_the_session_of_somebody_else(
    invited_path, browser_of, ctx
):
    browser = browser_of("ada")
    before = str(browser.token)
    browser.fill_in(invited_path, {"password": PASSWORD})
    assert browser.token != before
    assert accounts.viewer_of_token(ctx, browser.token).name == "Erin"


def test_who_needs_a_second_factor_is_not_signed_in_by_an_invitation(ctx, browser_of):
    ada = viewer_named(ctx, "ada")
    fred = people.add_person(
        ctx, ada, name="Fred", email=email_of("fred"), roles=[Role.RESEARCHER]
    )
    browser = browser_of("ada")
    path = invitations.invite(ctx, ada, fred).removeprefix(HOME)
    answer = browser.fill_in(path, {"password": PASSWORD})
    assert CODE.search(answer.text)
    assert "Now sign in with it" in unescape(answer.text)
    assert not browser.token
    assert "second-factor" in Browser().sign_in("fred").headers["location"]


def code_of(invited_path: str) -> str:
    answer = Browser().fill_in(invited_path, {"password": PASSWORD})
    found = CODE.search(answer.text)
    assert found
    return unescape(found[1])


def recover(browser: Browser, code: str, name: str = "erin", password: str = "") -> int:
    fields = {
        "email": email_of(name),
        "code": code,
        "password": password or "a different one entirely",
    }
    return browser.fill_in("/recover", fields).status_code


def test_the_recovery_code_sets_a_new_password(invited_path):
    code = code_of(invited_path)
    browser = Browser()
    assert recover(browser, code) == 200
    assert browser.signed_in
    assert Browser().sign_in("erin").status_code == 401
    assert Browser().sign_in("erin", "a different one entirely").status_code == 303


def test_recovering_signs_every_other_browser_out(invited_path):
    code = code_of(invited_path)
    elsewhere = Browser()
    elsewhere.sign_in("erin")
    recover(Browser(), code)
    assert not elsewhere.signed_in


def test_a_recovery_code_works_once(invited_path):
    code = code_of(invited_path)
    assert recover(Browser(), code) == 200
    assert recover(Browser(), code, password="yet another walk uphill") == 401


def test_a_recovery_code_is_worth_nothing_for_somebody_else(invited_path):
    code = code_of(invited_path)
    assert recover(Browser(), code, "alice") == 401
    assert Browser().sign_in("alice").status_code == 303


def test_a_weak_password_does_not_use_the_recovery_code_up(invited_path):
    code = code_of(invited_path)
    assert recover(Browser(), code, password="short") == 400
    assert recover(Browser(), code) == 200


def test_after_a_weak_password_the_code_need_not_be_typed_again(invited_path):
    code = code_of(invited_path)
    fields = {"email": email_of("erin"), "code": code, "password": "short"}
    again = Browser().fill_in("/recover", fields).text
    assert f'value="{code}"' in again
    assert "short" not in again


def test_a_wrong_recovery_code_is_called_that(invited_path):
    code_of(invited_path)
    fields = {"email": email_of("erin"), "code": "x", "password": PASSWORD}
    said = unescape(Browser().fill_in("/recover", fields).text)
    assert str(WrongRecoveryError()) in said
    assert str(WrongPasswordError()) not in said


def test_after_a_recovery_it_is_said_that_the_old_code_is_used_up(invited_path):
    fields = {
        "email": email_of("erin"),
        "code": code_of(invited_path),
        "password": "a different one entirely",
    }
    browser = Browser()
    assert say("recovery_code.replaced") in browser.fill_in("/recover", fields).text


def test_the_address_of_an_invitation_cannot_be_typed_over(invited_path):
    page = Browser().open(invited_path).text
    email, password = re.findall(r"<input id=[^>]*>", page)
    assert "readonly" in email
    assert "autofocus" in password


def test_guessing_recovery_codes_is_paused_like_guessing_passwords(invited_path):
    code = code_of(invited_path)
    browser = Browser()
    for _ in range(8):
        assert recover(browser, "abcdef-abcdef-abcdef-abcdef") == 401
    assert recover(browser, code) == 429


@pytest.mark.usefixtures("ctx")
def test_recovery_tells_a_known_from_an_unknown_account_by_nothing():
    answers = []
    for name in ("alice", "nobody"):
        fields = {
            "email": email_of(name),
            "code": "abcdef-abcdef-abcdef-abcdef",
            "password": "a different one entirely",
        }
        answer = Browser().fill_in("/recover", fields)
        proofless = re.sub(r'name="proof" value="\w+"', "", answer.text)
        answers.append(
            (answer.status_code, proofless.replace(email_of(name), "somebody"))
        )
    assert answers[0] == answers[1]


@pytest.mark.parametrize("path", ["/sign-in", "/recover"])
def test_pages_with_forms_are_kept_in_no_cache(browser, path):
    assert browser.open(path).headers["cache-control"] == "no-store"


def test_links_are_kept_in_no_cache_and_told_to_nobody(invited_path):
    answer = Browser().open(invited_path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"


def at_once(path: str, posts: list[dict[str, str]]) -> list[int]:
    """Send several forms from as many browsers in the same moment."""
    browsers = [Browser() for _ in posts]
    ready = [
        (browser, {**fields, "proof": browser.proof(path)})
        for browser, fields in zip(browsers, posts, strict=True)
    ]
    with ThreadPoolExecutor(len(posts)) as pool:
        sent = [pool.submit(browser.post, path, fields) for browser, fields in ready]
        return [each.result().status_code for each in sent]

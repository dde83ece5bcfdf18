"""Signing in and out: what answers tell, what cookies are worth and how long."""

import re
from urllib.parse import urlencode

import pytest

from tests.clinic import PASSWORD
from tests.servers import email_of, token_of, viewer_named
from tests.web.conftest import HOME, PUBLIC, Browser, restart
from wellbeing.services import accounts, passwords


def cookies_set(response) -> list[str]:
    return response.headers.get_list("set-cookie")


def error_of(response) -> str:
    found = re.search(r'role="alert">(.*?)</p>', response.text)
    return found[1] if found else ""


@pytest.fixture
def https_browser(ctx, monkeypatch) -> Browser:  # noqa: ARG001 (first the fixture, then this)
    monkeypatch.setenv("WELLBEING_PUBLIC_URL", PUBLIC)
    restart()
    return Browser(PUBLIC)


def test_the_sign_in_page_is_small_and_needs_no_script(browser):
    answer = browser.open("/sign-in")
    assert answer.status_code == 200
    assert len(answer.content) < 30_000
    assert "<script" not in answer.text
    assert "javascript:" not in answer.text
    assert not re.search(r"\son[a-z]+=", answer.text)


def test_the_sign_in_page_names_no_outside_host(browser):
    page = browser.open("/sign-in").text
    assert not re.search(r"https?://|src=\"//|href=\"//|url\(", page)
    assert "@import" not in page


def test_a_right_password_leads_to_where_one_wanted_to_go(browser):
    answer = browser.fill_in(
        "/sign-in?next=/my-weeks",
        {"email": email_of("alice"), "password": PASSWORD, "next": "/my-weeks"},
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/my-weeks"
    assert browser.signed_in


def test_the_address_one_wanted_survives_a_wrong_password(browser):
    fields = {"email": email_of("alice"), "password": "wrong", "next": "/my-weeks"}
    answer = browser.fill_in("/sign-in", fields)
    assert 'name="next" value="/my-weeks"' in answer.text


def test_an_address_is_taken_in_any_case_and_with_spaces_around(browser):
    fields = {"email": " ALICE@Example.org ", "password": PASSWORD}
    assert browser.fill_in("/sign-in", fields).status_code == 303


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(browser):
    known = browser.sign_in("alice", "not the password")
    unknown = browser.sign_in("nobody", "not the password")
    assert known.status_code == unknown.status_code == 401
    assert error_of(known) == error_of(unknown) != ""
    same = known.text.replace(email_of("alice"), email_of("nobody"))
    assert same == unknown.text


def test_what_was_wrong_is_read_out_with_the_field_that_has_the_focus(browser):
    told = ' aria-describedby="wrong" autofocus'
    assert told not in browser.open("/sign-in").text
    answer = browser.sign_in("alice", "not the password")
    assert answer.text.count('id="wrong"') == 1
    assert answer.text.count(told) == 1


def test_what_was_typed_stays_in_the_form_but_not_the_password(browser):
    answer = browser.sign_in("alice", "a wrong secret of mine")
    assert f'value="{email_of("alice")}"' in answer.text
    assert "a wrong secret of mine" not in answer.text


def test_a_hostile_address_stays_text(browser):
    fields = {"email": '"><script>alert(1)</script>', "password": "x"}
    page = browser.fill_in("/sign-in", fields).text
    assert "<script" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


def test_after_eight_wrong_passwords_the_right_one_has_to_wait(browser, time):
    for _ in range(8):
        assert browser.sign_in("alice", "wrong").status_code == 401
    paused = browser.sign_in("alice")
    assert paused.status_code == 429
    assert "Too many attempts" in error_of(paused)
    assert not browser.signed_in
    time.turn(minutes=15, seconds=1)
    assert browser.sign_in("alice").status_code == 303


def test_an_unknown_account_is_paused_like_a_known_one(browser):
    for _ in range(8):
        browser.sign_in("nobody", "wrong")
    assert "Too many attempts" in error_of(browser.sign_in("nobody", "wrong"))


def test_one_paused_account_does_not_pause_another(browser):
    for _ in range(9):
        browser.sign_in("alice", "wrong")
    assert browser.sign_in("bob").status_code == 303


def test_a_pause_survives_a_new_process(browser):
    for _ in range(8):
        browser.sign_in("alice", "wrong")
    restart()
    assert "Too many attempts" in error_of(Browser().sign_in("alice"))


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser):
    [session, form] = cookies_set(browser.sign_in("alice"))
    assert session.startswith("wellbeing=")
    assert "; HttpOnly" in session
    assert "; SameSite=lax" in session
    assert "; Path=/" in session
    assert "Domain" not in session
    assert form.startswith('wellbeing_form=""')
    assert "Max-Age=0" in form


def test_over_tls_every_cookie_is_secure_and_bound_to_the_host(https_browser):
    shown = cookies_set(https_browser.open("/sign-in"))
    entered = cookies_set(https_browser.sign_in("alice"))
    for cookie in [*shown, *entered]:
        assert cookie.startswith("__Host-")
        assert "; Secure" in cookie
        assert "; HttpOnly" in cookie
        assert "; SameSite=lax" in cookie
        assert "; Path=/" in cookie
        assert "Domain" not in cookie
    assert https_browser.signed_in


@pytest.mark.usefixtures("browser")
def test_over_tls_the_browser_is_told_to_stay_there(https_browser):
    sent = https_browser.open("/sign-in").headers
    assert sent["strict-transport-security"] == "max-age=31536000"


def test_every_sign_in_begins_a_new_session(browser):
    browser.sign_in("alice")
    first = browser.token
    browser.sign_in("alice")
    assert browser.token != first
    assert len(str(browser.token)) >= 43


def test_a_planted_cookie_is_not_adopted(browser):
    planted = "A" * 43
    browser.token = planted
    proof = browser.proof("/sign-in")
    fields = {"proof": proof, "email": email_of("alice"), "password": PASSWORD}
    answer = browser.post("/sign-in", fields)
    assert planted not in cookies_set(answer)[0]
    stranger = Browser()
    stranger.token = planted
    assert not stranger.signed_in


def test_a_planted_session_of_the_attacker_ends_when_the_victim_signs_in(browser, ctx):
    mallory = token_of(ctx, "bob")
    browser.token = mallory
    browser.sign_in("alice")
    attacker = Browser()
    attacker.token = mallory
    assert browser.token != mallory
    assert browser.signed_in
    assert not attacker.signed_in


@pytest.mark.usefixtures("ctx")
def test_only_a_fingerprint_of_the_cookie_is_stored(browser, tmp_path):
    browser.sign_in("alice")
    token = str(browser.token)
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("wellbeing.db*"))
    assert token.encode() not in stored
    assert passwords.hash_token(token).encode() in stored


def test_what_is_stored_is_no_use_as_a_cookie(browser, ctx):
    browser.token = viewer_named(ctx, "alice").session
    assert not browser.signed_in


def test_signing_out_ends_the_session_on_the_server(browser_of):
    alice = browser_of("alice")
    kept = alice.token
    answer = alice.post("/sign-out", {})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in"
    assert "Max-Age=0" in cookies_set(answer)[0]
    alice.token = kept
    assert not alice.signed_in
    assert alice.client.get("/my/data.zip").status_code == 401


def test_signing_out_here_leaves_other_browsers_in(browser_of):
    here, there = browser_of("alice"), browser_of("alice")
    here.post("/sign-out", {})
    assert there.signed_in


def test_signing_out_everywhere_ends_every_browser_at_once(browser_of, ctx):
    here, there = browser_of("alice"), browser_of("alice")
    accounts.sign_out_everywhere(ctx, viewer_named(ctx, "alice"))
    assert not here.signed_in
    assert not there.signed_in
    assert there.client.get("/my/weeks.csv").status_code == 401


def test_signing_out_everywhere_touches_nobody_else(browser_of, ctx):
    bob = browser_of("bob")
    accounts.sign_out_everywhere(ctx, viewer_named(ctx, "alice"))
    assert bob.signed_in


def test_signing_out_twice_or_without_a_session_is_no_fault(browser):
    assert browser.post("/sign-out", {}).status_code in {303, 401}


def test_nine_idle_hours_end_a_session(browser_of, time):
    alice = browser_of("alice")
    time.turn(hours=9, minutes=1)
    assert not alice.signed_in


def test_a_session_in_use_does_not_idle_out(browser_of, time):
    alice = browser_of("alice")
    for _ in range(5):
        time.turn(hours=7)
        assert alice.signed_in


def test_thirty_days_end_a_session_however_much_it_is_used(browser_of, time):
    alice = browser_of("alice")
    for _ in range(30 * 24 // 6 - 1):
        time.turn(hours=6)
        assert alice.signed_in
    time.turn(hours=6, minutes=1)
    assert not alice.signed_in


def test_a_new_process_keeps_people_signed_in(browser_of):
    alice = browser_of("alice")
    restart()
    assert alice.signed_in


@pytest.mark.parametrize(
    "token",
    ["", "x", "A" * 43, "A" * 5000, "é", "\x7f", "' OR 1=1 --", "../../etc/passwd"],
)
def test_a_made_up_cookie_is_worth_nothing(browser, token):
    sent = {"cookie": f"wellbeing={token}".encode("latin-1")}
    assert browser.client.get("/session", headers=sent).status_code == 401


def test_of_a_field_that_is_sent_twice_the_first_counts(browser):
    def send(first, second):
        proof = browser.proof("/sign-in")
        sent = [("proof", proof), ("password", PASSWORD), *first, *second]
        return browser.client.post(
            "/sign-in",
            content=urlencode(sent),
            headers={
                "origin": HOME,
                "content-type": "application/x-www-form-urlencoded",
            },
        )

    known, unknown = [("email", email_of("alice"))], [("email", email_of("nobody"))]
    assert send(unknown, known).status_code == 401
    assert not browser.signed_in
    assert send(known, unknown).status_code == 303
    assert browser.signed_in


def test_two_cookies_of_one_name_do_not_confuse(browser, ctx):
    sent = {"cookie": f"wellbeing=x; wellbeing={token_of(ctx, 'alice')}; wellbeing=y"}
    assert browser.client.get("/session", headers=sent).status_code == 401

"""The second step of signing in, as a browser without a script sees it."""

import html
import re

import pytest
from starlette.websockets import WebSocketDisconnect

from tests.clinic import PASSWORD
from tests.second_factors import code_now, set_up
from tests.servers import email_of, token_of, viewer_named
from tests.web.conftest import HOME, PUBLIC, Browser, restart
from tests.web.test_sign_in import cookies_set, error_of
from wellbeing.services.passwords import hash_token
from wellbeing.web.app import ROUTES

HALF = "wellbeing_half"
PATH = "/second-factor"


@pytest.fixture
def secret(ctx):
    """Alice has a second factor; this is its secret."""
    return set_up(ctx, viewer_named(ctx, "alice"))[0]


def send(browser, code, **more):
    return browser.fill_in(PATH, {"code": code, **more})


def test_the_password_leads_to_the_code_and_the_code_to_where_one_wanted(
    browser, ctx, secret
):
    wanted = "/my-weeks?period=year"
    fields = {"email": email_of("alice"), "password": PASSWORD, "next": wanted}
    answer = browser.fill_in("/sign-in", fields)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{PATH}?next=/my-weeks")
    assert browser.token is None
    page = browser.open(answer.headers["location"])
    assert f'name="next" value="{wanted}"' in page.text
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    assert "<script" not in page.text
    entered = send(browser, code_now(ctx, secret), next=wanted)
    assert (entered.status_code, entered.headers["location"]) == (303, wanted)
    assert browser.signed_in
    assert HALF not in browser.client.cookies


def test_a_wrong_code_says_so_and_keeps_the_place(browser, ctx, secret):
    browser.sign_in("alice")
    answer = send(browser, "000000", next="/my-weeks")
    assert answer.status_code == 401
    assert "does not fit" in error_of(answer)
    assert 'name="next" value="/my-weeks"' in answer.text
    assert "000000" not in answer.text
    assert not browser.signed_in
    assert send(browser, code_now(ctx, secret)).status_code == 303


def test_a_recovery_code_has_a_field_without_the_numbers_keys(browser, ctx):
    _, codes = set_up(ctx, viewer_named(ctx, "alice"))
    browser.sign_in("alice")
    page = browser.open(f"{PATH}?recovery=1&next=/my-weeks").text
    assert "inputmode" not in page
    assert send(browser, "wrong", recovery="1").text.count("inputmode") == 0
    answer = send(browser, codes[0], recovery="1", next="/my-weeks")
    assert answer.headers["location"] == "/my-weeks"
    assert browser.signed_in


def test_what_waits_for_a_code_opens_no_route(browser, secret):
    assert secret
    browser.sign_in("alice")
    half, stranger = browser.client.cookies[HALF], Browser()
    browser.client.cookies.set("wellbeing", half, domain="127.0.0.1")
    for route in ROUTES:
        path = re.sub(r"\{[^}]*\}", "x", route.path)
        for method in ("GET", "POST") if path != PATH else ():
            ours = browser.client.request(method, path)
            theirs = stranger.client.request(method, path)
            assert ours.status_code == theirs.status_code, path
            assert "wellbeing=" not in str(cookies_set(ours)), path


def test_what_waits_for_a_code_opens_no_page(browser, secret):
    assert secret
    browser.sign_in("alice")
    for path in ("/", "/check-in", "/my-data", "/people", "/session"):
        answer = browser.open(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=")


def test_what_waits_for_a_code_opens_no_websocket(browser, secret):
    assert secret
    browser.sign_in("alice")
    half = browser.client.cookies[HALF]
    sent = {
        "cookie": f"wellbeing={half}; {HALF}={half}",
        "host": HOME.removeprefix("http://"),
        "origin": HOME,
    }
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        browser.client.websocket_connect("/_stcore/stream", headers=sent),
    ):
        pass
    assert refused.value.code == 1008


def test_it_is_bound_to_the_browser_that_gave_the_password(browser, ctx, secret):
    browser.sign_in("alice")
    other = Browser()
    other.open("/sign-in")
    assert other.open(PATH).headers["location"] == "/sign-in"
    fields = {"proof": other.proof("/sign-in"), "code": code_now(ctx, secret)}
    assert other.post(PATH, fields).headers["location"] == "/sign-in"
    assert not other.signed_in


def test_a_code_that_another_site_sends_is_refused(browser, ctx, secret):
    browser.sign_in("alice")
    fields = {"proof": browser.proof(PATH), "code": code_now(ctx, secret)}
    elsewhere = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert browser.post(PATH, fields, elsewhere).status_code == 400
    assert browser.post(PATH, fields | {"proof": "0" * 64}).status_code == 400
    assert not browser.signed_in
    assert browser.post(PATH, fields).status_code == 303


def test_a_planted_session_ends_and_is_not_adopted(browser, ctx, secret):
    mallory = token_of(ctx, "bob")
    browser.token = mallory
    browser.sign_in("alice")
    send(browser, code_now(ctx, secret))
    attacker = Browser()
    attacker.token = mallory
    assert browser.token != mallory
    assert not attacker.signed_in


def test_every_step_has_a_token_of_its_own_and_only_its_fingerprint_is_kept(
    browser, ctx, secret, tmp_path
):
    browser.sign_in("alice")
    first = browser.client.cookies[HALF]
    browser.sign_in("alice")
    second = browser.client.cookies[HALF]
    assert first != second
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("wellbeing.db*"))
    assert hash_token(second).encode() in stored
    assert second.encode() not in stored
    send(browser, code_now(ctx, secret))
    assert browser.token not in {first, second}


def test_its_cookie_is_out_of_reach_of_scripts_and_short(browser, secret):
    assert secret
    [half] = cookies_set(browser.sign_in("alice"))
    for part in ("; HttpOnly", "; SameSite=lax", "; Path=/", "Max-Age=600"):
        assert part in half
    assert "Domain" not in half


@pytest.mark.usefixtures("secret")
def test_over_tls_its_cookie_is_secure_and_bound_to_the_host(monkeypatch):
    monkeypatch.setenv("WELLBEING_PUBLIC_URL", PUBLIC)
    restart()
    [half] = cookies_set(Browser(PUBLIC).sign_in("alice"))
    assert half.startswith(f"__Host-{HALF}=")
    assert "; Secure" in half


def test_it_ends_after_ten_minutes(browser, ctx, secret, time):
    browser.sign_in("alice")
    proof = {"proof": browser.proof(PATH)}
    time.turn(minutes=10)
    proof |= {"code": code_now(ctx, secret)}
    assert browser.open(PATH).headers["location"] == "/sign-in"
    assert browser.post(PATH, proof).headers["location"] == "/sign-in"


def test_who_has_to_have_one_is_led_through_setting_it_up(browser, ctx):
    answer = browser.sign_in("ada")
    assert answer.headers["location"].startswith(PATH)
    page = browser.open(PATH).text
    assert "<svg" in page
    assert "<script" not in page
    assert not re.search(r'(src|href)="(https?:)?//', page)
    [shown] = re.findall(r'class="code">([A-Z2-7 ]+)<', page)
    secret = shown.replace(" ", "")
    assert send(browser, "000000").status_code == 401
    answer = send(browser, code_now(ctx, secret), next="/people")
    codes = re.findall(r'class="code">([a-z2-9-]+)<', html.unescape(answer.text))
    assert len(set(codes)) == 10
    assert answer.headers["cache-control"] == "no-store"
    assert 'href="/people"' in answer.text
    assert browser.signed_in


def test_a_lost_password_asks_everybody_for_a_code_they_may_not_have(browser):
    page = browser.open("/recover").text
    assert 'name="factor_code"' in page
    assert not re.search(r'name="factor_code"[^>]*required', page)


def test_a_bundle_is_not_sent_without_a_fresh_proof(browser_of, time):
    rita = browser_of("rita")
    assert rita.client.get("/study/bundle/none.zip").status_code == 404
    path = "/study/bundle/01a1e8f2-f900-72b4-a11f-947b1ee9f066.zip"
    assert rita.client.get(path).status_code == 404
    time.turn(minutes=10)
    answer = rita.client.get(path)
    assert answer.status_code == 403
    assert "needs your password again" in answer.text

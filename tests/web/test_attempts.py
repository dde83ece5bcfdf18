"""Attempts that belong to no single door: a stolen or changed cookie, line breaks."""

import pytest

from tests.servers import token_of
from tests.sockets import RefusedError, open_tab
from wellbeing.domain.errors import SignedOutError
from wellbeing.services import accounts
from wellbeing.web.app import ROUTES

DOORS = [
    path
    for path in (route.path for route in ROUTES)
    if path.startswith(("/my/", "/team/", "/study/bundle", "/session"))
]
BREAKS = [
    "\r\nSet-Cookie: a=b",
    "\nSet-Cookie: a=b",
    "\r\n\r\n<script>",
    "\x0bx",
    "\x85",
]


def filled(path: str) -> str:
    for name in ("{indicator}", "{gathering}", "{bundle}"):
        path = path.replace(name, "x")
    return path


def test_a_stolen_cookie_is_worth_nothing_after_its_owner_signed_out(browser_of, ctx):
    owner, thief = browser_of("alice"), browser_of("alice")
    thief.token = str(owner.token)
    assert thief.signed_in
    owner.post("/sign-out", {})
    accounts_left = [thief.client.get(filled(path)).status_code for path in DOORS]
    assert set(accounts_left) == {401}
    with pytest.raises(SignedOutError):
        accounts.viewer_of_token(ctx, thief.token)


def test_a_stolen_cookie_opens_no_websocket_after_its_owner_signed_out(running_app):
    stolen = token_of(running_app.ctx, "alice")
    with open_tab(running_app, stolen) as tab:
        session = tab.run("support").session_id
    accounts.sign_out(running_app.ctx, stolen)
    with pytest.raises(RefusedError), open_tab(running_app, stolen, resume=session):
        pass


def test_no_cookie_that_differs_by_one_character_is_taken(browser_of):
    alice = browser_of("alice")
    right = str(alice.token)
    for place, old in enumerate(right):
        alice.token = right[:place] + ("A" if old != "A" else "B") + right[place + 1 :]
        assert not alice.signed_in
    for wrong in (right[:-1], right + "A", right.swapcase(), f'"{right} "', right * 2):
        alice.token = wrong
        assert not alice.signed_in
    alice.token = right
    assert alice.signed_in


@pytest.mark.parametrize("text", BREAKS)
def test_no_line_break_gets_into_a_header(browser_of, text):
    alice = browser_of("alice")
    wanted = {"next": text, "period": text, "team": text}
    for route in ROUTES:
        if "{" in route.path and not route.path.startswith(("/my", "/study")):
            continue
        answer = alice.client.get(filled(route.path), params=wanted)
        assert "a" not in answer.cookies
        for value in answer.headers.values():
            assert not {"\r", "\n", "\x0b", "\x85"} & set(value)
    fields = {"email": f"alice@example.org{text}", "password": "x", "next": f"/{text}"}
    answer = alice.fill_in("/sign-in", fields)
    assert "a" not in answer.cookies
    assert answer.status_code == 401


@pytest.mark.parametrize("name", [None, "alice"])
def test_every_answer_says_what_it_is(browser, browser_of, name):
    somebody = browser_of(name) if name else browser
    for path in [*map(filled, (route.path for route in ROUTES)), "/", "/nothing"]:
        for answer in somebody.open(path), somebody.client.get(path):
            kind = answer.headers.get("content-type", "")
            assert kind or not answer.content, path
            assert not kind.startswith("text/") or "charset=utf-8" in kind, path


def test_no_other_site_is_told_that_it_may_read(browser_of):
    sent = {"origin": "https://evil.example", "access-control-request-method": "GET"}
    for path in [*map(filled, (route.path for route in ROUTES)), "/"]:
        for method in ("GET", "OPTIONS"):
            answer = browser_of("alice").client.request(method, path, headers=sent)
            assert not [k for k in answer.headers if k.startswith("access-control")]

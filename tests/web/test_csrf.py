"""Requests that a page of ours did not send: refused, and nothing has changed."""

import sqlite3
from contextlib import closing
from urllib.parse import urlencode

import pytest

from tests.clinic import PASSWORD
from tests.servers import email_of, token_of, viewer_named
from tests.web.conftest import HOME, Browser
from wellbeing.domain.people import Role
from wellbeing.services import invitations, people, setup
from wellbeing.web.app import ROUTES

FIELDS = {
    "email": email_of("alice"),
    "password": PASSWORD,
    "code": "abcdef-abcdef-abcdef-abcdef",
}
POSTS = [
    route.path
    for route in ROUTES
    if "POST" in (route.methods or ())
    # Mail programs send this one by themselves (RFC 8058): the link is the proof.
    and route.path != "/reminders/stop/{token}"
]
WITH_PROOF = [path for path in POSTS if path != "/sign-out"]

OTHER_SITES = {
    "no word on where it is from": {},
    "another site": {"origin": "https://evil.example"},
    "a sandboxed frame": {"origin": "null"},
    "another port of this machine": {"origin": "http://127.0.0.1:9999"},
    "another name of this machine": {"origin": "http://localhost:8501"},
    "another scheme": {"origin": "https://127.0.0.1:8501"},
    "our name as a part of another": {"origin": "http://127.0.0.1:8501.evil.example"},
    "our name as a user's name": {"origin": "http://127.0.0.1:8501@evil.example"},
    "our name with a slash": {"origin": "http://127.0.0.1:8501/"},
    "an empty origin": {"origin": ""},
    "a cross-site fetch": {"sec-fetch-site": "cross-site"},
    "a fetch of a sibling site": {"sec-fetch-site": "same-site"},
    "an address typed or bookmarked": {"sec-fetch-site": "none"},
    "another site that claims to be us": {
        "origin": "https://evil.example",
        "sec-fetch-site": "same-origin",
    },
}


def everything(folder) -> list[str]:
    """Return the whole database as text."""
    with closing(sqlite3.connect(folder / "wellbeing.db")) as connection:
        return list(connection.iterdump())


@pytest.fixture
def address(ctx):
    """Return what makes a path of ROUTES one that works."""

    def of(path: str) -> str:
        if path == "/invitation/{token}":
            return invitation(ctx)
        if path == "/set-up/{token}":
            return "/set-up/anything"  # an empty database has its own test
        assert "{" not in path, "say here what an address of this route looks like"
        return path

    return of


def invitation(ctx) -> str:
    ada = viewer_named(ctx, "ada")
    erin = people.add_person(
        ctx, ada, name="Erin", email=email_of("erin"), roles=[Role.CLINICIAN]
    )
    return invitations.invite(ctx, ada, erin).removeprefix(HOME)


def test_the_table_of_posts_knows_every_form():
    assert set(POSTS) >= {"/sign-in", "/sign-out", "/recover", "/invitation/{token}"}


@pytest.mark.parametrize("headers", OTHER_SITES.values(), ids=OTHER_SITES)
@pytest.mark.parametrize("path", POSTS)
def test_a_post_from_elsewhere_changes_nothing(
    browser, address, ctx, tmp_path, path, headers
):
    where = address(path)
    proof = browser.proof("/sign-in")
    host = browser.client.base_url.host
    browser.client.cookies.set("wellbeing", token_of(ctx, "alice"), domain=host)
    before = everything(tmp_path)
    answer = browser.client.post(
        where, data={**FIELDS, "proof": proof}, headers=headers
    )
    assert answer.status_code in {400, 403, 404}
    assert "wellbeing=" not in answer.headers.get("set-cookie", "")
    assert everything(tmp_path) == before


@pytest.mark.parametrize("path", WITH_PROOF)
@pytest.mark.parametrize("proof", [None, "", "0" * 64, "é", "of another browser"])
def test_a_form_without_its_proof_changes_nothing(
    browser, address, tmp_path, path, proof
):
    where = address(path)
    browser.open("/sign-in")
    if proof == "of another browser":
        proof = Browser().proof("/sign-in")
    fields = FIELDS if proof is None else {**FIELDS, "proof": proof}
    before = everything(tmp_path)
    assert browser.post(where, fields).status_code in {400, 404}
    assert everything(tmp_path) == before


@pytest.mark.parametrize("path", WITH_PROOF)
def test_a_proof_without_its_cookie_changes_nothing(browser, address, tmp_path, path):
    where = address(path)
    fields = {**FIELDS, "proof": browser.proof("/sign-in")}
    browser.client.cookies.clear()
    before = everything(tmp_path)
    assert browser.post(where, fields).status_code in {400, 404}
    assert everything(tmp_path) == before


def test_the_same_posts_from_a_page_of_ours_do_change_something(
    browser, address, tmp_path
):
    for path in ("/sign-in", "/sign-out", "/recover", "/invitation/{token}"):
        where = address(path)
        fields = {**FIELDS, "proof": browser.proof("/sign-in")}
        before = everything(tmp_path)
        browser.post(where, fields)
        assert everything(tmp_path) != before, path


@pytest.mark.usefixtures("time")
def test_a_set_up_from_elsewhere_makes_no_clinic(
    use_database, sqlite_template, tmp_path
):
    ctx = use_database(sqlite_template)
    where = (setup.new_setup_link(ctx) or "").removeprefix(HOME)
    browser = Browser()
    fields = {
        "proof": browser.proof(where),
        "clinic": "Riverside",
        "country": "DE",
        "time_zone": "Europe/Berlin",
        "name": "Ada",
        **FIELDS,
    }
    before = everything(tmp_path)
    for headers in OTHER_SITES.values():
        answer = browser.client.post(where, data=fields, headers=headers)
        assert answer.status_code == 400
    for proof in ("", "0" * 64):
        browser.post(where, {**fields, "proof": proof})
    assert everything(tmp_path) == before
    assert browser.post(where, fields).status_code == 200


def test_nothing_but_posts_changes_anything(browser_of, tmp_path):
    alice = browser_of("alice")
    before = everything(tmp_path)
    for route in ROUTES:
        methods = route.methods or set()
        assert methods <= {"GET", "HEAD", "POST"}
        if route.path.startswith("/calendar/"):
            continue  # a guess at an address is counted, as a guess at a password is
        alice.open(route.path.replace("{indicator}", "overall"))
    assert everything(tmp_path) == before


FILLED = {
    "{indicator}": "overall",
    "{provider}": "uni",
    "{name:path}": "0190b6a0-0000-7000-8000-000000000000/secret.ics",
    "{token}": "0" * 43,
    "{gathering}": "0190b6a0-0000-7000-8000-000000000000",
    "{bundle}": "0190b6a0-0000-7000-8000-000000000000",
}
OTHER_METHODS = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_every_other_method_is_refused_at_every_address(browser_of, tmp_path, route):
    alice, path = browser_of("alice"), route.path
    for placeholder, value in FILLED.items():
        path = path.replace(placeholder, value)
    assert "{" not in path, "say here what an address of this route looks like"
    others = set(OTHER_METHODS)
    others |= {"GET", "POST"} - set(route.methods or ())
    before = everything(tmp_path)
    for method in sorted(others):
        answer = alice.client.request(method, path, headers={"origin": HOME})
        assert answer.status_code == 405, method
    assert everything(tmp_path) == before


def test_a_form_that_is_far_too_long_is_not_read(browser, tmp_path):
    fields = {**FIELDS, "proof": browser.proof("/sign-in"), "email": "x" * 20_000}
    before = everything(tmp_path)
    assert browser.post("/sign-in", fields).status_code == 400
    assert everything(tmp_path) == before


@pytest.mark.parametrize("path", ["/sign-in", "/recover"])
@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"{}", b"&&&===", b"%", b"email=%ff%fe&proof=%00"]
)
def test_a_body_that_is_no_form_is_refused(browser, path, body):
    browser.open(path)
    sent = {
        "origin": HOME,
        "content-type": "application/x-www-form-urlencoded",
    }
    answer = browser.client.post(path, content=body, headers=sent)
    assert answer.status_code == 400


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/xml", ""])
def test_a_form_that_says_it_is_something_else_is_refused(browser, kind):
    form = {"email": email_of("alice"), "password": PASSWORD}
    body = urlencode(form | {"proof": browser.proof("/sign-in")})
    sent = {"origin": HOME, "content-type": kind}
    answer = browser.client.post("/sign-in", content=body, headers=sent)
    assert answer.status_code == 400
    assert not browser.signed_in


@pytest.mark.parametrize("name", ["alice", "ada"])
def test_signing_out_by_a_link_is_not_possible(browser_of, name):
    somebody = browser_of(name)
    assert somebody.open("/sign-out").status_code in {404, 405}
    assert somebody.signed_in

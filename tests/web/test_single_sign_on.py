"""Signing in through a provider: what is believed, once, and in which browser."""

import base64
import json
import logging
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa

from tests.clinic import PASSWORD, TUESDAY
from tests.openid_provider import (
    CLIENT,
    SECRET,
    STRANGER,
    challenge,
    provider_file,
    serving,
    signed,
)
from tests.servers import email_of, viewer_named
from tests.web.conftest import HOME, PUBLIC, Browser, restart
from wellbeing.domain.errors import WrongPasswordError
from wellbeing.domain.people import Role
from wellbeing.services import accounts, identities, invitations, people, proofs
from wellbeing.storage import account_queries, clinic_queries, identity_queries
from wellbeing.storage.identity_queries import Identity

SUBJECT = "alice-at-the-provider"


@pytest.fixture(scope="module")
def server():
    with serving() as found:
        yield found


@pytest.fixture
def provider(server):
    server.begin_anew()
    return server


@pytest.fixture
def ctx(provider, use_database, quick_cast_template, time, monkeypatch, tmp_path):  # noqa: ARG001 (first the fixture, then this)
    """The surroundings of this process; its clinic knows one provider."""
    file = provider_file(tmp_path, provider)
    monkeypatch.setenv("WELLBEING_SIGN_IN_FILE", str(file))
    return use_database(quick_cast_template)


@pytest.fixture
def alice(ctx, provider):
    """Alice's account at the provider is connected."""
    connect(ctx, "alice", provider.issuer, SUBJECT)


def connect(ctx, name, issuer, subject):
    viewer = viewer_named(ctx, name)
    identity = Identity(issuer=issuer, subject=subject, connected_on=ctx.now().date())
    with ctx.writing() as db:
        identity_queries.add_identity(db, viewer.clinic_id, viewer.person_id, identity)


def leave(browser, query=""):
    """Go to the provider and return its address."""
    gone = browser.open(f"/sign-in/with/uni{query}")
    assert gone.status_code == 303, gone.text
    return gone.headers["location"]


def come_back(browser, provider, query="", subject=SUBJECT):
    """Go to the provider, be signed in there, and come back."""
    return browser.open(provider.back_from(leave(browser, query), subject))


def whose(ctx, browser):
    return accounts.viewer_of_token(ctx, browser.token).email


@pytest.mark.usefixtures("alice")
def test_somebody_who_is_known_gets_in_and_where_they_wanted(ctx, browser, provider):
    back = come_back(browser, provider, "?next=/my-weeks%3Fx%3D1")
    assert back.status_code == 303
    assert back.headers["location"] == "/my-weeks?x=1"
    assert browser.signed_in
    assert whose(ctx, browser) == email_of("alice")


@pytest.mark.usefixtures("alice")
def test_the_provider_is_asked_in_the_strict_way(browser, provider):
    address = leave(browser)
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked["scope"] == "openid email profile"
    assert asked["prompt"] == "login"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{HOME}/sign-in/back/uni"
    assert len({asked[name] for name in ("state", "nonce", "code_challenge")}) == 3
    browser.open(provider.back_from(address))
    [token_request] = provider.asked
    assert challenge(token_request["code_verifier"]) == asked["code_challenge"]
    basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    assert token_request["authorization"] == f"Basic {basic}"


def test_the_page_names_each_way_without_a_script_and_stays_small(browser):
    page = browser.open("/sign-in?next=/my-data")
    assert "/sign-in/with/uni?next=%2Fmy-data" in page.text
    assert "Continue with UNI of tests" in page.text
    assert "<script" not in page.text
    assert len(page.content) < 30_000


NOW = int(TUESDAY.timestamp())


@pytest.mark.usefixtures("alice")
def test_a_token_of_somebody_else_lets_nobody_in(browser, provider):
    provider.sign = lambda claims: signed(claims, STRANGER)
    back = come_back(browser, provider)
    assert back.status_code == 400
    assert "cannot be trusted" in back.text
    assert not browser.signed_in


@pytest.mark.usefixtures("alice")
def test_a_provider_that_is_down_is_told_apart(browser, provider):
    address = leave(browser)
    provider.answers = {"token": 500}
    back = browser.open(provider.back_from(address))
    assert back.status_code == 503
    assert "UNI of tests does not answer as it should" in back.text
    assert not browser.signed_in


@pytest.mark.usefixtures("alice")
def test_whom_the_provider_refuses_reads_that(browser, caplog):
    state = dict(parse_qsl(urlsplit(leave(browser)).query))["state"]
    told = "error=access_denied&error_description=alice@example.org"
    with caplog.at_level(logging.DEBUG, logger="wellbeing"):
        back = browser.open(f"/sign-in/back/uni?{told}&state={state}")
    assert back.status_code == 400
    assert "did not sign you in" in back.text
    said = "".join(r.getMessage() for r in caplog.records if r.name[:5] == "wellb")
    assert "the provider refused" in said
    assert "alice" not in back.text + said


@pytest.mark.usefixtures("alice")
def test_nothing_of_a_person_reaches_the_log(browser, provider, caplog):
    provider.claims = {"nonce": "x", "email": email_of("alice")}
    with caplog.at_level(logging.DEBUG, logger="wellbeing"):
        come_back(browser, provider)
        provider.claims = {}
        come_back(browser, provider)
    said = "".join(r.getMessage() for r in caplog.records if r.name[:5] == "wellb")
    assert "wrong nonce" in said
    assert "alice" not in said


@pytest.mark.usefixtures("alice")
def test_a_way_back_works_once(ctx, browser, provider):
    provider.one_use = False
    address = leave(browser)
    cookies = dict(browser.client.cookies)
    back = provider.back_from(address)
    assert browser.open(back).status_code == 303
    thief = Browser()
    for name, value in cookies.items():
        thief.client.cookies.set(name, value, domain="127.0.0.1")
    again = thief.open(back)
    assert again.status_code == 400
    assert "works once" in again.text
    assert not thief.signed_in
    assert whose(ctx, browser) == email_of("alice")


@pytest.mark.usefixtures("alice")
def test_a_code_works_once(browser, provider):
    address = leave(browser)
    cookies = dict(browser.client.cookies)
    back = provider.back_from(address)
    browser.open(back)
    thief = Browser()
    for name, value in cookies.items():
        thief.client.cookies.set(name, value, domain="127.0.0.1")
    assert "did not sign you in" in thief.open(back).text
    assert not thief.signed_in


@pytest.mark.usefixtures("alice")
def test_a_way_back_opened_in_another_browser_signs_nobody_in(browser, provider):
    back = provider.back_from(leave(browser))
    victim = Browser()
    assert "in the browser in which it began" in victim.open(back).text
    leave(victim)
    assert "in the browser in which it began" in victim.open(back).text
    assert not victim.signed_in
    assert provider.asked == []


@pytest.mark.usefixtures("alice")
def test_a_state_or_a_nonce_of_another_visit_is_refused(browser, provider):
    first = provider.back_from(leave(browser))
    second = provider.back_from(leave(browser))
    assert browser.open(first).status_code == 400
    assert not browser.signed_in
    # The visit is over: its cookie went with the first attempt.
    assert browser.open(second).status_code == 400
    old = dict(parse_qsl(urlsplit(leave(browser)).query))
    provider.claims = {"nonce": old["nonce"]}
    assert "cannot be trusted" in come_back(browser, provider).text


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("part", range(1, 6))
def test_nothing_in_the_cookie_can_be_changed_on_the_way(browser, provider, part):
    back = provider.back_from(leave(browser))
    [cookie] = [c for c in browser.client.cookies.jar if c.name == "wellbeing_visit"]
    told = json.loads(base64.urlsafe_b64decode(cookie.value))
    changed = {1: NOW - 1, 2: "uni ", 3: "confirm", 4: "ticket", 5: "/people"}
    told[part] = changed[part]
    text = base64.urlsafe_b64encode(json.dumps(told).encode()).decode()
    browser.client.cookies.set("wellbeing_visit", text, domain="127.0.0.1", path="/")
    browser.client.cookies.jar.clear(cookie.domain, cookie.path, cookie.name)
    assert browser.open(back).status_code == 400
    assert not browser.signed_in
    assert provider.asked == []


@pytest.mark.parametrize("text", ["", "x", "e30=", "W10=", "WzEsMiwzXQ==", "\\"])
def test_a_cookie_that_is_none_of_ours_is_no_visit(ctx, browser, text):  # noqa: ARG001 (first the fixture, then this)
    headers = {"cookie": f"wellbeing_visit={text}"}
    assert browser.open("/sign-in/back/uni?code=x&state=y", headers).status_code == 400


KEY = "k" * 43
WORDS = ["uni", "enter", "", "/"]
STRANGE = {
    "a number that is none": f'["{KEY}", Infinity, "uni", "enter", "", "/"]',
    "far in the future": json.dumps([KEY, 10**400, *WORDS]),
    "before all time": json.dumps([KEY, -1, *WORDS]),
    "nested without end": "[" * 3000,
    "a key that is no text": json.dumps(["\ud800" * 43, NOW, *WORDS]),
    "a short key": json.dumps(["k", NOW, *WORDS]),
    "a key that is a number": json.dumps([43, NOW, *WORDS]),
    "a ticket that is no text": json.dumps([KEY, NOW, "uni", "link", "\ud800", "/"]),
    "a ticket that is a list": json.dumps([KEY, NOW, "uni", "link", [], "/"]),
    "a purpose that is a list": json.dumps([KEY, NOW, "uni", [], "", "/"]),
}


@pytest.mark.parametrize("name", STRANGE)
def test_no_cookie_of_a_stranger_is_an_error_of_ours(ctx, browser, name):  # noqa: ARG001 (first the fixture, then this)
    cookie = base64.urlsafe_b64encode(STRANGE[name].encode()).decode()
    headers = {"cookie": f"wellbeing_visit={cookie}"}
    answer = browser.open("/sign-in/back/uni?code=x&state=y", headers)
    assert answer.status_code == 400


@pytest.mark.usefixtures("alice")
def test_a_visit_lasts_ten_minutes(browser, provider, time):
    back = provider.back_from(leave(browser))
    time.turn(minutes=10, seconds=1)
    again = browser.open(back)
    assert "ten minutes" in again.text
    assert not browser.signed_in
    back = provider.back_from(leave(browser))
    time.turn(minutes=9, seconds=59)
    assert browser.open(back).status_code == 303


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
        "%0a",
    ],
)
def test_nobody_is_led_elsewhere(browser, provider, path):
    back = come_back(browser, provider, f"?next={path}")
    assert back.headers["location"] == "/"


@pytest.mark.usefixtures("alice")
def test_a_session_from_before_is_never_taken_over(ctx, browser, provider, browser_of):
    attacker = browser_of("bob")
    browser.token = attacker.token
    come_back(browser, provider)
    assert browser.token != attacker.token
    assert whose(ctx, browser) == email_of("alice")
    assert not attacker.signed_in


def test_a_provider_that_is_not_there_is_not_found(browser):
    assert browser.open("/sign-in/with/nobody").status_code == 404
    assert browser.open("/sign-in/back/nobody?code=x").status_code == 400


def test_an_unknown_account_lets_nobody_in_whatever_its_email(browser, provider):
    provider.claims = {"email": email_of("alice"), "email_verified": True}
    back = come_back(browser, provider, subject="stranger")
    assert back.status_code == 400
    assert "not connected with anybody here" in back.text
    assert not browser.signed_in


def test_the_same_subject_of_another_issuer_is_somebody_else(ctx, browser, provider):
    connect(ctx, "alice", "https://another.example", SUBJECT)
    assert "not connected" in come_back(browser, provider).text
    assert not browser.signed_in


@pytest.mark.usefixtures("alice")
def test_of_two_accounts_with_one_email_each_is_its_own(ctx, browser, provider):
    connect(ctx, "bob", provider.issuer, "bob-at-the-provider")
    provider.claims = {"email": "both@example.org"}
    come_back(browser, provider, subject="bob-at-the-provider")
    assert whose(ctx, browser) == email_of("bob")
    come_back(browser, provider)
    assert whose(ctx, browser) == email_of("alice")


@pytest.mark.usefixtures("alice")
def test_whose_access_has_ended_reads_that(ctx, browser, provider):
    ada, alice = viewer_named(ctx, "ada"), viewer_named(ctx, "alice")
    prove(ctx, ada)
    people.end_access(ctx, ada, alice.person_id)
    assert "access to this clinic has ended" in come_back(browser, provider).text
    assert not browser.signed_in
    people.let_in_again(ctx, ada, alice.person_id)
    come_back(browser, provider)
    assert browser.signed_in


def prove(ctx, viewer):
    with ctx.writing() as db:
        proofs.remember(ctx, db, viewer.clinic_id, viewer.session)


@pytest.mark.usefixtures("alice")
def test_a_deleted_person_is_unknown(ctx, browser, provider):
    with ctx.writing() as db:
        db.execute(sa.text("DELETE FROM person WHERE email = 'alice@example.org'"))
    assert "not connected with anybody here" in come_back(browser, provider).text
    assert not browser.signed_in


@pytest.mark.usefixtures("alice")
def test_a_session_lasts_from_when_the_provider_saw_them(ctx, browser, provider, time):
    provider.claims = {"auth_time": NOW - 29 * 86400}
    come_back(browser, provider)
    assert browser.signed_in
    provider.claims = {"auth_time": NOW - 31 * 86400}
    assert come_back(Browser(), provider).status_code == 400
    time.turn(hours=7)
    assert browser.signed_in
    with ctx.writing() as db:
        db.execute(sa.text("UPDATE web_session SET seen_at = '2027-01-01 00:00:00'"))
    time.turn(days=1, hours=1)
    assert not browser.signed_in


@pytest.mark.usefixtures("alice")
def test_signing_out_ends_the_session_and_goes_on_to_the_provider(
    ctx, browser, provider
):
    come_back(browser, provider)
    token = browser.token
    out = browser.post("/sign-out", {})
    assert out.status_code == 200
    address = out.headers["refresh"].removeprefix("0; url=")
    asked = dict(parse_qsl(urlsplit(address).query))
    assert address.startswith(f"{provider.issuer}/end?")
    assert asked["client_id"] == CLIENT
    assert asked["post_logout_redirect_uri"] == f"{HOME}/sign-in"
    said = json.loads(
        base64.urlsafe_b64decode(asked["id_token_hint"].split(".")[1] + "==")
    )
    assert said["sub"] == SUBJECT
    browser.token = token
    assert not browser.signed_in
    with ctx.reading() as db:
        assert db.execute(sa.text("SELECT * FROM provider_session")).all() == []


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("place", [None, "javascript:alert(1)", "http://evil.example"])
def test_a_provider_without_a_place_to_sign_out_is_left_alone(browser, provider, place):
    provider.metadata = {"end_session_endpoint": place}
    come_back(browser, provider)
    assert browser.post("/sign-out", {}).headers["location"] == "/sign-in"
    assert not browser.signed_in


@pytest.mark.usefixtures("alice")
def test_what_the_provider_said_is_stored_under_the_cookie_only(ctx, browser, provider):
    provider.claims = {"email": email_of("alice")}
    come_back(browser, provider)
    with ctx.reading() as db:
        [words] = db.scalars(sa.text("SELECT words FROM provider_session"))
    assert words
    assert b"eyJ" not in words


@pytest.mark.usefixtures("alice")
def test_no_identity_cookie_is_left_and_ours_are_kept_from_scripts(browser, provider):
    back = come_back(browser, provider)
    cookies = back.headers.get_list("set-cookie")
    assert all("httponly" in c.lower() and "samesite=lax" in c.lower() for c in cookies)
    assert {c.name for c in browser.client.cookies.jar} == {"wellbeing"}


@pytest.mark.usefixtures("alice")
def test_under_https_every_cookie_is_secure(provider, monkeypatch):
    monkeypatch.setenv("WELLBEING_PUBLIC_URL", PUBLIC)
    restart()
    browser = Browser(PUBLIC)
    gone = browser.open("/sign-in/with/uni")
    back = browser.open(provider.back_from(gone.headers["location"]))
    for answer in (gone, back):
        for cookie in answer.headers.get_list("set-cookie"):
            assert cookie.startswith("__Host-wellbeing")
            assert "; Secure" in cookie
    assert browser.signed_in
    asked = dict(parse_qsl(urlsplit(gone.headers["location"]).query))
    assert asked["redirect_uri"] == f"{PUBLIC}/sign-in/back/uni"


@pytest.mark.parametrize(
    "path", ["/auth/login", "/auth/logout", "/auth/login?provider=x", "/oauth2callback"]
)
def test_streamlits_own_login_is_closed(browser_of, path):
    for browser in (Browser(), browser_of("alice")):
        assert browser.client.get(path).status_code == 404
        assert browser.open(path).status_code == 404


def invitation_of(ctx, name="Emil"):
    ada = viewer_named(ctx, "ada")
    prove(ctx, ada)
    emil = people.add_person(
        ctx, ada, name=name, email=email_of(name.lower()), roles=[Role.CLINICIAN]
    )
    return invitations.invite(ctx, ada, emil).rsplit("/", 1)[-1]


def test_an_invitation_connects_an_account_once(ctx, browser, provider):
    token = invitation_of(ctx)
    page = browser.open(f"/invitation/{token}")
    [path] = re.findall(r'href="(/sign-in/with/uni[^"]*)"', page.text)
    query = path.removeprefix("/sign-in/with/uni")
    back = come_back(browser, provider, query, "emil-there")
    assert back.status_code == 303
    assert whose(ctx, browser) == email_of("emil")
    again = come_back(Browser(), provider, query, "somebody-else")
    assert "has been used or has expired" in again.text
    assert browser.open(f"/invitation/{token}").status_code == 404
    later = Browser()
    come_back(later, provider, subject="emil-there")
    assert whose(ctx, later) == email_of("emil")


@pytest.mark.usefixtures("alice")
def test_an_account_of_somebody_else_takes_no_invitation(ctx, browser, provider):
    token = invitation_of(ctx)
    back = come_back(browser, provider, f"?invitation={token}")
    assert "connected with somebody else" in back.text
    assert not browser.signed_in
    assert invitations.invitation_email(ctx, token)


@pytest.mark.parametrize("ticket", ["", "x", "x" * 200, "%00"])
def test_an_invented_ticket_opens_nothing(browser, provider, browser_of, ticket):
    back = come_back(browser, provider, f"?invitation={ticket}")
    assert back.status_code == 400
    assert not browser.signed_in
    bob = browser_of("bob")
    assert come_back(bob, provider, f"?connect={ticket}").status_code == 400
    assert come_back(Browser(), provider).status_code == 400


def test_somebody_who_is_in_connects_an_account(ctx, browser_of, provider):
    bob = browser_of("bob")
    viewer = accounts.viewer_of_token(ctx, bob.token)
    with pytest.raises(WrongPasswordError):
        identities.begin_connecting(ctx, viewer, "uni", password="wrong password it is")
    address = identities.begin_connecting(ctx, viewer, "uni", password=PASSWORD)
    query = address.removeprefix("/sign-in/with/uni")
    before = bob.token
    back = come_back(bob, provider, query, "bob-there")
    assert back.headers["location"] == "/my-data"
    assert bob.token == before
    [uni] = identities.my_providers(ctx, viewer)
    assert uni.connected_on == ctx.now().date()
    assert come_back(bob, provider, query, "bob-elsewhere").status_code == 400
    other = Browser()
    come_back(other, provider, subject="bob-there")
    assert whose(ctx, other) == email_of("bob")


def test_a_ticket_of_somebody_else_connects_nothing(ctx, browser_of, provider):
    eve, bob = browser_of("dora"), browser_of("bob")
    viewer = accounts.viewer_of_token(ctx, eve.token)
    address = identities.begin_connecting(ctx, viewer, "uni", password=PASSWORD)
    query = address.removeprefix("/sign-in/with/uni")
    assert come_back(bob, provider, query, "eves-account").status_code == 400
    assert come_back(Browser(), provider, query, "eves-account").status_code == 400
    assert come_back(Browser(), provider, subject="eves-account").status_code == 400


@pytest.mark.usefixtures("alice")
def test_confirming_needs_the_provider_to_ask_anew(ctx, browser, provider):
    come_back(browser, provider)
    viewer = accounts.viewer_of_token(ctx, browser.token)
    asked = dict(parse_qsl(urlsplit(leave(browser, "?confirm=yes")).query))
    assert asked["max_age"] == "0"
    assert "cannot be trusted" in come_back(browser, provider, "?confirm=yes").text
    provider.claims = {"auth_time": NOW - 61}
    assert "cannot be trusted" in come_back(browser, provider, "?confirm=yes").text
    provider.claims = {"auth_time": NOW}
    other = come_back(browser, provider, "?confirm=yes", "stranger")
    assert other.status_code == 400
    assert not proofs.is_proved(ctx, viewer)
    assert come_back(browser, provider, "?confirm=yes").status_code == 303
    assert proofs.is_proved(ctx, viewer)


def test_without_passwords_every_form_for_one_answers_plainly(
    ctx, provider, monkeypatch
):
    token = invitation_of(ctx)
    proof_of = Browser().proof("/sign-in")
    monkeypatch.setenv("WELLBEING_PASSWORDS", "off")
    restart()
    browser = Browser()
    for path in ("/sign-in", "/recover", f"/invitation/{token}"):
        page = browser.open(path)
        assert page.status_code == 200
        assert "<form" not in page.text
        assert "Continue with UNI of tests" in page.text
    sent = {"email": email_of("bob"), "password": "x", "proof": proof_of}
    assert not browser.post("/sign-in", sent).is_success
    browser.post("/recover", sent | {"code": "x"})
    browser.post(f"/invitation/{token}", sent)
    assert not browser.signed_in
    come_back(browser, provider, f"?invitation={token}", "emil-there")
    assert browser.signed_in


def test_the_account_at_the_clinic_is_found_by_nothing_but_issuer_and_subject(ctx):
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
        assert clinic is not None
        assert account_queries.account(db, clinic.clinic_id, email_of("alice"))
        found = identity_queries.person_behind(
            db, clinic.clinic_id, "https://x.example", email_of("alice")
        )
    assert found is None

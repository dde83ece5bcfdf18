"""What stands in front of everything: who gets past it, and what every answer says."""

import re
from html import escape
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient

from tests.clinic import PASSWORD
from tests.servers import email_of, viewer_named
from tests.web.conftest import HOME, PUBLIC, Browser, restart
from wellbeing.content.load import say
from wellbeing.services.private_texts import session_secret
from wellbeing.web.app import ROUTES
from wellbeing.web.edge import Edge
from wellbeing.web.requests import address_of, safe_next

PROTECTED = [
    "/",
    "/check-in",
    "/my-weeks",
    "/people",
    "/clinic",
    "/my/data.zip",
    "/my/weeks.csv",
    "/my/chart/overall.png",
    "/session",
    "/media/0123456789.png",
    "/component/x/index.html",
    "/_stcore/host-config",
    "/_stcore/allowed-message-origins",
    "/_stcore/upload_file/a/b",
    "/_stcore/stream",
    "/check-in/_stcore/host-config",
    "/sign-out",
    "/app/static/x",
    "/.env",
    "/data/wellbeing.db",
    "/%5fstcore/host-config",
    "//my/data.zip",
    "/./my/data.zip",
    "/MY/data.zip",
    "/static",
    "/healthz/x",
    "/assets/../my/data.zip",
    "/assets/%2e%2e/my/data.zip",
    "/favicon.png/../my/data.zip",
]
CLOSED = [
    "/_stcore/metrics",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/interact",
    "/_stcore/agent/mcp",
    "/_stcore/script-health-check",
    "/_stcore%2fmetrics",
    "/%5Fstcore/metrics",
]
SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.mark.parametrize("path", PROTECTED)
def test_a_stranger_who_asks_for_a_page_is_shown_the_way_in(browser, path):
    answer = browser.client.get(HOME + path, headers={"accept": "text/html"})
    assert answer.status_code == 303
    where = urlsplit(answer.headers["location"])
    assert (where.netloc, where.path) == ("", "/sign-in")
    [wanted] = parse_qs(where.query)["next"]
    assert wanted.startswith("/")


@pytest.mark.parametrize("path", PROTECTED)
def test_a_stranger_gets_nothing_else(browser, path):
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        answer = browser.client.request(method, HOME + path)
        assert answer.status_code == 401
        assert answer.text in {"", "Sign in first."}


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("name", [None, "alice", "ada"])
def test_what_nobody_needs_answers_to_nobody(browser, browser_of, path, name):
    somebody = browser_of(name) if name else browser
    assert somebody.client.get(HOME + path).status_code == 404
    assert somebody.open(path).status_code == 404


def test_the_page_one_wanted_is_kept_with_its_question(browser):
    answer = browser.open("/my-weeks?period=year&x=%2f%2fevil")
    query = urlsplit(answer.headers["location"]).query
    assert parse_qs(query)["next"] == ["/my-weeks?period=year&x=%2f%2fevil"]


def test_who_is_signed_in_gets_the_front_page_at_any_address(browser_of):
    alice = browser_of("alice")
    for path in ("/", "/check-in", "/my-weeks", "/people"):
        answer = alice.open(path)
        assert answer.status_code == 200
        assert "<title>Wellbeing</title>" in answer.text
        assert escape(say("outage.lost")) in answer.text


OPEN = {"sign-in", "recover", "healthz", "readyz", "assets"}
ANSWERS = {
    "the way in": ("/sign-in", None),
    "redirected": ("/check-in", None),
    "signed out": ("/session", None),
    "health": ("/healthz", None),
    "ready": ("/readyz", None),
    "script": ("/assets/screen.js", None),
    "style": ("/assets/screen.css", None),
    "icon": ("/assets/icon.svg", None),
    "closed": ("/_stcore/metrics", None),
    "useless link": ("/invitation/x", None),
    "front page": ("/check-in", "alice"),
    "archive": ("/my/data.zip", "alice"),
    "refused": ("/my/weeks.csv", "dora"),
    "nothing there": ("/my/nothing", "alice"),
    "wrong method": ("/sign-out", "alice"),
    "no content": ("/session", "alice"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_answer_carries_the_security_headers(browser, browser_of, answer):
    path, name = answer
    somebody = browser_of(name) if name else browser
    for headers in somebody.open(path).headers, somebody.client.get(path).headers:
        assert {k: headers.get(k) for k in SECURITY} == SECURITY
        check_policy(headers["content-security-policy"])


def check_policy(policy: str) -> None:
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["default-src"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert rules["base-uri"] == ["'none'"]
    assert rules["form-action"] == ["'self'"]
    assert rules["connect-src"] == ["'self'"]
    scripts = rules["script-src"]
    assert "'unsafe-inline'" not in scripts
    assert "'unsafe-eval'" not in scripts
    assert all(s == "'self'" or s.startswith("'sha256-") for s in scripts)
    assert "http" not in policy
    assert "*" not in policy


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8501",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:8501.evil.example",
        "127.0.0.1:8501@evil.example",
        "localhost.evil.example:8501",
        "0.0.0.0:8501",
        "127.1:8501",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/check-in", "/static/x"])
def test_a_request_for_another_host_is_not_answered(browser_of, host, path):
    answer = browser_of("alice").open(path, {"host": host})
    assert answer.status_code == 421
    assert "set-cookie" not in answer.headers
    assert host not in answer.text or not host


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501"])
def test_the_names_of_this_machine_are_ours_without_a_public_address(browser, host):
    assert browser.open("/sign-in", {"host": host}).status_code == 200


@pytest.mark.usefixtures("ctx")
def test_with_a_public_address_only_that_is_ours(monkeypatch):
    monkeypatch.setenv("WELLBEING_PUBLIC_URL", PUBLIC)
    restart()
    browser = Browser(PUBLIC)
    assert browser.open("/sign-in").status_code == 200
    for host in ("127.0.0.1:8501", "localhost:8501", "wellbeing.example.org:444"):
        assert browser.open("/sign-in", {"host": host}).status_code == 421


SAFE = ["/", "/check-in", "/my-weeks?period=year", "/a/b.c_d-e?x=1&y=%20"]
UNSAFE = [
    None,
    "",
    "evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: x=y",
    "/x\r\n\r\n<script>",
    "/@evil.example:80",
    "/x#y",
    "/\x00",
    "/<script>",
    "/x\n",
]


@pytest.mark.parametrize("path", SAFE)
def test_a_path_of_ours_is_gone_on_to(path):
    assert safe_next(path) == path


@pytest.mark.parametrize("path", UNSAFE)
def test_nothing_else_is_gone_on_to(browser, path):
    assert safe_next(path) == "/"
    fields = {"email": email_of("alice"), "password": PASSWORD, "next": path or ""}
    answer = browser.fill_in("/sign-in", fields)
    assert answer.headers["location"] == "/"
    assert len(answer.headers.get_list("set-cookie")) == 2


@pytest.mark.parametrize("path", ["/%2f/evil.example", "/.//evil.example", "/..//evil"])
def test_what_looks_like_a_host_inside_a_path_stays_with_us(path):
    assert urlsplit(urljoin(HOME + "/", safe_next(path))).netloc == "127.0.0.1:8501"


@pytest.mark.parametrize(
    "path", ["/a%0d%0aSet-Cookie:%20x=y", "/a%0aLocation:%20//evil", "/%00", "/%ff%fe"]
)
def test_no_header_can_be_added_through_an_address(browser, path):
    answer = browser.client.get(HOME + path, headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers
    assert not {"\r", "\n", "\0"} & set(answer.headers["location"])


def request_from(peer: str, forwarded: str | None) -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return Request({"type": "http", "headers": headers, "client": (peer, 1)})


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.0.0.1"),
        (0, "203.0.113.9", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "1.2.3.4,", "10.0.0.1"),
    ],
)
@pytest.mark.usefixtures("ctx")
def test_only_our_own_proxies_are_believed_on_addresses(
    monkeypatch, proxies, forwarded, address
):
    monkeypatch.setenv("WELLBEING_PROXIES", str(proxies))
    assert address_of(restart(), request_from("10.0.0.1", forwarded)) == address


@pytest.fixture
def behind_the_edge(ctx):  # noqa: ARG001 (first the fixture, then this)
    """A client of an app that tells which headers it was given."""

    async def tell(scope, receive, send):
        told = {k.decode(): v.decode("latin-1") for k, v in scope["headers"]}
        if scope["type"] == "http":
            await JSONResponse(told)(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": told.get("x-wb-sid", "")})
        await send({"type": "websocket.send", "text": told.get("x-wb-key", "")})
        await send({"type": "websocket.close"})

    return TestClient(Edge(tell), base_url=HOME)


@pytest.mark.parametrize("name", ["X-Wb-Sid", "x-wb-key", "X-WB-User", "x-wb-anything"])
def test_a_header_that_only_the_edge_may_set_is_taken_away(behind_the_edge, name):
    told = behind_the_edge.get("/healthz", headers={name: "spoofed"}).json()
    assert "spoofed" not in told.values()


@pytest.mark.parametrize("name", ["X-Wb-Sid", "x-wb-sid", "X-WB-SID", "X-Wb-Key"])
def test_a_websocket_is_given_its_own_session_whatever_it_claims(
    behind_the_edge, browser_of, ctx, name
):
    ada, alice = viewer_named(ctx, "ada"), browser_of("alice")
    sent = {
        "cookie": f"wellbeing={alice.token}",
        "host": HOME.removeprefix("http://"),
        "origin": HOME,
        name: ada.session,
    }
    with behind_the_edge.websocket_connect("/_stcore/stream", headers=sent) as socket:
        got, key = socket.receive_text(), socket.receive_text()
    assert got
    assert ada.session not in {got, key}
    assert key == session_secret(alice.token).hex()


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 404), ("ada", 404), ("rita", 403)]
)
def test_a_file_is_taken_from_whoever_has_a_field_for_one(browser_of, who, status):
    # Streamlit, which would take it, is not behind this edge: nothing is there then.
    client = browser_of(who).client
    answer = client.put("/_stcore/upload_file/a/b", headers={"origin": HOME})
    assert answer.status_code == status


def test_every_address_of_ours_is_known_to_the_edge(browser):
    for route in ROUTES:
        path = re.sub(r"\{\w+(:path)?\}", "x", route.path)
        answer = browser.open(path)
        # Open on purpose, or the way in: nothing slips through by being new.
        opened = path.split("/")[1] in OPEN and "/x" not in path
        assert answer.status_code == (200 if opened else answer.status_code)
        assert opened or answer.status_code in {303, 400, 401, 404}, path


def test_a_process_whose_database_has_another_schema_serves_but_is_not_ready(fresh_app):
    def status(path):
        return httpx2.get(fresh_app.url + path).status_code

    assert (status("/healthz"), status("/readyz")) == (200, 200)
    with fresh_app.ctx.writing() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert (status("/healthz"), status("/readyz")) == (200, 503)

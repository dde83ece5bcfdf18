"""How much a client may send: what is more is refused, and the app goes on."""

import asyncio
from contextlib import ExitStack, contextmanager, suppress
from uuid import UUID

import httpx2
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from tests.noise import faults
from tests.servers import token_of
from tests.sockets import RefusedError, open_tab
from tests.web.conftest import HOME
from tests.web.test_sockets import upload_path
from wellbeing.content.load import say
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Clinic, Role, Viewer
from wellbeing.web import limits, uploads
from wellbeing.web.limits import BodyRefusedError, LimitedBody, LimitedSocket

PATHS = ["/", "/sign-in", "/session", "/my/data.zip", "/_stcore/health", "/static/x"]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_too_much_is_refused_at_every_address(browser_of, path):
    client = browser_of("alice").client
    query = "?" + "y" * limits.LONGEST_ADDRESS
    assert client.get(HOME + path + query).status_code == 414
    long = {"x": "y" * limits.LARGEST_HEADERS}
    assert client.get(HOME + path, headers=long).status_code == 431
    large = {"content-length": str(limits.LARGEST_BODY + 1)}
    answer = client.post(HOME + path, headers=large)
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "9" * 400, "\u0661"])
def test_a_length_that_is_none_is_refused(length):
    scope = {"headers": [(b"content-length", length.encode())]}
    assert limits.refused_unread(scope) == 413


def test_a_form_of_unknown_length_is_refused_beyond_its_limit(browser):
    proof = browser.proof("/sign-in")

    def parts():
        yield f"proof={proof}&email=".encode()
        yield from [b"x" * 1000] * 20

    sent = {"origin": HOME, "content-type": "application/x-www-form-urlencoded"}
    answer = browser.client.post("/sign-in", content=parts(), headers=sent)
    assert answer.status_code == 400


def body_of(*messages, seconds=5.0):
    """Return how much is read of a body whose last part never comes."""
    waiting = list(messages)

    async def receive():
        if waiting:
            return waiting.pop(0)
        return await asyncio.Event().wait()

    async def read():
        limited, size = LimitedBody(receive, seconds), 0
        while True:
            message = await limited()
            size += len(message["body"])
            if not message.get("more_body"):
                return size

    return asyncio.run(read())


def part(size, *, more=True):
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


def test_a_body_is_read_whole_up_to_its_limit():
    assert body_of(part(10), part(5, more=False)) == 15
    half = limits.LARGEST_BODY // 2
    assert body_of(part(half), part(half, more=False)) == 2 * half
    with pytest.raises(BodyRefusedError) as refused:
        body_of(part(half), part(half + 2))
    assert refused.value.status == 413


def test_a_body_that_comes_too_slowly_is_given_up():
    with pytest.raises(BodyRefusedError) as refused:
        body_of(part(10), part(0), seconds=0.05)
    assert refused.value.status == 408


@pytest.fixture
def alice(running_app) -> str:
    return token_of(running_app.ctx, "alice")


def test_a_session_holds_twenty_tabs_and_takes_none_from_others(running_app, alice):
    with ExitStack() as held:
        for _ in range(limits.MOST_TABS):
            held.enter_context(open_tab(running_app, alice))
        with pytest.raises(RefusedError), open_tab(running_app, alice):
            pass
        with open_tab(running_app, token_of(running_app.ctx, "bob")) as tab:
            assert tab.run("support").text
    with open_tab(running_app, alice) as tab:
        assert tab.run("support").text


NOT_OURS = {
    "text": ("hello", 1003),
    "no message": (b"\xff" * 20, 1002),
    "too large": (b"x" * (limits.LARGEST_MESSAGE + 1), 1009),
}


@pytest.mark.parametrize(("said", "code"), NOT_OURS.values(), ids=NOT_OURS)
def test_what_no_page_of_ours_says_closes_the_socket(running_app, alice, said, code):
    logged = len(running_app.log)
    with open_tab(running_app, alice) as tab:
        tab.connection.send(said)
        with suppress(ConnectionClosed):
            while tab.connection.recv(10):
                pass
        assert tab.connection.close_code == code
    assert faults(running_app.log[logged:]) == []


def test_what_only_developers_say_is_not_heard():
    said = []
    for name in ("load_git_info", "clear_cache", "debug_shutdown_runtime"):
        said.append(BackMsg())
        setattr(said[-1], name, True)
    said.append(BackMsg())
    said[-1].rerun_script.page_name = "support"
    waiting = [
        {"type": "websocket.receive", "bytes": one.SerializeToString()} for one in said
    ]

    async def receive():
        return waiting.pop(0)

    async def send(_message):
        pytest.fail("nothing is answered")

    heard = asyncio.run(LimitedSocket(receive, send).receive())
    assert heard["bytes"] == said[-1].SerializeToString()


@contextmanager
def uploading(app, token: str):
    """Open a tab and return where a file of it goes, and a client that may send it."""
    cookie = f"wellbeing={token}"
    with open_tab(app, token) as tab, httpx2.Client(base_url=app.url) as client:
        client.headers["cookie"] = cookie
        begun = client.get("/_stcore/health").cookies.get("_streamlit_xsrf", "")
        client.headers["cookie"] = f"{cookie}; _streamlit_xsrf={begun}"
        client.headers |= {"X-Xsrftoken": begun or "", "origin": app.url}
        yield upload_path(tab), client


def upload(app, token: str, size: int) -> int:
    with uploading(app, token) as (path, client):
        return put(client, path, size).status_code


def put(client, path: str, size: int):
    return client.put(path, files={"f": ("../../x.csv", b"x" * size)})


def test_only_who_has_a_screen_with_a_file_field_loads_one_up(running_app, alice):
    ada, rita = (token_of(running_app.ctx, name) for name in ("ada", "rita"))
    assert upload(running_app, rita, 1000) == 403
    assert upload(running_app, alice, 1000) == 204
    assert upload(running_app, ada, 1000) == 204
    assert upload(running_app, ada, 5 * 1024 * 1024 + 1) == 413
    assert upload(running_app, ada, limits.LARGEST_BODY + 1) == 413


def test_one_person_fills_no_memory_with_files_and_takes_none_from_others(running_app):
    size, names = 5_000_000, [f"f{n}" for n in range(8)]
    first, again = (token_of(running_app.ctx, "alice") for _ in range(2))
    with uploading(running_app, first) as (path, client):
        folder = path.rpartition("/")[0]
        sent = [put(client, f"{folder}/{name}", size) for name in names]
        assert [one.status_code for one in sent] == [204] * 4 + [429] * 4
        assert sent[-1].text == say("limits.too_many_files")
        assert "content-security-policy" in sent[-1].headers
        # Another sign-in of hers adds to the same; a colleague has a place of his own.
        assert upload(running_app, again, size) == 429
        assert upload(running_app, token_of(running_app.ctx, "bob"), size) == 204
        assert client.delete(f"{folder}/f0").status_code == 204
        assert put(client, f"{folder}/f7", size).status_code == 204


BOB = Viewer(
    clinic=Clinic(clinic_id=ClinicId(UUID(int=1)), name="", country="", time_zone=""),
    person_id=PersonId(UUID(int=2)),
    name="Bob",
    email="bob@example.org",
    roles=frozenset({Role.CLINICIAN}),
    session="",
)


def test_files_on_their_way_count_as_much_as_those_that_are_there():
    def coming(headers, method="PUT"):
        path = f"{uploads.PATH}/a-tab/{method}"
        scope = {"path": path, "method": method, "headers": headers}
        return held.enter_context(counted.place(BOB, scope))

    counted = uploads.Uploads(held=lambda _tab: 0)
    size = [(b"content-length", str(limits.LARGEST_BODY).encode())]
    with ExitStack() as held:
        assert coming(size)
        assert coming([])  # how much it will be is not said
        assert coming(size)
        assert not coming(size)
        assert not coming([])
        assert coming([(b"content-length", b"10")])
        assert coming(size, "DELETE")
    with ExitStack() as held:
        assert coming(size)

"""Nonsense, sent to every door: the app stays up and tells nothing of its insides."""

import random
import string

import httpx2
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from tests.servers import token_of
from tests.sockets import as_bytes, open_tab
from wellbeing.web.app import ROUTES

SEED = 20261117
INSIDES = ("Traceback", 'File "', ".py", "sqlalchemy", "sqlite3", "/wellbeing/")


def nonsense(chance: random.Random, longest: int = 40) -> str:
    letters = string.printable + "äß漢\u202e\x00"
    return "".join(chance.choices(letters, k=chance.randrange(longest)))


def quoted(chance: random.Random) -> str:
    return "".join(f"%{b:02x}" for b in chance.randbytes(chance.randrange(12)))


def request(chance: random.Random) -> dict:
    path = chance.choice(ROUTES).path
    for name in ("{token}", "{indicator}"):
        path = path.replace(name, quoted(chance))
    query = f"?next={quoted(chance)}&period={quoted(chance)}"
    headers = {
        "accept": chance.choice(["text/html", "*/*", ""]),
        "content-type": chance.choice(["text/plain", "multipart/form-data", "x"]),
        "x-forwarded-for": quoted(chance),
        "sec-fetch-site": chance.choice(["same-origin", "cross-site"]),
        "range": f"bytes={chance.randrange(99)}-",
    }
    return {
        "method": chance.choice(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "X"]),
        "url": path + chance.choice(["", "", query, quoted(chance), "/"]),
        "headers": headers,
        "content": chance.randbytes(chance.randrange(2000)),
    }


@pytest.mark.parametrize("name", [None, "alice", "ada"])
def test_no_request_is_a_fault(browser, browser_of, name):
    # An exception in a route would come out here, as the test client lets it pass.
    chance = random.Random(f"{SEED} {name}")  # noqa: S311 (a seed makes it the same each time)
    client = (browser_of(name) if name else browser).client
    for _ in range(150):
        answer = client.request(**request(chance))
        assert answer.status_code < 500


@pytest.mark.parametrize("path", ["/sign-in", "/recover"])
def test_no_text_in_a_form_is_a_fault(browser, path):
    chance = random.Random(f"{SEED} {path}")  # noqa: S311 (a seed makes it the same each time)
    names = ("email", "code", "next", nonsense(chance))
    for number in range(40):
        # Without a password it is refused early: hashing is slow on purpose.
        fields = {name: nonsense(chance) for name in names}
        fields["email"] += f" {number}"
        answer = (
            browser.fill_in(path, fields) if number < 12 else browser.post(path, fields)
        )
        assert answer.status_code < 500


def messages(chance: random.Random):
    for _ in range(300):
        yield chance.randbytes(chance.randrange(200))
    whole = BackMsg()
    whole.rerun_script.page_name = "check-in"
    whole.rerun_script.query_string = "a=b"
    good = whole.SerializeToString()
    for _ in range(100):
        yield bytes(b ^ (chance.random() < 0.1) * chance.randrange(256) for b in good)
    for _ in range(100):
        odd = BackMsg()
        odd.rerun_script.page_name = nonsense(chance)
        odd.rerun_script.page_script_hash = nonsense(chance)
        odd.rerun_script.query_string = nonsense(chance)
        odd.rerun_script.fragment_id = nonsense(chance)
        widget = odd.rerun_script.widget_states.widgets.add()
        widget.id = f"$$ID-{nonsense(chance)}-check_in:2026-W47:overall"
        widget.json_value = nonsense(chance)
        yield odd.SerializeToString()


@pytest.mark.slow
def test_five_hundred_senseless_messages_do_no_harm(running_app):
    app, chance = running_app, random.Random(SEED)  # noqa: S311 (a seed makes it the same each time)
    alice = token_of(app.ctx, "alice")
    waiting = list(messages(chance))
    received = b""
    while waiting:
        with open_tab(app, alice) as tab:
            try:
                for _ in range(min(50, len(waiting))):
                    tab.connection.send(waiting.pop())
                while True:
                    received += as_bytes(tab.connection.recv(0.5))
            except (ConnectionClosed, TimeoutError):
                pass
    assert app.alive
    assert all(inside.encode() not in received for inside in INSIDES[:2])
    # Streamlit logs what it could not read; nothing of ours may have failed.
    assert "/wellbeing/" not in app.log
    with open_tab(app, alice) as tab:
        assert tab.run("check-in").widgets


@pytest.mark.slow
def test_a_hundred_senseless_requests_leave_no_fault_in_the_log(running_app):
    app, chance = running_app, random.Random(SEED)  # noqa: S311 (a seed makes it the same each time)
    before = app.log.count("Traceback")
    cookies = ["", f"wellbeing={token_of(app.ctx, 'alice')}"]
    with httpx2.Client(base_url=app.url, timeout=30) as client:
        for number in range(100):
            sent = request(chance)
            sent["headers"]["cookie"] = cookies[number % 2]
            answer = client.request(**sent)
            assert answer.status_code < 500
            if answer.status_code >= 400:
                assert not any(inside in answer.text for inside in INSIDES)
    assert app.alive
    assert app.log.count("Traceback") == before

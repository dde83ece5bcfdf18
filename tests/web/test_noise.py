"""Nonsense, sent to every door: the app stays up, tells nothing, and keeps all it had.

``trials/noise.py`` sends ten times as much.
"""

import random

import pytest

from tests import noise
from tests.servers import token_of
from tests.sockets import open_tab

SEED = 20261117
INSIDES = ("Traceback", 'File "', ".py", "sqlalchemy", "sqlite3", "/wellbeing/")


def chance_of(name: object) -> random.Random:
    return random.Random(f"{SEED} {name}")  # noqa: S311 (a seed makes it the same each time)


@pytest.mark.parametrize("name", [None, "alice", "ada"])
def test_no_request_is_a_fault(browser, browser_of, name):
    # An exception in a route would come out here, as the test client lets it pass.
    chance = chance_of(name)
    client = (browser_of(name) if name else browser).client
    for _ in range(150):
        answer = client.request(**noise.request(chance))
        assert answer.status_code < 500


@pytest.mark.parametrize("path", ["/sign-in", "/recover"])
def test_no_text_in_a_form_is_a_fault(browser, path):
    chance = chance_of(path)
    names = ("email", "code", "next", noise.nonsense(chance))
    for number in range(40):
        # Without a password it is refused early: hashing is slow on purpose.
        fields = {name: noise.nonsense(chance) for name in names}
        fields["email"] += f" {number}"
        answer = (
            browser.fill_in(path, fields) if number < 12 else browser.post(path, fields)
        )
        assert answer.status_code < 500


@pytest.fixture
def unharmed(running_app):
    """The app; afterwards it runs, it logged no fault, its tables are as before."""
    tokens = ["", token_of(running_app.ctx, "alice"), token_of(running_app.ctx, "ada")]
    before, logged = noise.settled(running_app.ctx), len(running_app.log)
    yield running_app, tokens
    assert running_app.alive
    assert noise.faults(running_app.log[logged:]) == []
    after = noise.content(running_app.ctx)
    assert {k for k in before | after if before.get(k) != after.get(k)} == set()
    with open_tab(running_app, tokens[1]) as tab:
        assert tab.run("check-in").widgets


@pytest.mark.slow
def test_three_hundred_senseless_messages_do_no_harm(unharmed):
    app, tokens = unharmed
    for token in tokens[1:]:
        sent, received = noise.say_messages(app, chance_of(token[:1]), 150, token)
        assert sent == 150
        assert not [inside for inside in INSIDES[:2] if inside.encode() in received]


@pytest.mark.slow
def test_a_hundred_senseless_requests_do_no_harm(unharmed):
    app, tokens = unharmed
    for answer in noise.send_requests(app, chance_of("requests"), 100, tokens):
        assert answer.status_code < 500
        if answer.status_code >= 400:
            assert not any(inside in answer.text for inside in INSIDES)


@pytest.mark.slow
def test_a_hundred_streams_that_are_hardly_http_do_no_harm(unharmed):
    app, tokens = unharmed
    found = noise.send_streams(app, chance_of("streams"), 100, tokens)
    assert not [status for status in found if status.startswith("5")]


def test_no_websocket_opens_for_who_makes_up_a_session(unharmed):
    app, _ = unharmed
    assert noise.knock(app, chance_of("knock"), 20).keys() <= {"403", "nothing"}

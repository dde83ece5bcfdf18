"""A browser without a screen, in front of our routes and of the real app."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.clinic import PASSWORD, TUESDAY
from tests.databases import copy_sqlite, sqlite_url
from tests.quick_hashing import quick_argon2
from tests.servers import (
    cast_template,
    email_of,
    fresh_app,
    quick_cast_template,
    running_app,
    token_of,
)
from wellbeing.bootstrap import process_context
from wellbeing.services.context import Context
from wellbeing.web.app import MIDDLEWARE, ROUTES

__all__ = ["cast_template", "fresh_app", "quick_cast_template", "running_app"]

HOME = "http://127.0.0.1:8501"
PUBLIC = "https://wellbeing.example.org"
_PROOF = re.compile(r'name="proof" value="([0-9a-f]+)"')


class Browser:
    """Somebody's browser: it keeps cookies and says where its requests come from.

    Attributes:
        home: where the app is, as the browser sees it.
    """

    def __init__(self, home: str = HOME) -> None:
        self.home = home
        # Streamlit itself is not behind these routes: the real app has its own tests.
        routes = Starlette(routes=ROUTES, middleware=MIDDLEWARE)
        self.client = TestClient(routes, base_url=home, follow_redirects=False)

    def open(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """Ask for an address as when it is typed."""
        return self.client.get(path, headers={"accept": "text/html", **(headers or {})})

    def proof(self, path: str) -> str:
        """Open a page with a form and return what the form carries."""
        found = _PROOF.search(self.open(path).text)
        assert found is not None, path
        return found[1]

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send fields as a form of this site does."""
        sent = {"origin": self.home, "sec-fetch-site": "same-origin"}
        return self.client.post(
            path, data=dict(fields), headers={**sent, **(headers or {})}
        )

    def fill_in(self, path: str, fields: Mapping[str, str], **headers: str) -> Response:
        """Open a page with a form, fill it in and send it."""
        proof = self.proof(path)
        return self.post(path, {"proof": proof, **fields}, headers)

    def sign_in(self, name: str, password: str = PASSWORD) -> Response:
        """Sign in as one of the cast, through the form."""
        fields = {"email": email_of(name), "password": password}
        return self.fill_in("/sign-in", fields)

    @property
    def session_cookie(self) -> str:
        """The name of the session cookie."""
        return "__Host-wellbeing" if self.home == PUBLIC else "wellbeing"

    @property
    def token(self) -> str | None:
        """What the session cookie holds."""
        return self.client.cookies.get(self.session_cookie)

    @token.setter
    def token(self, token: str) -> None:
        self.client.cookies.clear()
        host = self.client.base_url.host
        self.client.cookies.set(self.session_cookie, token, domain=host)

    @property
    def signed_in(self) -> bool:
        """Whether the server takes the cookie."""
        return self.client.get("/session").status_code == 204


class Time:
    """The system's clock; tests turn it."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def turn(self, **later: float) -> None:
        """Let time pass: ``turn(minutes=15)``."""
        self._traveller.shift(timedelta(**later))


@pytest.fixture
def time() -> Iterator[Time]:
    """It is TUESDAY, and stays so until it is turned."""
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield Time(traveller)


def restart() -> Context:
    """Let this process forget what it knows, as one that starts anew."""
    if process_context.cache_info().currsize:
        process_context().dispose()
    process_context.cache_clear()
    return process_context()


@pytest.fixture
def use_database(monkeypatch, tmp_path) -> Iterator[Callable[[Path], Context]]:
    """Return what makes a copy of a database the one of this process."""

    def use(template: Path) -> Context:
        file = tmp_path / "wellbeing.db"
        copy_sqlite(template, file)
        monkeypatch.setenv("WELLBEING_DATABASE_URL", sqlite_url(file))
        return process_context()

    process_context.cache_clear()
    with quick_argon2():
        yield use
    if process_context.cache_info().currsize:
        process_context().dispose()
    process_context.cache_clear()


@pytest.fixture
def ctx(use_database, quick_cast_template, time) -> Context:  # noqa: ARG001 (first the fixture, then this)
    """The surroundings of this process, with the cast in its database."""
    return use_database(quick_cast_template)


@pytest.fixture
def browser(ctx) -> Browser:  # noqa: ARG001 (first the fixture, then this)
    """A browser in which nobody is signed in."""
    return Browser()


@pytest.fixture
def browser_of(ctx) -> Callable[[str], Browser]:
    """Return what gives a browser in which somebody is signed in."""

    def make(name: str) -> Browser:
        made = Browser()
        made.token = token_of(ctx, name)
        return made

    return make

"""A real browser in front of the real app, on the demo clinic or on an empty one."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)

from tests.databases import (
    copy_sqlite,
    fold,
    only_one_process,
    postgresql_database,
    sqlite_url,
    with_door,
)
from tests.servers import RunningApp, free_port, running, running_on
from wellbeing.bootstrap import make_context
from wellbeing.services.accounts import begin_session
from wellbeing.services.demo import fill_demo
from wellbeing.settings import ROOT, Settings
from wellbeing.storage import account_queries, clinic_queries
from wellbeing.web.requests import cookie_names

PHONE, DESK = 360, 1280
_DEMO_PASSWORD = "lantern-gravel-otter-mosaic-plum"
_SECONDS = 30
expect.set_options(timeout=_SECONDS * 1000)  # two workers share the machine
# Streamlit probes for a path prefix under each deep link and expects these to fail.
# Two answers within one turn of the browser make it warn; both arrive, as
# test_two_answers_in_the_same_instant_are_both_kept shows.
_EXPECTED = (
    "/_stcore/health",
    "/_stcore/host-config",
    "Infinite extent for field",
    "Multiple different fragmentIds",
)
# Whether for 300 ms nothing has changed, faded or waited to be drawn; what turns for
# ever, as a sign that something is awaited, is such a wait only as a skeleton.
_AT_REST = """
seconds => new Promise(tell => {
  let changed = performance.now();
  const until = changed + 1000 * seconds;
  const watch = new MutationObserver(() => { changed = performance.now(); });
  const all = {subtree: true, childList: true, attributes: true, characterData: true};
  watch.observe(document.documentElement, all);
  const fades = one => one.playState === 'running'
    && one.effect.getComputedTiming().iterations !== Infinity;
  const look = () => {
    const now = performance.now();
    const awaited = document.querySelector('[data-testid=stSkeleton]');
    if (awaited || document.getAnimations().some(fades)) changed = now;
    if (now - changed < 300 && now < until) { setTimeout(look, 50); return; }
    watch.disconnect();
    tell(now < until);
  };
  look();
})
"""


@dataclass
class Watched:
    """One tab, with all that its console said and all that it asked for."""

    page: Page
    app: RunningApp
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(_SECONDS * 1000)
        self.page.on("console", self._hear)
        self.page.on("request", lambda r: self.asked.append(r.url))

    def _hear(self, message) -> None:
        where = message.location.get("url", "")
        if message.type in {"error", "warning"} and not any(
            part in where + message.text for part in _EXPECTED
        ):
            self.said.append(message.text)

    def open(self, path: str) -> None:
        """Open a path and wait for its heading, and for its charts to be drawn."""
        self.page.goto(self.app.url + path)
        self.page.get_by_role("heading", level=1).wait_for()
        self.settle()

    def forget(self) -> None:
        """Leave the screen, and forget what was said and asked for on it."""
        self.page.goto("about:blank")
        self.said.clear()
        self.asked.clear()

    def settle(self) -> None:
        """Wait until the app has answered everything that was asked of it."""
        # Streamlit marks its root while a script runs; a tap needs a moment to begin.
        self.page.wait_for_timeout(250)
        self.page.wait_for_function(
            "() => { const app = document.querySelector('[data-testid=stApp]');"
            "return !app || app.dataset.testScriptState === 'notRunning'"
            " || app.dataset.testScriptState === undefined; }"
        )
        self.page.wait_for_timeout(250)

    def rest(self) -> None:
        """Wait until nothing on the screen moves or is still to be drawn."""
        assert self.page.evaluate(_AT_REST, _SECONDS), "it does not come to rest"

    def turn(self, *, width: int, scheme: str) -> None:
        """Look at the screen with another width and scheme, without loading it."""
        size = self.page.viewport_size
        assert size is not None
        self.page.set_viewport_size({"width": width, "height": size["height"]})
        self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    def enter(self, email: str) -> None:
        """Give the browser a session of somebody, as if they had signed in."""
        ctx = self.app.ctx
        with ctx.writing() as db:
            clinic = clinic_queries.the_clinic(db)
            assert clinic is not None
            account = account_queries.account(db, clinic.clinic_id, email)
            assert account is not None
            own = clinic.clinic_id, account.person_id
            token = begin_session(ctx, db, *own, proved=True)
        name = cookie_names(ctx)[0]
        self.page.context.add_cookies(
            [{"name": name, "value": token, "url": self.app.url}]
        )

    def sign_in(self, email: str) -> None:
        """Sign in through the form, with the demo's password."""
        self.page.goto(self.app.url + "/sign-in")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(_DEMO_PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", level=1).wait_for()
        self.settle()


def chromium_options() -> dict[str, Any]:
    """Return how Debian's Chromium is launched: without anything that calls home."""
    flags = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync"
    )
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    return {"executable_path": path, "args": flags.split()}


NewTab = Callable[..., Watched]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without anything that calls home."""
    options = chromium_options()
    if options["executable_path"] is None and not os.environ.get("CI"):
        pytest.skip("needs chromium (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_template(sqlite_template, shared_folder) -> Path:
    """A file with the demo clinic, to copy; the first worker to ask makes it."""
    folder = shared_folder / "demo"
    folder.mkdir(exist_ok=True)
    file = folder / "wellbeing.db"
    with only_one_process(folder):
        if not (folder / "made").exists():
            copy_sqlite(sqlite_template, file)
            ctx = make_context(Settings(database_url=sqlite_url(file)))
            assert fill_demo(ctx).password == _DEMO_PASSWORD
            ctx.dispose()
            fold(file)
            (folder / "made").touch()
    return file


@pytest.fixture(scope="session")
def demo_app(demo_template, tmp_path_factory) -> Iterator[RunningApp]:
    """The app with the demo clinic, started once for all tests of a worker."""
    yield from running(demo_template, tmp_path_factory.mktemp("demo_app"))


@pytest.fixture(scope="session")
def changed_demo_app(demo_template, tmp_path_factory) -> Iterator[RunningApp]:
    """The app with the demo clinic, for tests that change it one after the other."""
    yield from running(demo_template, tmp_path_factory.mktemp("changed_demo_app"))


@pytest.fixture
def own_demo_app(changed_demo_app, demo_template) -> RunningApp:
    """The app with the demo clinic as it was made, for one test that changes it."""
    changed_demo_app.begin_anew(demo_template)
    return changed_demo_app


@pytest.fixture
def postgresql_demo_app(
    postgresql_server, postgresql_template, tmp_path
) -> Iterator[RunningApp]:
    """The app with a small demo clinic on PostgreSQL, with an identity for leads."""
    with postgresql_database(postgresql_server, postgresql_template) as url:
        ctx = make_context(Settings(database_url=url))
        fill_demo(ctx, people=30, weeks=12)
        with with_door(ctx) as opened:
            assert opened.door.engine is not None
            releases = opened.door.engine.url.render_as_string(hide_password=False)
            yield from running_on(ctx, tmp_path, {"WELLBEING_RELEASES_URL": releases})
        ctx.dispose()


@pytest.fixture
def new_tab(chromium) -> Iterator[NewTab]:
    """Return what opens a browser of its own (its cookies are nobody else's)."""
    opened: list[BrowserContext] = []

    def make(
        app: RunningApp, *, width: int = PHONE, scheme: str = "light", height: int = 740
    ) -> Watched:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        opened.append(context)
        return Watched(context.new_page(), app)

    yield make
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def look_at(chromium, demo_app) -> Iterator[Callable[..., Watched]]:
    """Return what opens a screen of the demo as somebody who has been here before.

    A person's browser stays open, and so does their tab: each screen is loaded anew,
    but Streamlit's scripts need not be compiled again, which is most of the time that
    such a test takes.
    """
    tabs: dict[tuple[str, int, str], Watched] = {}

    def look(path: str, email: str, *, width: int, scheme: str) -> Watched:
        who = email, width, scheme
        if who not in tabs:
            size = {"width": width, "height": 4000}
            browser = chromium.new_context(viewport=size, color_scheme=scheme)
            tabs[who] = Watched(browser.new_page(), demo_app)
            if email:
                tabs[who].enter(email)
        tabs[who].forget()
        tabs[who].turn(width=width, scheme=scheme)
        tabs[who].open(path)
        return tabs[who]

    yield look
    for tab in tabs.values():
        tab.page.context.close()


@pytest.fixture
def started_by_hand(tmp_path) -> Iterator[tuple[str, str]]:
    """Run ``python -m wellbeing serve`` on nothing; give address and set-up link."""
    port = free_port()
    file = tmp_path / "wellbeing.db"
    log = tmp_path / "log"
    environment = {
        **os.environ,
        "WELLBEING_DATABASE_URL": sqlite_url(file),
        "WELLBEING_PORT": str(port),
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "wellbeing", "serve"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://127.0.0.1:{port}", _set_up_link(log, process, port)
    finally:
        process.kill()
        process.wait()


def _set_up_link(log: Path, process: subprocess.Popen[bytes], port: int) -> str:
    deadline = time.monotonic() + 2 * _SECONDS
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8", errors="replace")
        links = [word for word in text.split() if "/set-up/" in word]
        # It is said a moment before it is so.
        if links and "You can now view" in text and _listens(port):
            return links[0]
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0

"""What a phone loads, how long it waits, and how many taps a check-in takes.

``python -m benchmarks.first_visit [--quick]``; needs Chromium.
"""

import argparse
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    sync_playwright,
)

from benchmarks import _people, _servers
from benchmarks._people import PASSWORD, Clinician
from benchmarks._servers import Server
from benchmarks._tables import table
from wellbeing.content.load import say

_CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-sync")
_PHONE: ViewportSize = {"width": 360, "height": 740}
_PATIENCE = 120_000
_SETTLE = 1500
_SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
_SLOWER = 4
_KILOBYTE = 1000
_FULL, _SHORT = 13, 2


@dataclass
class Wire:
    """What a page received, and from whom."""

    bytes: int = 0
    hosts: set[str] = field(default_factory=set)

    def listen(self, session: Any) -> None:  # noqa: ANN401 (a session of Chromium's)
        """Count what comes from now on; messages of the WebSocket as if not packed."""
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.webSocketFrameReceived", self._message)
        session.on(
            "Network.requestWillBeSent", lambda e: self._asked(e["request"]["url"])
        )
        session.on("Network.webSocketCreated", lambda e: self._asked(e["url"]))

    def _loaded(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def _message(self, event: dict[str, Any]) -> None:
        self.bytes += len(event["response"]["payloadData"]) * 3 // 4

    def _asked(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https", "ws", "wss"):
            self.hosts.add(parts.netloc)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One first visit: bytes and seconds of the sign-in page and of what follows."""

    sign_in_bytes: int
    sign_in_seconds: float
    app_bytes: int
    app_seconds: float
    again_seconds: float
    hosts: frozenset[str]


@contextmanager
def _phone(browser: Browser, *, slow: bool) -> Iterator[tuple[Page, Wire]]:
    context: BrowserContext = browser.new_context(viewport=_PHONE, has_touch=True)
    context.set_default_timeout(_PATIENCE)
    page, wire = context.new_page(), Wire()
    session = context.new_cdp_session(page)
    wire.listen(session)
    if slow:
        session.send("Network.emulateNetworkConditions", _SLOW_4G)
        session.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    yield page, wire
    context.close()


def _visit(browser: Browser, server: Server, email: str, *, slow: bool) -> Visit:
    """Sign in for the first time on this phone and wait for the first question."""
    with _phone(browser, slow=slow) as (page, wire):
        start = perf_counter()
        page.goto(f"{server.origin}/sign-in")
        page.locator("input[name=email]").wait_for()
        signed, entry = perf_counter() - start, wire.bytes
        page.locator("input[name=email]").fill(email)
        page.locator("input[name=password]").fill(PASSWORD)
        start = perf_counter()
        page.locator("input[name=password]").press("Enter", no_wait_after=True)
        page.get_by_role("radiogroup").first.wait_for()
        shown = perf_counter() - start
        page.wait_for_timeout(_SETTLE)
        loaded = wire.bytes - entry
        start = perf_counter()
        page.goto(f"{server.origin}/check-in", wait_until="commit")
        page.get_by_role("radiogroup").first.wait_for()
        return Visit(
            sign_in_bytes=entry,
            sign_in_seconds=signed,
            app_bytes=loaded,
            app_seconds=shown,
            again_seconds=perf_counter() - start,
            hosts=frozenset(wire.hosts),
        )


def _check_in(
    browser: Browser, server: Server, one: Clinician, questions: int, button: str
) -> tuple[int, float]:
    """Tap one answer a question and save; return the taps and seconds."""
    with _phone(browser, slow=False) as (page, _):
        cookie = {"name": "wellbeing", "value": one.token, "url": server.origin}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto(f"{server.origin}/check-in")
        asked = page.locator("[role=radiogroup]:has([role=radio])")
        asked.first.wait_for()
        start = perf_counter()
        # Not the choice between two weeks, where there is one.
        first = asked.count() - _FULL
        for n in range(first, first + questions):
            option = asked.nth(n).get_by_role("radio").nth(2)
            option.tap()
            page.wait_for_function(
                "e => e.getAttribute('aria-checked') === 'true'",
                arg=option.element_handle(),
            )
        page.get_by_role("button", name=button, exact=True).tap()
        page.get_by_role("button", name=say("check_in.change")).wait_for()
        return questions + 1, perf_counter() - start


@contextmanager
def _watched(server: Server) -> Iterator[set[str]]:
    """Note every address outside this machine that the server is connected to."""
    found: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        process = psutil.Process(server.pid)
        while not over.wait(0.05):
            with suppress(psutil.Error):
                remote = (c.raddr for c in process.net_connections("inet") if c.raddr)
                found.update(r.ip for r in remote if not r.ip.startswith("127."))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def _report(visits: dict[str, list[Visit]], taps: list[list[str]]) -> str:
    lines = []
    for name, some in visits.items():
        figures = [
            f"{median(v.sign_in_bytes for v in some) / _KILOBYTE:.1f}",
            f"{median(v.sign_in_seconds for v in some):.2f}",
            f"{median(v.app_bytes for v in some) / _KILOBYTE:.0f}",
            f"{median(v.app_seconds for v in some):.2f}",
            f"{median(v.again_seconds for v in some):.2f}",
        ]
        lines.append([name, *figures])
    head = ["connection", "sign-in page, kB", "sign-in page, s", "first visit, kB"]
    head += ["to the first question, s", "second visit, s"]
    taken = table(["check-in", "taps", "s without reading"], taps)
    return f"{table(head, lines)}\n\n{taken}\n"


def _outside(visits: dict[str, list[Visit]], origin: str, server: set[str]) -> str:
    own = urlsplit(origin).netloc
    browser = {h for some in visits.values() for v in some for h in v.hosts} - {own}
    by = {"the browser": browser, "the server": server}
    told = (f"{who}: {', '.join(sorted(h)) or 'none'}" for who, h in by.items())
    return f"Hosts outside contacted by {'; by '.join(told)}.\n"


def main() -> None:
    """Print what was loaded, waited for and tapped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="each visit once")
    repeats = 1 if parser.parse_args().quick else 5
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, port = Path(name), _servers.free_port()
        url = f"sqlite:///{folder / 'app.db'}"
        ctx, clinic = _people.open_database(url, port)
        people = _people.add_clinicians(ctx, clinic, 3, 26)
        _people.give_password(ctx, people[0])
        ctx.dispose()
        email = people[0].viewer.email
        browser = playwright.chromium.launch(
            executable_path=_CHROMIUM, args=list(_ARGUMENTS)
        )
        with _servers.app(folder, url, port) as server, _watched(server) as outside:
            _visit(browser, server, email, slow=False)  # the server packs its files
            visits = {
                kind: [_visit(browser, server, email, slow=s) for _ in range(repeats)]
                for kind, s in (("this machine", False), ("slow 4G, CPU 4x", True))
            }
            taps = []
            for kind, one, asked, button in (
                ("full", people[1], _FULL, "save"),
                ("short", people[2], _SHORT, "save_short"),
            ):
                words = say(f"check_in.{button}")
                count, seconds = _check_in(browser, server, one, asked, words)
                taps.append([kind, str(count), f"{seconds:.1f}"])
            sys.stdout.write(_report(visits, taps))
            sys.stdout.write("\n" + _outside(visits, server.origin, outside))
        browser.close()


if __name__ == "__main__":
    main()

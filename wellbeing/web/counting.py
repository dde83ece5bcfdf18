"""What is counted of requests, so that no figure moves when one person comes.

A figure of what people do is shown only in lumps whose size is drawn in secret, and
only as it stood at the last full hour. Taps and saves are not counted at all: they
travel in a WebSocket. Nor are open screens: the mean of many rounded figures of them
tells how many there are, and a single one at night tells that somebody is there. What
fails on our side is shown at once.
"""

import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOUR = 3600
LEAST_LUMP, MOST_LUMP = 100, 300
"""Requests in a lump. Whoever comes once makes about ten, so that one figure moves by
it in few of all hours, and nobody can know in which."""
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, float("inf"))
"""Upper bounds of durations, in seconds."""
PAGE, STREAM, OTHER = "page", "/_stcore/stream", "other"
_UNCOUNTED = ("/static/", "/assets/", "/media/", "/component/", "/_stcore/")
"""Streamlit's own files: one visit loads some sixty."""
_UNCOUNTED_EXACTLY = ("/healthz", "/readyz", "/metrics", "/favicon.png")
_LOG = logging.getLogger(__name__)

Draw = Callable[[int], int]
"""Return a whole number from 0 up to one below what it is given."""


@dataclass(kw_only=True, slots=True)
class Lumps:
    """A count that grows in lumps.

    Attributes:
        shown: how many, and the seconds they took, as of the last full hour.
    """

    draw: Draw
    size: int = 0
    waiting: tuple[int, float] = (0, 0.0)
    full: tuple[int, float] = (0, 0.0)
    shown: tuple[int, float] = (0, 0.0)

    def add(self, seconds: float) -> None:
        """Count one more; it may have to wait for others."""
        if not self.size:
            self.size = LEAST_LUMP + self.draw(MOST_LUMP - LEAST_LUMP + 1)
        self.waiting = (self.waiting[0] + 1, self.waiting[1] + seconds)
        if self.waiting[0] >= self.size:
            self.full = (
                self.full[0] + self.waiting[0],
                self.full[1] + self.waiting[1],
            )
            self.waiting, self.size = (0, 0.0), 0


@dataclass(kw_only=True, slots=True)
class Counts:
    """All that is counted in this process; used by its event loop alone.

    Attributes:
        requests: by route and class of status, such as ``2xx``.
        took: by the upper bound of the duration.
        faults: answers of 500 and above by route, shown at once.
    """

    draw: Draw = secrets.randbelow
    requests: dict[tuple[str, str], Lumps] = field(default_factory=dict)
    took: dict[float, Lumps] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    hour: int = -1

    def turn(self, now: datetime) -> None:
        """Show what stood at the last full hour; called before anything is counted."""
        hour = int(now.timestamp()) // HOUR
        if hour == self.hour:
            return
        self.hour = hour
        for lumps in (*self.requests.values(), *self.took.values()):
            lumps.shown = lumps.full

    def note(self, now: datetime, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self.turn(now)
        bucket = next(bound for bound in BUCKETS if seconds <= bound)
        by_route = (route, f"{status // 100}xx")
        for lumps in (
            self.requests.setdefault(by_route, Lumps(draw=self.draw)),
            self.took.setdefault(bucket, Lumps(draw=self.draw)),
        ):
            lumps.add(seconds)


COUNTS = Counts()


class Counted:
    """Middleware around everything else: counts answers, and logs what failed."""

    def __init__(
        self,
        app: ASGIApp,
        routes: Sequence[Route],
        now: Callable[[], datetime],
        counts: Counts = COUNTS,
    ) -> None:
        self.app, self._routes = app, routes
        self._now, self._counts = now, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; look at the status of the answer."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = time.perf_counter(), 500

        async def listen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, listen)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        path = scope["path"]
        if path in _UNCOUNTED_EXACTLY:
            return
        route = pattern_of(scope, self._routes)
        if status >= 500:  # noqa: PLR2004 (what HTTP calls a server's error)
            self._counts.faults[route] += 1
            told = {"route": route, "status": status}
            _LOG.error("A request failed", extra=told)
        if not path.startswith(_UNCOUNTED):
            self._counts.note(self._now(), route, status, seconds)


def pattern_of(scope: Scope, routes: Sequence[Route]) -> str:
    """Return the pattern of ours that an address fits; never the address itself."""
    for route in routes:
        if route.matches(scope)[0] is not Match.NONE:
            return route.path
    own = scope["path"].startswith(_UNCOUNTED)
    return OTHER if own or scope["method"] not in ("GET", "HEAD") else PAGE

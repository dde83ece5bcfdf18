"""Screens run without a browser, as somebody of the cast, at a time that is turned."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
import time_machine
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from tests.clinic import TUESDAY, Clock
from tests.compiled import share_compiled
from tests.databases import copy_sqlite, sqlite_url
from tests.quick_hashing import quick_argon2
from tests.servers import cast_template, fresh_app, quick_cast_template, viewer_named
from wellbeing.bootstrap import process_context
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.people import Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import check_ins
from wellbeing.services.context import Context
from wellbeing.settings import ROOT

__all__ = ["cast_template", "fresh_app", "quick_cast_template"]

MAIN = ROOT / "wellbeing" / "ui" / "main.py"
PAGES = sorted((ROOT / "pages").glob("*.py"))
_SECONDS = 60

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True, scope="session")
def packages_read_once() -> Iterator[None]:
    """Let Streamlit look into the installed packages for components only once.

    It does so for each AppTest, which takes longer than to run a page; a server does it
    when it starts.
    """
    once = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Put back ``__main__``: a page that runs takes its place.

    A process that is spawned later would otherwise begin by running that page.
    """
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is TUESDAY until it is turned; time goes on meanwhile, or waits never end."""
    with time_machine.travel(TUESDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def ctx(monkeypatch, tmp_path, quick_cast_template, clock) -> Iterator[Context]:  # noqa: ARG001 (first the fixture, then this)
    """The surroundings of this process, with the cast in its database."""
    file = tmp_path / "wellbeing.db"
    copy_sqlite(quick_cast_template, file)
    monkeypatch.setenv("WELLBEING_DATABASE_URL", sqlite_url(file))
    process_context.cache_clear()
    with quick_argon2():
        yield share_compiled(process_context())
    process_context().dispose()
    process_context.cache_clear()


@pytest.fixture
def open_page(ctx) -> Open:
    """Return what opens a page alone, without the frame, as somebody or as nobody."""

    def run(name: str, who: Viewer | str | None = None) -> AppTest:
        at = AppTest.from_file(ROOT / "pages" / f"{name}.py", default_timeout=_SECONDS)
        return _as(at, ctx, who).run()

    return run


@pytest.fixture
def open_app(ctx) -> Open:
    """Return what opens the frame, as somebody or as nobody."""

    def run(who: Viewer | str | None = None) -> AppTest:
        at = AppTest.from_file(MAIN, default_timeout=_SECONDS)
        return _as(at, ctx, who).run()

    return run


def _as(at: AppTest, ctx: Context, who: Viewer | str | None) -> AppTest:
    viewer = viewer_named(ctx, who) if isinstance(who, str) else who
    # What the edge puts into the WebSocket's headers, and Streamlit into st.user.
    at.user = {"sid": viewer.session} if viewer else {}
    return at


def words(at: AppTest) -> str:
    """Return every text that is on the screen."""
    found = (
        getattr(element, name, None)
        for element in at.main
        for name in ("label", "value")
    )
    return "\n".join(text for text in found if isinstance(text, str) and text)


def unfold(at: AppTest) -> AppTest:
    """Open everything that can be folded."""
    for part in at.expander:
        if part.proto.id:
            key = part.proto.id.split("-", 2)[-1]  # Streamlit: $$ID-<hash>-<key>
            at.session_state[key] = True
    return at.run()


def without_key(at: AppTest) -> list[str]:
    """Return what can be used or remembers something, and has no key."""
    identities = (
        str(getattr(getattr(element, "proto", None), "id", "")) for element in at.main
    )
    return [each for each in identities if each.endswith("-None")]


def check_in_for(ctx: Context, viewer: Viewer, weeks: list[Week]) -> None:
    """Save a check-in in each of these weeks, at its Monday noon."""
    for number, week in enumerate(weeks):
        then = Clock()
        then.turn_to(week)
        past = replace(ctx, now=then)
        fields = {q.id: 1 + number % 3 for q in ctx.questions.asked_in(week)}
        check_ins.keep(past, viewer, week, fields)
        check_ins.save(past, viewer, week, Kind.FULL)

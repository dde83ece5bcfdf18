"""Screens run without a browser, as somebody of the cast, at a time that is turned."""

import shutil
from collections.abc import Callable, Iterator

import pytest
import time_machine
from streamlit.testing.v1 import AppTest

from tests.clinic import TUESDAY
from tests.databases import sqlite_url
from tests.servers import cast_template, fresh_app, viewer_named
from wellbeing.bootstrap import process_context
from wellbeing.domain.people import Viewer
from wellbeing.services.context import Context
from wellbeing.settings import ROOT

__all__ = ["cast_template", "fresh_app"]

MAIN = ROOT / "wellbeing" / "ui" / "main.py"
PAGES = sorted((ROOT / "pages").glob("*.py"))
_SECONDS = 60

Open = Callable[..., AppTest]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is TUESDAY until it is turned; time goes on meanwhile, or waits never end."""
    with time_machine.travel(TUESDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def ctx(monkeypatch, tmp_path, cast_template, clock) -> Iterator[Context]:
    """The surroundings of this process, with the cast in its database."""
    file = tmp_path / "wellbeing.db"
    shutil.copyfile(cast_template, file)
    monkeypatch.setenv("WELLBEING_DATABASE_URL", sqlite_url(file))
    process_context.cache_clear()
    yield process_context()
    process_context().engine.dispose()
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
    return "\n".join(
        str(text)
        for element in at.main
        for text in (
            getattr(element, "label", None),
            getattr(element, "value", None),
            getattr(getattr(element, "proto", None), "body", None),
        )
        if isinstance(text, str) and text
    )

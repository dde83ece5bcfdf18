"""Take the pictures in docs/ anew: ``make screenshots``."""

import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

from tests.browser.conftest import DESK, PHONE, Watched, chromium_options
from tests.databases import sqlite_url
from tests.servers import RunningApp, running
from wellbeing.bootstrap import migrated_context
from wellbeing.services.demo import fill_demo
from wellbeing.settings import ROOT, Settings

_CLINICIAN, _LEAD = "early.sign@example.org", "lead@example.org"
_PICTURES: tuple[tuple[str, str, int, int, Literal["light", "dark"]], ...] = (
    ("check_in", _CLINICIAN, PHONE, 740, "light"),
    ("my_weeks", _CLINICIAN, PHONE, 1180, "light"),
    ("my_weeks_dark", _CLINICIAN, DESK, 1080, "dark"),
    ("team_trends", _LEAD, PHONE, 1180, "light"),
)


def main() -> None:
    """Start the app on a demo clinic and photograph it as its people see it."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "demo.db"
        ctx = migrated_context(Settings(database_url=sqlite_url(template)))
        fill_demo(ctx)
        with ctx.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        ctx.dispose()
        target = Path(folder) / "running"
        target.mkdir()
        for app in running(template, target):
            _photograph(app)


def _photograph(app: RunningApp) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_options())
        for name, who, width, height, scheme in _PICTURES:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme
            )
            tab = Watched(context.new_page(), app)
            tab.enter(who)
            tab.open("/" + name.removesuffix("_dark").replace("_", "-"))
            tab.page.wait_for_timeout(3000)
            tab.page.screenshot(path=ROOT / "docs" / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()

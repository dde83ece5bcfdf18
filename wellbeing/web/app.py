"""Everything beside Streamlit, put together for ``app.py``."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wellbeing.bootstrap import process_context
from wellbeing.domain.errors import WellbeingError
from wellbeing.services.closing import close
from wellbeing.web import downloads, entrance, sign_in, team_downloads
from wellbeing.web.edge import Edge
from wellbeing.web.static_files import (
    ICON_PATH,
    KEYS_PATH,
    CompressedFiles,
    icon,
    keys_script,
)

# Not beside pages/: Streamlit would then serve each page file by itself until the
# first session has run the main script.
MAIN_SCRIPT = Path(__file__).resolve().parents[1] / "ui" / "main.py"

_LOG = logging.getLogger(__name__)
_LOOK_AGAIN = 600
"""Seconds between two looks whether a period has ended."""


async def healthz(_request: Request) -> Response:
    """Answer whether the process and its database work."""

    def ask() -> None:
        with process_context().reading() as db:
            db.exec_driver_sql("SELECT 1")

    try:
        await run_in_threadpool(ask)
    except WellbeingError:
        return JSONResponse({"status": "database"}, 503)
    return JSONResponse({"status": "ok"})


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Load what every session needs, then keep the garbage collector off it.

    Without this, each collection walks through pandas and SQLAlchemy again.
    """
    await run_in_threadpool(_warm)
    gc.collect()
    gc.freeze()
    closing = asyncio.create_task(_close_when_due())
    yield
    closing.cancel()


async def _close_when_due() -> None:
    """Make the figures of a period soon after its fixed hour, whoever is there."""
    while True:
        try:
            await run_in_threadpool(lambda: close(process_context()))
        except WellbeingError as error:
            _LOG.warning("Team trends were not closed: %s", error)
        except Exception as error:  # noqa: BLE001 (the next look must come all the same)
            # Its kind and no more: a message could hold what somebody answered.
            _LOG.error("Team trends were not closed: %s", type(error).__name__)
        await asyncio.sleep(_LOOK_AGAIN)


def _warm() -> None:
    import wellbeing.ui.main  # noqa: F401, PLC0415 (only for what it loads)

    process_context()


ROUTES = [
    Route("/sign-in", sign_in.sign_in, methods=["GET", "POST"]),
    Route("/sign-out", sign_in.sign_out, methods=["POST"]),
    Route("/session", sign_in.session),
    Route("/recover", entrance.recover, methods=["GET", "POST"]),
    Route("/set-up/{token}", entrance.set_up, methods=["GET", "POST"]),
    Route("/invitation/{token}", entrance.invitation, methods=["GET", "POST"]),
    Route("/healthz", healthz),
    Route(KEYS_PATH, keys_script),
    Route(ICON_PATH, icon),
    Route("/my/data.zip", downloads.my_data),
    Route("/my/weeks.csv", downloads.my_weeks_csv),
    Route("/my/chart/{indicator}.png", downloads.my_chart),
    Route("/team/trends.csv", team_downloads.trends_csv),
    Route("/team/trends.pdf", team_downloads.trends_pdf),
]
MIDDLEWARE = [Middleware(Edge), Middleware(CompressedFiles)]

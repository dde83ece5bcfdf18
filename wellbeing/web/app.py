"""Everything beside Streamlit, put together for ``app.py``."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wellbeing.bootstrap import is_ready, process_context
from wellbeing.domain.errors import WellbeingError
from wellbeing.services.audit import drop_old_records
from wellbeing.services.closing import close
from wellbeing.services.gathering_offers import tidy
from wellbeing.services.reminder_sending import send_due
from wellbeing.services.take_backs import drop_all_recalled
from wellbeing.web import (
    calendar_feed,
    downloads,
    entrance,
    reflect_downloads,
    reminders,
    sign_in,
    study_downloads,
    team_downloads,
)
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
_REMIND_AGAIN = 300
"""Seconds between two looks whether a reminder is due."""


async def healthz(_request: Request) -> Response:
    """Answer that the process serves; it need not be started anew."""
    return JSONResponse({"status": "ok"})


async def readyz(_request: Request) -> Response:
    """Answer whether the process reaches its database, with the schema it needs."""
    try:
        ready = await run_in_threadpool(lambda: is_ready(process_context()))
    except WellbeingError:
        ready = False
    if not ready:
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
    tasks = [asyncio.create_task(_close_when_due())]
    tasks.append(asyncio.create_task(_remind_when_due()))
    tasks.append(asyncio.create_task(_clear_when_due()))
    yield
    for task in tasks:
        task.cancel()


async def _close_when_due() -> None:
    """Make the figures of a period soon after its fixed hour, whoever is there."""
    complaint = "Team trends were not closed"
    await _do_again_and_again(lambda: close(process_context()), complaint, _LOOK_AGAIN)


async def _remind_when_due() -> None:
    """Send reminders soon after they are due, and say what is cancelled."""

    def remind() -> None:
        tidy(process_context())
        send_due(process_context())

    complaint = "Reminders were not sent"
    await _do_again_and_again(remind, complaint, _REMIND_AGAIN)


async def _clear_when_due() -> None:
    """Remove what must not be kept; apart, so that it holds up no reminder."""

    def clear() -> None:
        drop_all_recalled(process_context())
        drop_old_records(process_context())

    complaint = "What must not be kept was not removed"
    await _do_again_and_again(clear, complaint, _LOOK_AGAIN)


async def _do_again_and_again(
    action: Callable[[], object], complaint: str, seconds: float
) -> None:
    while True:
        try:
            await run_in_threadpool(action)
        except WellbeingError as error:
            _LOG.warning("%s: %s", complaint, error)
        except Exception as error:  # noqa: BLE001 (the next look must come all the same)
            # Its kind and no more: a message could hold what somebody answered.
            _LOG.error("%s: %s", complaint, type(error).__name__)
        await asyncio.sleep(seconds)


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
    Route("/readyz", readyz),
    Route(KEYS_PATH, keys_script),
    Route(ICON_PATH, icon),
    Route("/calendar/{name:path}", calendar_feed.feed),
    Route("/reminders/stop/{token}", reminders.stop, methods=["GET", "POST"]),
    Route("/my/gatherings/{gathering}.ics", calendar_feed.gathering),
    Route("/my/data.zip", downloads.my_data),
    Route("/my/weeks.csv", downloads.my_weeks_csv),
    Route("/my/chart/{indicator}.png", downloads.my_chart),
    Route("/my/practice-log.csv", reflect_downloads.practice_log_csv),
    Route("/team/trends.csv", team_downloads.trends_csv),
    Route("/team/trends.pdf", team_downloads.trends_pdf),
    Route("/study/bundle/{bundle}.zip", study_downloads.bundle),
    Route("/study/fetch", study_downloads.fetch),
]
MIDDLEWARE = [Middleware(Edge), Middleware(CompressedFiles)]

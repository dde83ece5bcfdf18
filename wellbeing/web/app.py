"""Everything beside Streamlit, put together for ``app.py``."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import wellbeing.ui
from wellbeing.bootstrap import process_context, system_clock
from wellbeing.domain.errors import WellbeingError
from wellbeing.services.audit import drop_old_records
from wellbeing.services.bundle_files import finish_all_left
from wellbeing.services.closing import close
from wellbeing.services.forgetting import forget_ended_proofs
from wellbeing.services.gathering_offers import tidy
from wellbeing.services.keeping import remove_old
from wellbeing.services.reminder_sending import send_due
from wellbeing.services.take_backs import drop_all_recalled
from wellbeing.web import (
    calendar_feed,
    downloads,
    entrance,
    reflect_downloads,
    reminders,
    second_factor,
    sign_in,
    single_sign_on,
    study_downloads,
    team_downloads,
)
from wellbeing.web.counting import Counted
from wellbeing.web.edge import Edge
from wellbeing.web.logs import write_log
from wellbeing.web.metrics import HEALTH, PATH, Job, metrics
from wellbeing.web.readiness import can_serve, tell_when_ready
from wellbeing.web.static_files import (
    ICON_PATH,
    SCRIPT_PATH,
    STYLE_PATH,
    CompressedFiles,
    icon,
    script,
    style,
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
    if not await can_serve():
        return JSONResponse({"status": "database"}, 503)
    return JSONResponse({"status": "ok"})


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Load what every session needs, then keep the garbage collector off it.

    Without this, each collection walks through pandas and SQLAlchemy again.
    """
    await run_in_threadpool(_warm)
    ctx = process_context()
    write_log(ctx.settings.log)
    HEALTH.began = ctx.now()
    gc.collect()
    gc.freeze()
    _LOG.info("The app is ready")
    tasks = [asyncio.create_task(_close_when_due())]
    tasks.append(asyncio.create_task(_remind_when_due()))
    tasks.append(asyncio.create_task(_clear_when_due()))
    tasks.append(asyncio.create_task(tell_when_ready()))
    yield
    for task in tasks:
        task.cancel()
    _LOG.info("The app ends")


async def _close_when_due() -> None:
    """Make the figures of a period soon after its fixed hour, whoever is there."""
    complaint = "Team trends were not closed"
    job = HEALTH.job("close")
    action = partial(close, process_context())
    await _do_again_and_again(job, action, complaint, _LOOK_AGAIN)


async def _remind_when_due() -> None:
    """Send reminders soon after they are due, and say what is cancelled."""

    def remind() -> None:
        tidy(process_context())
        send_due(process_context())

    complaint = "Reminders were not sent"
    job = HEALTH.job("remind")
    await _do_again_and_again(job, remind, complaint, _REMIND_AGAIN)


async def _clear_when_due() -> None:
    """Remove what must not be kept; apart, so that it holds up no reminder."""

    def clear() -> None:
        drop_all_recalled(process_context())
        finish_all_left(process_context())
        drop_old_records(process_context())
        remove_old(process_context())
        forget_ended_proofs(process_context())

    complaint = "What must not be kept was not removed"
    job = HEALTH.job("clear")
    await _do_again_and_again(job, clear, complaint, _LOOK_AGAIN)


async def _do_again_and_again(
    job: Job, action: Callable[[], object], complaint: str, seconds: float
) -> None:
    while True:
        try:
            await run_in_threadpool(action)
            job.succeeded = process_context().now()
        except WellbeingError as error:
            job.failures += 1
            _LOG.warning("%s: %s", complaint, error)
        except Exception as error:  # noqa: BLE001 (the next look must come all the same)
            job.failures += 1
            # Its kind and no more: a message could hold what somebody answered.
            _LOG.error("%s: %s", complaint, type(error).__name__)
        await asyncio.sleep(seconds)


def _warm() -> None:
    """Load what the first screens need, before anybody can ask for one.

    When a process is back everybody comes at once, and all would wait for the first.
    """
    for screen in iter_modules(wellbeing.ui.__path__):
        import_module(f"{wellbeing.ui.__name__}.{screen.name}")
    process_context()


ROUTES = [
    Route("/sign-in", sign_in.sign_in, methods=["GET", "POST"]),
    Route("/sign-in/with/{provider}", single_sign_on.leave),
    Route("/sign-in/back/{provider}", single_sign_on.back),
    Route("/second-factor", second_factor.second_step, methods=["GET", "POST"]),
    Route("/sign-out", sign_in.sign_out, methods=["POST"]),
    Route("/session", sign_in.session),
    Route("/recover", entrance.recover, methods=["GET", "POST"]),
    Route("/set-up/{token}", entrance.set_up, methods=["GET", "POST"]),
    Route("/invitation/{token}", entrance.invitation, methods=["GET", "POST"]),
    Route("/healthz", healthz),
    Route("/readyz", readyz),
    Route(PATH, metrics),
    Route(SCRIPT_PATH, script),
    Route(STYLE_PATH, style),
    Route(ICON_PATH, icon),
    Route("/calendar/{name:path}", calendar_feed.feed),
    Route("/reminders/stop/{token}", reminders.stop, methods=["GET", "POST"]),
    Route("/my/gatherings/{gathering}.ics", calendar_feed.gathering),
    Route("/my/data.zip", downloads.my_data),
    Route("/my/weeks.csv", downloads.my_weeks_csv),
    Route("/my/chart/{indicator}.png", downloads.my_chart),
    Route("/my/practice-log.csv", reflect_downloads.practice_log_csv),
    Route("/my/practice-log.pdf", reflect_downloads.practice_log_pdf),
    Route("/team/trends.csv", team_downloads.trends_csv),
    Route("/team/trends.pdf", team_downloads.trends_pdf),
    Route("/study/bundle/{bundle}.zip", study_downloads.bundle),
    Route("/study/fetch", study_downloads.fetch),
]
MIDDLEWARE = [
    Middleware(Counted, routes=ROUTES, now=system_clock),
    Middleware(Edge),
    Middleware(CompressedFiles),
]

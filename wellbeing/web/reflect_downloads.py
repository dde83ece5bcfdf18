"""Download of one's own log; its author's cookie holds what opens it."""

from starlette.requests import Request
from starlette.responses import Response

from wellbeing.domain.people import Viewer
from wellbeing.services.context import Context
from wellbeing.services.practice_log import practice_csv, practice_pdf
from wellbeing.web.files import keys_in, send_file


async def practice_log_csv(request: Request) -> Response:
    """Return the person's log as CSV."""

    def make(ctx: Context, viewer: Viewer) -> bytes:
        return practice_csv(ctx, viewer, keys_in(ctx, request, viewer))

    return await send_file(request, make, "wellbeing_practice_log.csv", "text/csv")


async def practice_log_pdf(request: Request) -> Response:
    """Return the person's log as PDF, made in a child process."""

    def make(ctx: Context, viewer: Viewer) -> bytes:
        return practice_pdf(ctx, viewer, keys_in(ctx, request, viewer))

    name = "wellbeing_practice_log.pdf"
    return await send_file(request, make, name, "application/pdf")

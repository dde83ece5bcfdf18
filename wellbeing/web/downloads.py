"""Downloads of one's own data. The edge has checked that there is a session."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from wellbeing.bootstrap import process_context
from wellbeing.charts.my_weeks import indicator_spec, picture_rows
from wellbeing.charts.render import png
from wellbeing.content.load import indicator_text, say
from wellbeing.domain.errors import (
    NotAllowedError,
    NotFoundError,
    SignedOutError,
    WellbeingError,
)
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Viewer
from wellbeing.services.accounts import viewer_of_token
from wellbeing.services.context import Context
from wellbeing.services.my_data import my_archive
from wellbeing.services.my_data import my_weeks_csv as weeks_csv
from wellbeing.services.my_weeks import Period
from wellbeing.services.my_weeks import my_weeks as weeks_of
from wellbeing.web.requests import session_token

_STATUS: dict[type[WellbeingError], int] = {
    SignedOutError: 401,
    NotAllowedError: 403,
    NotFoundError: 404,
}


async def my_data(request: Request) -> Response:
    """Return everything about the person as a zip."""
    return await _file(request, my_archive, "wellbeing_my_data.zip", "application/zip")


async def my_weeks_csv(request: Request) -> Response:
    """Return the person's weeks as CSV."""
    return await _file(request, weeks_csv, "wellbeing_my_weeks.csv", "text/csv")


async def my_chart(request: Request) -> Response:
    """Return one of the person's charts as PNG, drawn in a child process."""
    try:
        indicator = Indicator(request.path_params["indicator"])
        period = Period(request.query_params.get("period") or Period.HALF_YEAR)
    except ValueError:
        return PlainTextResponse(say("edge.not_found"), 404)

    def draw(ctx: Context, viewer: Viewer) -> bytes:
        found = weeks_of(ctx, viewer, period=period, indicators=[indicator])
        text = indicator_text(indicator)
        return png(
            indicator_spec(indicator, text.higher_means),
            picture_rows(found.panels[indicator]),
            title=text.name,
        )

    return await _file(request, draw, f"wellbeing_{indicator}.png", "image/png")


async def _file(
    request: Request,
    make: Callable[[Context, Viewer], bytes],
    name: str,
    media_type: str,
) -> Response:
    ctx = process_context()

    def for_viewer() -> bytes:
        return make(ctx, viewer_of_token(ctx, session_token(ctx, request)))

    try:
        body = await run_in_threadpool(for_viewer)
    except WellbeingError as error:
        return PlainTextResponse(str(error), _STATUS.get(type(error), 503))
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Response(body, media_type=media_type, headers=headers)

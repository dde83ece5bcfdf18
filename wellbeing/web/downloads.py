"""Downloads of one's own data. The edge has checked that there is a session."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from wellbeing.charts.my_weeks import indicator_spec, picture_rows
from wellbeing.charts.render import png
from wellbeing.content.load import indicator_text, say
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Viewer
from wellbeing.services.context import Context
from wellbeing.services.keyring import TextsLockedError
from wellbeing.services.my_data import my_archive
from wellbeing.services.my_weeks import Period
from wellbeing.services.my_weeks import my_weeks as weeks_of
from wellbeing.services.my_weeks_files import my_weeks_csv as weeks_csv
from wellbeing.web.files import keys_in, send_file


async def my_data(request: Request) -> Response:
    """Return everything about the person as a zip."""

    def make(ctx: Context, viewer: Viewer) -> bytes:
        try:
            keys = keys_in(ctx, request, viewer)
        except TextsLockedError:
            return my_archive(ctx, viewer)
        return my_archive(ctx, viewer, keys)

    return await send_file(request, make, "wellbeing_my_data.zip", "application/zip")


async def my_weeks_csv(request: Request) -> Response:
    """Return the person's weeks as CSV."""
    return await send_file(request, weeks_csv, "wellbeing_my_weeks.csv", "text/csv")


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

    return await send_file(request, draw, f"wellbeing_{indicator}.png", "image/png")

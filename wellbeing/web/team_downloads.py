"""Downloads of a team's released figures, for those who may see them on the screen."""

from collections.abc import Callable
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.ids import TeamId
from wellbeing.domain.people import Viewer
from wellbeing.services.audit import note_reading
from wellbeing.services.context import Context
from wellbeing.services.seats import seat_of
from wellbeing.services.team_exports import team_trends_csv, team_trends_pdf
from wellbeing.web.files import send_file


async def trends_csv(request: Request) -> Response:
    """Return every released figure of a team's units as CSV."""

    def make(ctx: Context, viewer: Viewer) -> bytes:
        return _file(ctx, viewer, request, team_trends_csv)

    return await send_file(request, make, "wellbeing_team_trends.csv", "text/csv")


async def trends_pdf(request: Request) -> Response:
    """Return one page for a team meeting as PDF, made in a child process."""

    def make(ctx: Context, viewer: Viewer) -> bytes:
        return _file(ctx, viewer, request, team_trends_pdf)

    name = "wellbeing_team_trends.pdf"
    return await send_file(request, make, name, "application/pdf")


def _file(
    ctx: Context, viewer: Viewer, request: Request, make: Callable[..., bytes]
) -> bytes:
    seat, team_id = seat_of(ctx, viewer), _team(request)
    file = make(ctx.door, seat, team_id)
    note_reading(ctx, viewer, seat, team_id)
    return file


def _team(request: Request) -> TeamId:
    """Read which team was asked for.

    Raises:
        NotFoundError: it is no id, which is told as a team that is not theirs is.
    """
    try:
        return TeamId(UUID(request.query_params.get("team", "")))
    except ValueError:
        raise NotFoundError("team") from None

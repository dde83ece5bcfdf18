"""Calendar files: a feed for who knows its address, single ones for the signed in."""

import hashlib
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from wellbeing.bootstrap import process_context
from wellbeing.content.load import say
from wellbeing.domain.errors import (
    DatabaseUnusableError,
    NotFoundError,
    TooManyAttemptsError,
)
from wellbeing.domain.gatherings import GatheringId
from wellbeing.domain.people import Viewer
from wellbeing.services.calendar_feed import feed_file, gathering_file
from wellbeing.services.context import Context
from wellbeing.web.files import send_file
from wellbeing.web.requests import address_of

_ENDING = ".ics"
_CALENDAR = "text/calendar; charset=utf-8"
_KEPT = {"cache-control": "private, max-age=0, must-revalidate"}


async def feed(request: Request) -> Response:
    """Answer a calendar that asks for a feed; one that has it already gets no copy."""
    ctx = process_context()
    name: str = request.path_params["name"]
    # Whatever is no feed's address is answered like one that is no more.
    token = name.removesuffix(_ENDING) if name.endswith(_ENDING) else ""
    try:
        body = await run_in_threadpool(feed_file, ctx, token, address_of(ctx, request))
    except NotFoundError:
        return PlainTextResponse(say("edge.not_found"), 404)
    except TooManyAttemptsError as error:
        return PlainTextResponse(
            say("edge.not_found"), 429, {"retry-after": str(60 * error.minutes)}
        )
    except DatabaseUnusableError as error:
        return PlainTextResponse(str(error), 503)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**_KEPT, "etag": tag}
    asked = request.headers.get("if-none-match", "").replace("W/", "")
    if tag in {each.strip() for each in asked.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=_CALENDAR, headers=headers)


async def gathering(request: Request) -> Response:
    """Return the calendar file of one gathering that the person takes part in."""

    def make(ctx: Context, viewer: Viewer) -> bytes:
        try:
            gathering_id = GatheringId(UUID(request.path_params["gathering"]))
        except ValueError:
            raise NotFoundError("gathering") from None
        return gathering_file(ctx, viewer, gathering_id)

    return await send_file(request, make, "appointment.ics", _CALENDAR)

"""How a download is answered: for the viewer of the session, kept by no cache."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from wellbeing.bootstrap import process_context
from wellbeing.domain.errors import (
    NotAllowedError,
    NotFoundError,
    SignedOutError,
    WellbeingError,
)
from wellbeing.domain.people import Viewer
from wellbeing.services.accounts import viewer_of_token
from wellbeing.services.context import Context
from wellbeing.services.keyring import TextsLockedError, keys_of_session
from wellbeing.services.private_texts import OpenKeys, session_secret
from wellbeing.web.requests import session_token

_STATUS: dict[type[WellbeingError], int] = {
    SignedOutError: 401,
    NotAllowedError: 403,
    NotFoundError: 404,
    TextsLockedError: 403,
}


def keys_in(ctx: Context, request: Request, viewer: Viewer) -> OpenKeys:
    """Return the viewer's key to their private texts, opened with their cookie.

    Raises:
        TextsLockedError: this session cannot open it.
    """
    secret = session_secret(session_token(ctx, request) or "")
    return keys_of_session(ctx, viewer, secret)


async def send_file(
    request: Request,
    make: Callable[[Context, Viewer], bytes],
    name: str,
    media_type: str,
) -> Response:
    """Make a file for the viewer and send it, or the sentence of the refusal."""
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

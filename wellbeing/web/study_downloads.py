"""Downloads of bundles: on the screen by the session, for programs by a token."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from wellbeing.bootstrap import process_context
from wellbeing.domain.errors import (
    NotAllowedError,
    NotFoundError,
    SignedOutError,
    WellbeingError,
)
from wellbeing.domain.studies import BundleId
from wellbeing.services.accounts import viewer_of_token
from wellbeing.services.bundle_ledger import bundle_file
from wellbeing.services.proofs import ProofNeededError
from wellbeing.services.study_tokens import TokenRefusedError, use_token
from wellbeing.web.requests import address_of, session_token

_STATUS: dict[type[WellbeingError], int] = {
    SignedOutError: 401,
    TokenRefusedError: 401,
    NotAllowedError: 403,
    NotFoundError: 404,
    ProofNeededError: 403,
}
_BEARER = "bearer "
_LONGEST = 100
"""Characters of a token; ours have fewer."""


async def bundle(request: Request) -> Response:
    """Send a bundle of a study that the person of the session works with."""
    ctx = process_context()

    def find() -> tuple[str, Path]:
        viewer = viewer_of_token(ctx, session_token(ctx, request))
        return bundle_file(ctx, viewer, _asked_for(request))

    return await _send(find)


async def fetch(request: Request) -> Response:
    """Send the bundle that a token opens: ``Authorization: Bearer TOKEN``.

    The token is in a header, because addresses are written into logs.
    """
    ctx = process_context()

    def find() -> tuple[str, Path]:
        sent = request.headers.get("authorization", "")
        if not sent.lower().startswith(_BEARER) or len(sent) > _LONGEST:
            raise TokenRefusedError
        token = sent[len(_BEARER) :].strip()
        return use_token(ctx, token, address_of(ctx, request))

    return await _send(find)


def _asked_for(request: Request) -> BundleId:
    try:
        return BundleId(UUID(request.path_params["bundle"]))
    except ValueError:
        raise NotFoundError("bundle") from None


async def _send(find: Callable[[], tuple[str, Path]]) -> Response:
    try:
        name, file = await run_in_threadpool(find)
    except WellbeingError as error:
        return PlainTextResponse(str(error), _STATUS.get(type(error), 503))
    return FileResponse(
        file,
        filename=name,
        media_type="application/zip",
        headers={"cache-control": "no-store"},
    )

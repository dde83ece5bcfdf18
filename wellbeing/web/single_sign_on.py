"""Routes to the providers of single sign-on and back.

Streamlit has such routes of its own. They take unsigned tokens where a provider says
that it makes some, tokens for other programs, and a way back that was used before; and
every failure looks the same. So they are closed (``edge``) and these are used.
"""

import base64
import json
import logging
import re
from collections.abc import Callable
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

import anyio.to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wellbeing.bootstrap import process_context
from wellbeing.content.load import say
from wellbeing.domain.errors import NotFoundError, WellbeingError
from wellbeing.domain.sign_in import (
    LASTS,
    Flow,
    Provider,
    ProviderAwayError,
    Purpose,
    SignInFailedError,
    VisitOverError,
)
from wellbeing.services import accounts, single_sign_on
from wellbeing.services.context import Context
from wellbeing.services.openid import Answer
from wellbeing.web import html
from wellbeing.web.forms import NO_STORE, entered
from wellbeing.web.requests import address_of, safe_next, session_token, set_cookie

_LOG = logging.getLogger(__name__)
_Found = TypeVar("_Found")
# A provider that is slow holds up these few threads, and no screen.
_THREADS = anyio.CapacityLimiter(4)
_TICKETS = {
    "invitation": Purpose.INVITATION,
    "connect": Purpose.LINK,
    "confirm": Purpose.CONFIRM,
}
"""What stands in an address of ours, and what it is for."""
_LONGEST_TICKET = 100
_KEY, _LATEST = re.compile(r"[A-Za-z0-9_-]{43}\Z"), 2**40


async def leave(request: Request) -> Response:
    """Send the browser to a provider, with what it needs to come back."""
    ctx, query = process_context(), request.query_params
    asked = next((name for name in _TICKETS if name in query), "")
    flow = single_sign_on.new_visit(
        ctx,
        request.path_params["provider"],
        _TICKETS.get(asked, Purpose.ENTER),
        query.get(asked, "")[:_LONGEST_TICKET],
        safe_next(query.get("next")),
    )
    try:
        there = await _asking(partial(single_sign_on.way_there, ctx, flow))
    except WellbeingError as error:
        return _failed(error, flow)
    response = RedirectResponse(there, 303, NO_STORE)
    seconds = int(LASTS.total_seconds())
    set_cookie(ctx, response, _cookie(ctx), _as_text(flow), seconds)
    return response


async def back(request: Request) -> Response:
    """Let in whom a provider sends back, and go on to where they wanted."""
    ctx, query = process_context(), request.query_params
    flow = _flow_of(request.cookies.get(_cookie(ctx), ""))
    if flow is None or flow.provider != request.path_params["provider"]:
        return _done(ctx, _failed(VisitOverError("no visit in this browser"), flow))
    answer = Answer(
        code=query.get("code", ""),
        state=query.get("state", ""),
        issuer=query.get("iss", ""),
        error=query.get("error", ""),
    )
    before = session_token(ctx, request)
    try:
        token = await _asking(
            partial(
                single_sign_on.come_back,
                ctx,
                flow,
                answer,
                address=address_of(ctx, request),
                session_token=before,
            )
        )
    except WellbeingError as error:
        return _done(ctx, _failed(error, flow))
    response = RedirectResponse(safe_next(flow.next_path), 303, NO_STORE)
    if token is None:
        return _done(ctx, response)
    # A session from before is never taken over: the old one ends.
    await run_in_threadpool(accounts.sign_out, ctx, before)
    return _done(ctx, entered(ctx, response, token))


def ways_in(ctx: Context, **query: str) -> str:
    """Return a link to each provider; empty where there is none."""
    asked = f"?{urlencode(query)}" if query else ""
    return "".join(
        html.link(
            f"/sign-in/with/{provider.name}{asked}",
            say("single_sign_on.go_on", title=provider.title),
        )
        for provider in ctx.providers
    )


def page_of_ways(
    ctx: Context,
    name: str,
    intro: str,
    *,
    wrong: WellbeingError | None = None,
    **query: str,
) -> Response:
    """Return a page without any form, for a clinic without passwords.

    Args:
        ctx: the surroundings.
        name: of the page's sentences.
        intro: the key of what it says first.
        wrong: why the page is shown again.
        query: what the links carry.
    """
    body = html.paragraph(say(intro), "quiet")
    body += html.paragraph(str(wrong), "wrong") if wrong else ""
    body += ways_in(ctx, **query)
    body += html.paragraph(say("frame.not_a_help_line"), "quiet")
    shown = html.page(say(f"{name}.title"), body)
    return HTMLResponse(shown, 400 if wrong else 200, NO_STORE)


def sign_out_there(provider: Provider, address: str) -> Response:
    """Return the page that goes on to sign out at the provider, too.

    No redirect: the browser would not follow one from a form to another site.
    """
    words = say("single_sign_on.sign_out", title=provider.title)
    body = html.paragraph(words)
    body += html.link(address, say("single_sign_on.go_on", title=provider.title))
    headers = NO_STORE | {"refresh": f"0; url={address}"}
    shown = html.page(say("single_sign_on.signed_out"), body)
    return HTMLResponse(shown, 200, headers)


async def _asking(ask: Callable[[], _Found]) -> _Found:
    return await anyio.to_thread.run_sync(ask, limiter=_THREADS)


def _failed(error: WellbeingError, flow: Flow | None) -> Response:
    if isinstance(error, SignInFailedError):
        # In few words, none of them the provider's own: they could name somebody.
        _LOG.warning("Single sign-on came to nothing: %s", error.why)
    own = flow is not None and flow.purpose in {Purpose.LINK, Purpose.CONFIRM}
    body = html.paragraph(str(error), "wrong")
    if own:
        body += html.link("/my-data", say("navigation.my_data"))
    else:
        body += html.link("/sign-in", say("sign_in.title"))
    status = 400
    if isinstance(error, ProviderAwayError):
        status = 503
    elif isinstance(error, NotFoundError):
        status = 404
    shown = html.page(say("single_sign_on.failed"), body)
    return HTMLResponse(shown, status, NO_STORE)


def _done(ctx: Context, response: Response) -> Response:
    set_cookie(ctx, response, _cookie(ctx), "", 0)
    return response


def _cookie(ctx: Context) -> str:
    return f"{'__Host-' if ctx.settings.https else ''}wellbeing_visit"


def _as_text(flow: Flow) -> str:
    told = [flow.key, flow.began, flow.provider, flow.purpose, flow.ticket]
    said = json.dumps([*told, flow.next_path]).encode()
    return base64.urlsafe_b64encode(said).decode()


def _flow_of(text: str) -> Flow | None:
    """Return the visit in a cookie; None: it is none of ours."""
    try:
        told = json.loads(base64.urlsafe_b64decode(text.encode()))
        key, began, *words = told
        provider, purpose, ticket, path = words
        if type(began) is not int or not 0 <= began < _LATEST or not _KEY.match(key):
            return None
        "".join(words).encode()  # fails of anything but text that can be sent
        return Flow(
            key=key,
            began=began,
            provider=provider,
            purpose=Purpose(purpose),
            ticket=ticket,
            next_path=path,
        )
    except (ValueError, TypeError, RecursionError):
        return None

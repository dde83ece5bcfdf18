"""Routes for signing in and out."""

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from wellbeing.bootstrap import process_context
from wellbeing.content.load import say
from wellbeing.domain.errors import WellbeingError
from wellbeing.services import accounts, single_sign_on
from wellbeing.services.context import Context
from wellbeing.services.half_sessions import CodeAskedError
from wellbeing.web import html
from wellbeing.web.doors import at_the_door
from wellbeing.web.forms import (
    NO_STORE,
    entered,
    form_page,
    password_field,
    stale_form,
)
from wellbeing.web.html import Field
from wellbeing.web.requests import (
    FormRefusedError,
    address_of,
    cookie_names,
    is_same_origin,
    read_form,
    safe_next,
    session_token,
    set_cookie,
)
from wellbeing.web.second_factor import to_second_step
from wellbeing.web.single_sign_on import page_of_ways, sign_out_there, ways_in

_PROCESS = secrets.token_hex(8)


async def sign_in(request: Request) -> Response:
    """Show the sign-in page, or begin a session and go on to where one wanted."""
    ctx = process_context()
    next_path = safe_next(request.query_params.get("next"))
    if request.method != "POST":
        return _sign_in_page(ctx, request, next_path)
    try:
        fields = await read_form(ctx, request)
    except FormRefusedError:
        return stale_form()
    next_path = safe_next(fields.get("next"))
    email = fields.get("email", "")
    try:
        token = await at_the_door(
            accounts.sign_in,
            ctx,
            email=email,
            password=fields.get("password", ""),
            address=address_of(ctx, request),
        )
    except CodeAskedError as asked:
        return to_second_step(ctx, asked.half, next_path)
    except WellbeingError as error:
        return _sign_in_page(ctx, request, next_path, wrong=error, email=email)
    # A session that was set before signing in is never taken over: the old one ends.
    await run_in_threadpool(accounts.sign_out, ctx, session_token(ctx, request))
    return entered(ctx, RedirectResponse(next_path, 303, NO_STORE), token)


async def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    ctx = process_context()
    if not is_same_origin(ctx, request):
        return PlainTextResponse(say("edge.other_site"), 403)
    there = await run_in_threadpool(
        single_sign_on.sign_out, ctx, session_token(ctx, request)
    )
    response: Response = RedirectResponse("/sign-in", 303, NO_STORE)
    if there is not None:
        response = sign_out_there(*there)
    set_cookie(ctx, response, cookie_names(ctx)[0], "", 0)
    return response


async def session(_request: Request) -> Response:
    """Answer that there is a session; without one the edge has answered already.

    A tab compares the process with the one it began under: see ``assets/screen.js``.
    """
    headers = NO_STORE | {"x-wellbeing-process": _PROCESS}
    return Response(status_code=204, headers=headers)


def _sign_in_page(
    ctx: Context,
    request: Request,
    next_path: str,
    *,
    wrong: WellbeingError | None = None,
    email: str = "",
) -> Response:
    if not ctx.settings.takes_passwords:
        intro = "single_sign_on.sign_in_intro"
        return page_of_ways(ctx, "sign_in", intro, wrong=wrong, next=next_path)
    fields = [
        Field(
            name="email",
            label=say("sign_in.email"),
            kind="email",
            autocomplete="username",
            value=email,
        ),
        password_field("sign_in.password", "current-password"),
    ]
    return form_page(
        ctx,
        request,
        "sign_in",
        fields,
        wrong=wrong,
        hidden={"next": next_path},
        after=ways_in(ctx, next=next_path)
        + html.link("/recover", say("sign_in.lost"))
        + html.paragraph(say("frame.not_a_help_line"), "quiet"),
    )

"""The route of the second step of signing in: a code, or setting up what gives it.

It is plain HTML like the first step. Who waits is known by a cookie of its own.
"""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wellbeing.bootstrap import process_context
from wellbeing.content.load import say
from wellbeing.domain.errors import WellbeingError
from wellbeing.services import accounts, half_sessions, one_time_codes, second_sign_in
from wellbeing.services.context import Context
from wellbeing.services.half_sessions import HalfEndedError
from wellbeing.services.one_time_codes import NewSecret
from wellbeing.web import html
from wellbeing.web.forms import NO_STORE, entered, form_page, stale_form
from wellbeing.web.html import Field
from wellbeing.web.requests import (
    FormRefusedError,
    address_of,
    half_cookie,
    read_form,
    safe_next,
    session_token,
    set_cookie,
)

PATH = "/second-factor"
_RECOVERY = "recovery"


def to_second_step(ctx: Context, half: str, next_path: str) -> Response:
    """Lead a browser whose password was right to the second step."""
    response = RedirectResponse(f"{PATH}?next={quote(next_path)}", 303, NO_STORE)
    seconds = int(half_sessions.LASTS.total_seconds())
    set_cookie(ctx, response, half_cookie(ctx), half, seconds)
    return response


async def second_step(request: Request) -> Response:
    """Ask for a code, or let a second factor be set up; then begin the session."""
    ctx = process_context()
    half = request.cookies.get(half_cookie(ctx))
    try:
        is_sent = request.method == "POST"
        fields = await read_form(ctx, request) if is_sent else {}
        new = await run_in_threadpool(second_sign_in.secret_to_set_up, ctx, half)
        if not is_sent:
            return _page(ctx, request, new, dict(request.query_params))
        try:
            return await _enter(ctx, request, half, fields, new=new)
        except HalfEndedError:
            raise
        except WellbeingError as error:
            return _page(ctx, request, new, fields, wrong=error)
    except FormRefusedError:
        return stale_form()
    except HalfEndedError:
        response = RedirectResponse("/sign-in", 303, NO_STORE)
        set_cookie(ctx, response, half_cookie(ctx), "", 0)
        return response
    except WellbeingError as error:
        body = html.paragraph(str(error), "wrong")
        body += html.link("/recover", say("sign_in.lost"))
        return HTMLResponse(html.page(say("sign_in_code.title"), body), 400, NO_STORE)


async def _enter(
    ctx: Context,
    request: Request,
    half: str | None,
    fields: dict[str, str],
    *,
    new: NewSecret | None,
) -> Response:
    given = ctx, half, fields.get("code", ""), address_of(ctx, request)
    next_path = safe_next(fields.get("next"))
    response: Response
    if new is None:
        token = await run_in_threadpool(second_sign_in.enter_with_code, *given)
        response = RedirectResponse(next_path, 303, NO_STORE)
    else:
        token, codes = await run_in_threadpool(
            second_sign_in.enter_with_new_factor, *given
        )
        response = _codes_page(codes, next_path)
    # A session that was set before signing in is never taken over: the old one ends.
    await run_in_threadpool(accounts.sign_out, ctx, session_token(ctx, request))
    set_cookie(ctx, response, half_cookie(ctx), "", 0)
    return entered(ctx, response, token)


def _page(
    ctx: Context,
    request: Request,
    new: NewSecret | None,
    sent: dict[str, str],
    *,
    wrong: WellbeingError | None = None,
) -> Response:
    kept = {"next": safe_next(sent.get("next"))}
    code = Field(
        name="code",
        label=say("sign_in_code.code"),
        autocomplete="one-time-code",
        inputmode="numeric",
    )
    if new is not None:
        before = f'<p class="qr">{new.picture}</p>'
        before += html.paragraph(say("second_factor.by_hand"), "quiet")
        before += html.paragraph(one_time_codes.spaced(new.text), "code")
        return form_page(
            ctx,
            request,
            "sign_in_factor",
            [code],
            wrong=wrong,
            hidden=kept,
            before=before,
        )
    wanted = quote(kept["next"])
    if sent.get(_RECOVERY):
        code = Field(name="code", label=say("sign_in_code.recovery_code"))
        kept |= {_RECOVERY: "1"}
        other = html.link(f"{PATH}?next={wanted}", say("sign_in_code.with_code"))
    else:
        to_recovery = f"{PATH}?{_RECOVERY}=1&next={wanted}"
        other = html.link(to_recovery, say("sign_in_code.with_recovery"))
    after = other + html.paragraph(say("sign_in_code.lost"), "quiet")
    return form_page(
        ctx, request, "sign_in_code", [code], wrong=wrong, hidden=kept, after=after
    )


def _codes_page(codes: tuple[str, ...], next_path: str) -> Response:
    body = html.paragraph(say("second_factor.codes_what"))
    body += "".join(html.paragraph(code, "code") for code in codes)
    body += html.link(next_path, say("second_factor.codes_kept"))
    return HTMLResponse(html.page(say("second_factor.codes"), body), 200, NO_STORE)

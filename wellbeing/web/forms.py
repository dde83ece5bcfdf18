"""What every page with a form shares: its cookie, its proof, its answers."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from wellbeing.content.load import say
from wellbeing.domain.errors import (
    DatabaseUnusableError,
    TooManyAttemptsError,
    WellbeingError,
    WrongPasswordError,
)
from wellbeing.services.context import Context
from wellbeing.services.factors import WrongCodeError
from wellbeing.web import html
from wellbeing.web.html import Field
from wellbeing.web.requests import cookie_names, form_proof, new_form_key, set_cookie

_FORM_SECONDS = 3600
_STATUS: dict[type[WellbeingError], int] = {
    DatabaseUnusableError: 503,
    TooManyAttemptsError: 429,
    WrongPasswordError: 401,
    WrongCodeError: 401,
}
NO_STORE = {"cache-control": "no-store"}


def form_page(  # noqa: PLR0913 (what a page with a form has, by keyword)
    ctx: Context,
    request: Request,
    name: str,
    fields: Sequence[Field],
    *,
    wrong: WellbeingError | None = None,
    hidden: Mapping[str, str] | None = None,
    before: str = "",
    after: str = "",
) -> Response:
    """Return a page with one form; the cookie of the form goes with it."""
    cookie = cookie_names(ctx)[1]
    key = request.cookies.get(cookie) or new_form_key()
    kept = {"proof": form_proof(key)} | dict(hidden or {})
    body = html.paragraph(say(f"{name}.intro"), "quiet")
    body += before + (html.paragraph(str(wrong), "wrong") if wrong else "")
    button = say(f"{name}.button")
    body += html.form(request.url.path, fields, button, kept, wrong=bool(wrong)) + after
    shown = html.page(say(f"{name}.title"), body)
    response = HTMLResponse(shown, _status(wrong), NO_STORE)
    set_cookie(ctx, response, cookie, key, _FORM_SECONDS)
    return response


def _status(wrong: WellbeingError | None) -> int:
    if wrong is None:
        return 200
    known = (s for kind, s in _STATUS.items() if isinstance(wrong, kind))
    return next(known, 400)


def entered(ctx: Context, response: Response, token: str) -> Response:
    """Let the browser keep a new session; the form's cookie is done with."""
    seconds = ctx.settings.session_days * 86400
    set_cookie(ctx, response, cookie_names(ctx)[0], token, seconds)
    set_cookie(ctx, response, cookie_names(ctx)[1], "", 0)
    return response


def stale_form() -> Response:
    """Return the page for a form that was shown too long ago, or elsewhere."""
    body = html.paragraph(say("edge.stale_form"))
    body += html.link("/sign-in", say("sign_in.title"))
    return HTMLResponse(html.page(say("edge.stale_form_title"), body), 400, NO_STORE)


def password_field(label: str, autocomplete: str, hint: str = "") -> Field:
    """Return a field for a password."""
    return Field(
        name="password",
        label=say(label),
        kind="password",
        autocomplete=autocomplete,
        hint=hint,
    )

"""Routes by which somebody gets in: set-up, invitation, recovery code."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from wellbeing.bootstrap import process_context
from wellbeing.content.load import say
from wellbeing.content.places import countries, time_zones
from wellbeing.domain.errors import LinkUsedOrExpiredError, WellbeingError
from wellbeing.services import invitations, my_keys, setup
from wellbeing.services.context import Context
from wellbeing.services.setup import NewClinic
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
    read_form,
    set_cookie,
)
from wellbeing.web.single_sign_on import page_of_ways, ways_in


async def set_up(request: Request) -> Response:
    """Show the set-up page of an empty database, or make the clinic."""
    ctx = process_context()
    token = request.path_params["token"]
    if not await run_in_threadpool(setup.setup_link_works, ctx, token):
        return _useless_link()
    if request.method != "POST" or not ctx.settings.takes_passwords:
        return _set_up_page(ctx, request)
    try:
        fields = await read_form(ctx, request)
    except FormRefusedError:
        return stale_form()
    wanted = NewClinic(
        name=fields.get("clinic", ""),
        country=fields.get("country", ""),
        time_zone=fields.get("time_zone", ""),
        administrator=fields.get("name", ""),
        email=fields.get("email", ""),
        password=fields.get("password", ""),
        checks_in=fields.get("checks_in") == "yes",
    )
    try:
        entrance = await at_the_door(setup.set_up, ctx, token, wanted)
    except LinkUsedOrExpiredError:
        return _useless_link()
    except WellbeingError as error:
        filled = _set_up_fields(fields)
        return form_page(ctx, request, "set_up", filled, wrong=error)
    return _code_page(ctx, entrance.recovery_code, entrance.token)


async def invitation(request: Request) -> Response:
    """Show an invitation, or set the password of the person it is for."""
    ctx = process_context()
    token = request.path_params["token"]
    email = await run_in_threadpool(invitations.invitation_email, ctx, token)
    if email is None:
        return _useless_link()
    if request.method != "POST" or not ctx.settings.takes_passwords:
        return _invitation_page(ctx, request, token, email)
    fields = _invited_fields(email)
    try:
        sent = await read_form(ctx, request)
    except FormRefusedError:
        return stale_form()
    try:
        entrance = await at_the_door(
            invitations.accept_invitation, ctx, token, sent.get("password", "")
        )
    except LinkUsedOrExpiredError:
        return _useless_link()
    except WellbeingError as error:
        return form_page(ctx, request, "invitation", fields, wrong=error)
    return _code_page(ctx, entrance.recovery_code, entrance.token)


async def recover(request: Request) -> Response:
    """Show the page for a lost password, or set a new one with the recovery code."""
    ctx = process_context()
    if not ctx.settings.takes_passwords:
        return page_of_ways(ctx, "recover", "single_sign_on.no_recovery")
    if request.method != "POST":
        return form_page(ctx, request, "recover", _recover_fields("", ""))
    try:
        sent = await read_form(ctx, request)
    except FormRefusedError:
        return stale_form()
    email = sent.get("email", "")
    try:
        token, code = await at_the_door(
            my_keys.recover,
            ctx,
            email=email,
            code=sent.get("code", ""),
            password=sent.get("password", ""),
            address=address_of(ctx, request),
            factor_code=sent.get("factor_code", ""),
        )
    except WellbeingError as error:
        again = _recover_fields(email, sent.get("code", ""))
        return form_page(ctx, request, "recover", again, wrong=error)
    return _code_page(ctx, code, token, before=say("recovery_code.replaced"))


def _code_page(
    ctx: Context, code: str, token: str | None, before: str = ""
) -> Response:
    body = html.paragraph(before) if before else ""
    body += html.paragraph(say("recovery_code.intro"))
    body += html.paragraph(code, "code")
    body += html.paragraph(say("recovery_code.why"), "quiet")
    if token is None:
        body += html.paragraph(say("sign_in_factor.first"))
    body += html.link("/", say("recovery_code.go_on"))
    shown = html.page(say("recovery_code.title"), body)
    response = HTMLResponse(shown, 200, NO_STORE)
    if token is not None:
        return entered(ctx, response, token)
    # Nobody goes on in a session that somebody else left in this browser.
    set_cookie(ctx, response, cookie_names(ctx)[0], "", 0)
    return response


def _set_up_page(ctx: Context, request: Request) -> Response:
    if ctx.settings.takes_passwords:
        return form_page(ctx, request, "set_up", _set_up_fields({}))
    body = html.paragraph(say("single_sign_on.no_set_up"))
    return HTMLResponse(html.page(say("set_up.title"), body), 200, NO_STORE)


def _invitation_page(
    ctx: Context, request: Request, token: str, email: str
) -> Response:
    if not ctx.settings.takes_passwords:
        intro = "single_sign_on.invitation_intro"
        return page_of_ways(ctx, "invitation", intro, invitation=token)
    after = ways_in(ctx, invitation=token)
    if after:
        after = html.paragraph(say("single_sign_on.invitation_or")) + after
    fields = _invited_fields(email)
    return form_page(ctx, request, "invitation", fields, after=after)


def _useless_link() -> Response:
    body = html.paragraph(str(LinkUsedOrExpiredError()))
    body += html.link("/sign-in", say("sign_in.title"))
    return HTMLResponse(html.page(say("edge.useless_link"), body), 404, NO_STORE)


def _invited_fields(email: str) -> list[Field]:
    return [_email_field(email, fixed=True), _new_password_field()]


def _email_field(email: str, *, fixed: bool) -> Field:
    return Field(
        name="email",
        label=say("sign_in.email"),
        kind="email",
        autocomplete="username",
        value=email,
        fixed=fixed,
    )


def _new_password_field() -> Field:
    return password_field("invitation.password", "new-password", say("invitation.hint"))


def _recover_fields(email: str, code: str) -> list[Field]:
    typed = Field(name="code", label=say("recover.code"), value=code)
    # Asked of everybody: whether an account has a second factor is nobody's business.
    factor_code = Field(
        name="factor_code",
        label=say("sign_in_code.at_recovery"),
        autocomplete="one-time-code",
        hint=say("sign_in_code.at_recovery_hint"),
        required=False,
    )
    return [_email_field(email, fixed=False), typed, _new_password_field(), factor_code]


def _set_up_fields(sent: Mapping[str, str]) -> list[Field]:
    def field(name: str, **more: object) -> Field:
        value = sent.get(name, "")
        return Field(name=name, label=say(f"set_up.{name}"), value=value, **more)  # type: ignore[arg-type]

    zones = {zone: zone.replace("_", " ") for zone in time_zones()}
    return [
        field("clinic", autocomplete="organization"),
        field("country", options=countries()),
        field("time_zone", options=zones, hint=say("set_up.time_zone_hint")),
        field("name", autocomplete="name"),
        field("email", kind="email", autocomplete="username"),
        _new_password_field(),
        field(
            "checks_in",
            kind="checkbox",
            required=False,
            hint=say("set_up.checks_in_hint"),
        ),
    ]

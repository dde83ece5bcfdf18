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
from wellbeing.services.setup import Entrance, NewClinic
from wellbeing.web import html
from wellbeing.web.forms import (
    NO_STORE,
    entered,
    form_page,
    password_field,
    stale_form,
)
from wellbeing.web.html import Field
from wellbeing.web.requests import FormRefusedError, address_of, read_form


async def set_up(request: Request) -> Response:
    """Show the set-up page of an empty database, or make the clinic."""
    ctx = process_context()
    token = request.path_params["token"]
    if not await run_in_threadpool(setup.setup_link_works, ctx, token):
        return _useless_link()
    if request.method != "POST":
        return form_page(ctx, request, "set_up", _set_up_fields({}))
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
        entrance = await run_in_threadpool(setup.set_up, ctx, token, wanted)
    except LinkUsedOrExpiredError:
        return _useless_link()
    except WellbeingError as error:
        filled = _set_up_fields(fields)
        return form_page(ctx, request, "set_up", filled, wrong=error)
    return _code_page(ctx, entrance)


async def invitation(request: Request) -> Response:
    """Show an invitation, or set the password of the person it is for."""
    ctx = process_context()
    token = request.path_params["token"]
    email = await run_in_threadpool(invitations.invitation_email, ctx, token)
    if email is None:
        return _useless_link()
    fields = _password_fields(email)
    if request.method != "POST":
        return form_page(ctx, request, "invitation", fields)
    try:
        sent = await read_form(ctx, request)
    except FormRefusedError:
        return stale_form()
    try:
        entrance = await run_in_threadpool(
            invitations.accept_invitation, ctx, token, sent.get("password", "")
        )
    except LinkUsedOrExpiredError:
        return _useless_link()
    except WellbeingError as error:
        return form_page(ctx, request, "invitation", fields, wrong=error)
    return _code_page(ctx, entrance)


async def recover(request: Request) -> Response:
    """Show the page for a lost password, or set a new one with the recovery code."""
    ctx = process_context()
    if request.method != "POST":
        return form_page(ctx, request, "recover", _recover_fields(""))
    try:
        sent = await read_form(ctx, request)
    except FormRefusedError:
        return stale_form()
    email = sent.get("email", "")
    try:
        token, code = await run_in_threadpool(
            my_keys.recover,
            ctx,
            email=email,
            code=sent.get("code", ""),
            password=sent.get("password", ""),
            address=address_of(ctx, request),
        )
    except WellbeingError as error:
        again = _recover_fields(email)
        return form_page(ctx, request, "recover", again, wrong=error)
    return _code_page(ctx, Entrance(token=token, recovery_code=code))


def _code_page(ctx: Context, entrance: Entrance) -> Response:
    body = html.paragraph(say("recovery_code.intro"))
    body += html.paragraph(entrance.recovery_code, "code")
    body += html.paragraph(say("recovery_code.why"), "quiet")
    body += html.link("/", say("recovery_code.go_on"))
    shown = html.page(say("recovery_code.title"), body)
    return entered(ctx, HTMLResponse(shown, 200, NO_STORE), entrance.token)


def _useless_link() -> Response:
    body = html.paragraph(str(LinkUsedOrExpiredError()))
    body += html.link("/sign-in", say("sign_in.title"))
    return HTMLResponse(html.page(say("edge.useless_link"), body), 404, NO_STORE)


def _password_fields(email: str) -> list[Field]:
    shown = Field(
        name="email",
        label=say("sign_in.email"),
        kind="email",
        autocomplete="username",
        value=email,
    )
    new = password_field("invitation.password", "new-password", say("invitation.hint"))
    return [shown, new]


def _recover_fields(email: str) -> list[Field]:
    code = Field(name="code", label=say("recover.code"))
    return [_password_fields(email)[0], code, _password_fields("")[1]]


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
        password_field("invitation.password", "new-password", say("invitation.hint")),
        field(
            "checks_in",
            kind="checkbox",
            required=False,
            hint=say("set_up.checks_in_hint"),
        ),
    ]

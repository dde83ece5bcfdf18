"""What a request tells: who, from where, and whether it is one of ours."""

import hashlib
import re
import secrets
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from wellbeing.services.context import Context

ASKED_HERE = ("/healthz", "/readyz", "/metrics")
"""What programs on this machine ask, past the proxy."""
_FORM_KIND = "application/x-www-form-urlencoded"
_LARGEST_FORM = 16_384
_OWN_PATH = re.compile(r"/(?![/\\])[\w\-./?=&%]*")


class FormRefusedError(Exception):
    """A form that is too large, stale, or not sent by a page of ours."""


def cookie_names(ctx: Context) -> tuple[str, str]:
    """Return the names of the session cookie and of the form cookie.

    Over TLS the ``__Host-`` prefix keeps sibling subdomains from setting them.
    """
    prefix = "__Host-" if ctx.settings.https else ""
    return f"{prefix}wellbeing", f"{prefix}wellbeing_form"


def half_cookie(ctx: Context) -> str:
    """Return the name of the cookie of a sign-in that waits for a code."""
    return f"{cookie_names(ctx)[0]}_half"


def session_token(ctx: Context, request: Request) -> str | None:
    """Return the token in the session cookie, whatever it is worth."""
    return request.cookies.get(cookie_names(ctx)[0])


def set_cookie(
    ctx: Context, response: Response, name: str, value: str, seconds: int
) -> None:
    """Set a cookie that scripts cannot read and other sites do not send."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=ctx.settings.https,
        path="/",
    )


def allowed_hosts(ctx: Context) -> frozenset[str]:
    """Return the hosts that a request may be for; others are rebinding attacks."""
    public = ctx.settings.public_url
    return frozenset({ctx.settings.host}) if public else local_hosts(ctx)


def local_hosts(ctx: Context) -> frozenset[str]:
    """Return what a program on this machine calls the app."""
    port = ctx.settings.port
    return frozenset({f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"})


def is_for_us(ctx: Context, request: Request) -> bool:
    """Tell whether a request names a host of ours."""
    allowed = allowed_hosts(ctx)
    if request.url.path in ASKED_HERE:
        allowed |= local_hosts(ctx)
    return request.headers.get("host", "") in allowed


def is_same_origin(ctx: Context, request: Request) -> bool:
    """Tell whether a state-changing request was sent by a page of ours."""
    origin = request.headers.get("origin")
    if origin is not None:
        scheme = "https" if ctx.settings.https else "http"
        return origin == f"{scheme}://{request.headers.get('host', '')}"
    return request.headers.get("sec-fetch-site") == "same-origin"


def safe_next(path: str | None) -> str:
    """Return a path of ours to go on to; anything else becomes the start page."""
    return path if path and _OWN_PATH.fullmatch(path) else "/"


def address_of(ctx: Context, request: Request) -> str:
    """Return the client's network address, past our own proxies only."""
    peer = request.client.host if request.client else ""
    proxies = ctx.settings.proxies
    hops = request.headers.get("x-forwarded-for", "").split(",")
    if proxies and len(hops) >= proxies:
        return hops[-proxies].strip() or peer
    return peer


def new_form_key() -> str:
    """Return the random value that ties a form to the browser it was shown in."""
    return secrets.token_urlsafe(16)


def form_proof(key: str) -> str:
    """Return what the form itself carries; the cookie holds the key."""
    return hashlib.sha256(f"form {key}".encode()).hexdigest()


async def read_form(ctx: Context, request: Request) -> dict[str, str]:
    """Return the fields of a form that a page of ours was shown with.

    Raises:
        FormRefusedError: anything else.
    """
    key = request.cookies.get(cookie_names(ctx)[1], "")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM_KIND or not is_same_origin(ctx, request) or not key:
        raise FormRefusedError
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise FormRefusedError
    parsed = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    fields = {name: values[0] for name, values in parsed.items()}
    if not secrets.compare_digest(
        fields.get("proof", "").encode(), form_proof(key).encode()
    ):
        raise FormRefusedError
    return fields

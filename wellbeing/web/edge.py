"""The edge: what has no valid session gets the sign-in page, and no WebSocket."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wellbeing.bootstrap import process_context
from wellbeing.content.load import say
from wellbeing.domain.errors import DatabaseUnusableError, SignedOutError
from wellbeing.domain.people import Role, Viewer
from wellbeing.services.accounts import viewer_of_token
from wellbeing.services.private_texts import session_secret
from wellbeing.web import uploads
from wellbeing.web.headers import security_headers
from wellbeing.web.limits import (
    BodyRefusedError,
    LimitedBody,
    LimitedSocket,
    Tabs,
    refused_unread,
)
from wellbeing.web.requests import (
    ASKED_HERE,
    is_for_us,
    is_same_origin,
    session_token,
)
from wellbeing.web.static_files import (
    ICON_PATH,
    SCRIPT_PATH,
    STYLE_PATH,
    front_page,
    is_static_file,
)
from wellbeing.web.uploads import Uploads

SESSION_HEADER, KEY_HEADER = b"x-wb-sid", b"x-wb-key"
_REFUSED, _TRY_LATER = 1008, 1013  # close codes of RFC 6455 and its registry
_OPEN = (
    *("/sign-in", "/recover", "/set-up/", "/invitation/", "/static/"),
    "/second-factor",  # for sign-ins that wait for a code
    *("/calendar/", "/reminders/stop/"),
)
_OPEN_EXACTLY = (
    *ASKED_HERE,
    "/favicon.png",
    "/_stcore/health",
    "/study/fetch",  # asks for a token of its own
    SCRIPT_PATH,
    STYLE_PATH,
    ICON_PATH,
)
_CLOSED = (
    *("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check"),
    # Streamlit's own login believes too much and cannot be ended: single_sign_on.py.
    *("/auth/", "/oauth2callback"),
)
_OURS = ("/my/", "/session", "/sign-out", "/assets/", "/_stcore/", "/media/")
_OURS_TOO = ("/component/", *_OPEN)
_MAY_UPLOAD = {Role.ADMINISTRATOR, Role.CLINICIAN}
"""Files are held in memory: they are for roles whose screens have a file field."""


class Edge:
    """Pure ASGI middleware in front of everything, WebSockets included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._tabs = Tabs()
        self._uploads = Uploads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what may pass; answer everything else here."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        ctx, request = process_context(), _as_request(scope)
        viewer, code = None, _REFUSED
        fits = refused_unread(scope) is None
        if fits and is_for_us(ctx, request) and is_same_origin(ctx, request):
            try:
                viewer = await _viewer(request)
            except DatabaseUnusableError:
                code = _TRY_LATER
        if viewer is None:
            await receive()
            await send({"type": "websocket.close", "code": code})
            return
        headers = [h for h in scope["headers"] if not h[0].startswith(b"x-wb-")]
        # What opens private texts in this session: made of the cookie, stored nowhere,
        # and told to the screens on this machine only.
        secret = session_secret(session_token(ctx, request) or "")
        headers.append((SESSION_HEADER, viewer.session.encode()))
        headers.append((KEY_HEADER, secret.hex().encode()))
        socket = LimitedSocket(receive, send)
        with self._tabs.place(viewer.session) as free:
            if not free:
                await receive()
                await send({"type": "websocket.close", "code": _TRY_LATER})
                return
            await self.app({**scope, "headers": headers}, socket.receive, socket.send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        ctx, request = process_context(), _as_request(scope)

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_security(
                    message.get("headers", []), https=ctx.settings.https
                )
            await send(message)

        found = await self._answer_or_viewer(request)
        if isinstance(found, Response):
            await found(scope, receive, send_safely)
            return
        if found is None:
            await self._pass_on(scope, receive, send_safely)
            return
        with self._uploads.place(found, scope) as free:
            if free:
                await self._pass_on(scope, receive, send_safely)
            else:
                refused = _too_much(429, "limits.too_many_files")
                await refused(scope, receive, send_safely)

    async def _pass_on(self, scope: Scope, receive: Receive, send_safely: Send) -> None:
        headers = [h for h in scope["headers"] if not h[0].startswith(b"x-wb-")]
        try:
            await self.app(
                {**scope, "headers": headers}, LimitedBody(receive), send_safely
            )
        except BodyRefusedError as error:
            await _too_much(error.status)(scope, receive, send_safely)
        except DatabaseUnusableError as error:
            away = PlainTextResponse(str(error), 503)
            await away(scope, receive, send_safely)

    async def _answer_or_viewer(self, request: Request) -> Response | Viewer | None:
        """Return what is answered here, or who goes on; None: it is for everybody."""
        path = request.url.path
        refused = _refused_to_everybody(request)
        if refused is not None:
            return refused
        if path.startswith(_OPEN) or path in _OPEN_EXACTLY:
            return None
        page = request.method == "GET" and "text/html" in request.headers.get(
            "accept", ""
        )
        try:
            viewer = await _viewer(request)
        except DatabaseUnusableError as error:
            return PlainTextResponse(str(error), 503)
        if viewer is None:
            return _to_sign_in(request) if page else _signed_out()
        return _to_who_is_in(viewer, path, page=page) or viewer


def _to_who_is_in(viewer: Viewer, path: str, *, page: bool) -> Response | None:
    if path.startswith(uploads.PATH) and not viewer.roles & _MAY_UPLOAD:
        return PlainTextResponse(say("limits.no_upload"), 403)
    if page and not path.startswith((*_OURS, *_OURS_TOO)):
        # Any other address is a page of the app: the browser gets the front page
        # and finds its way from there.
        return HTMLResponse(front_page(), headers={"cache-control": "no-cache"})
    return None


def _refused_to_everybody(request: Request) -> Response | None:
    too_much = refused_unread(request.scope)
    if too_much is not None:
        return _too_much(too_much)
    path = request.url.path
    if not is_for_us(process_context(), request):
        return PlainTextResponse(say("edge.other_host"), 421)
    # For a file that it lacks Streamlit answers with its front page, whoever asks.
    no_file = path.startswith("/static/") and not is_static_file(path)
    if no_file or path.startswith(_CLOSED):
        return PlainTextResponse(say("edge.not_found"), 404)
    return None


def _too_much(status: int, sentence: str = "limits.too_much") -> Response:
    # What is left of the body is not read: the connection ends.
    close = {"connection": "close"}
    return PlainTextResponse(say(sentence), status, close)


def _signed_out() -> Response:
    return PlainTextResponse(say("edge.signed_out"), 401)


def _to_sign_in(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = quote(request.url.path + query)
    return RedirectResponse(f"/sign-in?next={wanted}", 303)


def _as_request(scope: Scope) -> Request:
    method = scope.get("method", "GET")
    return Request({**scope, "type": "http", "method": method})


async def _viewer(request: Request) -> Viewer | None:
    ctx = process_context()
    try:
        token = session_token(ctx, request)
        return await run_in_threadpool(viewer_of_token, ctx, token)
    except SignedOutError:
        return None


def _with_security(
    headers: list[tuple[bytes, bytes]], *, https: bool
) -> list[tuple[bytes, bytes]]:
    have = {name.lower() for name, _ in headers}
    ours = [h for h in security_headers(https=https) if h[0] not in have]
    return [
        (
            name,
            value + b"; Secure"
            if https
            and name.lower() == b"set-cookie"
            and b"secure" not in value.lower()
            else value,
        )
        for name, value in headers
    ] + ours

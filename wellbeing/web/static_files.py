"""Streamlit's files, compressed once, and its page with our additions."""

import gzip
import mimetypes
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from wellbeing.content.load import say
from wellbeing.web.headers import STREAMLIT_FILES

_KINDS = {".js", ".css", ".svg", ".wasm"}
_FOREVER = "public, immutable, max-age=31536000"
SCRIPT_PATH = "/assets/screen.js"
ICON_PATH = "/assets/icon.svg"
STYLE_PATH = "/assets/screen.css"
_ASSETS = Path(__file__).parent / "assets"


class CompressedFiles:
    """Middleware: Streamlit sends some 2 MB of script as they are; we compress them.

    Only files that stand in Streamlit's folder at the start can be asked for.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a file that can be compressed; pass everything else on."""
        file = _files().get(scope.get("path", ""))
        packed = file is not None and file.suffix in _KINDS
        if file is None or not packed or not _takes_gzip(scope):
            await self.app(scope, receive, send)
            return
        body = await run_in_threadpool(_compressed, file)
        kind = mimetypes.guess_type(file.name)[0] or "text/javascript"
        headers = {
            "content-encoding": "gzip",
            "vary": "accept-encoding",
            "cache-control": _FOREVER,
        }
        if scope["method"] == "HEAD":
            headers["content-length"] = str(len(body))
            body = b""
        await Response(body, media_type=kind, headers=headers)(scope, receive, send)


@cache
def _files() -> Mapping[str, Path]:
    """Return Streamlit's files by their path, as they stand at the start."""
    files = (f for f in STREAMLIT_FILES.rglob("*") if f.is_file())
    return {f"/{f.relative_to(STREAMLIT_FILES).as_posix()}": f for f in files}


def is_static_file(path: str) -> bool:
    """Tell whether a path is one of Streamlit's files."""
    return path in _files()


@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 9, mtime=0)


def _takes_gzip(scope: Scope) -> bool:
    accepted: bytes = dict(scope.get("headers", ())).get(b"accept-encoding", b"")
    reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
    return reads and b"gzip" in accepted


@cache
def front_page() -> bytes:
    """Return Streamlit's page with our title and keys, without its unused font."""
    page = (STREAMLIT_FILES / "index.html").read_text(encoding="utf-8")
    page = re.sub(r'<link\s+rel="preload"[^>]*as="font"[^>]*/>', "", page)
    page = re.sub(r'<link rel="service-desc"[^>]*/>', "", page)
    title = f"<title>{say('frame.app_name')}</title>"
    page = re.sub(r"<title>.*?</title>", title, page)
    page = re.sub(
        r'<link rel="shortcut icon"[^>]*/>',
        f'<link rel="icon" type="image/svg+xml" href="{ICON_PATH}">',
        page,
    )
    # The script puts it where Streamlit would name itself to somebody without network.
    lost = f'<meta name="wellbeing-lost" content="{escape(say("outage.lost"))}">'
    style = f'<link rel="stylesheet" href="{STYLE_PATH}">'
    script = f'<script src="{SCRIPT_PATH}" defer></script>'
    return page.replace("</head>", f"{lost}{style}{script}</head>", 1).encode()


async def script(_request: object) -> Response:
    """Return the script for what Streamlit's page lacks; its head says what."""
    return await _asset("screen.js", "text/javascript")


async def style(_request: object) -> Response:
    """Return the rules for what Streamlit's theme has no setting for."""
    return await _asset("screen.css", "text/css")


async def icon(_request: object) -> Response:
    """Return the sign in the browser's tab."""
    return await _asset("icon.svg", "image/svg+xml")


async def _asset(name: str, kind: str) -> Response:
    body = await run_in_threadpool((_ASSETS / name).read_bytes)
    headers = {"cache-control": "public, max-age=3600"}
    return Response(body, media_type=kind, headers=headers)

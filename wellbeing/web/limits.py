"""How much a client may send: more is refused before anybody reads on in it."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from google.protobuf.message import DecodeError
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

LONGEST_ADDRESS = 8192
"""Bytes of a path with its question."""
LARGEST_HEADERS = 32_768
"""Bytes of all headers."""
LARGEST_BODY = 7 * 1024 * 1024
"""Bytes of a body: a file of 5 MB and what is around it."""
BODY_SECONDS = 60.0
"""How long a body may take, however little comes at a time."""
LARGEST_MESSAGE = 1_000_000
"""Bytes of what a browser says over a WebSocket; typing is far less."""
MOST_TABS = 20
"""WebSockets that one session may hold open in a process."""
_UNHEARD = frozenset(
    {"clear_cache", "set_run_on_save", "load_git_info"}
    | {"debug_disconnect_websocket", "debug_shutdown_runtime"}
)
"""What Streamlit's tools for developers say: a cache is everybody's, and where the code
comes from is nobody's business."""
_NOT_BYTES, _NOT_OURS, _TOO_BIG = 1003, 1002, 1009  # close codes of RFC 6455


class BodyRefusedError(Exception):
    """A body that is too large, or too slow.

    Attributes:
        status: what the client is answered.
    """

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


def refused_unread(scope: Scope) -> int | None:
    """Return the status for a request that is too much as it stands; None: it is fine.

    414 for its address, 431 for its headers, 413 for the body that it announces.
    """
    address = len(scope.get("raw_path") or b"") + len(scope.get("query_string", b""))
    if address > LONGEST_ADDRESS:
        return 414
    if sum(len(name) + len(value) for name, value in scope["headers"]) > (
        LARGEST_HEADERS
    ):
        return 431
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    fits = announced.isdigit() and len(announced) < len(str(LARGEST_BODY)) + 1
    return None if fits and int(announced) <= LARGEST_BODY else 413


class LimitedBody:
    """What an app reads a body with, until it is too much."""

    def __init__(self, receive: Receive, seconds: float = BODY_SECONDS) -> None:
        self._receive = receive
        self._until = asyncio.get_running_loop().time() + seconds
        self._read, self._whole = 0, False

    async def __call__(self) -> Message:
        """Return what comes next.

        Raises:
            BodyRefusedError: the body has become too large, or takes too long.
        """
        if self._whole:
            # What comes after a body is that the client goes, whenever that is.
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise BodyRefusedError(408) from None
        self._read += len(message.get("body", b""))
        if self._read > LARGEST_BODY:
            raise BodyRefusedError(413)
        self._whole = not message.get("more_body", False)
        return message


class LimitedSocket:
    """A WebSocket that closes when something comes that no page of ours says.

    Streamlit would write a traceback into the log for each.
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._closed = False

    async def receive(self) -> Message:
        """Return what comes next; after what is refused, that the client is gone."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            try:
                heard = _kind(message.get("bytes")) not in _UNHEARD
            except _SocketRefusedError as error:
                await self.send({"type": "websocket.close", "code": error.code})
                return {"type": "websocket.disconnect", "code": error.code}
            if heard:
                return message

    async def send(self, message: Message) -> None:
        """Send it, unless the WebSocket is closed."""
        if not self._closed:
            self._closed = message["type"] == "websocket.close"
            await self._send(message)


class _SocketRefusedError(Exception):
    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


def _kind(said: bytes | None) -> str | None:
    if said is None:
        raise _SocketRefusedError(_NOT_BYTES)
    if len(said) > LARGEST_MESSAGE:
        raise _SocketRefusedError(_TOO_BIG)
    try:
        kind: str | None = BackMsg.FromString(said).WhichOneof("type")
    except DecodeError:
        raise _SocketRefusedError(_NOT_OURS) from None
    return kind


class Tabs:
    """How many WebSockets each session holds open in this process."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def place(self, session: str) -> Iterator[bool]:
        """Take a place for one more; false: the session has all it may have."""
        free = self._open[session] < MOST_TABS
        self._open[session] += free
        try:
            yield free
        finally:
            self._open[session] -= free
            if not self._open[session]:
                del self._open[session]

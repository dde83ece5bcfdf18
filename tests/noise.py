"""Nonsense of many kinds for every door of the app, and what must stay as it is."""

import hashlib
import random
import socket
import string
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx2
import sqlalchemy as sa
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.servers import RunningApp
from tests.sockets import RefusedError, as_bytes, open_tab
from wellbeing.services.context import Context
from wellbeing.web.app import ROUTES

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "X"]
STREAMLITS = [
    "/_stcore/host-config",
    "/_stcore/upload_file/a/b",
    "/_stcore/stream",
    "/_stcore/metrics",
    "/media/x.png",
    "/component/x/y",
    "/static/js/x.js",
    "/",
]
COUNTED = {"sign_in_attempt"}
"""Tables that may change: how often somebody failed has to be counted."""
TOUCHED = {"web_session": {"seen_at"}}
"""Columns that may change: the hour of a session's last use."""
_BURST = 50
_HUGE = 1_500_000


def nonsense(chance: random.Random, longest: int = 40) -> str:
    """Return a text of any characters."""
    letters = string.printable + "äß漢\u202e\x00"
    return "".join(chance.choices(letters, k=chance.randrange(longest)))


def quoted(chance: random.Random) -> str:
    """Return any bytes as an address may hold them."""
    return "".join(f"%{b:02x}" for b in chance.randbytes(chance.randrange(12)))


def request(chance: random.Random) -> dict[str, Any]:
    """Return what httpx sends: well-formed as HTTP, senseless otherwise."""
    path = chance.choice([route.path for route in ROUTES] + STREAMLITS)
    for name in ("{token}", "{indicator}", "{name:path}", "{gathering}", "{bundle}"):
        path = path.replace(name, quoted(chance))
    query = f"?next={quoted(chance)}&period={quoted(chance)}"
    headers = {
        "accept": chance.choice(["text/html", "*/*", ""]),
        "authorization": f"Bearer x{quoted(chance)}",
        "content-type": chance.choice(["text/plain", "multipart/form-data", "x"]),
        "x-forwarded-for": quoted(chance),
        "sec-fetch-site": chance.choice(["same-origin", "cross-site"]),
        "range": f"bytes={chance.randrange(99)}-",
    }
    if path == "/sign-out":
        headers["sec-fetch-site"] = "cross-site"  # from a page of ours it would work
    return {
        "method": chance.choice(METHODS),
        "url": path + chance.choice(["", "", query, quoted(chance), "/"]),
        "headers": headers,
        "content": chance.randbytes(chance.randrange(2000)),
    }


def stream(chance: random.Random, host: str, token: str) -> bytes:
    """Return bytes for a plain connection: no HTTP, half of one, or a bad one."""
    cookie = f"Cookie: wellbeing={token}" if token else "X-A: b"
    path = chance.choice(["/", "/sign-in", "/my/data.zip", "/_stcore/stream"])
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{cookie}\r\n".encode()
    rest = chance.randbytes(chance.randrange(400))
    ways = [
        rest,
        head[: chance.randrange(len(head))],
        head + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\n" + rest,
        head + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" + rest,
        head + b"Transfer-Encoding: chunked\r\n\r\n" + rest,
        head + b"Content-Length: -1\r\n\r\n" + rest,
        head + b"Content-Length: 99999999999\r\n\r\n" + rest,
        head + b"X: " + b"y" * 40_000 + b"\r\n\r\n",
        head.replace(b" HTTP", b"?" + b"y" * 9_000 + b" HTTP") + b"\r\n",
        head + b"Upgrade: websocket\r\nConnection: upgrade\r\n\r\n" + rest,
        head + b"Bad header\x00: \x01\r\n\r\n" + rest,
        head.replace(b"/", b"\xff\xfe", 1) + b"\r\n",
        b"\x16\x03\x01" + rest,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + rest,
    ]
    return chance.choice(ways)


def said(chance: random.Random) -> bytes | str:
    """Return what is said over a WebSocket: bytes, text, or messages gone wrong."""
    kind = chance.randrange(10)
    if kind <= 2:
        return chance.randbytes(chance.randrange(200))
    if kind == 3:
        return nonsense(chance)
    filled = BackMsg()
    fill(chance, filled)
    whole = filled.SerializeToString()
    if kind == 4:
        return whole[: chance.randrange(len(whole) + 1)]
    if kind == 5:
        return bytes(b ^ (chance.random() < 0.1) * chance.randrange(256) for b in whole)
    if kind == 6 and chance.random() < 0.1:
        filled.rerun_script.query_string = "x" * _HUGE
        return filled.SerializeToString()
    return whole


def fill(chance: random.Random, message: Message, depth: int = 0) -> None:
    """Put something senseless into a message: any one kind, any content."""
    shape: Descriptor = message.DESCRIPTOR
    chosen = {one.name: chance.choice(one.fields).name for one in shape.oneofs}
    for field in shape.fields:
        one_of = field.containing_oneof
        if one_of is not None and chosen[one_of.name] != field.name:
            continue
        if one_of is None and (depth > 4 or chance.random() < 0.4):
            continue
        _put(chance, message, field, depth)


def _put(
    chance: random.Random, message: Message, field: FieldDescriptor, depth: int
) -> None:
    many = field.is_repeated
    held = getattr(message, field.name)
    if field.message_type is not None:
        if not field.message_type.GetOptions().map_entry:
            fill(chance, held.add() if many else held, depth + 1)
            if not many:
                held.SetInParent()
        return
    value = _value(chance, field)
    if many:
        held.append(value)
    else:
        setattr(message, field.name, value)


def _value(chance: random.Random, field: FieldDescriptor) -> object:
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_STRING:
        if field.type == FieldDescriptor.TYPE_BYTES:
            return chance.randbytes(chance.randrange(40))
        named = f"$$ID-{nonsense(chance)}-check_in:2026-W47:overall"
        return chance.choice([nonsense(chance), named, "check-in", "{}", "[1e999]"])
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return chance.random() < 0.5
    if kind in {FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT}:
        return chance.choice([0.0, -1.5, float("nan"), float("inf"), 1e300])
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return chance.choice(field.enum_type.values).number
    return chance.choice([0, 1, 7, 2**31 - 1])


def faults(log: str) -> list[str]:
    """Return the lines of a log that tell of an exception, in any form."""
    tell = ("Traceback", "kinds=", '"kinds"', " ERROR ")
    return [line for line in log.splitlines() if any(word in line for word in tell)]


def content(ctx: Context) -> dict[str, tuple[int, str]]:
    """Return the number of rows and a hash of the rows of every table."""
    found = {}
    with ctx.reading() as db:
        tables = sa.MetaData()
        tables.reflect(db)
        for table in tables.sorted_tables:
            if table.name in COUNTED:
                continue
            left_out = TOUCHED.get(table.name, set())
            columns = [c for c in table.columns if c.name not in left_out]
            rows = sorted(repr(tuple(row)) for row in db.execute(sa.select(*columns)))
            digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
            found[table.name] = (len(rows), digest)
    return found


def settled(ctx: Context) -> dict[str, tuple[int, str]]:
    """Return the same once what the app does by itself after a start is done."""
    before: dict[str, tuple[int, str]] = {}
    now = content(ctx)
    while before != now:
        time.sleep(1)
        before, now = now, content(ctx)
    return now


def send_requests(
    app: RunningApp, chance: random.Random, count: int, tokens: list[str]
) -> Iterator[httpx2.Response]:
    """Send requests in turn as each of these sessions; "" is a stranger."""
    with httpx2.Client(base_url=app.url, timeout=30) as client:
        for number in range(count):
            sent = request(chance)
            if token := tokens[number % len(tokens)]:
                sent["headers"]["cookie"] = f"wellbeing={token}"
            yield client.request(**sent)


def send_streams(
    app: RunningApp, chance: random.Random, count: int, tokens: list[str]
) -> Counter[str]:
    """Send bytes over plain connections; count how the answers begin."""
    found: Counter[str] = Counter()
    for number in range(count):
        sent = stream(chance, app.url[7:], tokens[number % len(tokens)])
        answer = b""
        with (
            suppress(OSError),
            socket.create_connection(("127.0.0.1", app.port), timeout=10) as line,
        ):
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            line.settimeout(0.2)
            answer = line.recv(4096)
        found[answer[9:12].decode("latin-1") or "nothing"] += 1
    return found


def say_messages(
    app: RunningApp, chance: random.Random, count: int, token: str
) -> tuple[int, bytes]:
    """Say things over WebSockets of a session, in any order, without waiting.

    Returns:
        How many were sent, and everything that came back.
    """
    sent, received = 0, b""
    while sent < count:
        with open_tab(app, token) as tab:
            try:
                for _ in range(min(_BURST, count - sent)):
                    sent += 1
                    tab.connection.send(said(chance))
                while True:
                    received += as_bytes(tab.connection.recv(0.1))
            except (ConnectionClosed, TimeoutError):
                pass
    return sent, received


def knock(app: RunningApp, chance: random.Random, count: int) -> Counter[str]:
    """Ask for WebSockets without a session; count what is answered."""
    found: Counter[str] = Counter()
    for _ in range(count):
        token = chance.choice([None, "", "A" * 43, chance.randbytes(20).hex()])
        try:
            with open_tab(app, token, resume=chance.randbytes(8).hex()):
                found["open"] += 1
        except RefusedError as error:
            found[str(error.status)] += 1
        except (WebSocketException, OSError):
            found["nothing"] += 1
    return found

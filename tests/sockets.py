"""What Streamlit's browser part says over its WebSocket, said by a test."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.servers import RunningApp

SAME = "same"
"""Stands for the origin that a page of the app has."""
_PATIENCE = 20


class RefusedError(Exception):
    """The server did not open the WebSocket."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"refused with status {status}")


@dataclass(kw_only=True)
class Screen:
    """What one run of the script has drawn.

    Attributes:
        session_id: Streamlit's name of its session.
        texts: every text in every element, in order.
        widgets: the key-bearing ids of everything that can be used.
        missing: the page that was asked for does not exist for this person.
    """

    session_id: str = ""
    texts: list[str] = field(default_factory=list)
    widgets: list[str] = field(default_factory=list)
    missing: bool = False

    @property
    def text(self) -> str:
        """All texts, one a line."""
        return "\n".join(self.texts)


@dataclass(frozen=True, kw_only=True)
class Tab:
    """An open WebSocket."""

    connection: ClientConnection

    def run(self, page: str = "") -> Screen:
        """Ask for a page by its address and wait until it is drawn."""
        message = BackMsg()
        message.rerun_script.page_name = page
        return self.ask(message)

    def ask(self, message: BackMsg) -> Screen:
        """Send a message and return what the run that follows has drawn."""
        self.connection.send(message.SerializeToString())
        screen = Screen()
        while True:
            answer = ForwardMsg.FromString(as_bytes(self.connection.recv(_PATIENCE)))
            kind = answer.WhichOneof("type")
            if kind == "new_session":
                screen.session_id = answer.new_session.initialize.session_id
            elif kind == "page_not_found":
                screen.missing = True
            elif kind == "delta":
                _note(screen, answer)
            elif kind == "script_finished" and answer.script_finished != (
                ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return screen


@contextmanager
def open_tab(
    app: RunningApp,
    token: str | None = None,
    *,
    origin: str | None = SAME,
    headers: Mapping[str, str] | None = None,
    resume: str | None = None,
    host: str | None = None,
) -> Iterator[Tab]:
    """Open a WebSocket as a browser with a session cookie would.

    Args:
        app: the server.
        token: what the session cookie holds; None: there is no cookie.
        origin: the Origin header; None: there is none.
        headers: further headers.
        resume: the Streamlit session that is asked for.
        host: another Host than the app's.

    Raises:
        RefusedError: the server does not open it.
    """
    sent = dict(headers or {})
    if token is not None:
        sent["Cookie"] = f"wellbeing={token}"
    try:
        connection = connect(
            f"ws://{host or app.url.removeprefix('http://')}/_stcore/stream",
            origin=app.url if origin == SAME else origin,  # type: ignore[arg-type]
            additional_headers=sent,
            subprotocols=["streamlit", "none", *([resume] if resume else [])],  # type: ignore[list-item]
            max_size=None,
            ping_interval=None,
            proxy=None,
            # A name that has been bound to our address leads to our process.
            address=("127.0.0.1", app.port),
        )
    except InvalidStatus as error:
        raise RefusedError(error.response.status_code) from None
    with connection:
        yield Tab(connection=connection)


def as_bytes(received: str | bytes) -> bytes:
    """Return what was received; Streamlit sends bytes only."""
    return received.encode() if isinstance(received, str) else received


def _note(screen: Screen, answer: ForwardMsg) -> None:
    if answer.delta.WhichOneof("type") != "new_element":
        return
    element = answer.delta.new_element
    drawn = getattr(element, element.WhichOneof("type") or "")
    for name in ("body", "label", "alt"):
        value = getattr(drawn, name, "")
        if isinstance(value, str) and value:
            screen.texts.append(value)
    if identity := getattr(drawn, "id", ""):
        screen.widgets.append(str(identity))

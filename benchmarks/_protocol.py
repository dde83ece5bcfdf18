"""A browser tab without a browser: as much of Streamlit's protocol as we measure."""

import asyncio
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Self

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

_DONE = {
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
}
_PATIENCE = 60
_KINDS = ("button_group", "slider", "checkbox", "button", "number_input")
_CHARTS = ("vega_lite_chart", "arrow_vega_lite_chart")


class PageFailedError(Exception):
    """A page answered with an error, or not with what was looked for."""


@dataclass(frozen=True)
class Widget:
    """A widget as the server described it: its kind, its message, its fragment."""

    kind: str
    proto: Any
    fragment: str


@dataclass
class Tab:
    """One open page: the connection, what it shows, and what its widgets hold.

    Attributes:
        origin: scheme, host and port of the app.
        path: the page, as it stands after the host.
        cookie: the whole header; empty: none.
        received: bytes that the last run sent.
        charts: charts that the last run drew.
    """

    origin: str
    path: str = ""
    cookie: str = ""
    received: int = 0
    charts: int = 0
    _widgets: dict[str, Widget] = field(default_factory=dict)
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _cached: dict[str, ForwardMsg] = field(default_factory=dict)
    _page: str = ""
    _socket: Any = None

    @classmethod
    async def open(cls, origin: str, path: str = "", cookie: str = "") -> Self:
        """Connect and wait until the page has been drawn for the first time."""
        tab = cls(origin=origin, path=path, cookie=cookie)
        tab._socket = await websockets.connect(
            f"{origin.replace('http', 'ws', 1)}/_stcore/stream",
            origin=origin,  # type: ignore[arg-type]
            additional_headers=[("Cookie", cookie)] if cookie else [],
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],  # type: ignore[list-item]
            max_size=None,
            compression=None,
            ping_interval=None,
            open_timeout=60,
            proxy=None,
        )
        await tab._run(page_name=path)
        return tab

    async def close(self) -> None:
        """Leave the page."""
        await self._socket.close()

    async def rerun(self) -> float:
        """Draw the whole page again; return the seconds it took."""
        return await self._run()

    async def press(self, key: str) -> float:
        """Press a button; return the seconds until its run was over."""
        widget = self.widget(key)
        pressed = WidgetState(id=widget.proto.id, trigger_value=True)
        return await self._run(pressed, fragment=widget.fragment)

    async def choose(self, key: str, option: int) -> float:
        """Choose an option of a group of buttons; return the seconds it took."""
        self.fill(key, option)
        return await self._run(fragment=self.widget(key).fragment)

    def fill(self, key: str, option: int) -> None:
        """Set a field of a form, which the server learns of when it is sent."""
        widget = self.widget(key)
        state = self._states[widget.proto.id]
        if widget.kind == "slider":
            state.double_array_value.data[:] = [float(option)]
        else:
            chosen = widget.proto.options[option].content
            state.string_array_value.data[:] = [chosen]

    def widget(self, key: str) -> Widget:
        """Return the widget with a key.

        Raises:
            PageFailedError: the page has none.
        """
        for name, widget in self._widgets.items():
            if name.endswith(f"-{key}"):
                return widget
        shown = ", ".join(name.split("-", 2)[-1] for name in self._widgets)
        message = f"no {key} on {self.path or '/'}; there are: {shown}"
        raise PageFailedError(message)

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin alike, in the order of the page."""
        keys = (name.split("-", 2)[-1] for name in self._widgets)
        return [key for key in keys if key.startswith(prefix)]

    async def _run(
        self,
        pressed: WidgetState | None = None,
        *,
        fragment: str = "",
        page_name: str = "",
    ) -> float:
        request = BackMsg(rerun_script=self._client_state(pressed, fragment, page_name))
        for name, widget in list(self._widgets.items()):
            if not fragment or widget.fragment == fragment:
                del self._widgets[name]
        self.received = self.charts = 0
        raw = request.SerializeToString()
        start = perf_counter()
        await self._socket.send(raw)
        async with asyncio.timeout(_PATIENCE):
            while not self._take(await self._socket.recv()):
                pass
        return perf_counter() - start

    def _client_state(
        self, pressed: WidgetState | None, fragment: str, page_name: str
    ) -> ClientState:
        # A browser sends every widget it holds with every run.
        states = [*self._states.values(), *([pressed] if pressed else [])]
        state = ClientState(
            page_script_hash=self._page,
            page_name=page_name,
            fragment_id=fragment,
            cached_message_hashes=list(self._cached),
        )
        state.widget_states.widgets.extend(states)
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en"
        state.context_info.url = f"{self.origin}/{self.path}"
        return state

    def _take(self, raw: bytes) -> bool:
        """Take in one message; tell whether the run is over."""
        self.received += len(raw)
        message = ForwardMsg.FromString(raw)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message = self._cached[message.ref_hash]
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable and message.hash:
            self._cached[message.hash] = message
        if kind == "delta":
            self._draw(message.delta)
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash or self._page
        elif kind == "new_session":
            self._page = message.new_session.page_script_hash or self._page
        elif kind == "page_not_found":
            raise PageFailedError(self.path)
        elif kind == "script_finished":
            if message.script_finished in _DONE:
                return True
            if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                raise PageFailedError(self.path)
        return False

    def _draw(self, delta: Any) -> None:  # noqa: ANN401 (a message)
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        if kind == "exception":
            raise PageFailedError(delta.new_element.exception.message)
        self.charts += kind in _CHARTS
        if kind not in _KINDS:
            return
        proto = getattr(delta.new_element, kind)
        self._widgets[proto.id] = Widget(kind, proto, delta.fragment_id)
        if kind != "button" and (proto.set_value or proto.id not in self._states):
            self._states[proto.id] = _state_of(kind, proto)


def _state_of(kind: str, proto: Any) -> WidgetState:  # noqa: ANN401 (a message)
    """Return what a browser holds for a widget that the server has just set."""
    state = WidgetState(id=proto.id)
    if kind == "button_group":
        first = [proto.options[n].content for n in proto.default]
        held = list(proto.raw_values) if proto.set_value else first
        state.string_array_value.data[:] = held
    elif kind == "slider":
        held = proto.value if proto.set_value else proto.default
        state.double_array_value.data[:] = list(held)
    elif kind == "checkbox":
        state.bool_value = proto.value if proto.set_value else proto.default
    elif proto.set_value or proto.HasField("default"):
        state.double_value = proto.value if proto.set_value else proto.default
    return state

"""Items of a questionnaire whose value lives on the server, as in the check-in."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from wellbeing.domain.people import Role, Viewer
from wellbeing.services import instrument_answers
from wellbeing.ui.messages import attempt_in_callback, show_kept
from wellbeing.ui.session import context, require_in_callback, was_away

_SHOWN = "questionnaires:shown"
_UNSAVED, _REDRAW = "questionnaires:unsaved", "questionnaires:redraw"
_LATE = "questionnaires:late"
"""Taps that could not be kept, by the key of the widget."""
_DRAWN, _DRAWN_BEFORE = "questionnaires:drawn", "questionnaires:drawn_before"

Widget = Callable[[str, dict[str, Any]], Any]
"""Draws a widget with a key and the arguments that report its changes."""


def begin_run(*, unsaved: bool) -> None:
    """Begin a run of the whole form: which widgets the last one drew is known.

    Args:
        unsaved: what the line beside Save says; a tap that changes it redraws all.
    """
    before = set() if was_away() else st.session_state.get(_DRAWN, set())
    st.session_state[_DRAWN_BEFORE] = before
    st.session_state[_DRAWN] = set()
    st.session_state[_UNSAVED] = unsaved
    st.session_state.pop(_REDRAW, None)


def kept_item(form: str, fields: Mapping[str, int], item: str, draw: Widget) -> None:
    """Draw an item that shows what the server has and keeps its changes.

    The value is put into the widget only when the widget was not there a run ago, or
    when the server has another one than this tab knows, as after a tap in a second
    tab. To put it in at every run would undo taps that are still on their way.

    Args:
        form: instrument and language, ``who5:de``.
        item: its id.
    """
    key, value = f"questionnaires:{form}:{item}", fields.get(item)
    shown = st.session_state.setdefault(_SHOWN, {})
    there = key in st.session_state and key in st.session_state[_DRAWN_BEFORE]
    if not there or shown.get(key) != value:
        st.session_state[key] = st.session_state.get(_LATE, {}).get(key, value)
    shown[key] = value
    st.session_state[_DRAWN].add(key)
    _draw_alone(draw, key, {"on_change": _tapped, "args": (form, item)})


@st.fragment
def _draw_alone(draw: Widget, key: str, changed: dict[str, Any]) -> None:
    """Draw one item by itself, so that a tap redraws nothing else.

    It asks for nothing, so it needs no guard: the callback has asked who is there.
    """
    if st.session_state.pop(_REDRAW, False):
        st.rerun()
    draw(key, changed)
    show_kept()


def _tapped(form: str, item: str) -> None:
    """Keep what a widget shows now; called before anything is drawn.

    The tap is held by this tab until it is kept, as in the check-in.
    """
    key = f"questionnaires:{form}:{item}"
    value = st.session_state.get(key)
    late = st.session_state.setdefault(_LATE, {})
    late[key] = value
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        _keep(viewer, form, {item: value})
        st.session_state.setdefault(_SHOWN, {})[key] = value
        del late[key]
        st.session_state[_REDRAW] = bool(late) or not st.session_state.get(_UNSAVED)


def keep_missed(viewer: Viewer, form: str) -> None:
    """Keep the taps that could not be kept when they came.

    Raises:
        WellbeingError: they can still not be kept; then nothing must be saved.
    """
    prefix = f"questionnaires:{form}:"
    late = st.session_state.get(_LATE, {})
    tapped = {key: late[key] for key in late if key.startswith(prefix)}
    if tapped:
        items = {key.removeprefix(prefix): value for key, value in tapped.items()}
        _keep(viewer, form, items)
        st.session_state.setdefault(_SHOWN, {}).update(tapped)
    for key in tapped:
        del late[key]


def _keep(viewer: Viewer, form: str, tapped: Mapping[str, Any]) -> None:
    codes = {i: None if code is None else int(code) for i, code in tapped.items()}
    instrument_answers.keep(context(), viewer, form.partition(":")[0], codes)

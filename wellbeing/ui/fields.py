"""Widgets whose value lives on the server: every change is kept as a draft at once."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from wellbeing.domain.check_ins import SupportUsed
from wellbeing.domain.drafts import USED
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import check_ins
from wellbeing.services.check_ins import CheckInForm
from wellbeing.ui.messages import attempt_in_callback, show_kept
from wellbeing.ui.session import context, require_in_callback, was_away

SUPPORT_USED = "support_used"
"""The one widget that shows several fields: the kinds of support, as a list."""

_SHOWN = "check_in:shown"
_UNSAVED, _REDRAW = "check_in:unsaved", "check_in:redraw"
_LATE = "check_in:late"
"""Taps that could not be kept: a widget's key to what the server had, and the tap."""
_DRAWN, _DRAWN_BEFORE = "check_in:drawn", "check_in:drawn_before"

Widget = Callable[[str, dict[str, Any]], Any]
"""Draws a widget with a key and the arguments that report its changes."""


def kept_field(week: Week, fields: Mapping[str, int], name: str, draw: Widget) -> None:
    """Draw a widget that shows what the server has and keeps its changes.

    The value is put into the widget only when the widget was not there a run ago, or
    when the server has another one than this tab knows, as after a tap in a second
    tab. To put it in at every run would undo taps that are still on their way.

    Args:
        name: a field, or SUPPORT_USED.
        draw: draws the widget.
    """
    key, value = f"check_in:{week}:{name}", _to_widget(name, fields)
    shown = st.session_state.setdefault(_SHOWN, {})
    there = key in st.session_state and key in st.session_state[_DRAWN_BEFORE]
    if not there or shown.get(key) != value:
        known, tapped = st.session_state.get(_LATE, {}).get(key, (value, value))
        st.session_state[key] = tapped if known == value else value
    shown[key] = value
    st.session_state[_DRAWN].add(key)
    _draw_alone(draw, key, {"on_change": _tapped, "args": (week, name)})


@st.fragment
def _draw_alone(draw: Widget, key: str, changed: dict[str, Any]) -> None:
    """Draw one widget by itself, so that a tap redraws nothing else.

    It asks for nothing, so it needs no guard: the callback has asked who is there.
    What it could not do is said beside the question, which still shows the tap.
    """
    if st.session_state.pop(_REDRAW, False):
        st.rerun()
    draw(key, changed)
    show_kept()


def begin_run() -> None:
    """Begin a run of the whole screen: which widgets the last one drew is known."""
    before = set() if was_away() else st.session_state.get(_DRAWN, set())
    st.session_state[_DRAWN_BEFORE] = before
    st.session_state[_DRAWN] = set()


def remember_state(*, unsaved: bool) -> None:
    """Remember what the line beside Save says; a tap that changes it redraws all."""
    st.session_state[_UNSAVED] = unsaved
    st.session_state.pop(_REDRAW, None)


def set_field(week: Week, field: str, value: int | None) -> None:
    """Keep the value of a field that a button changes."""
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        check_ins.keep(context(), viewer, week, {field: value})


def _tapped(week: Week, name: str) -> None:
    """Keep what a widget shows now; called before anything is drawn.

    The tap is held by this tab until it is kept: when the database is away, the next
    run may draw no form, and Streamlit forgets widgets that were not drawn.
    """
    key = f"check_in:{week}:{name}"
    value = st.session_state.get(key)
    shown = st.session_state.setdefault(_SHOWN, {})
    late = st.session_state.setdefault(_LATE, {})
    known, _ = late.get(key, (shown.get(key), None))
    late[key] = known, value
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        check_ins.keep(context(), viewer, week, _from_widget(name, value))
        shown[key] = value
        del late[key]
        st.session_state[_REDRAW] = bool(late) or not st.session_state.get(_UNSAVED)


def keep_what_was_refused(viewer: Viewer, form: CheckInForm) -> Mapping[str, int]:
    """Return the fields, after keeping taps that could not be kept when they came.

    A tap that another tab has meanwhile replaced is dropped.

    Raises:
        WellbeingError: they can still not be kept.
    """
    prefix = f"check_in:{form.week}:"
    late = st.session_state.get(_LATE, {})
    keys = [key for key in late if key.startswith(prefix)]
    fitting: dict[str, int | None] = {}
    for key in keys:
        name, (known, value) = key.removeprefix(prefix), late[key]
        if _to_widget(name, form.fields) == known:
            fitting |= _from_widget(name, value)
    if fitting:
        check_ins.keep(context(), viewer, form.week, fitting)
        form = check_ins.check_in_form(context(), viewer, form.week)
    for key in keys:
        del late[key]
    return form.fields


def keep_missed(viewer: Viewer, week: Week) -> None:
    """Before saving, keep the taps that could not be kept when they came.

    Raises:
        WellbeingError: they can still not be kept; then nothing must be saved.
    """
    if st.session_state.get(_LATE):
        form = check_ins.check_in_form(context(), viewer, week)
        keep_what_was_refused(viewer, form)


def _to_widget(name: str, fields: Mapping[str, int]) -> int | list[str] | None:
    if name == SUPPORT_USED:
        return [kind.value for kind in SupportUsed if fields.get(USED + kind)]
    return fields.get(name)


def _from_widget(name: str, value: Any) -> dict[str, int | None]:  # noqa: ANN401 (a widget's)
    if name == SUPPORT_USED:
        chosen = set(value or ())
        return {USED + kind: 1 if kind in chosen else None for kind in SupportUsed}
    return {name: None if value is None else int(value)}

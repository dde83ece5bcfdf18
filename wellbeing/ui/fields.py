"""Widgets whose value lives on the server: every change is kept as a draft at once."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.people import Role
from wellbeing.domain.weeks import Week
from wellbeing.services import check_ins
from wellbeing.services.check_ins import CheckInForm
from wellbeing.ui.messages import attempt_in_callback
from wellbeing.ui.session import context, require

_SHOWN = "check_in:shown"

Widget = Callable[[str, dict[str, Any]], Any]
"""Draws a widget with a key and the arguments that report its changes."""


def kept_field(
    week: Week,
    fields: Mapping[str, int],
    field: str,
    draw: Widget,
    *,
    box: bool = False,
) -> None:
    """Draw a widget that shows a field's value on the server and keeps its changes.

    The value is put into the widget only when the server has another one than this
    tab knows, as after a reload or a tap in a second tab. To put it in at every run
    would undo taps that are still on their way.
    """
    key, value = f"check_in:{week}:{field}", fields.get(field)
    shown = st.session_state.setdefault(_SHOWN, {})
    if key not in st.session_state or shown.get(key) != value:
        st.session_state[key] = bool(value) if box else value
    shown[key] = value
    draw(key, {"on_change": tapped, "args": (week, {field: key})})


def tapped(week: Week, keys: Mapping[str, str]) -> None:
    """Keep what widgets show now. Streamlit calls this before anything is drawn."""
    with attempt_in_callback():
        viewer = require(Role.CLINICIAN)
        values = {field: _value(key) for field, key in keys.items()}
        check_ins.keep(context(), viewer, week, values)
        shown = st.session_state.setdefault(_SHOWN, {})
        shown.update({key: values[field] for field, key in keys.items()})


def _value(key: str) -> int | None:
    value = st.session_state.get(key)
    return None if value is None or value is False else int(value)


def keep_what_was_refused(form: CheckInForm) -> dict[str, int]:
    """Return the fields, after keeping taps that could not be kept when they came.

    When the database was away, a widget still shows the tap while the server never
    got it. What this tab knew and what the widget shows then differ.
    """
    fields = dict(form.fields)
    prefix = f"check_in:{form.week}:"
    late: dict[str, int | None] = {}
    for key, known in st.session_state.get(_SHOWN, {}).items():
        if not key.startswith(prefix) or key not in st.session_state:
            continue
        field, value = key.removeprefix(prefix), _value(key)
        if value != known and fields.get(field) == known:
            late[field] = value
    if late:
        try:
            viewer = require(Role.CLINICIAN)
            check_ins.keep(context(), viewer, form.week, late)
        except WellbeingError:
            return fields  # the sentence of the first try is on the screen already
        for field, value in late.items():
            st.session_state[_SHOWN][prefix + field] = value
            fields.pop(field, None)
            if value is not None:
                fields[field] = value
    return fields

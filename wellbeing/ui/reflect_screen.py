"""The screen of what one writes for oneself: four parts, one of them at a time."""

from collections.abc import Callable
from enum import StrEnum

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role, Viewer
from wellbeing.services import reflections
from wellbeing.services.my_keys import code_opens_texts
from wellbeing.services.private_texts import OpenKeys
from wellbeing.ui.intentions_details import show_intentions
from wellbeing.ui.messages import attempt, attempt_in_callback, later, show_kept
from wellbeing.ui.opening_texts import opened_keys
from wellbeing.ui.practice_log_details import show_log
from wellbeing.ui.reflect_details import show_journal, show_writing
from wellbeing.ui.session import context, own_keys, require_in_callback


class Part(StrEnum):
    """A part of the screen."""

    WRITE = "write"
    READ = "read"
    INTEND = "intend"
    LOG = "log"


_SHOW: dict[Part, Callable[[Viewer, OpenKeys], None]] = {
    Part.WRITE: show_writing,
    Part.READ: show_journal,
    Part.INTEND: show_intentions,
    Part.LOG: show_log,
}


def show_reflect(viewer: Viewer) -> None:
    """Show what the viewer wrote for themselves, and let them write."""
    st.caption(say("reflect.audience"))
    show_kept()
    with attempt():
        keys = opened_keys(viewer)
        if keys is None:
            return
        part = st.segmented_control(
            say("reflect.part"),
            list(Part),
            default=Part.WRITE,
            required=True,
            format_func=lambda each: say(f"reflect.part_{each}"),
            label_visibility="collapsed",
            key="reflect:part",
        )
        _SHOW[Part(part)](viewer, keys)
        if reflections.has_unreadable(context(), viewer, keys):
            st.warning(say("reflect.unreadable"))
            st.button(
                say("reflect.unreadable_delete"),
                key="reflect:unreadable",
                on_click=_delete_unreadable,
            )
        if not code_opens_texts(context(), viewer):
            st.info(say("reflect.no_code"))
        st.caption(say("reflect.server"))


def _delete_unreadable() -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        reflections.delete_unreadable(context(), viewer, own_keys(viewer))
        later(say("reflect.deleted"))

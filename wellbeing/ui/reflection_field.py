"""The field a reflection is typed into: kept as a draft, saved, never from two tabs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.client_check import client_clues
from wellbeing.domain.people import Role
from wellbeing.domain.reflections import Reflection
from wellbeing.services import reflections
from wellbeing.services.private_rows import ChangedElsewhereError
from wellbeing.ui.messages import as_text, attempt_in_callback, later, show_kept
from wellbeing.ui.session import context, own_keys, require_in_callback

NEXT, SKIPPED, CHANGING = "reflect:next", "reflect:skipped", "reflect:changing"
_SHOWN, _BEGAN, _LEFT = "reflect:shown", "reflect:began", "reflect:left"
_SAVE = ":reflect:save"
_HEIGHT = 260


def show_field(kept: Reflection, saved: str = "") -> None:
    """Draw the field of a reflection that shows what the server has of it.

    Args:
        kept: the reflection, with what was kept of a change to it.
        saved: its text as it was last saved; empty: it was not.
    """
    key = _key(kept.text_id)
    shown = st.session_state.setdefault(_SHOWN, {})
    before = shown.get(key)
    # Put in only when the field was not there a run ago, or when another tab changed
    # it: to put it in at every run would undo what is still on its way.
    elsewhere = kept.text != before and st.session_state.get(key) == before
    if key not in st.session_state or elsewhere:
        st.session_state[key] = _began()[key] = kept.text
    shown[key] = kept.text
    st.text_area(
        say("reflect.text"),
        key=key,
        height=_HEIGHT,
        placeholder=say("reflect.placeholder"),
        on_change=_keep,
        args=(kept,),
    )
    same = st.session_state[key] == saved
    st.caption(say("reflect.keeps" if same else "reflect.kept"))
    if found := client_clues(st.session_state[key]):
        words = ", ".join(f"“{one.words}”" for one in found)
        st.warning(as_text(say("reflect.clues", words=words)))


def _key(text_id: str) -> str:
    return f"reflect:text:{text_id}"


def _began() -> dict[str, str]:
    """Return the stored texts that what is typed in this tab began from, by field."""
    began: dict[str, str] = st.session_state.setdefault(_BEGAN, {})
    return began


def was_kept(text_id: str) -> bool:
    """Tell whether this tab knew a stored text of this id."""
    return bool(_began().get(_key(text_id)))


@contextmanager
def _unless_changed_elsewhere(typed: Reflection) -> Iterator[None]:
    """Leave what is typed to be copied when another tab was there before."""
    try:
        yield
    except ChangedElsewhereError:
        st.session_state[_LEFT] = typed.text
        done_with(typed.text_id)
        raise


def show_left() -> None:
    """Show what another tab kept from being kept, until it is not needed any more."""
    if left := st.session_state.get(_LEFT):
        st.text_area(say("reflect.left"), left, disabled=True)
        st.button(
            say("reflect.left_done"), key="reflect:left_done", on_click=_drop_left
        )


def _drop_left() -> None:
    st.session_state.pop(_LEFT, None)


def _keep(kept: Reflection) -> None:
    key = _key(kept.text_id)
    if key not in st.session_state:  # it is saved or thrown away already
        return
    typed = replace(kept, text=st.session_state[key])
    with attempt_in_callback(), _unless_changed_elsewhere(typed):
        viewer = require_in_callback(Role.CLINICIAN)
        _began()[key] = reflections.keep_draft(
            context(), viewer, own_keys(viewer), typed, was=_was(kept)
        )


def _was(kept: Reflection) -> str:
    return _began().get(_key(kept.text_id), kept.text)


def show_save(kept: Reflection) -> None:
    """Draw the button that saves what the field holds."""
    st.button(
        say("reflect.save"),
        key=f"reflect:save:{kept.text_id}",
        on_click=_save,
        args=(kept,),
    )


def show_saved() -> None:
    """Say below the field what became of it: its head may be out of sight."""
    show_kept(at=_SAVE)


def _save(kept: Reflection) -> None:
    key = _key(kept.text_id)
    if key not in st.session_state:  # a second press: it is saved already
        return
    typed = replace(kept, text=st.session_state[key])
    with attempt_in_callback(_SAVE), _unless_changed_elsewhere(typed):
        viewer = require_in_callback(Role.CLINICIAN)
        keys = own_keys(viewer)
        reflections.save_reflection(context(), viewer, keys, typed, was=_was(kept))
        done_with(kept.text_id)
        later(say("reflect.saved"), at=_SAVE)


def done_with(text_id: str) -> None:
    """Forget what this tab knew of a reflection; the next one has another id."""
    for key in (NEXT, SKIPPED, CHANGING, _key(text_id)):
        st.session_state.pop(key, None)
    st.session_state.get(_SHOWN, {}).pop(_key(text_id), None)
    _began().pop(_key(text_id), None)

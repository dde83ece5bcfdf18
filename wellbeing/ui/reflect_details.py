"""Writing a reflection, and reading, searching and changing what one wrote."""

from dataclasses import replace

import streamlit as st

from wellbeing.content.load import choice_text, say
from wellbeing.domain.client_check import client_clues
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.reflections import Area, Reflection
from wellbeing.services import reflections
from wellbeing.services.private_texts import OpenKeys
from wellbeing.ui.messages import as_text, attempt_in_callback, later
from wellbeing.ui.session import context, own_keys, require_in_callback
from wellbeing.ui.words import week_words

_NEXT, _SKIPPED = "reflect:next", "reflect:skipped"
_CHANGING, _SHOWN = "reflect:changing", "reflect:shown"
_AT_ONCE = 10
_HEIGHT = 260


def show_writing(viewer: Viewer, keys: OpenKeys) -> None:
    """Show a question and a field that keeps what is written as a draft."""
    begun = reflections.begun_reflection(context(), viewer, keys)
    if begun is None:
        begun = _next_one(viewer)
    st.caption(say("reflect.prompt_about", area=choice_text(begun.area)))
    st.markdown(f"**{as_text(begun.prompt)}**")
    if not begun.text:
        st.button(say("reflect.skip"), key="reflect:skip", on_click=_skip)
    _field(begun)
    with st.container(horizontal=True):
        _save_button(begun)
        if begun.text:
            st.button(
                say("reflect.discard"),
                key=f"reflect:discard:{begun.text_id}",
                on_click=_discard,
                args=(begun.text_id,),
            )


def _next_one(viewer: Viewer) -> Reflection:
    """Return an empty reflection; its id stays until it is saved or thrown away."""
    chosen = st.selectbox(
        say("reflect.area"),
        [None, *Area],
        format_func=lambda a: choice_text(a) if a else say("reflect.any_area"),
        key="reflect:area",
    )
    skipped = st.session_state.get(_SKIPPED, 0)
    area = Area(chosen) if chosen else None
    prompt = reflections.prompt_for(context(), viewer, skipped=skipped, area=area)
    made = reflections.new_reflection(context(), viewer, prompt)
    return replace(made, text_id=st.session_state.setdefault(_NEXT, made.text_id))


def _skip() -> None:
    st.session_state[_SKIPPED] = st.session_state.get(_SKIPPED, 0) + 1


def _field(kept: Reflection) -> None:
    """Draw the field of a reflection that shows what the server has of it."""
    key = _key(kept.text_id)
    shown = st.session_state.setdefault(_SHOWN, {})
    before = shown.get(key)
    # Put in only when the field was not there a run ago, or when another tab changed
    # it: to put it in at every run would undo what is still on its way.
    elsewhere = kept.text != before and st.session_state.get(key) == before
    if key not in st.session_state or elsewhere:
        st.session_state[key] = kept.text
    shown[key] = kept.text
    st.text_area(
        say("reflect.text"),
        key=key,
        height=_HEIGHT,
        placeholder=say("reflect.placeholder"),
        on_change=_keep,
        args=(kept,),
    )
    st.caption(say("reflect.kept"))
    if found := client_clues(st.session_state[key]):
        words = ", ".join(f"“{one.words}”" for one in found)
        st.warning(as_text(say("reflect.clues", words=words)))


def _key(text_id: str) -> str:
    return f"reflect:text:{text_id}"


def _typed(kept: Reflection) -> Reflection:
    return replace(kept, text=st.session_state.get(_key(kept.text_id), kept.text))


def _keep(kept: Reflection) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        reflections.keep_draft(context(), viewer, own_keys(viewer), _typed(kept))


def _save_button(kept: Reflection) -> None:
    st.button(
        say("reflect.save"),
        key=f"reflect:save:{kept.text_id}",
        type="primary",
        on_click=_save,
        args=(kept,),
    )


def _save(kept: Reflection) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        keys = own_keys(viewer)
        reflections.save_reflection(context(), viewer, keys, _typed(kept))
        _done_with(kept.text_id)
        later(say("reflect.saved"))


def _discard(text_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        reflections.drop_draft(context(), viewer, text_id)
        _done_with(text_id)
        later(say("reflect.discarded"))


def _done_with(text_id: str) -> None:
    """Forget what this tab knew of a reflection; the next one has another id."""
    for key in (_NEXT, _SKIPPED, _CHANGING, _key(text_id)):
        st.session_state.pop(key, None)
    st.session_state.get(_SHOWN, {}).pop(_key(text_id), None)


def show_journal(viewer: Viewer, keys: OpenKeys) -> None:
    """Show what the viewer wrote, to read, search, change and delete."""
    changing = st.session_state.get(_CHANGING)
    search = st.text_input(say("reflect.search"), key="reflect:search")
    found = reflections.journal(context(), viewer, keys, search=search)
    if not found.written:
        st.write(say("reflect.nothing_written"))
        return
    if not found.found:
        st.write(say("reflect.nothing_found"))
        return
    counted = say("reflect.found", found=len(found.found), written=found.written)
    st.caption(counted)
    most = st.session_state.get("reflect:most", _AT_ONCE)
    kept = reflections.drafts(context(), viewer, keys) if changing else {}
    for one in found.found[:most]:
        with st.container(border=True):
            st.markdown(f"**{choice_text(one.area)}**, {week_words(one.week)}")
            if one.text_id == changing:
                _change(kept.get(one.text_id, one))
            else:
                _show(one)
    if len(found.found) > most:
        st.button(say("reflect.more"), key="reflect:more", on_click=_show_more)


def _show(one: Reflection) -> None:
    st.caption(as_text(one.prompt))
    st.markdown(as_text(one.text).replace("\n", "  \n"))
    with st.container(horizontal=True):
        st.button(
            say("reflect.edit"),
            key=f"reflect:edit:{one.text_id}",
            on_click=_begin_change,
            args=(one.text_id,),
        )
        with st.popover(say("reflect.delete"), key=f"reflect:delete:{one.text_id}"):
            st.write(say("reflect.delete_what"))
            st.button(
                say("reflect.delete_sure"),
                key=f"reflect:delete_sure:{one.text_id}",
                on_click=_delete,
                args=(one.text_id,),
            )


def _change(kept: Reflection) -> None:
    st.caption(as_text(kept.prompt))
    _field(kept)
    with st.container(horizontal=True):
        _save_button(kept)
        st.button(
            say("reflect.cancel"),
            key=f"reflect:cancel:{kept.text_id}",
            on_click=_discard_change,
            args=(kept.text_id,),
        )


def _begin_change(text_id: str) -> None:
    st.session_state[_CHANGING] = text_id


def _discard_change(text_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        reflections.drop_draft(context(), viewer, text_id)
        _done_with(text_id)


def _delete(text_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        reflections.delete_reflection(context(), viewer, text_id)
        _done_with(text_id)
        later(say("reflect.deleted"))


def _show_more() -> None:
    st.session_state["reflect:most"] = (
        st.session_state.get("reflect:most", _AT_ONCE) + _AT_ONCE
    )

"""Writing a reflection, and reading, searching and changing what one wrote."""

from dataclasses import replace

import streamlit as st

from wellbeing.content.dates import week_words
from wellbeing.content.load import choice_text, say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.reflections import Area, Reflection
from wellbeing.services import reflections
from wellbeing.services.private_texts import OpenKeys
from wellbeing.ui.messages import as_text, attempt_in_callback, later
from wellbeing.ui.popovers import popover
from wellbeing.ui.reflection_field import (
    CHANGING,
    NEXT,
    SKIPPED,
    done_with,
    show_field,
    show_left,
    show_save,
    show_saved,
    was_kept,
)
from wellbeing.ui.session import context, require_in_callback

_AT_ONCE = 10


def show_writing(viewer: Viewer, keys: OpenKeys) -> None:
    """Show a question and a field that keeps what is written as a draft."""
    show_left()
    begun = reflections.begun_reflection(context(), viewer, keys)
    if begun is None:
        unused = st.session_state.get(NEXT, "")
        if was_kept(unused):  # saved or thrown away in another tab
            done_with(unused)
        begun = _next_one(viewer)
    st.caption(say("reflect.prompt_about", area=choice_text(begun.area)))
    st.markdown(f"**{as_text(begun.prompt)}**")
    if not begun.text:
        st.button(say("reflect.skip"), key="reflect:skip", on_click=_skip)
    show_field(begun)
    with st.container(horizontal=True):
        show_save(begun)
        if begun.text:
            _offer_discarding(begun.text_id)
    show_saved()


def _next_one(viewer: Viewer) -> Reflection:
    """Return an empty reflection; its id stays until it is saved or thrown away."""
    chosen = st.selectbox(
        say("reflect.area"),
        [None, *Area],
        format_func=lambda a: choice_text(a) if a else say("reflect.any_area"),
        key="reflect:area",
    )
    skipped = st.session_state.get(SKIPPED, 0)
    area = Area(chosen) if chosen else None
    prompt = reflections.prompt_for(context(), viewer, skipped=skipped, area=area)
    made = reflections.new_reflection(context(), viewer, prompt)
    return replace(made, text_id=st.session_state.setdefault(NEXT, made.text_id))


def _skip() -> None:
    st.session_state[SKIPPED] = st.session_state.get(SKIPPED, 0) + 1


def _offer_discarding(text_id: str) -> None:
    # It stands beside Save, and one slip of a thumb must not cost a page.
    with popover(say("reflect.discard"), key=f"reflect:discard:{text_id}"):
        st.write(say("reflect.discard_what"))
        st.button(
            say("reflect.discard_sure"),
            key=f"reflect:discard_sure:{text_id}",
            on_click=_discard,
            args=(text_id,),
        )


def _discard(text_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        reflections.drop_draft(context(), viewer, text_id)
        done_with(text_id)
        later(say("reflect.discarded"))


def show_journal(viewer: Viewer, keys: OpenKeys) -> None:
    """Show what the viewer wrote, to read, search, change and delete."""
    show_left()
    show_saved()
    changing = st.session_state.get(CHANGING)
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
                _change(kept.get(one.text_id, one), one.text)
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
        with popover(say("reflect.delete"), key=f"reflect:delete:{one.text_id}"):
            st.write(say("reflect.delete_what"))
            st.button(
                say("reflect.delete_sure"),
                key=f"reflect:delete_sure:{one.text_id}",
                on_click=_delete,
                args=(one.text_id,),
            )


def _change(kept: Reflection, saved: str) -> None:
    st.caption(as_text(kept.prompt))
    show_field(kept, saved)
    with st.container(horizontal=True):
        show_save(kept)
        st.button(
            say("reflect.cancel"),
            key=f"reflect:cancel:{kept.text_id}",
            on_click=_discard_change,
            args=(kept.text_id,),
        )


def _begin_change(text_id: str) -> None:
    st.session_state[CHANGING] = text_id


def _discard_change(text_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        reflections.drop_draft(context(), viewer, text_id)
        done_with(text_id)


def _delete(text_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        reflections.delete_reflection(context(), viewer, text_id)
        done_with(text_id)
        later(say("reflect.deleted"))


def _show_more() -> None:
    st.session_state["reflect:most"] = (
        st.session_state.get("reflect:most", _AT_ONCE) + _AT_ONCE
    )

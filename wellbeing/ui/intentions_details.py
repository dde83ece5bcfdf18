"""Intentions, boundaries and small successes: set, coming back, looked at again."""

from collections.abc import Callable, Mapping

import streamlit as st

from wellbeing.content.dates import day_words
from wellbeing.content.load import choice_text, say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.reflections import Intention, Outcome, Resolve
from wellbeing.domain.weeks import Week
from wellbeing.services import intentions, small_successes
from wellbeing.services.context import Context
from wellbeing.services.keyring import TextsLockedError
from wellbeing.services.meanings import Meaning
from wellbeing.services.private_texts import OpenKeys
from wellbeing.ui.messages import as_text, attempt_in_callback, later, show_kept
from wellbeing.ui.screens import go_to
from wellbeing.ui.session import context, own_keys, require_in_callback

_SET, _NOTED = ":intentions:set", ":successes:noted"
"""Where it is said what became of what was typed: beside the field, not far above."""


def show_intentions(viewer: Viewer, keys: OpenKeys) -> None:
    """Show what comes back, a form for the coming week, and all of both lists."""
    _show_back(viewer, keys, "reflect")
    st.header(say("intentions.title"), anchor=False)
    _show_form("reflect")
    st.header(say("intentions.earlier"), anchor=False)
    known = intentions.intentions_of(context(), viewer, keys)
    lines = {each.text_id: _line(each) for each in known}
    if not lines:
        st.write(say("intentions.none"))
    _show_list("intentions", lines, intentions.delete_intention)
    st.header(say("successes.list"), anchor=False)
    noted = small_successes.small_successes(context(), viewer, keys)
    lines = {n.text_id: f"{day_words(n.week.monday)}: {n.text}" for n in noted}
    if not lines:
        st.write(say("successes.none"))
    _show_list("successes", lines, small_successes.delete_success)


def show_for_yourself(viewer: Viewer, meaning: Meaning) -> None:
    """After a check-in: something good on a hard week, and, folded, what to keep."""
    try:
        keys = own_keys(viewer)
    except TextsLockedError:
        keys = None
    if keys is not None:
        good = small_successes.success_for(context(), viewer, keys, meaning)
        if good is not None:
            head = say("successes.remember", week=day_words(good.week.monday))
            st.info(f"{head}\n\n{as_text(good.text)}")
        _show_back(viewer, keys, "check_in")
    more = st.expander(say("successes.title"), key="successes:more", on_change="rerun")
    if not more.open:
        return
    with more:
        if keys is None:
            st.write(say("successes.locked"))
            if st.button(say("successes.go"), key="successes:go"):
                go_to("reflect")
            return
        st.caption(say("successes.audience"))
        _show_success_form(meaning.week)
        _show_form("check_in")


def _show_back(viewer: Viewer, keys: OpenKeys, where: str) -> None:
    back = intentions.intentions_back(context(), viewer, keys)
    for each in back:
        st.markdown(f"{say('intentions.back')} {as_text(each.text)}")
        st.segmented_control(
            say("intentions.outcome"),
            list(Outcome),
            format_func=choice_text,
            key=f"intentions:{where}:{each.text_id}",
            on_change=_say_outcome,
            args=(where, each.text_id),
        )


def _say_outcome(where: str, text_id: str) -> None:
    chosen = st.session_state.get(f"intentions:{where}:{text_id}")
    if chosen is None:
        return
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        keys, outcome = own_keys(viewer), Outcome(chosen)
        intentions.say_outcome(context(), viewer, keys, text_id, outcome)
        later(say("intentions.said"))


def _show_form(where: str) -> None:
    st.write(say("intentions.what"))
    with st.form(f"intentions:form:{where}"):
        st.segmented_control(
            say("intentions.resolve"),
            list(Resolve),
            default=Resolve.INTENTION,
            required=True,
            format_func=choice_text,
            key=f"intentions:resolve:{where}",
        )
        st.text_input(say("intentions.text"), key=f"intentions:text:{where}")
        st.form_submit_button(
            say("intentions.set"),
            key=f"intentions:set:{where}",
            on_click=_set,
            args=(where,),
        )
    show_kept(at=_SET)


def _set(where: str) -> None:
    key = f"intentions:text:{where}"
    with attempt_in_callback(_SET):
        viewer = require_in_callback(Role.CLINICIAN)
        intentions.set_intention(
            context(),
            viewer,
            own_keys(viewer),
            Resolve(st.session_state[f"intentions:resolve:{where}"]),
            st.session_state[key],
        )
        st.session_state[key] = ""
        later(say("intentions.was_set"), at=_SET)


def _show_success_form(week: Week) -> None:
    with st.form("successes:form"):
        st.text_input(say("successes.text"), key="successes:text")
        st.form_submit_button(
            say("successes.note"),
            key="successes:note",
            on_click=_note,
            args=(week,),
        )
    show_kept(at=_NOTED)


def _note(week: Week) -> None:
    with attempt_in_callback(_NOTED):
        viewer = require_in_callback(Role.CLINICIAN)
        text = st.session_state["successes:text"]
        small_successes.note_success(context(), viewer, own_keys(viewer), week, text)
        st.session_state["successes:text"] = ""
        later(say("successes.noted"), at=_NOTED)


def _line(each: Intention) -> str:
    outcome = choice_text(each.outcome) if each.outcome else say("intentions.open")
    week = day_words(each.week.monday)
    return f"{week}, {choice_text(each.resolve)}: {each.text} ({outcome})"


def _show_list(
    name: str,
    lines: Mapping[str, str],
    delete: Callable[[Context, Viewer, str], None],
) -> None:
    """Show all of a list, and a way to delete one of it."""
    if not lines:
        return
    st.markdown("\n".join(f"- {as_text(line)}" for line in lines.values()))
    chosen = st.selectbox(
        say("intentions.choose"),
        list(lines),
        index=None,
        format_func=lambda text_id: lines[text_id],
        key=f"{name}:chosen",
    )
    st.button(
        say("intentions.delete"),
        key=f"{name}:delete",
        disabled=chosen is None,
        on_click=_delete,
        args=(name, delete, chosen),
    )


def _delete(
    name: str, delete: Callable[[Context, Viewer, str], None], text_id: str
) -> None:
    with attempt_in_callback():
        delete(context(), require_in_callback(Role.CLINICIAN), text_id)
        st.session_state[f"{name}:chosen"] = None
        later(say("intentions.deleted"))

"""The log of supervision and professional development: add, change, take along."""

import streamlit as st

from wellbeing.charts.typeset import pdf_is_possible
from wellbeing.content.dates import week_days
from wellbeing.content.load import choice_text, say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.reflections import (
    MOST_MINUTES,
    Practice,
    PracticeEntry,
)
from wellbeing.domain.weeks import Week
from wellbeing.services import practice_log
from wellbeing.services.private_rows import new_text_id
from wellbeing.services.private_texts import OpenKeys
from wellbeing.ui.messages import as_text, attempt_in_callback, later
from wellbeing.ui.session import context, link, own_keys, require_in_callback

_NEXT = "log:next"
_EARLIER = 52


def show_log(viewer: Viewer, keys: OpenKeys) -> None:
    """Show the viewer's log, with a form, the hours by kind and a download."""
    st.caption(say("log.audience"))
    st.header(say("log.add"), anchor=False)
    # The entry's id is fixed before it is sent, so that two taps make one entry.
    text_id = st.session_state.setdefault(_NEXT, new_text_id())
    _show_form(viewer, text_id, None)
    entries = practice_log.practice_log(context(), viewer, keys)
    if not entries:
        st.write(say("log.none"))
        return
    st.header(say("log.hours"), anchor=False)
    for kind, minutes in practice_log.minutes_by_kind(entries).items():
        st.write(f"{choice_text(kind)}: {practice_log.hours_words(minutes)}")
    st.header(say("log.all"), anchor=False)
    # No table: on a phone its last column, the longest, would be cut.
    st.markdown("\n".join(f"- {as_text(_line(entry))}" for entry in entries))
    link(say("log.download"), "/my/practice-log.csv", download=True)
    if pdf_is_possible():
        link(say("log.download_pdf"), "/my/practice-log.pdf", download=True)
    _show_changing(viewer, entries)


def _line(entry: PracticeEntry) -> str:
    kind = choice_text(entry.practice)
    head = say(
        "log.entry", week=week_days(entry.week), kind=kind, minutes=entry.minutes
    )
    return f"{head}: {entry.text}" if entry.text else head


def _show_form(viewer: Viewer, text_id: str, was: PracticeEntry | None) -> None:
    this = context().this_week(viewer.clinic)
    weeks = [str(w) for w in reversed(this.plus(-_EARLIER).through(this))]
    if was is not None and str(was.week) not in weeks:
        weeks.append(str(was.week))
    kinds = list(Practice)
    with st.form(f"log:form:{text_id}"):
        st.selectbox(
            say("log.kind"),
            kinds,
            index=0 if was is None else kinds.index(was.practice),
            format_func=choice_text,
            key=f"log:kind:{text_id}",
        )
        st.number_input(
            say("log.minutes"),
            min_value=1,
            max_value=MOST_MINUTES,
            value=None if was is None else was.minutes,
            step=5,
            key=f"log:minutes:{text_id}",
        )
        st.selectbox(
            say("log.week"),
            weeks,
            index=0 if was is None else weeks.index(str(was.week)),
            format_func=lambda text: week_days(Week.parse(text)),
            key=f"log:week:{text_id}",
        )
        st.text_input(
            say("log.text"),
            "" if was is None else was.text,
            key=f"log:text:{text_id}",
        )
        st.form_submit_button(
            say("log.button" if was is None else "log.change"),
            key=f"log:add:{text_id}",
            on_click=_put,
            args=(text_id, was),
        )


def _put(text_id: str, was: PracticeEntry | None) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        state = st.session_state
        minutes = state[f"log:minutes:{text_id}"]
        if minutes is None:
            later(say("log.no_minutes"), wrong=True)
            return
        entry = PracticeEntry(
            text_id=text_id,
            week=Week.parse(state[f"log:week:{text_id}"]),
            practice=Practice(state[f"log:kind:{text_id}"]),
            minutes=int(minutes),
            text=state[f"log:text:{text_id}"],
        )
        keys = own_keys(viewer)
        if was is None:
            practice_log.put_practice(context(), viewer, keys, entry)
            state.pop(_NEXT, None)
            later(say("log.added"))
        else:
            practice_log.change_practice(context(), viewer, keys, entry, was)
            state["log:chosen"] = None
            later(say("log.changed"))


def _show_changing(viewer: Viewer, entries: tuple[PracticeEntry, ...]) -> None:
    lines = {e.text_id: _line(e) for e in entries}
    chosen = st.selectbox(
        say("log.choose"),
        list(lines),
        index=None,
        format_func=lambda text_id: lines[text_id],
        key="log:chosen",
    )
    if chosen is None:
        return
    _show_form(viewer, chosen, next(e for e in entries if e.text_id == chosen))
    st.button(say("log.delete"), key="log:delete", on_click=_delete, args=(chosen,))


def _delete(text_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        practice_log.delete_practice(context(), viewer, text_id)
        st.session_state["log:chosen"] = None
        later(say("log.deleted"))

"""The form of one questionnaire: as a page or one item at a time, each tap kept."""

import re

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.responses import Given
from wellbeing.instruments.wording import WordedItem
from wellbeing.services import instrument_answers, instrument_forms
from wellbeing.services.instrument_forms import InstrumentForm
from wellbeing.ui.messages import (
    as_text,
    attempt,
    attempt_in_callback,
    later,
)
from wellbeing.ui.questionnaire_fields import begin_run, keep_missed, kept_item
from wellbeing.ui.session import context, require_in_callback

CHOSEN = "questionnaires:chosen"
"""The instrument that is being answered, in this tab."""

_LANGUAGE, _MODE, _AT = (f"questionnaires:{n}" for n in ("language", "mode", "at"))
_PAGE, _ONE = "page", "one"
# The name of a group for a screen reader: as_text's backslashes would be read aloud.
_MARKUP = re.compile(r"[\\`*_{}\[\]#<>$|~&]|:(?=[a-zA-Z])")


def show_form(viewer: Viewer, instrument_id: str) -> None:
    """Show the items of an instrument that takes answers now."""
    wanted = st.session_state.get(f"{_LANGUAGE}:{instrument_id}")
    form = instrument_forms.instrument_form(context(), viewer, instrument_id, wanted)
    name = f"{instrument_id}:{form.wording.language}"
    with attempt():  # refused again: it is said, and the form with its taps stays
        keep_missed(viewer, name)
        form = instrument_forms.instrument_form(
            context(), viewer, instrument_id, form.wording.language
        )
    begin_run(unsaved=form.unsaved)
    st.header(as_text(form.instrument.title), anchor=False)
    st.caption(say("questionnaires.audience"))
    window = form.instrument.window_days
    if window is not None:
        st.write(say("questionnaires.window", days=window))
    one = _show_choices(form) == _ONE
    st.caption(say("questionnaires.nothing_preselected"))
    if one:
        _show_one(form, name)
    else:
        for item in form.wording.items:
            _show_heading(item.heading)
            _ask(form, name, item)
    _show_end(form, name)


def _show_choices(form: InstrumentForm) -> str:
    """Let one choose language and layout; return the layout."""
    if len(form.languages) > 1:
        key = f"{_LANGUAGE}:{form.instrument.id}"
        st.session_state.setdefault(key, form.wording.language)
        st.segmented_control(
            say("questionnaires.language"), form.languages, key=key, required=True
        )
    st.session_state.setdefault(_MODE, _PAGE)
    if len(form.wording.items) > 1:
        st.segmented_control(
            say("questionnaires.layout"),
            [_PAGE, _ONE],
            format_func=lambda mode: say(f"questionnaires.layout_{mode}"),
            key=_MODE,
            required=True,
            label_visibility="collapsed",
        )
    return str(st.session_state[_MODE])


def _show_heading(heading: str) -> None:
    if heading:
        st.text(heading)


def _ask(form: InstrumentForm, name: str, item: WordedItem) -> None:
    words = f"{item.position}. {' '.join(item.text.split())}"
    labels = {c.code: as_text(" ".join(c.label.split())) for c in item.choices}
    st.text(words)
    kept_item(
        name,
        form.fields,
        form.instrument.item_ids[item.position - 1],
        lambda key, changed: st.pills(
            _MARKUP.sub("", words),
            list(labels),
            format_func=labels.__getitem__,
            key=key,
            label_visibility="collapsed",
            **changed,
        ),
    )
    if item.hint:
        st.text(item.hint)


def _show_one(form: InstrumentForm, name: str) -> None:
    """Show one item, with the way back and on; the first open one to begin with."""
    items = form.wording.items
    key = f"{_AT}:{form.instrument.id}"
    if key not in st.session_state:
        ids = enumerate(form.instrument.item_ids)
        st.session_state[key] = next((n for n, i in ids if i not in form.fields), 0)
    at = min(int(st.session_state[key]), len(items) - 1)
    above = [item.heading for item in items[: at + 1] if item.heading]
    st.caption(say("questionnaires.at", at=at + 1, of=len(items)))
    _show_heading(above[-1] if above else "")
    _ask(form, name, items[at])
    with st.container(horizontal=True):
        for words, step, there in (
            ("back", -1, at > 0),
            ("on", 1, at + 1 < len(items)),
        ):
            st.button(
                say(f"questionnaires.{words}"),
                key=f"questionnaires:{words}",
                disabled=not there,
                on_click=_go,
                args=(key, at + step),
            )


def _go(key: str, to: int) -> None:
    st.session_state[key] = to


def _show_end(form: InstrumentForm, name: str) -> None:
    st.caption(as_text(form.wording.copyright))
    st.caption(say("questionnaires.audience"))
    st.markdown(f":gray[{say(_state(form))}]")
    answered = form.saved is not None and form.saved.given is Given.ANSWERED
    st.button(
        say("questionnaires.save_again" if answered else "questionnaires.save"),
        key="questionnaires:save",
        width="stretch",
        on_click=_save,
        args=(form.instrument.id, form.wording.language, name),
    )
    with st.container(horizontal=True):
        st.button(
            say("questionnaires.later"), key="questionnaires:later", on_click=_leave
        )
        if not answered:
            st.button(
                say("questionnaires.not_this_time"),
                key="questionnaires:not_this_time",
                on_click=not_this_time,
                args=(form.instrument.id,),
            )


def _state(form: InstrumentForm) -> str:
    if form.saved and form.saved.given is Given.ANSWERED:
        changed = "changed" if form.unsaved else "saved"
        return f"questionnaires.state_{changed}"
    return f"questionnaires.state_{'draft' if form.fields else 'empty'}"


def _save(instrument_id: str, language: str, name: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        keep_missed(viewer, name)
        instrument_answers.save(context(), viewer, instrument_id, language)
        _leave()
        later(say("questionnaires.saved"))


def _leave() -> None:
    left = st.session_state.pop(CHOSEN, None)
    st.session_state.pop(f"{_AT}:{left}", None)


def not_this_time(instrument_id: str) -> None:
    """Set an instrument aside; called before anything is drawn."""
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        instrument_answers.not_this_time(context(), viewer, instrument_id)
        _leave()
        later(say("questionnaires.set_aside"))

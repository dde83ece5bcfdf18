"""The screen of a clinic's own keys: made, tried, looked at twice, confirmed."""

import streamlit as st

from wellbeing.content.dates import day_and_year
from wellbeing.content.load import say
from wellbeing.domain.own_keys import KeyState
from wellbeing.domain.people import Role, Viewer
from wellbeing.instruments.own_fields import fields_of
from wellbeing.services import own_instruments, own_key_changes
from wellbeing.services.own_instruments import OwnInstrument
from wellbeing.ui.instrument_words import show_about
from wellbeing.ui.messages import (
    as_text,
    attempt,
    attempt_in_callback,
    later,
    show_kept,
)
from wellbeing.ui.own_examples_details import (
    offer_examples,
    show_examples,
    show_lacks,
)
from wellbeing.ui.own_key_form import NEXT, offer_new_key, show_key_form
from wellbeing.ui.own_key_words import show_key
from wellbeing.ui.screens import go_to
from wellbeing.ui.session import context, require_in_callback
from wellbeing.ui.tables import show_table

_ONE, _NEW = "own:one", "new"


def show_own_instruments(viewer: Viewer) -> None:
    """Show the clinic's own keys to an administrator, one at a time."""
    st.caption(say("own_instruments.audience"))
    show_kept()
    with attempt():
        found = own_instruments.own_instruments(context(), viewer)
        newest: dict[str, OwnInstrument] = {}
        for each in found:
            newest.setdefault(each.instrument.id, each)
        if NEXT in st.session_state:
            st.session_state[_ONE] = st.session_state.pop(NEXT)
        if st.session_state.get(_ONE) not in {None, _NEW, *newest}:
            st.session_state[_ONE] = None
        chosen = st.selectbox(
            say("own_instruments.which"),
            [_NEW, *newest],
            index=None,
            format_func=lambda name: _name(newest, name),
            placeholder=say("own_instruments.choose"),
            key=_ONE,
        )
        if chosen is None:
            st.write(say("own_instruments.about"))
            _show_all(found)
        elif chosen == _NEW:
            offer_new_key(viewer)
        else:
            _show_one(viewer, newest[chosen])


def _name(newest: dict[str, OwnInstrument], name: str) -> str:
    if name == _NEW:
        return say("own_instruments.new")
    return newest[name].instrument.title


def _show_all(found: tuple[OwnInstrument, ...]) -> None:
    if not found:
        st.write(say("own_instruments.none_yet"))
        return
    show_table(
        say("own_instruments.listed"),
        {
            say("own_instruments.column_title"): [e.instrument.title for e in found],
            say("own_instruments.column_version"): [str(e.version) for e in found],
            say("own_instruments.column_state"): [_state(each) for each in found],
        },
    )


def _state(one: OwnInstrument) -> str:
    day = day_and_year(one.confirmed_on or one.changed_on)
    return say(f"own_instruments.state_{one.state}", day=day)


def _show_one(viewer: Viewer, one: OwnInstrument) -> None:
    name = one.instrument.id
    st.header(as_text(one.instrument.title), anchor=False)
    st.write(
        say("own_instruments.version", version=one.version, state=as_text(_state(one)))
    )
    _show_hands(one)
    draft = one.state is KeyState.DRAFT
    steps = ("key", "examples", "look") if draft else ("key", "examples", "next")
    step = st.segmented_control(
        say("own_instruments.step"),
        steps,
        default="key",
        format_func=lambda each: say(f"own_instruments.step_{each}"),
        required=True,
        key=f"own:{name}:step:{one.state}",
    )
    if step == "key":
        _show_key_step(viewer, one)
    elif step == "examples":
        if draft:
            offer_examples(viewer, one)
        else:
            show_examples(one)
    elif step == "look":
        _offer_look(one)
    else:
        st.write(say("own_instruments.next_what"))
        _show_form(viewer, one)


def _show_hands(one: OwnInstrument) -> None:
    gone = say("own_instruments.nobody")
    st.text(say("own_instruments.made_by", names=", ".join(one.made_by) or gone))
    if one.state is KeyState.CONFIRMED:
        names = ", ".join(one.confirmed_by) or gone
        st.text(say("own_instruments.confirmed_by", names=names))


def _show_form(viewer: Viewer, one: OwnInstrument) -> None:
    fields = fields_of(one.instrument)
    seed = f"{one.instrument.id}:{one.seen[:16]}"
    show_key_form(viewer, fields, seed=seed, was=one.seen)


def _show_key_step(viewer: Viewer, one: OwnInstrument) -> None:
    name = one.instrument.id
    if one.state is KeyState.CONFIRMED:
        st.write(say("own_instruments.words_next"))
        if st.button(say("own_instruments.to_instruments"), key=f"own:{name}:words"):
            go_to("instruments")
    show_key(one.instrument)
    show_about(one.instrument)
    with st.expander(say("own_instruments.definition"), key=f"own:{name}:definition"):
        st.code(one.definition, language=None, wrap_lines=True)
    if one.state is KeyState.DRAFT:
        _show_form(viewer, one)
        st.button(
            say("own_instruments.drop"),
            key=f"own:{name}:drop",
            on_click=_drop,
            args=(name, one.seen),
        )


def _offer_look(one: OwnInstrument) -> None:
    name = one.instrument.id
    st.write(say("own_instruments.look_what"))
    show_lacks(one)
    show_key(one.instrument)
    show_about(one.instrument)
    show_examples(one)
    if not one.may_confirm:
        st.write(say("own_instruments.look_other"))
    if one.lacks or not one.may_confirm:
        return
    # Another key or example asks for a new look and a new word.
    word = f"own:{name}:{one.seen[:16]}:word"
    st.checkbox(say("own_instruments.look_word"), key=word)
    st.button(
        say("own_instruments.look_button"),
        key=f"own:{name}:confirm",
        on_click=_confirm,
        args=(name, one.seen, word),
    )


def _drop(name: str, seen: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        own_key_changes.drop_draft(context(), viewer, name, seen)
        later(say("own_instruments.dropped"))


def _confirm(name: str, seen: str, word: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        if not st.session_state.get(word):
            later(say("own_instruments.look_first"), wrong=True)
            return
        own_key_changes.confirm(context(), viewer, name, seen)
        later(say("own_instruments.looked"))

"""Worked examples of a draft: kept ones, and one more to try and to keep."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role, Viewer
from wellbeing.instruments.own_fields import spans
from wellbeing.services import own_instruments, own_key_changes
from wellbeing.services.own_instruments import OwnInstrument
from wellbeing.services.own_key_steps import LONGEST_SOURCE
from wellbeing.ui.instrument_words import scale_name
from wellbeing.ui.messages import attempt, attempt_in_callback, later
from wellbeing.ui.own_key_words import show_works
from wellbeing.ui.session import context, require_in_callback

_LONGEST_ANSWERS = 2000


def show_examples(one: OwnInstrument) -> None:
    """Show the examples of a version, each with how its scores come about."""
    if not one.examples:
        st.write(say("own_instruments.examples_none"))
    for each in one.examples:
        title = say(
            "own_instruments.example", number=each.number, source=each.example.source
        )
        st.text(title)
        if not each.works:
            st.text(say("own_instruments.example_stale"))
        show_works(one.instrument, each.works)


def offer_examples(viewer: Viewer, one: OwnInstrument) -> None:
    """Let an administrator try a draft on an example, keep it, or remove one."""
    st.write(say("own_instruments.examples_what"))
    show_lacks(one)
    show_examples(one)
    name = one.instrument.id
    for each in one.examples:
        st.button(
            say("own_instruments.example_drop", number=each.number),
            key=f"own:{name}:drop:{each.number}",
            on_click=_drop,
            args=(name, one.seen, each.number),
        )
    _offer_example(viewer, one)


def _offer_example(viewer: Viewer, one: OwnInstrument) -> None:
    name = one.instrument.id
    # A kept example changes what is seen: the fields begin anew.
    key = f"own:{name}:{one.seen[:16]}"
    answers = st.text_area(
        say("own_instruments.answers"), max_chars=_LONGEST_ANSWERS, key=f"{key}:answers"
    )
    expected = {
        scale.id: st.text_input(
            say("own_instruments.expected", scale=scale_name(scale)),
            max_chars=20,
            key=f"{key}:expected:{scale.id}",
        )
        for scale in one.instrument.scales
    }
    source = st.text_input(
        say("own_instruments.source"), max_chars=LONGEST_SOURCE, key=f"{key}:source"
    )
    with st.container(horizontal=True):
        tried = st.button(say("own_instruments.try"), key=f"{key}:try")
        wanted = st.button(say("own_instruments.example_keep"), key=f"{key}:keep")
    if not tried and not wanted:
        return
    with attempt():
        works = own_instruments.try_example(context(), viewer, name, answers, expected)
        with attempt():
            if wanted:
                own_key_changes.add_example(
                    context(),
                    viewer,
                    name,
                    one.seen,
                    answers=answers,
                    expected=expected,
                    source=source,
                )
                later(say("own_instruments.example_kept"))
                st.rerun()
        show_works(one.instrument, works)


def show_lacks(one: OwnInstrument) -> None:
    """Show what has to be done before a draft can be confirmed."""
    if one.lacks:
        st.write(say("own_instruments.lacks"))
        for sentence in one.lacks:
            st.text(sentence)
    if one.examples and one.unproved.members:
        places = spans(one.unproved.members)
        st.text(say("own_instruments.members", places=places))


def _drop(name: str, seen: str, number: int) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        own_key_changes.drop_example(context(), viewer, name, seen, number)
        later(say("own_instruments.example_dropped"))

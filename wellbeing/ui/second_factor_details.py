"""The second factor on the screen of one's own data: set up, moved, renewed, ended."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Viewer
from wellbeing.services import one_time_codes, second_factor, step_up
from wellbeing.ui.messages import attempt, attempt_in_callback, later
from wellbeing.ui.opening_texts import opened_keys
from wellbeing.ui.proof_form import is_proved
from wellbeing.ui.session import context, require_in_callback

_OPEN = "second_factor:open"
_WIDTH = 260
"""Pixels of the picture: small enough for a phone, large enough to be scanned."""


def show_second_factor(viewer: Viewer) -> None:
    """Show how it stands with the viewer's second factor, and what they can do.

    Who has one has given its code before this is drawn. Without a password there is
    nothing that it could stand beside.
    """
    if not step_up.can_prove(context(), viewer):
        return
    found = second_factor.my_second_factor(context(), viewer)
    st.header(say("second_factor.title"), anchor=False)
    st.write(say("second_factor.what"))
    on = say("second_factor.on", left=found.codes_left)
    st.write(on if found.on else say("second_factor.off"))
    if found.asked:
        st.write(say("second_factor.asked"))
    if not st.session_state.get(_OPEN):
        words = "second_factor.move" if found.on else "second_factor.begin"
        st.button(say(words), key="second_factor:begin", on_click=_open)
    elif is_proved(viewer, "second_factor"):
        _show_set_up(viewer)
    if found.on:
        _show_what_is_on(viewer, asked=found.asked)


def _open() -> None:
    st.session_state[_OPEN] = True


def _stop() -> None:
    st.session_state.pop(_OPEN, None)


def _show_set_up(viewer: Viewer) -> None:
    keys = opened_keys(viewer)
    if keys is None:
        return
    new = second_factor.begin_factor(context(), viewer, keys)
    st.write(say("second_factor.scan"))
    st.image(new.picture, width=_WIDTH)
    st.write(say("second_factor.by_hand"))
    st.code(one_time_codes.spaced(new.text), language=None, wrap_lines=True)
    with st.form("second_factor:confirm", clear_on_submit=True):
        code = st.text_input(
            say("second_factor.code"),
            autocomplete="one-time-code",
            max_chars=10,
            key="second_factor:code",
        )
        if st.form_submit_button(
            say("second_factor.confirm"), key="second_factor:confirm_button"
        ):
            with attempt():
                codes = second_factor.confirm_factor(context(), viewer, keys, code)
                _stop()
                st.success(say("second_factor.confirmed"))
                _show_codes(codes)
    st.button(say("second_factor.stop"), key="second_factor:stop", on_click=_stop)


def _show_what_is_on(viewer: Viewer, *, asked: bool) -> None:
    if st.button(say("second_factor.renew"), key="second_factor:renew"):
        with attempt():
            _show_codes(second_factor.renew_codes(context(), viewer))
    if not asked:
        st.button(say("second_factor.end"), key="second_factor:end", on_click=_end)


def _show_codes(codes: tuple[str, ...]) -> None:
    st.subheader(say("second_factor.codes"), anchor=False)
    st.write(say("second_factor.codes_what"))
    st.code("\n".join(codes), language=None)


def _end() -> None:
    with attempt_in_callback():
        second_factor.end_factor(context(), require_in_callback())
        later(say("second_factor.ended"))

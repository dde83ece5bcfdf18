"""Private texts that the password does not open: with what they had, or begun anew."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Viewer
from wellbeing.services import my_keys
from wellbeing.ui.messages import attempt, later
from wellbeing.ui.proof_form import is_proved
from wellbeing.ui.session import context, session_secret


def show_former(viewer: Viewer) -> None:
    """Let somebody open them with a passphrase or code from before, or erase them."""
    _show_opening(viewer)
    _show_beginning_anew(viewer)


def _show_opening(viewer: Viewer) -> None:
    st.write(say("passphrase.former_what"))
    with st.form("texts:former_form", border=False):
        password = _password("former")
        former = st.text_input(
            say("passphrase.former_typed"),
            type="password",
            autocomplete="off",
            key="texts:former:typed",
        )
        if not st.form_submit_button(
            say("passphrase.former_button"), key="texts:former:button"
        ):
            return
    with attempt():
        my_keys.open_with_former(
            context(),
            viewer,
            password=password,
            former=former,
            secret=session_secret(),
        )
        later(say("passphrase.former_done"))
        st.rerun()


def _show_beginning_anew(viewer: Viewer) -> None:
    st.markdown(f"**{say('passphrase.former_without')}**")
    st.write(say("passphrase.anew"))
    if not is_proved(viewer, "texts"):
        return
    with st.form("texts:anew_form", border=False):
        password = _password("anew")
        sure = st.checkbox(say("passphrase.anew_sure"), key="texts:anew:sure")
        if not st.form_submit_button(
            say("passphrase.former_anew_button"), key="texts:anew:button"
        ):
            return
    if not sure:
        st.error(say("passphrase.anew_not_sure"))
        return
    with attempt():
        my_keys.begin_texts_anew(
            context(), viewer, password=password, secret=session_secret()
        )
        later(say("passphrase.anew_done"))
        st.rerun()


def _password(of: str) -> str:
    return st.text_input(
        say("passphrase.former_password"),
        type="password",
        autocomplete="current-password",
        key=f"texts:{of}:password",
    )

"""Private texts are opened once a session, where they are locked."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Viewer
from wellbeing.domain.text_locks import Lock
from wellbeing.services.keyring import TextsLockedError
from wellbeing.services.passphrases import my_lock
from wellbeing.services.private_texts import OpenKeys
from wellbeing.ui.former_texts_forms import show_former
from wellbeing.ui.messages import attempt
from wellbeing.ui.passphrase_forms import show_code_once, show_text_lock
from wellbeing.ui.session import context, open_own_texts, own_keys


def opened_keys(viewer: Viewer) -> OpenKeys | None:
    """Return the viewer's key, or show what opens it and return None."""
    try:
        keys = own_keys(viewer)
    except TextsLockedError:
        lock = my_lock(context(), viewer)
        if lock is Lock.PASSWORD:
            _show_lock(viewer)
        else:
            show_text_lock(viewer, lock)
        return None
    show_code_once()
    return keys


def _show_lock(viewer: Viewer) -> None:
    st.header(say("reflect.locked"), anchor=False)
    st.write(say("reflect.locked_what"))
    with st.form("texts:open"):
        password = st.text_input(
            say("reflect.locked_password"),
            type="password",
            autocomplete="current-password",
            key="texts:password",
        )
        pressed = st.form_submit_button(
            say("reflect.locked_button"), key="texts:button"
        )
    if pressed:
        _open(viewer, password)
    with st.expander(say("passphrase.former"), key="texts:former"):
        show_former(viewer)


def _open(viewer: Viewer, password: str) -> None:
    with attempt():
        try:
            open_own_texts(viewer, password)
        except TextsLockedError:
            st.error(say("reflect.locked_still"))
            return
        st.rerun()

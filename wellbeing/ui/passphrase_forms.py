"""The passphrase for private texts: choosing it, using it, and having lost it."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.text_locks import Lock
from wellbeing.services import passphrases
from wellbeing.ui.messages import attempt, later
from wellbeing.ui.proof_form import is_proved
from wellbeing.ui.session import context, session_secret

_CODE = "passphrase:shown_code"
"""A code that is still to be written down; it leaves with one press, or the session."""


def show_text_lock(viewer: Viewer, lock: Lock) -> None:
    """Show what opens the texts of somebody without a password, or lets them begin."""
    if lock is Lock.NOTHING_YET:
        st.header(say("passphrase.first"), anchor=False)
        st.write(say("passphrase.first_what"))
        _show_first(viewer)
        return
    st.header(say("passphrase.locked"), anchor=False)
    st.write(say("passphrase.locked_what"))
    with st.form("passphrase:open"):
        typed = _field("typed", "current-password")
        pressed = st.form_submit_button(
            say("passphrase.open"), key="passphrase:open_button"
        )
    if pressed:
        with attempt():
            passphrases.open_by_passphrase(
                context(), viewer, passphrase=typed, secret=session_secret()
            )
            st.rerun()
    with st.expander(say("passphrase.lost"), key="passphrase:lost"):
        _show_recovering(viewer)
        _show_beginning_anew(viewer)


def show_code_once() -> None:
    """Show a code that was just made, until it is said to be written down."""
    code = st.session_state.get(_CODE)
    if code:
        st.warning(say("passphrase.code_what"))
        st.code(code, language=None)
        st.button(
            say("passphrase.code_done"), key="passphrase:code_done", on_click=_written
        )


def show_passphrase(viewer: Viewer) -> bool:
    """Let somebody change their passphrase and its code; False: they have none."""
    lock = passphrases.my_lock(context(), viewer)
    if lock is Lock.PASSWORD:
        return False
    if Role.CLINICIAN in viewer.roles:
        st.header(say("passphrase.title"), anchor=False)
        if lock is Lock.NOTHING_YET:
            st.write(say("passphrase.none_yet"))
        else:
            _show_change(viewer)
            _show_new_code(viewer)
    return True


def _written() -> None:
    st.session_state.pop(_CODE, None)


def _show_first(viewer: Viewer) -> None:
    with st.form("passphrase:first"):
        new = _field("new", "new-password")
        if not st.form_submit_button(
            say("passphrase.first_button"), key="passphrase:first_button"
        ):
            return
    with attempt():
        st.session_state[_CODE] = passphrases.set_passphrase(
            context(), viewer, passphrase=new, secret=session_secret()
        )
        st.rerun()


def _show_recovering(viewer: Viewer) -> None:
    st.markdown(f"**{say('passphrase.with_code')}**")
    st.write(say("passphrase.lost_what"))
    with st.form("passphrase:recover", border=False):
        code = st.text_input(
            say("passphrase.code"), autocomplete="off", key="passphrase:code"
        )
        new = _field("another", "new-password", of="recover")
        if not st.form_submit_button(
            say("passphrase.recover"), key="passphrase:recover_button"
        ):
            return
    with attempt():
        st.session_state[_CODE] = passphrases.recover_texts(
            context(), viewer, code=code, passphrase=new, secret=session_secret()
        )
        st.rerun()


def _show_beginning_anew(viewer: Viewer) -> None:
    st.markdown(f"**{say('passphrase.without_code')}**")
    st.write(say("passphrase.anew"))
    if not is_proved(viewer, "passphrase"):
        return
    with st.form("passphrase:anew", border=False):
        new = _field("another", "new-password", of="anew")
        sure = st.checkbox(say("passphrase.anew_sure"), key="passphrase:anew_sure")
        if not st.form_submit_button(
            say("passphrase.anew_button"), key="passphrase:anew_button"
        ):
            return
    if not sure:
        st.error(say("passphrase.anew_not_sure"))
        return
    with attempt():
        st.session_state[_CODE] = passphrases.begin_texts_anew(
            context(), viewer, passphrase=new, secret=session_secret()
        )
        later(say("passphrase.anew_done"))
        st.rerun()


def _show_change(viewer: Viewer) -> None:
    st.write(say("passphrase.what"))
    with st.form("passphrase:change", clear_on_submit=True):
        old = _field("old", "current-password")
        new = _field("another", "new-password", of="change")
        if not st.form_submit_button(
            say("passphrase.change"), key="passphrase:change_button"
        ):
            return
    with attempt():
        passphrases.change_passphrase(context(), viewer, old=old, new=new)
        st.success(say("passphrase.changed"))


def _show_new_code(viewer: Viewer) -> None:
    st.header(say("passphrase.code_title"), anchor=False)
    st.write(say("passphrase.code_make"))
    with st.form("passphrase:new_code", clear_on_submit=True):
        typed = _field("typed", "current-password", of="code")
        if not st.form_submit_button(
            say("passphrase.code_button"), key="passphrase:new_code_button"
        ):
            return
    with attempt():
        code = passphrases.new_code_by_passphrase(context(), viewer, passphrase=typed)
        st.success(say("recovery.new"))
        st.code(code, language=None)


def _field(name: str, autocomplete: str, of: str = "texts") -> str:
    return st.text_input(
        say(f"passphrase.{name}"),
        type="password",
        autocomplete=autocomplete,
        help=say("passphrase.hint") if autocomplete == "new-password" else None,
        key=f"passphrase:{of}:{name}",
    )

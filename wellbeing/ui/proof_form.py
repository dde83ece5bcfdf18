"""The one small form that asks, before something grave, who is really there."""

from urllib.parse import quote, urlsplit

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Viewer
from wellbeing.services import identities, proofs, step_up
from wellbeing.ui.messages import as_text, attempt_in_callback, later
from wellbeing.ui.session import context, link, require_in_callback


def is_proved(viewer: Viewer, place: str) -> bool:
    """Return whether the viewer has just proved who they are; else ask, and say no.

    What needs the proof is drawn only then. Its service looks again.

    Args:
        place: a name for where it stands; one screen may ask in two places.
    """
    if proofs.is_proved(context(), viewer):
        return True
    _ask(viewer, place)
    return False


def is_code_given(viewer: Viewer, place: str) -> bool:
    """Return the same where a password is asked for anyway, and a code may be, too."""
    return not proofs.needs_code(context(), viewer) or is_proved(viewer, place)


def _ask(viewer: Viewer, place: str) -> None:
    st.subheader(say("proof.title"), anchor=False)
    if step_up.can_prove(context(), viewer):
        _ask_for_password(viewer, place)
        if context().settings.takes_passwords:
            return
    else:
        st.info(as_text(str(step_up.NoPasswordError())))
    show_ways_to_confirm(viewer, quote(urlsplit(st.context.url or "").path) or "/")


def show_ways_to_confirm(viewer: Viewer, back: str) -> None:
    """Show a link to each provider that can say anew that it is the viewer.

    Args:
        back: the path of ours to which they come back.
    """
    for provider in identities.my_providers(context(), viewer):
        if provider.connected_on is not None:
            words = say("single_sign_on.confirm", title=provider.title)
            link(words, f"/sign-in/with/{provider.name}?confirm=yes&next={back}")


def _ask_for_password(viewer: Viewer, place: str) -> None:
    st.write(say("proof.what"))
    with st.form(f"proof:{place}", clear_on_submit=True):
        st.text_input(
            say("proof.password"),
            type="password",
            autocomplete="current-password",
            key=f"proof:password:{place}",
        )
        if proofs.needs_code(context(), viewer):
            st.text_input(
                say("proof.code"),
                autocomplete="one-time-code",
                key=f"proof:code:{place}",
            )
        st.form_submit_button(
            say("proof.button"),
            key=f"proof:button:{place}",
            on_click=_prove,
            args=(place,),
        )


def _prove(place: str) -> None:
    with attempt_in_callback():
        step_up.prove(
            context(),
            require_in_callback(),
            password=st.session_state.get(f"proof:password:{place}", ""),
            code=st.session_state.get(f"proof:code:{place}", ""),
        )
        later(say("proof.given"))

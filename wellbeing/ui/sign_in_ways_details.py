"""Part of My data: through whom the viewer can sign in."""

import streamlit as st

from wellbeing.content.dates import day_and_year
from wellbeing.content.load import say
from wellbeing.domain.people import Viewer
from wellbeing.services import identities
from wellbeing.services.identities import MyProvider
from wellbeing.ui.messages import as_text, attempt, later
from wellbeing.ui.proof_form import is_code_given, show_ways_to_confirm
from wellbeing.ui.session import context, link


def show_sign_in_ways(viewer: Viewer) -> None:
    """Show the clinic's providers, if it has any, and connect or disconnect one."""
    providers = identities.my_providers(context(), viewer)
    if not providers:
        return
    st.header(say("single_sign_on.ways"), anchor=False)
    st.write(say("single_sign_on.ways_what"))
    if is_code_given(viewer, "ways"):
        _show_changes(viewer, providers)
    if any(one.connected_on is not None for one in providers):
        st.caption(say("single_sign_on.texts_stay"))
        st.caption(say("single_sign_on.confirm_what"))
    show_ways_to_confirm(viewer, "/my-data")


def _show_changes(viewer: Viewer, providers: tuple[MyProvider, ...]) -> None:
    password = ""
    with st.form("my_data:ways", clear_on_submit=True):
        if identities.has_a_password(context(), viewer):
            password = st.text_input(
                say("single_sign_on.password"),
                type="password",
                autocomplete="current-password",
                key="my_data:ways_password",
            )
        pressed = [one for one in providers if _is_pressed(one)]
    for provider in pressed:
        with attempt():
            _change(viewer, provider, password)


def _is_pressed(provider: MyProvider) -> bool:
    """Show where a provider stands, and tell whether that is to be changed now."""
    title = provider.title
    if provider.connected_on is None:
        st.write(as_text(say("single_sign_on.not_connected", title=title)))
        words = say("single_sign_on.connect", title=title)
    else:
        day = day_and_year(provider.connected_on)
        st.write(as_text(say("single_sign_on.connected", title=title, day=day)))
        words = say("single_sign_on.disconnect", title=title)
    return st.form_submit_button(
        as_text(words),
        key=f"my_data:way:{provider.name}",
        disabled=provider.connected_on is not None and not provider.may_go,
    )


def _change(viewer: Viewer, provider: MyProvider, password: str) -> None:
    name, title = provider.name, provider.title
    if provider.connected_on is None:
        address = identities.begin_connecting(
            context(), viewer, name, password=password
        )
        link(say("single_sign_on.connect_link", title=title), address)
        return
    identities.disconnect(context(), viewer, name, password=password)
    later(say("single_sign_on.disconnected", title=title))
    st.rerun()

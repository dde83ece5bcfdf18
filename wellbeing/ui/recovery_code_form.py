"""A new recovery code: for a lost one, or for one that does not open private texts."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Viewer
from wellbeing.services.my_keys import code_opens_texts, new_recovery_code
from wellbeing.ui.messages import attempt
from wellbeing.ui.session import context


def show_recovery_code(viewer: Viewer) -> None:
    """Say whether the viewer's code opens their texts, and offer to make a new one."""
    st.header(say("recovery.title"), anchor=False)
    works = code_opens_texts(context(), viewer)
    st.write(say("recovery.works" if works else "recovery.texts_not"))
    st.write(say("recovery.what"))
    with st.form("recovery:form", clear_on_submit=True):
        password = st.text_input(
            say("recovery.password"),
            type="password",
            autocomplete="current-password",
            key="recovery:password",
        )
        if st.form_submit_button(say("recovery.button"), key="recovery:button"):
            with attempt():
                code = new_recovery_code(context(), viewer, password=password)
                st.success(say("recovery.new"))
                st.code(code, language=None)

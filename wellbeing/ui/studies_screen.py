"""The screen of studies: a part for each role that the viewer holds."""

import streamlit as st

from wellbeing.content.load import choice_text, say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.studies import StudyState
from wellbeing.services import studies
from wellbeing.services.studies import SeenStudy
from wellbeing.ui.messages import (
    as_text,
    attempt,
    attempt_in_callback,
    later,
    show_kept,
)
from wellbeing.ui.session import context, require_in_callback
from wellbeing.ui.study_bundles_details import show_bundles
from wellbeing.ui.study_consent_details import show_consents
from wellbeing.ui.study_decisions_details import show_decisions
from wellbeing.ui.study_form import offer_study_form
from wellbeing.ui.study_handover_details import offer_handover, show_offers

_AUDIENCES = {
    Role.CLINICIAN: "studies.audience",
    Role.RESEARCHER: "studies.audience_researcher",
    Role.ADMINISTRATOR: "studies.audience_administrator",
}


def show_studies(viewer: Viewer) -> None:
    """Show what a viewer's roles have to do with studies."""
    for role, words in _AUDIENCES.items():
        if role in viewer.roles:
            st.caption(say(words))
    show_kept()
    with attempt():
        if Role.CLINICIAN in viewer.roles:
            st.header(say("studies.open_title"), anchor=False)
            st.write(say("studies.off_by_default"))
            show_consents(viewer)
        if Role.RESEARCHER in viewer.roles:
            _show_mine(viewer)
        if Role.ADMINISTRATOR in viewer.roles:
            show_decisions(viewer)


def _show_mine(viewer: Viewer) -> None:
    st.header(say("studies.mine_title"), anchor=False)
    show_offers(viewer)
    newest = {
        each.plan.study_id: each for each in studies.my_studies(context(), viewer)
    }
    chosen = ""
    if newest:
        chosen = st.selectbox(
            say("studies.which"),
            [*newest, ""],
            format_func=lambda name: newest[name].plan.title if name else _NEW,
            key="studies:which",
        )
    if chosen:
        _show_state(newest[chosen])
    offer_study_form(viewer, newest.get(chosen))
    if chosen:
        show_bundles(viewer, newest[chosen])
        if newest[chosen].state is not StudyState.CLOSED:
            offer_handover(viewer, chosen)


_NEW = say("studies.new")


def _show_state(one: SeenStudy) -> None:
    head = say(
        "studies.version_words",
        title=one.plan.title,
        version=one.version,
        state=choice_text(one.state),
    )
    st.subheader(as_text(head), anchor=False)
    agreed = "" if one.agreed is None else choice_text(one.agreed)
    st.write(say(f"studies.state_{one.state}", agreed=agreed))
    if one.state is StudyState.DRAFT:
        st.button(
            say("studies.submit"),
            key=f"studies:submit:{one.plan.study_id}",
            on_click=_submit,
            args=(one.plan.study_id,),
        )


def _submit(study_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.RESEARCHER)
        studies.submit_study(context(), viewer, study_id)
        later(say("studies.submitted"))

"""Handing a study over: offer it, take it; for administrators, when nobody is left."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Role, Viewer
from wellbeing.privacy.study_data import StudyPlan
from wellbeing.services import study_handovers
from wellbeing.services.study_handovers import Handover
from wellbeing.ui.messages import as_text, attempt_in_callback, later
from wellbeing.ui.proof_form import is_proved
from wellbeing.ui.session import context, require_in_callback
from wellbeing.ui.study_words import show_plan


def show_offers(viewer: Viewer) -> None:
    """Show the studies that wait for the viewer to take them."""
    for plan in study_handovers.offered_to_me(context(), viewer):
        _show_offer(plan)


def _show_offer(plan: StudyPlan) -> None:
    name, title = plan.study_id, as_text(plan.title)
    st.subheader(say("study_handovers.offered_title", title=title), anchor=False)
    st.write(say("study_handovers.offered_what"))
    show_plan(plan, frozen=False, about=f"offered:{name}")
    with st.container(horizontal=True):
        for answer in ("take", "decline"):
            st.button(
                say(f"study_handovers.{answer}", title=title),
                key=f"studies:{answer}:{name}",
                on_click=_answer,
                args=(name, answer == "take"),
            )


def _answer(study_id: str, takes: bool) -> None:  # noqa: FBT001 (Streamlit's args)
    with attempt_in_callback():
        viewer = require_in_callback(Role.RESEARCHER)
        if takes:
            study_handovers.take_study(context(), viewer, study_id)
            later(say("study_handovers.taken"))
        else:
            study_handovers.decline_study(context(), viewer, study_id)
            later(say("study_handovers.declined"))


def offer_handover(viewer: Viewer, study_id: str) -> None:
    """Let a researcher hand a study of theirs to another one."""
    found = study_handovers.handover_of(context(), viewer, study_id)
    with st.expander(
        say("study_handovers.expander"), key=f"studies:hand_over:{study_id}"
    ):
        st.write(say("study_handovers.what"))
        if is_proved(viewer, "studies:hand_over"):
            _show_choice(found, Role.RESEARCHER)


def show_left(viewer: Viewer) -> None:
    """Show an administrator the studies that nobody works with any more."""
    found = study_handovers.left_studies(context(), viewer)
    if not found:
        return
    st.header(say("study_handovers.left_title"), anchor=False)
    st.write(say("study_handovers.left_what"))
    if not is_proved(viewer, "studies:left"):
        return
    for one in found:
        st.subheader(as_text(one.title), anchor=False)
        _show_choice(one, Role.ADMINISTRATOR)


def _show_choice(found: Handover, role: Role) -> None:
    about = f"{role}:{found.study_id}"
    if found.offered_to is not None:
        name = as_text(found.offered_to)
        st.write(say("study_handovers.waits", name=name))
        st.button(
            say("study_handovers.withdraw"),
            key=f"studies:withdraw:{about}",
            on_click=_withdraw,
            args=(found.study_id, role),
        )
    elif not found.candidates:
        st.write(say("study_handovers.nobody"))
    else:
        names = found.candidates
        to = st.selectbox(
            say("study_handovers.to"),
            list(names),
            format_func=lambda one: names[one],
            key=f"studies:hand_to:{about}",
        )
        st.button(
            say("study_handovers.offer"),
            key=f"studies:offer:{about}",
            on_click=_offer,
            args=(found.study_id, to, role),
        )


def _offer(study_id: str, to: PersonId, role: Role) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(role)
        offer = {
            Role.RESEARCHER: study_handovers.offer_study,
            Role.ADMINISTRATOR: study_handovers.offer_left_study,
        }[role]
        offer(context(), viewer, study_id, to)
        later(say("study_handovers.offered"))


def _withdraw(study_id: str, role: Role) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(role)
        withdraw = {
            Role.RESEARCHER: study_handovers.withdraw_offer,
            Role.ADMINISTRATOR: study_handovers.withdraw_left_offer,
        }[role]
        withdraw(context(), viewer, study_id)
        later(say("study_handovers.withdrawn"))

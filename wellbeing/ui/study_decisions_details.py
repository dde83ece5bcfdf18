"""Studies for administrators: open one, send it back, end it; the ledger of all."""

import streamlit as st

from wellbeing.content.dates import day_and_year
from wellbeing.content.load import choice_text, say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.studies import StudyState
from wellbeing.privacy.study_data import StudyPlan
from wellbeing.services import bundle_ledger, studies
from wellbeing.services.studies import SeenStudy
from wellbeing.ui.messages import as_text, attempt_in_callback, later
from wellbeing.ui.proof_form import is_proved
from wellbeing.ui.session import context, require_in_callback
from wellbeing.ui.study_handover_details import show_left
from wellbeing.ui.study_words import show_plan, unit_words
from wellbeing.ui.tables import show_table


def show_decisions(viewer: Viewer) -> None:
    """Show the studies that wait for an administrator, and those that run."""
    found = studies.studies_to_decide(context(), viewer)
    st.header(say("studies.decide_title"), anchor=False)
    waiting = [one for one in found if one.state is StudyState.SUBMITTED]
    if not waiting:
        st.write(say("studies.decide_none"))
    for one in waiting:
        _show_waiting(one)
    running = {one.plan.study_id: one for one in found if one.state is StudyState.OPEN}
    if running:
        _show_running(viewer, running)
    show_left(viewer)
    _show_ledger(viewer)


def _show_waiting(one: SeenStudy) -> None:
    about = f"{one.plan.study_id}:{one.version}"
    st.subheader(as_text(one.plan.title), anchor=False)
    show_plan(one.plan, frozen=False, about=f"decide:{about}")
    with st.container(horizontal=True):
        st.button(
            say("studies.decide_open"),
            key=f"studies:open:{about}",
            on_click=_open,
            args=(one.plan, one.version),
        )
        st.button(
            say("studies.decide_back"),
            key=f"studies:back:{about}",
            on_click=_send_back,
            args=(one.plan.study_id,),
        )


def _open(seen: StudyPlan, version: int) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        studies.open_study(context(), viewer, seen, version)
        later(say("studies.decide_opened"))


def _send_back(study_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        studies.send_back(context(), viewer, study_id)
        later(say("studies.decide_sent_back"))


def _show_running(viewer: Viewer, running: dict[str, SeenStudy]) -> None:
    st.header(say("studies.running_title"), anchor=False)
    show_table(
        say("studies.running_title"),
        {
            say("studies.title_label"): [o.plan.title for o in running.values()],
            say("studies.which"): list(running),
            say("studies.bundle_state"): [
                choice_text(o.state) for o in running.values()
            ],
        },
    )
    with st.expander(say("studies.end"), key="studies:end"):
        st.write(say("studies.end_what"))
        if not is_proved(viewer, "studies:end"):
            return
        chosen = st.selectbox(
            say("studies.which"),
            list(running),
            format_func=lambda name: running[name].plan.title,
            key="studies:end_which",
        )
        sure = st.checkbox(
            say("studies.end_sure", title=as_text(running[chosen].plan.title)),
            key=f"studies:end_sure:{chosen}",
        )
        st.button(
            say("studies.end_button"),
            key="studies:end_button",
            disabled=not sure,
            on_click=_end,
            args=(chosen,),
        )


def _end(study_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        studies.close_study(context(), viewer, study_id)
        later(say("studies.ended"))


def _show_ledger(viewer: Viewer) -> None:
    lines = bundle_ledger.whole_ledger(context(), viewer)
    if not lines:
        return
    st.header(say("studies.ledger_title"), anchor=False)
    show_table(
        say("studies.ledger_title"),
        {
            say("studies.bundle_day"): [day_and_year(line.made_on) for line in lines],
            say("studies.ledger_file"): [line.file for line in lines],
            say("studies.ledger_people"): [choice_text(line.size) for line in lines],
            say("studies.ledger_unit"): [unit_words(line.time_unit) for line in lines],
            say("studies.ledger_sum"): [line.sha256[:12] for line in lines],
        },
    )

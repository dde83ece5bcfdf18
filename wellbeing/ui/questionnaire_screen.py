"""The screen of questionnaires: what is asked now, and one's own scores over time."""

import streamlit as st

from wellbeing.content.dates import day_words
from wellbeing.content.load import say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.responses import Given
from wellbeing.services import instrument_forms
from wellbeing.services.instrument_forms import Offered
from wellbeing.ui.instrument_words import show_about
from wellbeing.ui.messages import as_text, attempt, show_kept
from wellbeing.ui.my_scores_details import show_scores
from wellbeing.ui.questionnaire_form import CHOSEN, not_this_time, show_form
from wellbeing.ui.screens import go_to
from wellbeing.ui.session import context, require


@st.fragment
def show_questionnaires() -> None:
    """Show the instruments that are asked for; a fragment: a tap redraws only this."""
    viewer = require(Role.CLINICIAN)
    with attempt():
        show_kept()
        offered = instrument_forms.offered_instruments(context(), viewer)
        is_open = {each.instrument.id for each in offered if each.is_open}
        if st.session_state.get(CHOSEN) in is_open:
            show_form(viewer, st.session_state[CHOSEN])
            return
        if st.session_state.pop(CHOSEN, None):
            st.info(say("questionnaires.closed_meanwhile"))
        st.caption(say("questionnaires.audience"))
        _show_offered(viewer, offered)


def _show_offered(viewer: Viewer, offered: tuple[Offered, ...]) -> None:
    if not offered:
        st.write(say("questionnaires.none"))
        if st.button(say("questionnaires.to_check_in"), key="questionnaires:check_in"):
            go_to("check_in")
    for each in offered:
        title = each.instrument.title
        st.header(as_text(title), anchor=False)
        if each.next_week is not None:
            day = day_words(each.next_week.monday)
            st.write(say("questionnaires.again", day=day, week=each.next_week))
        else:
            _show_open(each)
        show_about(each.instrument)
    show_scores(viewer)


def _show_open(each: Offered) -> None:
    one, count = each.instrument, len(each.instrument.items)
    given = each.saved.given if each.saved else None
    state = given.value if given else "asked"
    if each.tapped:
        state = "changed" if given is Given.ANSWERED else "begun"
    st.write(say(f"questionnaires.now_{state}", count=count, tapped=each.tapped))
    button = "go_on" if each.tapped else "begin"
    if given is Given.ANSWERED:
        button = "change"
    with st.container(horizontal=True):
        st.button(
            say(f"questionnaires.{button}"),
            key=f"questionnaires:begin:{one.id}",
            on_click=_begin,
            args=(one.id,),
        )
        if given is None:
            st.button(
                say("questionnaires.not_this_time"),
                key=f"questionnaires:aside:{one.id}",
                on_click=not_this_time,
                args=(one.id,),
            )


def _begin(instrument_id: str) -> None:
    st.session_state[CHOSEN] = instrument_id

"""What somebody sees after saving: what it means, one next step, where help is."""

from collections.abc import Callable

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.check_ins import CheckIn, Kind
from wellbeing.domain.people import Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.instrument_forms import is_one_open
from wellbeing.services.my_weeks import meaning_of
from wellbeing.ui.actions_details import show_unanswered
from wellbeing.ui.intentions_details import show_for_yourself
from wellbeing.ui.peer_check_in_details import show_due_after_check_in
from wellbeing.ui.screens import go_to
from wellbeing.ui.session import context
from wellbeing.ui.support_log_details import offer_support_log
from wellbeing.ui.words import meaning_sentences

_STATES = {
    Kind.NOT_THIS_WEEK: "check_in.saved_not_this_week",
    Kind.WITHDRAWN: "check_in.saved_withdrawn",
}


def show_saved(viewer: Viewer, saved: CheckIn, edit: Callable[[Week], None]) -> None:
    """Show a saved check-in in words, and the way to change it."""
    meaning = meaning_of(context(), viewer, saved.week)
    st.success(say(_STATES.get(saved.kind, "check_in.saved")))
    step = f"**{say('check_in.next')}**"
    sentences = meaning_sentences(meaning, saved.kind)
    st.markdown("\n\n".join((*sentences, step, meaning.next_step or "")))
    with st.container(horizontal=True):
        st.button(
            say("check_in.change"),
            key="check_in:change",
            on_click=edit,
            args=(saved.week,),
        )
        if st.button(say("check_in.see_weeks"), key="check_in:see_weeks"):
            go_to("my_weeks")
    st.caption(say("check_in.audience"))
    if is_one_open(context(), viewer):
        st.write(say("check_in.questionnaire"))
        if st.button(say("check_in.questionnaire_go"), key="check_in:questionnaire"):
            go_to("questionnaires")
    offer_support_log(viewer, saved.week)
    show_for_yourself(viewer, meaning)
    show_due_after_check_in(viewer)
    show_unanswered(viewer)

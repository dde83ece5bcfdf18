"""“I want to talk to somebody”: the text is shown, changed and sent by the person."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.contacts import Contact
from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ContactId
from wellbeing.domain.people import Viewer
from wellbeing.services import talking
from wellbeing.ui.messages import as_text, attempt_in_callback
from wellbeing.ui.session import context, require_in_callback

_SENT, _WRONG = "talk:sent", "talk:wrong"


def show_talk(viewer: Viewer) -> None:
    """Offer to write to a contact who agreed to it, folded."""
    more = st.expander(say("talk.title"), key="talk:more", on_change="rerun")
    if not more.open:
        return
    with more:
        people = {
            c.contact_id: c for c in talking.people_to_write_to(context(), viewer)
        }
        if not people:
            st.write(say("talk.nobody"))
        elif sent := st.session_state.get(_SENT):
            st.success(as_text(say("talk.sent", name=sent)))
            st.button(say("talk.again"), key="talk:again", on_click=_again)
        else:
            _show_form(people)


def _show_form(people: dict[ContactId, Contact]) -> None:
    st.write(say("talk.about"))
    chosen = st.radio(
        say("talk.whom"),
        list(people),
        index=None,
        captions=[as_text(c.about or c.reach) for c in people.values()],
        format_func=lambda contact_id: as_text(people[contact_id].name),
        key="talk:whom",
    )
    if chosen is None:
        return
    name = people[chosen].name
    st.text(say("talk.subject_is", subject=say("talk.subject")))
    st.text_area(
        say("talk.text"),
        say("talk.hello", name=name) + " ",
        height=220,
        key=f"talk:text:{chosen}",
    )
    st.checkbox(say("talk.may_answer"), key="talk:answer")
    st.caption(say("talk.trace"))
    if wrong := st.session_state.pop(_WRONG, None):
        st.error(as_text(wrong))
    st.button(say("talk.send"), key="talk:send", on_click=_send, args=(chosen, name))


def _send(contact_id: ContactId, name: str) -> None:
    # A second press comes after the first is through: it must not send again.
    if st.session_state.get(_SENT):
        return
    text = st.session_state.get(f"talk:text:{contact_id}", "")
    may_answer = bool(st.session_state.get("talk:answer"))
    try:
        viewer = require_in_callback()
        talking.write_to(context(), viewer, contact_id, text, may_answer=may_answer)
    except WellbeingError as error:
        # Said beside the button: nobody should go away and believe that it was sent.
        st.session_state[_WRONG] = str(error)
    else:
        st.session_state[_SENT] = name


def _again() -> None:
    with attempt_in_callback():
        require_in_callback()
        st.session_state.pop(_SENT, None)

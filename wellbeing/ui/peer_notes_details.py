"""Kind notes: those the viewer received, and one to a peer."""

from collections.abc import Mapping, Sequence

import streamlit as st

from wellbeing.content.dates import day_words
from wellbeing.content.load import say
from wellbeing.domain.ids import PersonId
from wellbeing.domain.pairings import Stage
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import kind_notes
from wellbeing.services.kind_notes import ReceivedNote
from wellbeing.services.pairings import SeenPairing
from wellbeing.ui.messages import as_text, attempt_in_callback, later, show_kept
from wellbeing.ui.opening_texts import opened_keys
from wellbeing.ui.session import context, require_in_callback

_TEXT, _SENT = "peers:note_text", ":peers:note"


def show_notes(viewer: Viewer, found: Sequence[SeenPairing]) -> None:
    """Show the notes to the viewer, and a form for one of theirs."""
    st.caption(say("peer_notes.audience"))
    _show_received(viewer)
    active = {str(e.peer_id): e for e in found if e.stage is Stage.ACTIVE}
    if not active:
        return
    with st.form("peers:note"):
        st.selectbox(
            say("peer_notes.to"),
            list(active),
            # What is sealed cannot be taken back from the wrong one.
            index=0 if len(active) == 1 else None,
            format_func=lambda key: active[key].name,
            placeholder=say("peer_people.ask_choose"),
            key="peers:note_to",
        )
        st.text_area(say("peer_notes.text"), key=_TEXT)
        st.caption(say("peer_notes.hint", most=kind_notes.LONGEST))
        st.form_submit_button(
            say("peer_notes.send"),
            key="peers:note_send",
            on_click=_send,
            args=({key: (e.peer_id, e.name) for key, e in active.items()},),
        )
    show_kept(at=_SENT)


def _send(peers: Mapping[str, tuple[PersonId, str]]) -> None:
    with attempt_in_callback(_SENT):
        viewer = require_in_callback(Role.CLINICIAN)
        chosen, text = st.session_state["peers:note_to"], st.session_state[_TEXT]
        if chosen is None:
            later(say("peer_people.ask_nobody"), wrong=True, at=_SENT)
            return
        peer_id, name = peers[chosen]
        kind_notes.send_note(context(), viewer, peer_id, text)
        # It is sealed: whoever takes up this tab later must not read it either.
        st.session_state[_TEXT] = ""
        later(say("peer_notes.sent", name=name), at=_SENT)


def _show_received(viewer: Viewer) -> None:
    st.header(say("peer_notes.received"), anchor=False)
    if not kind_notes.has_notes(context(), viewer):
        st.write(say("peer_notes.none"))
        return
    keys = opened_keys(viewer)
    if keys is not None:
        for note in kind_notes.my_notes(context(), viewer, keys):
            _show_note(note)


def _show_note(note: ReceivedNote) -> None:
    day = day_words(note.week.monday)
    head = say("peer_notes.from", name=as_text(note.sender), day=day)
    text = say("peer_notes.unreadable") if note.text is None else as_text(note.text)
    st.markdown(f"**{head}**\n\n{text}")
    st.button(
        say("peer_notes.delete"),
        key=f"peers:note:{note.sender_id}:{note.week}",
        on_click=_delete,
        args=(note.sender_id, note.week),
    )


def _delete(sender_id: PersonId, week: Week) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        kind_notes.delete_note(context(), viewer, sender_id, week)
        later(say("peer_notes.deleted"))

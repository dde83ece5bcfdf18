"""The peers' screen: requests to answer, then four parts, one of them at a time."""

from collections.abc import Callable, Sequence
from enum import StrEnum

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.pairings import Stage
from wellbeing.domain.people import Viewer
from wellbeing.services import pairings, peer_pool
from wellbeing.services.pairings import SeenPairing
from wellbeing.ui.messages import as_text, attempt, later, show_kept
from wellbeing.ui.peer_check_in_details import show_peer_check_in
from wellbeing.ui.peer_notes_details import show_notes
from wellbeing.ui.peer_people_details import show_people, show_requests, what_ended
from wellbeing.ui.peer_record_form import RECORD
from wellbeing.ui.peer_sharing_details import show_sharing
from wellbeing.ui.peer_wishes_details import show_wishes
from wellbeing.ui.session import context


class Part(StrEnum):
    """A part of the screen."""

    CHECK_IN = "check_in"
    PEOPLE = "people"
    SHOW = "show"
    NOTES = "notes"
    WISHES = "wishes"


_SHOW: dict[Part, Callable[[Viewer, Sequence[SeenPairing]], None]] = {
    Part.CHECK_IN: show_peer_check_in,
    Part.PEOPLE: show_people,
    Part.SHOW: show_sharing,
    Part.NOTES: show_notes,
    Part.WISHES: show_wishes,
}
_WITH_A_PEER = {Part.CHECK_IN, Part.SHOW}


def show_peers(viewer: Viewer) -> None:
    """Show the viewer's peers, and what is between each of them and the viewer."""
    st.caption(say("peers.audience"))
    show_kept()
    with attempt():
        peer_pool.suggest(context(), viewer)
        found = pairings.my_pairings(context(), viewer)
        ended = what_ended(found)
        for sentence in ended:
            st.info(as_text(sentence))
        show_requests(viewer, found)
        part = st.segmented_control(
            say("peers.part"),
            list(Part),
            default=Part.CHECK_IN,
            required=True,
            format_func=lambda each: say(f"peers.part_{each}"),
            label_visibility="collapsed",
            key="peers:part",
        )
        if Part(part) in _WITH_A_PEER and not _active(found):
            st.write(say("peers.none_yet"))
            st.button(say("peers.none_yet_go"), key="peers:go", on_click=_go)
            return
        if Part(part) is Part.CHECK_IN:
            # Their form may just have been sent, far below, and another's is there.
            for sentence in ended:
                later(sentence, wrong=True, at=RECORD)
        _SHOW[Part(part)](viewer, found)


def _active(found: Sequence[SeenPairing]) -> bool:
    return any(each.stage is Stage.ACTIVE for each in found)


def _go() -> None:
    st.session_state["peers:part"] = Part.PEOPLE

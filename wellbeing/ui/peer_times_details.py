"""The day and the hour with a peer: proposals to answer, and proposing one."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from wellbeing.content.dates import moment_words
from wellbeing.content.load import choice_text, say
from wellbeing.domain.ids import PersonId
from wellbeing.domain.peer_appointments import (
    FIRST_HOUR,
    LAST_HOUR,
    LAST_WEEKDAY,
    PeerTime,
)
from wellbeing.domain.people import Role, Viewer
from wellbeing.services import peer_appointments
from wellbeing.services.context import Context
from wellbeing.services.pairings import SeenPairing
from wellbeing.services.peer_appointments import SeenTimes
from wellbeing.ui.messages import as_text, attempt_in_callback, later
from wellbeing.ui.session import context, require_in_callback

_USUAL = PeerTime(weekday=1, hour=12)
_HOURS = range(FIRST_HOUR, LAST_HOUR + 1)


def show_proposals(
    found: Sequence[SeenPairing], times: Mapping[PersonId, SeenTimes]
) -> None:
    """Show what peers propose, each with its two answers."""
    for each in found:
        known = times.get(each.peer_id)
        if known is not None and known.proposed is not None and not known.mine:
            _show_proposal(each, known.proposed, instead=known.agreed is not None)


def _show_proposal(each: SeenPairing, at: PeerTime, *, instead: bool) -> None:
    kind = "proposed_instead" if instead else "proposed"
    words = say(f"peer_times.{kind}", name=as_text(each.name), **_time_words(at))
    st.markdown(f"**{words}**")
    with st.container(horizontal=True):
        st.button(
            say("peer_times.agree"),
            key=f"peers:time_agree:{each.peer_id}",
            on_click=_agree,
            args=(each.peer_id, at),
        )
        _drop_button(each, peer_appointments.drop_proposal, "decline", "declined")


def next_words(viewer: Viewer, peer: SeenPairing, known: SeenTimes | None) -> str:
    """Return when the next agreed check-in with a peer begins; "": none is."""
    if known is None or known.next_begin is None:
        return ""
    return say(
        "peer_times.next",
        name=as_text(peer.name),
        moment=moment_words(known.next_begin, viewer.clinic.zone),
        rhythm=choice_text(peer.rhythm).lower(),
    )


def show_times(peer: SeenPairing, known: SeenTimes | None) -> None:
    """Let the viewer propose a time to a peer, take it back, or drop what is agreed."""
    known = known or SeenTimes()
    name = as_text(peer.name)
    if known.mine and known.proposed is not None:
        words = say("peer_times.waiting", name=name, **_time_words(known.proposed))
        st.markdown(words)
        _drop_button(peer, peer_appointments.drop_proposal, "take_back", "taken_back")
    part = st.expander(say("peer_times.title"), key="peers:times", on_change="rerun")
    if not part.open:
        return
    with part:
        st.markdown(say("peer_times.what"))
        _show_form(peer, known.agreed or _USUAL)
        if known.agreed is not None:
            _drop_button(peer, peer_appointments.drop_agreed, "drop", "dropped")
        st.caption(say("peer_times.reminding", name=name))


def _show_form(peer: SeenPairing, shown: PeerTime) -> None:
    prefix = f"peers:time:{peer.peer_id}"
    with st.form(f"{prefix}:form", border=False):
        st.selectbox(
            say("peer_times.weekday"),
            range(LAST_WEEKDAY + 1),
            index=shown.weekday,
            format_func=lambda n: say(f"reminders.day_{n}"),
            key=f"{prefix}:weekday",
        )
        st.selectbox(
            say("peer_times.hour"),
            _HOURS,
            index=_HOURS.index(shown.hour),
            format_func=lambda n: say("reminders.hour_words", hour=n),
            key=f"{prefix}:hour",
        )
        st.form_submit_button(
            say("peer_times.propose"),
            key=f"{prefix}:propose",
            on_click=_propose,
            args=(peer.peer_id, peer.name),
        )


def _time_words(at: PeerTime) -> dict[str, str]:
    hour = say("reminders.hour_words", hour=at.hour)
    return {"day": say(f"reminders.day_{at.weekday}"), "hour": hour}


def _drop_button(
    peer: SeenPairing,
    act: Callable[[Context, Viewer, PersonId], None],
    words: str,
    done: str,
) -> None:
    st.button(
        say(f"peer_times.{words}"),
        key=f"peers:time_{words}:{peer.peer_id}",
        on_click=_drop,
        args=(act, peer.peer_id, done),
    )


def _drop(
    act: Callable[[Context, Viewer, PersonId], None], peer_id: PersonId, done: str
) -> None:
    with attempt_in_callback():
        act(context(), require_in_callback(Role.CLINICIAN), peer_id)
        later(say(f"peer_times.said_{done}"))


def _agree(peer_id: PersonId, at: PeerTime) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        peer_appointments.agree(context(), viewer, peer_id, at)
        later(say("peer_times.said_agreed"))


def _propose(peer_id: PersonId, name: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        state, prefix = st.session_state, f"peers:time:{peer_id}"
        at = PeerTime(
            weekday=int(state[f"{prefix}:weekday"]), hour=int(state[f"{prefix}:hour"])
        )
        peer_appointments.propose(context(), viewer, peer_id, at)
        known = peer_appointments.my_times(context(), viewer).get(peer_id)
        agreed = known is not None and known.agreed == at
        done = "said_agreed" if agreed else "said_proposed"
        later(say(f"peer_times.{done}", name=name))

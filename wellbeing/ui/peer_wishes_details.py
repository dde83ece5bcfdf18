"""What the viewer wants: being asked, the pool, a pause, and with whom never."""

from collections.abc import Sequence

import streamlit as st

from wellbeing.content.dates import day_words
from wellbeing.content.load import choice_text, say
from wellbeing.domain.ids import PersonId
from wellbeing.domain.pairings import PeerRhythm, PeerSettings
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import pairings, peer_blocks, peer_pool
from wellbeing.services.pairings import SeenPairing
from wellbeing.ui.messages import as_text, attempt, attempt_in_callback, later
from wellbeing.ui.peer_choices import ask_yes_or_no
from wellbeing.ui.peer_people_details import colleague_words
from wellbeing.ui.session import context, require_in_callback

_PAUSES = (0, 1, 3, 5, 7, 11, 25)
"""Weeks after this one until which a pause can last."""


def show_wishes(viewer: Viewer, found: Sequence[SeenPairing]) -> None:
    """Show what the viewer chose, to change."""
    del found
    mine = peer_pool.my_pool(context(), viewer)
    if mine.settings.in_pool and mine.resting:
        st.info(say("peer_wishes.resting"))
    _show_form(viewer, mine.settings)
    _show_blocks(viewer)


def _show_form(viewer: Viewer, chosen: PeerSettings) -> None:
    with st.form("peers:wishes"):
        may_be_asked = ask_yes_or_no(
            say("peer_wishes.may_be_asked"),
            shown=chosen.may_be_asked,
            key="peers:may_be",
        )
        in_pool = ask_yes_or_no(
            say("peer_wishes.in_pool"), shown=chosen.in_pool, key="peers:in_pool"
        )
        st.caption(say("peer_wishes.in_pool_what"))
        rests = ask_yes_or_no(
            say("peer_wishes.rests"), shown=chosen.rests, key="peers:rests"
        )
        st.caption(say("peer_wishes.rests_what"))
        rhythm = st.segmented_control(
            say("peer_wishes.rhythm"),
            list(PeerRhythm),
            default=chosen.rhythm,
            required=True,
            format_func=choice_text,
            key="peers:wish_rhythm",
        )
        pause = _ask_for_pause(viewer, chosen.pause_until)
        if not st.form_submit_button(say("peer_wishes.save"), key="peers:wishes_save"):
            return
    with attempt():
        new = PeerSettings(
            may_be_asked=may_be_asked,
            in_pool=in_pool,
            rests=rests,
            rhythm=PeerRhythm(rhythm),
            pause_until=pause,
        )
        peer_pool.choose(context(), viewer, new)
        later(say("peer_wishes.saved"))
        st.rerun()


def _ask_for_pause(viewer: Viewer, until: Week | None) -> Week | None:
    this = context().this_week(viewer.clinic)
    weeks = {this.plus(n) for n in _PAUSES}
    if until is not None and until >= this:
        weeks.add(until)
    offered = ["", *(str(week) for week in sorted(weeks))]
    now = str(until) if until in weeks else ""
    chosen = st.selectbox(
        say("peer_wishes.pause"),
        offered,
        index=offered.index(now),
        format_func=_pause_words,
        key="peers:pause",
    )
    return Week.parse(chosen) if chosen else None


def _pause_words(text: str) -> str:
    if not text:
        return say("peer_wishes.pause_none")
    return say("peer_wishes.pause_until", day=day_words(Week.parse(text).monday))


def _show_blocks(viewer: Viewer) -> None:
    st.header(say("peer_wishes.blocks"), anchor=False)
    st.write(say("peer_wishes.blocks_what"))
    blocked = peer_blocks.my_blocks(context(), viewer)
    if not blocked:
        st.write(say("peer_wishes.blocks_none"))
    for person_id, name in blocked.items():
        st.button(
            say("peer_wishes.lift", name=as_text(name)),
            key=f"peers:lift:{person_id}",
            on_click=_lift,
            args=(person_id, name),
        )
    others = {
        str(c.person_id): c for c in pairings.colleagues_to_ask(context(), viewer)
    }
    if others:
        chosen = st.selectbox(
            say("peer_wishes.block_whom"),
            list(others),
            index=None,
            format_func=lambda key: colleague_words(others[key]),
            placeholder=say("peer_wishes.block_choose"),
            key="peers:block_whom",
        )
        st.button(
            say("peer_wishes.block"),
            key="peers:block_button",
            disabled=chosen is None,
            on_click=_block,
            args=(others[chosen].person_id if chosen else None,),
        )


def _lift(person_id: PersonId, name: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        peer_blocks.unblock(context(), viewer, person_id)
        later(say("peer_wishes.lifted", name=name))


def _block(person_id: PersonId) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        peer_blocks.block(context(), viewer, person_id)
        st.session_state["peers:block_whom"] = None
        later(say("peer_people.blocked"))

"""The form with which the viewer records a peer check-in for themselves."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from wellbeing.content.load import choice_text, say
from wellbeing.domain.ids import PersonId
from wellbeing.domain.peer_check_ins import (
    MOST_CONNECTED,
    Guide,
    How,
    Length,
    PeerRecord,
    PeerSupport,
)
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.reflections import Area
from wellbeing.domain.weeks import Week
from wellbeing.services import peer_check_ins
from wellbeing.services.pairings import SeenPairing
from wellbeing.services.peer_check_ins import Texts
from wellbeing.services.peer_texts import Contact, ReadTexts
from wellbeing.ui.messages import (
    as_text,
    attempt,
    attempt_in_callback,
    later,
    show_kept,
)
from wellbeing.ui.peer_choices import yes_or_no
from wellbeing.ui.session import context, own_keys, require_in_callback

RECORD = ":peers:record"
"""Where it is said what became of a record."""
_Choice = TypeVar("_Choice", bound=StrEnum)


def show_record(
    viewer: Viewer,
    peer: SeenPairing,
    guide: Guide,
    areas: frozenset[Area],
    texts: Mapping[Contact, ReadTexts] | None,
) -> None:
    """Show the viewer's record of this week or the last, to fill in or to change.

    Args:
        viewer: whose record it is.
        peer: with whom.
        guide: the guide that is open; it is kept with a new record.
        areas: what the longer guide is about.
        texts: what the viewer wrote and can read; None: their texts are locked.
    """
    st.header(say("peer_check_in.record"), anchor=False)
    st.write(say("peer_check_in.record_what"))
    weeks = [str(week) for week in peer_check_ins.weeks_to_record(context(), viewer)]
    labels = dict(zip(weeks, ("this_week", "last_week"), strict=True))
    week = Week.parse(
        st.segmented_control(
            say("peer_check_in.week"),
            weeks,
            default=weeks[0],
            required=True,
            format_func=lambda text: say(f"peer_check_in.{labels[text]}"),
            key=f"peers:week:{peer.peer_id}",
        )
    )
    before = peer_check_ins.my_records(context(), viewer).get((peer.peer_id, week))
    read = None if texts is None else texts.get((peer.peer_id, week), ReadTexts())
    place = f"{peer.peer_id}:{week}"
    shown = before or PeerRecord(week=week)
    if before is None or guide is Guide.MONTHLY:
        shown = replace(shown, guide=guide, areas=areas)
    with st.form(f"peers:record:{place}"):
        kept = _ask(place, shown)
        written = _ask_for_texts(place, as_text(peer.name), read)
        if st.form_submit_button(say("peer_check_in.save"), key=f"peers:save:{place}"):
            with attempt():
                _save(viewer, peer.peer_id, kept, written)
    show_kept(at=RECORD)
    if before is not None:
        st.button(
            say("peer_check_in.erase"),
            key=f"peers:erase:{place}",
            on_click=_erase,
            args=(peer.peer_id, week),
        )


def _ask(place: str, shown: PeerRecord) -> PeerRecord:
    how = _one("how", place, How, shown.how)
    length = _one("length", place, Length, shown.length)
    given = _several("given", place, shown.given)
    received = _several("received", place, shown.received)
    connected = st.segmented_control(
        say("peer_check_in.connected"),
        list(range(MOST_CONNECTED + 1)),
        default=shown.connected,
        key=f"peers:connected:{place}",
    )
    more = st.segmented_control(
        say("peer_check_in.more"),
        [True, False],
        default=shown.wants_more,
        format_func=yes_or_no,
        key=f"peers:more:{place}",
    )
    return replace(
        shown,
        how=how,
        length=length,
        given=given,
        received=received,
        connected=connected,
        wants_more=more,
    )


def _one(
    name: str, place: str, kind: type[_Choice], shown: _Choice | None
) -> _Choice | None:
    chosen = st.segmented_control(
        say(f"peer_check_in.{name}"),
        list(kind),
        default=shown,
        format_func=choice_text,
        key=f"peers:{name}:{place}",
    )
    return None if chosen is None else kind(chosen)


def _several(
    name: str, place: str, shown: frozenset[PeerSupport]
) -> frozenset[PeerSupport]:
    chosen = st.pills(
        say(f"peer_check_in.{name}"),
        list(PeerSupport),
        selection_mode="multi",
        default=[kind for kind in PeerSupport if kind in shown],
        format_func=choice_text,
        key=f"peers:{name}:{place}",
    )
    return frozenset(PeerSupport(kind) for kind in chosen)


def _ask_for_texts(place: str, name: str, read: ReadTexts | None) -> Texts:
    if read is None:
        st.caption(say("peer_check_in.locked"))
        return Texts()
    intention = st.text_input(
        say("peer_check_in.intention"),
        read.intention or "",
        key=f"peers:intention:{place}",
    )
    sentence = st.text_input(
        say("peer_check_in.sentence", name=name),
        read.mine or "",
        key=f"peers:sentence:{place}",
    )
    # What is as it was is left alone: it need not be sealed anew.
    return Texts(
        intention=None if intention == (read.intention or "") else intention,
        sentence=None if sentence == (read.mine or "") else sentence,
    )


def _save(viewer: Viewer, peer_id: PersonId, kept: PeerRecord, written: Texts) -> None:
    if written.intention:
        written = replace(written, keys=own_keys(viewer))
    peer_check_ins.record(context(), viewer, peer_id, kept, written)
    later(say("peer_check_in.saved"), at=RECORD)
    st.rerun()


def _erase(peer_id: PersonId, week: Week) -> None:
    with attempt_in_callback(RECORD):
        viewer = require_in_callback(Role.CLINICIAN)
        peer_check_ins.forget(context(), viewer, peer_id, week)
        later(say("peer_check_in.erased"), at=RECORD)

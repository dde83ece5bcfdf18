"""The gatherings' screen: what is offered, joining privately or visibly, leaving."""

from collections.abc import Callable
from html import escape

import streamlit as st

from wellbeing.content.dates import day_and_year
from wellbeing.content.load import choice_text, say
from wellbeing.domain.gatherings import GatheringId, Room
from wellbeing.domain.people import Viewer
from wellbeing.services import gatherings
from wellbeing.services.gatherings import SeenGathering, TakingPart
from wellbeing.ui.gatherings_details import offer_form
from wellbeing.ui.gatherings_words import clock_words, when_words
from wellbeing.ui.messages import (
    as_text,
    attempt,
    attempt_in_callback,
    later,
    show_kept,
)
from wellbeing.ui.session import LINK_STYLE, context, link, require_in_callback


def show_gatherings(viewer: Viewer) -> None:
    """Show what is offered to whoever is here."""
    st.write(say("gatherings.intro"))
    st.caption(say("gatherings.audience"))
    show_kept()
    with st.expander(say("gatherings.who_sees_title"), key="gatherings:who_sees"):
        st.write(say("gatherings.who_sees"))
    with attempt():
        seen = gatherings.offered(context(), viewer)
        ahead = [one for one in seen if one.next_begin is not None]
        if not ahead:
            st.write(say("gatherings.none"))
        for one in ahead:
            _show(one)
        offer_form(viewer, ahead)
        _show_past([one for one in seen if one.next_begin is None])


def _show(one: SeenGathering) -> None:
    gathering = one.gathering
    st.header(as_text(gathering.title), anchor=False)
    kind = choice_text(gathering.kind)
    if one.hosts:
        st.write(say("gatherings.by_you", kind=kind))
    else:
        st.write(say("gatherings.by", kind=kind, name=as_text(gathering.host)))
    if gathering.cancelled:
        st.write(say("gatherings.cancelled"))
        if one.mine is not None:
            _button("leave", gathering.gathering_id, _leave)
        return
    st.write(when_words(one))
    for words in clock_words(gathering.timing):
        st.caption(words)
    if gathering.about:
        st.markdown(as_text(gathering.about))
    _show_place(gathering.place, gathering.link)
    if one.hosts:
        _show_totals(one)
    elif one.mine is None:
        _offer_to_join(one)
    else:
        _show_mine(gathering.gathering_id, one.mine)
    _show_names(one)


def _show_place(place: str, address: str) -> None:
    if place:
        st.markdown(say("gatherings.where", place=as_text(place)))
    if address:
        # Nothing is fetched from there before somebody opens it.
        st.html(
            f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer" '
            f'{LINK_STYLE[:-1]};overflow-wrap:anywhere">{escape(address)}</a>'
        )
        st.caption(say("gatherings.link_what"))


def _show_totals(one: SeenGathering) -> None:
    if one.totals is not None:
        st.write(
            say(
                "gatherings.totals",
                taken=one.totals.taken,
                places=one.gathering.places,
                waiting=one.totals.waiting,
            )
        )
        link(say("gatherings.file"), _file_path(one.gathering.gathering_id))


def _offer_to_join(one: SeenGathering) -> None:
    gathering = one.gathering
    if one.room is Room.UNSAID:
        st.write(say("gatherings.room_unsaid", places=gathering.places))
    else:
        st.write(say(f"gatherings.room_{one.room}"))
    with st.container(horizontal=True):
        _button("join_privately", gathering.gathering_id, _join, visible=False)
        _button("join_visibly", gathering.gathering_id, _join, visible=True)


def _show_mine(gathering_id: GatheringId, mine: TakingPart) -> None:
    part, sight = (
        "waits" if mine.waits else "joined",
        "visible" if mine.visible else "private",
    )
    st.write(say(f"gatherings.{part}_{sight}"))
    if mine.changed:
        st.warning(say("gatherings.changed"))
        _button("know_change", gathering_id, _know_change)
    with st.container(horizontal=True):
        other = "to_private" if mine.visible else "to_visible"
        _button(other, gathering_id, _join, visible=not mine.visible)
        _button("leave", gathering_id, _leave)
    if not mine.waits:
        link(say("gatherings.file"), _file_path(gathering_id))


def _show_names(one: SeenGathering) -> None:
    if one.names:
        st.write(say("gatherings.names", names=as_text(", ".join(one.names))))
    elif one.names is not None:
        st.write(say("gatherings.names_none"))


def _show_past(past: list[SeenGathering]) -> None:
    if not past:
        return
    with st.expander(say("gatherings.past"), key="gatherings:past"):
        st.caption(say("gatherings.past_what"))
        for one in past:
            day = day_and_year(one.gathering.timing.days()[-1])
            title = as_text(one.gathering.title)
            st.write(say("gatherings.past_line", title=title, when=day))


def _file_path(gathering_id: GatheringId) -> str:
    return f"/my/gatherings/{gathering_id}.ics"


def _button(
    name: str,
    gathering_id: GatheringId,
    action: Callable[..., None],
    **values: bool,
) -> None:
    st.button(
        say(f"gatherings.{name}"),
        key=f"gatherings:{name}:{gathering_id}",
        on_click=action,
        args=(gathering_id,),
        kwargs=values,
    )


def _join(gathering_id: GatheringId, *, visible: bool) -> None:
    with attempt_in_callback():
        viewer = require_in_callback()
        gatherings.join(context(), viewer, gathering_id, visible=visible)


def _leave(gathering_id: GatheringId) -> None:
    with attempt_in_callback():
        gatherings.leave(context(), require_in_callback(), gathering_id)
        later(say("gatherings.left"))


def _know_change(gathering_id: GatheringId) -> None:
    with attempt_in_callback():
        gatherings.know_change(context(), require_in_callback(), gathering_id)

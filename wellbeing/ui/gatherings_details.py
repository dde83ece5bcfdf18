"""Offering a gathering, changing one's own, and cancelling it."""

from collections.abc import Sequence
from datetime import time, timedelta

import streamlit as st

from wellbeing.content.load import choice_text, say
from wellbeing.content.places import time_zones
from wellbeing.domain.gatherings import Gathering, GatheringKind, Repeats
from wellbeing.domain.people import Viewer
from wellbeing.services import gathering_fields, gathering_offers
from wellbeing.services.gathering_fields import NewGathering
from wellbeing.services.gatherings import SeenGathering
from wellbeing.ui.gatherings_words import clock_words, length_words
from wellbeing.ui.messages import attempt, later, show_kept
from wellbeing.ui.session import context

_LENGTHS = (30, 45, 60, 90, 120, 180, 240, 480, 1440, 2880, 4320)
"""Minutes."""
_USUAL_LENGTH, _USUAL_PLACES, _USUAL_TIMES = 60, 12, 6
_NOON = time(12)
_FORM = ":gatherings:form"
_AFTER = "gatherings:after"
"""What was offered last in this tab: the next form for a new one is another."""


def offer_form(viewer: Viewer, ahead: Sequence[SeenGathering]) -> None:
    """Let the viewer offer something, or change or cancel what they offer."""
    own = {
        str(one.gathering.gathering_id): one.gathering
        for one in ahead
        if one.hosts and not one.gathering.cancelled
    }
    form = st.expander(
        say("gatherings.offer"), key="gatherings:offer", on_change="rerun"
    )
    if not form.open:
        return
    with form:
        st.caption(say("gatherings.form_audience"))
        chosen = ""
        if own:
            chosen = st.selectbox(
                say("gatherings.which"),
                ["", *own],
                format_func=lambda i: own[i].title if i else say("gatherings.new"),
                key="gatherings:which",
            )
        old = own.get(chosen)
        new = _form(viewer, chosen, old)
        if new is not None:
            _save(viewer, old, new)
        show_kept(at=_FORM)
        if old is not None:
            _offer_to_cancel(viewer, old)


def _save(viewer: Viewer, old: Gathering | None, new: NewGathering) -> None:
    with attempt():
        if old is None:
            made = gathering_offers.offer(context(), viewer, new)
            # An empty form, so that a second press does not offer it twice.
            st.session_state[_AFTER] = f"after:{made.gathering_id}"
            told = say("gatherings.saved")
        else:
            made = gathering_offers.change(context(), viewer, old.gathering_id, new)
            told = say("gatherings.saved_changes")
        later(" ".join([told, *clock_words(made.timing)]), at=_FORM)
        st.rerun()


def _form(viewer: Viewer, chosen: str, old: Gathering | None) -> NewGathering | None:
    today = context().now().astimezone(viewer.clinic.zone).date()
    timing = old.timing if old else None
    zones, kinds, often = list(time_zones()), list(GatheringKind), list(Repeats)
    lengths = sorted({*_LENGTHS, *([timing.minutes] if timing else [])})

    def key(name: str) -> str:
        return f"gatherings:{name}:{chosen or st.session_state.get(_AFTER, '')}"

    with st.form(key("form")):
        title = st.text_input(
            say("gatherings.name"),
            old.title if old else "",
            key=key("title"),
        )
        kind = st.selectbox(
            say("gatherings.kind"),
            kinds,
            index=kinds.index(old.kind) if old else 0,
            format_func=choice_text,
            key=key("kind"),
        )
        about = st.text_area(
            say("gatherings.about"),
            old.about if old else "",
            key=key("about"),
        )
        day = st.date_input(
            say("gatherings.date"),
            timing.start.date() if timing else today + timedelta(days=7),
            key=key("day"),
        )
        clock = st.time_input(
            say("gatherings.clock"),
            timing.start.time() if timing else _NOON,
            key=key("clock"),
        )
        zone = st.selectbox(
            say("gatherings.zone"),
            zones,
            index=zones.index(timing.zone if timing else viewer.clinic.time_zone),
            key=key("zone"),
        )
        minutes = st.selectbox(
            say("gatherings.length"),
            lengths,
            index=lengths.index(timing.minutes if timing else _USUAL_LENGTH),
            format_func=length_words,
            key=key("minutes"),
        )
        repeats = st.selectbox(
            say("gatherings.repeats"),
            often,
            index=often.index(timing.repeats) if timing else 0,
            format_func=choice_text,
            key=key("repeats"),
        )
        times = st.number_input(
            say("gatherings.times"),
            min_value=1,
            max_value=gathering_fields.MOST_TIMES,
            value=timing.times if timing else _USUAL_TIMES,
            key=key("times"),
        )
        until = st.date_input(say("gatherings.until"), None, key=key("until"))
        place = st.text_input(
            say("gatherings.place"),
            old.place if old else "",
            key=key("place"),
        )
        link = st.text_input(
            say("gatherings.link"),
            old.link if old else "",
            key=key("link"),
        )
        places = st.number_input(
            say("gatherings.places"),
            min_value=1,
            max_value=gathering_fields.MOST_PLACES,
            value=old.places if old else _USUAL_PLACES,
            key=key("places"),
        )
        save = "gatherings.save_change" if old else "gatherings.save"
        if not st.form_submit_button(say(save), key=key("save")):
            return None
    return NewGathering(
        kind=kind,
        title=title,
        about=about,
        day=day,
        clock=clock,
        zone=zone,
        minutes=minutes,
        place=place,
        link=link,
        places=int(places),
        repeats=repeats,
        times=int(times),
        until=until,
    )


def _offer_to_cancel(viewer: Viewer, old: Gathering) -> None:
    sure = st.checkbox(
        say("gatherings.cancel_sure"), key=f"gatherings:sure:{old.gathering_id}"
    )
    if st.button(say("gatherings.cancel"), key="gatherings:cancel", disabled=not sure):
        with attempt():
            gathering_offers.cancel(context(), viewer, old.gathering_id)
            later(say("gatherings.cancel_done"))
            st.rerun()

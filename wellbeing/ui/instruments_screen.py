"""The instruments' screen: what the clinic has of each, and how often it is asked."""

import streamlit as st

from wellbeing.content.dates import week_words
from wellbeing.content.load import say
from wellbeing.domain.people import Role, Viewer
from wellbeing.instruments.registry import not_shipped
from wellbeing.services import instrument_schedules, wordings
from wellbeing.services.wordings import InstrumentInUse
from wellbeing.ui.instrument_words import show_about
from wellbeing.ui.messages import (
    as_text,
    attempt,
    attempt_in_callback,
    later,
    show_kept,
)
from wellbeing.ui.screens import go_to
from wellbeing.ui.session import context, require_in_callback
from wellbeing.ui.tables import show_table
from wellbeing.ui.wording_form import offer_wording


def show_instruments(viewer: Viewer) -> None:
    """Show every instrument to an administrator, one at a time."""
    st.caption(say("instruments.audience"))
    show_kept()
    with attempt():
        in_use = wordings.instruments_in_use(context(), viewer)
        by_id = {each.instrument.id: each for each in in_use}
        chosen = st.selectbox(
            say("instruments.which"),
            list(by_id),
            index=None,
            # Names that change would make the browser lose what was chosen.
            format_func=lambda name: by_id[name].instrument.title,
            placeholder=say("instruments.choose"),
            key="instruments:one",
        )
        if chosen is None:
            st.write(say("instruments.choose_hint"))
            _show_in_use(in_use)
            _show_not_shipped()
            return
        one = by_id[chosen]
        st.header(as_text(one.instrument.title), anchor=False)
        show_about(one.instrument)
        _show_wordings(one)
        _show_rhythm(one)
        offer_wording(viewer, one.instrument)


def _show_in_use(in_use: tuple[InstrumentInUse, ...]) -> None:
    """Show what the clinic has already, or that it has nothing yet."""
    worded = [each for each in in_use if each.wordings]
    if not worded:
        st.write(say("instruments.none_yet"))
        return
    show_table(
        say("instruments.in_use"),
        {
            say("instruments.which"): [each.instrument.title for each in worded],
            say("instruments.wordings"): [
                ", ".join(wording.language for wording in each.wordings)
                for each in worded
            ],
            say("instruments.rhythm"): [_often(each) for each in worded],
        },
    )


def _often(one: InstrumentInUse) -> str:
    if one.rhythm is None:
        return say("instruments.not_asked")
    return say("instruments.every", weeks=one.rhythm.every_weeks)


def _show_not_shipped() -> None:
    with st.expander(say("instruments.not_shipped"), key="instruments:not_shipped"):
        for each in not_shipped():
            st.text(f"{each.title}\n{each.reason}")
    st.write(say("own_instruments.not_here"))
    if st.button(say("own_instruments.open"), key="instruments:own"):
        go_to("own_instruments")


def _show_wordings(one: InstrumentInUse) -> None:
    st.header(say("instruments.wordings"), anchor=False)
    if not one.wordings:
        st.write(say("instruments.wordings_none"))
    for each in one.wordings:
        st.text(f"{each.language}\n{each.copyright}\n{each.licence}")
        if each.key_version != one.instrument.version:
            st.write(say("instruments.other_version"))
        st.button(
            f"{say('instruments.wording_remove')}: {as_text(each.language)}",
            key=f"instruments:remove:{one.instrument.id}:{each.language}",
            on_click=_remove,
            args=(one.instrument.id, each.language),
        )


def _remove(instrument_id: str, language: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        wordings.remove_wording(context(), viewer, instrument_id, language)
        later(say("instruments.wording_removed"))


def _show_rhythm(one: InstrumentInUse) -> None:
    instrument, rhythm = one.instrument, one.rhythm
    st.header(say("instruments.rhythm"), anchor=False)
    if rhythm is None:
        st.write(say("instruments.rhythm_none"))
    else:
        begin = week_words(rhythm.from_week)
        weeks = rhythm.every_weeks
        st.write(say("instruments.rhythm_now", weeks=weeks, begin=begin))
    st.caption(say("instruments.rhythm_least", days=instrument.shortest_interval_days))
    if not one.wordings:
        return
    key = f"instruments:weeks:{instrument.id}"
    st.segmented_control(
        say("instruments.rhythm_weeks"),
        list(instrument_schedules.rhythms_for(instrument)),
        format_func=lambda weeks: say("instruments.weeks", weeks=weeks),
        default=rhythm.every_weeks if rhythm else None,
        key=key,
    )
    with st.container(horizontal=True):
        st.button(
            say("instruments.rhythm_save"),
            key="instruments:rhythm_save",
            on_click=_schedule,
            args=(instrument.id, key),
        )
        if rhythm is not None:
            st.button(
                say("instruments.rhythm_stop"),
                key="instruments:rhythm_stop",
                on_click=_stop,
                args=(instrument.id,),
            )


def _schedule(instrument_id: str, key: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        weeks = st.session_state.get(key)
        if weeks is None:
            later(say("instruments.rhythm_choose"), wrong=True)
            return
        instrument_schedules.schedule(context(), viewer, instrument_id, int(weeks))
        later(say("instruments.rhythm_saved"))


def _stop(instrument_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        instrument_schedules.stop(context(), viewer, instrument_id)
        later(say("instruments.rhythm_stopped"))

"""Reminders and the calendar feed, on the screen of one's own data."""

import streamlit as st

from wellbeing.content.dates import week_words
from wellbeing.content.load import say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.reminders import (
    FIRST_HOUR,
    LAST_HOUR,
    Appointment,
    Reminders,
)
from wellbeing.domain.weeks import Week
from wellbeing.services import calendar_feed, reminders
from wellbeing.services.mail import can_send
from wellbeing.ui.messages import attempt, attempt_in_callback, later, show_kept
from wellbeing.ui.session import context, require_in_callback

_HOURS = range(FIRST_HOUR, LAST_HOUR + 1)
_PAUSE = "reminders:pause"
_ADDRESS = "reminders:address"
_MAILS, _FEED = ":reminders:mails", ":reminders:feed"


def show_reminders(viewer: Viewer) -> None:
    """Show what the viewer asked for, and let them change it or switch it off."""
    st.header(say("reminders.title"), anchor=False)
    st.write(say("reminders.what"))
    if not can_send(context()):
        st.write(say("reminders.no_mail"))
    asked = reminders.my_reminders(context(), viewer)
    _choose(viewer, asked)
    if asked.any:
        _show_pause(viewer, asked)
        st.button(say("reminders.off"), key="reminders:off", on_click=_stop)
    show_kept(at=_MAILS)
    _show_feed(viewer)


def _choose(viewer: Viewer, asked: Reminders) -> None:
    checks_in = Role.CLINICIAN in viewer.roles
    check_in, peers, weekday, hour = False, False, asked.weekday, asked.hour
    with st.form("reminders:form"):
        if checks_in:
            check_in = st.checkbox(
                say("reminders.check_in"),
                asked.from_week is not None,
                key="reminders:check_in",
            )
            weekday, hour = _when(asked.weekday, asked.hour, "reminders")
            peers = st.checkbox(
                say("reminders.peers"), asked.peers, key="reminders:peers"
            )
        gatherings = st.checkbox(
            say("reminders.gatherings"), asked.gatherings, key="reminders:gatherings"
        )
        if st.form_submit_button(say("reminders.save"), key="reminders:save"):
            with attempt():
                reminders.choose_reminders(
                    context(),
                    viewer,
                    check_in=check_in,
                    weekday=weekday,
                    hour=hour,
                    gatherings=gatherings,
                    peers=peers,
                )
                later(say("reminders.saved"), at=_MAILS)
                st.rerun()


def _when(weekday: int, hour: int, prefix: str) -> tuple[int, int]:
    day = st.selectbox(
        say("reminders.weekday"),
        range(7),
        index=weekday,
        format_func=lambda n: say(f"reminders.day_{n}"),
        key=f"{prefix}:weekday",
    )
    at = st.selectbox(
        say("reminders.hour"),
        _HOURS,
        index=_HOURS.index(hour) if hour in _HOURS else 0,
        format_func=lambda n: say("reminders.hour_words", hour=n),
        key=f"{prefix}:hour",
    )
    return day, at


def _show_pause(viewer: Viewer, asked: Reminders) -> None:
    this = context().this_week(viewer.clinic)
    paused = asked.paused_until
    if paused is not None and paused > this:
        st.write(say("reminders.paused", week=week_words(paused)))
    weeks = this.plus(1).through(this.plus(reminders.LONGEST_PAUSE))
    choices = ["", *(str(week) for week in weeks)]
    st.selectbox(
        say("reminders.pause"),
        choices,
        index=choices.index(str(paused)) if str(paused) in choices else 0,
        format_func=_pause_words,
        key=_PAUSE,
    )
    st.button(
        say("reminders.pause_button"), key="reminders:pause_button", on_click=_pause
    )


def _pause_words(week: str) -> str:
    return week_words(Week.parse(week)) if week else say("reminders.pause_none")


def _pause() -> None:
    with attempt_in_callback(_MAILS):
        viewer = require_in_callback()
        chosen = st.session_state.get(_PAUSE)
        until = Week.parse(chosen) if chosen else None
        reminders.pause(context(), viewer, until)
        later(say("reminders.pause_done"), at=_MAILS)


def _stop() -> None:
    with attempt_in_callback(_MAILS):
        reminders.stop_all(context(), require_in_callback())
        for box in ("check_in", "peers", "gatherings"):
            st.session_state[f"reminders:{box}"] = False
        later(say("reminders.off_done"), at=_MAILS)


def _show_feed(viewer: Viewer) -> None:
    st.header(say("reminders.feed"), anchor=False)
    st.write(say("reminders.feed_what"))
    show_kept(at=_FEED)
    address = st.session_state.pop(_ADDRESS, None)
    feed = calendar_feed.my_feed(context(), viewer)
    if feed is None:
        st.write(say("reminders.feed_none"))
        st.button(say("reminders.feed_make"), key="reminders:make", on_click=_make)
        return
    if address:
        st.write(say("reminders.feed_shown"))
        st.code(address, language=None, wrap_lines=True)
    else:
        st.write(say("reminders.feed_have"))
    if Role.CLINICIAN in viewer.roles:
        _show_check_in_time(feed.check_in)
    with st.container(horizontal=True):
        st.button(say("reminders.feed_replace"), key="reminders:make", on_click=_make)
        st.button(say("reminders.feed_revoke"), key="reminders:revoke", on_click=_end)


def _make() -> None:
    with attempt_in_callback(_FEED):
        made = calendar_feed.make_feed(context(), require_in_callback())
        # For the next run only: it is shown once.
        st.session_state[_ADDRESS] = made


def _end() -> None:
    with attempt_in_callback(_FEED):
        calendar_feed.revoke_feed(context(), require_in_callback())
        later(say("reminders.feed_revoked"), at=_FEED)


def _show_check_in_time(check_in: Appointment | None) -> None:
    if check_in is None:
        st.write(say("reminders.feed_check_in_none"))
        _when(0, FIRST_HOUR, "reminders:feed")
        st.button(say("reminders.feed_put"), key="reminders:put", on_click=_put)
        return
    day = say(f"reminders.day_{check_in.weekday}")
    hour = say("reminders.hour_words", hour=check_in.hour)
    st.write(say("reminders.feed_check_in", day=day, hour=hour))
    st.button(say("reminders.feed_drop"), key="reminders:drop", on_click=_drop)


def _put() -> None:
    with attempt_in_callback(_FEED):
        viewer = require_in_callback(Role.CLINICIAN)
        weekday = st.session_state.get("reminders:feed:weekday")
        hour = st.session_state.get("reminders:feed:hour")
        if weekday is not None and hour is not None:
            calendar_feed.put_check_in(context(), viewer, int(weekday), int(hour))


def _drop() -> None:
    with attempt_in_callback(_FEED):
        calendar_feed.drop_check_in(context(), require_in_callback())

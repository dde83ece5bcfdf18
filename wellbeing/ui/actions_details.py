"""You said, we did: the actions beside a team's trend, for leads and for members."""

import streamlit as st

from wellbeing.content.dates import day_words
from wellbeing.content.load import choice_text, indicator_text, say
from wellbeing.domain.actions import Action, ActionId, ActionState, Helps
from wellbeing.domain.ids import TeamId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.seats import Seat
from wellbeing.domain.weeks import Week
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.services import actions
from wellbeing.services.actions import NewAction, SeenAction
from wellbeing.services.team_words import band_words
from wellbeing.ui.messages import (
    as_text,
    attempt,
    attempt_in_callback,
    later,
    show_kept,
)
from wellbeing.ui.session import context, require_in_callback

_EARLIER, _AHEAD = 12, 26
"""Weeks before and after this one that an action can be about."""


def show_actions(viewer: Viewer, seat: Seat, team_id: TeamId) -> None:
    """Show what is done about a team's trend; a lead may write, a member may answer."""
    st.header(say("actions.title"), anchor=False)
    show_kept("actions")
    leads = any(team.team_id == team_id for team in seat.leads)
    found = actions.actions_of(context(), viewer, team_id)
    if not found:
        st.write(say("actions.none_lead" if leads else "actions.none"))
    for seen in found:
        _show(seen, answers=not leads)
    if leads:
        st.caption(say("actions.audience"))
        _offer_form(viewer, team_id, found)


def show_unanswered(viewer: Viewer) -> None:
    """After a check-in, show the newest action that the viewer said nothing about."""
    new = actions.newest_unanswered(context(), viewer)
    if new is not None:
        st.markdown(f"**{say('actions.your_lead')}**")
        _show(new, answers=True)


def _show(seen: SeenAction, *, answers: bool) -> None:
    action = seen.action
    week = day_words(action.week.monday)
    head = say(f"actions.{action.state}", week=week)
    if action.driver is not None:
        head += f" {say('actions.about', name=indicator_text(action.driver).name)}"
    st.markdown(f"{head}\n\n{as_text(action.what)}")
    if seen.helps is not None and seen.helps.band is not None:
        st.caption(say("actions.helps_band", band=band_words(seen.helps.band)))
    elif answers:
        st.pills(
            say("actions.does_it"),
            list(Helps),
            default=seen.mine,
            format_func=choice_text,
            key=f"actions:helps:{action.action_id}",
            on_change=_answer,
            args=(action.action_id,),
        )
        st.caption(say("actions.answer_audience"))


def _answer(action_id: ActionId) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        chosen = st.session_state.get(f"actions:helps:{action_id}")
        if chosen is not None:
            actions.answer_action(context(), viewer, action_id, Helps(chosen))


def _offer_form(viewer: Viewer, team_id: TeamId, found: tuple[SeenAction, ...]) -> None:
    known = {str(seen.action.action_id): seen.action for seen in found}
    with st.expander(say("actions.write")):
        chosen = ""
        if known:
            chosen = st.selectbox(
                say("actions.which"),
                ["", *known],
                format_func=lambda i: known[i].what if i else say("actions.new"),
                key=f"actions:which:{team_id}",
            )
        new = _form(viewer, chosen, known.get(chosen))
        if new is not None:
            with attempt():
                if chosen:
                    actions.change_action(
                        context(), viewer, team_id, known[chosen].action_id, new
                    )
                else:
                    actions.record_action(context(), viewer, team_id, new)
                later(say("actions.saved"), at="actions")
                st.rerun()


def _form(viewer: Viewer, chosen: str, old: Action | None) -> NewAction | None:
    this = context().this_week(viewer.clinic)
    weeks = this.plus(-_EARLIER).through(this.plus(_AHEAD))
    about = old.week if old else this
    drivers: list[Indicator | None] = [None, *TEAM_INDICATORS]
    states = list(ActionState)
    with st.form(f"actions:form:{chosen}"):
        what = st.text_area(
            say("actions.what"),
            old.what if old else "",
            key=f"actions:what:{chosen}",
        )
        state = st.pills(
            say("actions.state"),
            states,
            default=old.state if old else states[0],
            required=True,
            format_func=choice_text,
            key=f"actions:state:{chosen}",
        )
        driver = st.selectbox(
            say("actions.driver"),
            drivers,
            index=drivers.index(old.driver) if old else 0,
            format_func=_driver_words,
            key=f"actions:driver:{chosen}",
        )
        week = st.selectbox(
            say("actions.week"),
            [str(w) for w in weeks],
            index=weeks.index(about) if about in weeks else weeks.index(this),
            format_func=lambda w: day_words(Week.parse(w).monday),
            key=f"actions:week:{chosen}",
        )
        if not st.form_submit_button(say("actions.save"), key=f"actions:save:{chosen}"):
            return None
    return NewAction(
        week=Week.parse(week), state=ActionState(state), driver=driver, what=what
    )


def _driver_words(driver: Indicator | None) -> str:
    return say("actions.no_driver") if driver is None else indicator_text(driver).name

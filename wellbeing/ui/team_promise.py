"""What team trends promise, with the numbers that are true now."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role, Team, Viewer
from wellbeing.domain.seats import Seat
from wellbeing.services.seats import seat_of
from wellbeing.services.team_rules import TeamRules, team_rules
from wellbeing.services.team_views import TrendsNotReadyError, team_view
from wellbeing.services.team_words import people_words, unit_words
from wellbeing.ui.messages import as_text
from wellbeing.ui.session import context


def show_effect(viewer: Viewer) -> None:
    """Say what a yes to team trends leads to, and that small teams are shown, if so."""
    rules = team_rules(context(), viewer)
    st.write(say("check_in.trends_effect", least=rules.now.least_people))
    _show_small_teams(rules)


def show_promise(viewer: Viewer) -> None:
    """Say what a lead sees, of whom, and what is shown of the viewer's own team."""
    rules = team_rules(context(), viewer)
    st.write(say("about_privacy.lead", least=rules.now.least_people))
    _show_small_teams(rules)
    if Role.CLINICIAN in viewer.roles:
        seat = seat_of(context(), viewer)
        for team in seat.member_of:
            st.write(as_text(_own_unit(seat, team)))
    st.header(say("about_privacy.attacks_title"), anchor=False)
    st.write(say("about_privacy.attacks", least=rules.now.least_people))


def _show_small_teams(rules: TeamRules) -> None:
    if rules.now.small_teams:
        st.write(say("about_privacy.small_teams"))
    elif rules.later is not None and rules.later.small_teams:
        st.write(say("about_privacy.small_teams_later", week=rules.from_week))


def _own_unit(seat: Seat, team: Team) -> str:
    try:
        last = team_view(context().door, seat, team.team_id).last
    except TrendsNotReadyError:
        last = None
    if last is None:
        return say("about_privacy.unit_none")
    people = people_words(last)
    if not people:
        return say("about_privacy.unit_withheld", unit=unit_words(last))
    return say("about_privacy.unit", unit=unit_words(last), people=people)

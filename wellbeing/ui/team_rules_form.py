"""What an administrator decides about team trends: rules, names and sites of teams."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.ids import TeamId
from wellbeing.domain.people import Viewer
from wellbeing.privacy.policy import RULES, Policy, small_teams
from wellbeing.services import team_rules
from wellbeing.ui.messages import as_text, attempt, later
from wellbeing.ui.session import context

_MOST = 100


def show_team_rules(viewer: Viewer) -> None:
    """Show the rules of team trends and the form that makes them stricter."""
    st.header(say("team_rules.title"), anchor=False)
    found = team_rules.team_rules(context(), viewer)
    st.write(say("team_rules.now", **_numbers(found.now)))
    if found.later is not None:
        later_on = say("team_rules.later", week=found.from_week)
        st.write(f"{later_on} {say('team_rules.now', **_numbers(found.later))}")
    chosen = found.later or found.now
    floor = small_teams()
    with st.form("team_rules:form"):
        small = st.pills(
            say("team_rules.small"),
            [False, True],
            default=chosen.small_teams,
            required=True,
            format_func=lambda yes: say(f"team_rules.{'yes' if yes else 'no'}"),
            key="team_rules:small",
        )
        st.caption(say("team_rules.small_what"))
        least = st.number_input(
            say("team_rules.least"),
            min_value=floor.least_people,
            max_value=_MOST,
            value=chosen.least_people,
            key="team_rules:least",
        )
        pool = st.number_input(
            say("team_rules.pool"),
            min_value=floor.pool_below,
            max_value=_MOST,
            value=chosen.pool_below,
            key="team_rules:pool",
        )
        floors = {"least": RULES.least_people, "pool": RULES.pool_below}
        st.caption(say("team_rules.floors", **floors))
        if st.form_submit_button(say("team_rules.save"), key="team_rules:save"):
            with attempt():
                week = team_rules.choose_rules(
                    context(),
                    viewer,
                    least_people=least,
                    pool_below=pool,
                    small=bool(small),
                )
                later(say("team_rules.saved", week=week))
                st.rerun()


def show_teams(viewer: Viewer) -> None:
    """Show the form that gives a team another name or site."""
    teams = team_rules.team_sites(context(), viewer)
    st.header(say("team_rules.teams"), anchor=False)
    if not teams:
        st.write(say("team_rules.no_teams"))
        return
    st.caption(say("team_rules.teams_what"))
    chosen = st.selectbox(
        say("team_rules.team"),
        [str(team_id) for team_id in teams],
        format_func=lambda text: " / ".join(filter(None, teams[_id(text, teams)])),
        key="team_rules:team",
    )
    team_id = _id(chosen, teams)
    name, site = teams[team_id]
    with st.form("team_rules:team_form"):
        new_name = st.text_input(
            say("team_rules.name"), name, key=f"team_rules:name:{team_id}"
        )
        new_site = st.text_input(
            say("team_rules.site"), site, key=f"team_rules:site:{team_id}"
        )
        if st.form_submit_button(say("team_rules.change"), key="team_rules:change"):
            with attempt():
                team_rules.change_team(
                    context(), viewer, team_id, name=new_name, site=new_site
                )
                later(say("team_rules.changed", name=as_text(new_name)))
                st.rerun()


def _numbers(policy: Policy) -> dict[str, int]:
    return {"least": policy.least_people, "pool": policy.pool_below}


def _id(text: str, teams: dict[TeamId, tuple[str, str]]) -> TeamId:
    return next(team_id for team_id in teams if str(team_id) == text)

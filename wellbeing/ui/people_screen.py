"""The people screen: everybody in a table, one person at a time, many from a file."""

import streamlit as st

from wellbeing.content.load import choice_text, say
from wellbeing.domain.ids import TeamId
from wellbeing.domain.people import Membership, Person, Role, Team, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import loading, people
from wellbeing.ui.messages import as_text, attempt, later, show_kept
from wellbeing.ui.person_form import show_one_person
from wellbeing.ui.proof_form import is_proved
from wellbeing.ui.session import context
from wellbeing.ui.uploads import offer_file

_LONGEST_AHEAD = 13
_AFTER = "people:after"


def show_people(viewer: Viewer) -> None:
    """Show everybody of the clinic to an administrator."""
    st.caption(say("people.audience"))
    show_kept()
    with attempt():
        everybody = people.all_people(context(), viewer)
        teams = people.all_teams(context(), viewer)
        this = context().this_week(viewer.clinic)
        st.header(say("people.everybody"), anchor=False)
        if len(everybody) == 1:
            st.write(say("people.none"))
        st.dataframe(
            _table(everybody, teams, this), hide_index=True, key="people:table"
        )
        if is_proved(viewer, "people"):
            show_one_person(viewer, everybody, teams, this)
            _show_addition(viewer, teams, this)
            _show_teams(viewer, teams)
            _show_file(viewer)


def _table(
    everybody: tuple[Person, ...], teams: tuple[Team, ...], this: Week
) -> dict[str, list[str]]:
    names = {t.team_id: t.name for t in teams}
    return {
        say("people.name"): [p.name for p in everybody],
        say("people.team"): [team_words(p.memberships, this) for p in everybody],
        say("people.roles"): [
            ", ".join(choice_text(r) for r in Role if r in p.roles) for p in everybody
        ],
        say("people.leads"): [
            ", ".join(sorted(names[t] for t in p.leads)) for p in everybody
        ],
        say("people.standing"): [choice_text(p.standing) for p in everybody],
        say("people.email"): [p.email for p in everybody],
    }


def team_words(memberships: tuple[Membership, ...], this: Week) -> str:
    """Return the team of this week, and one that is still ahead."""
    parts = []
    for m in memberships:
        if m.from_week > this:
            parts.append(f"{m.team.name} ({m.from_week})")
        elif m.to_week is None or m.to_week >= this:
            parts.append(m.team.name)
    return ", ".join(parts) or say("people.no_team")


def _show_addition(viewer: Viewer, teams: tuple[Team, ...], this: Week) -> None:
    st.header(say("people.add"), anchor=False)
    names: dict[TeamId | None, str] = {None: say("people.no_team")}
    names |= {t.team_id: t.name for t in teams}
    # A form of its own after each addition: nobody gets the roles of the one before.
    after = "+" * st.session_state.get(_AFTER, 0)
    with st.form(f"people:add{after}"):
        name = st.text_input(say("people.name"), key=f"people:name{after}")
        email = st.text_input(say("people.email"), key=f"people:email{after}")
        team = st.selectbox(
            say("people.team"),
            list(names),
            format_func=lambda team_id: names[team_id],
            key=f"people:team{after}",
        )
        week = st.selectbox(
            say("people.from_week"),
            [str(w) for w in this.through(this.plus(_LONGEST_AHEAD))],
            key=f"people:week{after}",
        )
        roles = st.pills(
            say("people.roles"),
            list(Role),
            selection_mode="multi",
            default=[Role.CLINICIAN],
            format_func=choice_text,
            key=f"people:roles{after}",
        )
        leads = (
            st.pills(
                say("people.leads"),
                [t.team_id for t in teams],
                selection_mode="multi",
                format_func=lambda team_id: as_text(names[team_id]),
                key=f"people:leads{after}",
            )
            if teams
            else ()
        )
        if st.form_submit_button(
            say("people.add_button"), key=f"people:add_button{after}"
        ):
            with attempt():
                people.add_person(
                    context(),
                    viewer,
                    name=name,
                    email=email,
                    roles=[Role(r) for r in roles],
                    team_id=team,
                    from_week=Week.parse(week),
                    leads=leads,
                )
                st.session_state[_AFTER] = len(after) + 1
                later(say("people.added", name=name))
                st.rerun()


def _show_teams(viewer: Viewer, teams: tuple[Team, ...]) -> None:
    st.header(say("people.teams"), anchor=False)
    if teams:
        st.text(", ".join(t.name for t in teams))
    with st.form("people:teams"):
        name = st.text_input(say("people.team_name"), key="people:team_name")
        if st.form_submit_button(say("people.team_button"), key="people:team_add"):
            with attempt():
                people.add_team(context(), viewer, name)
                later(say("people.team_added", name=name))
                st.rerun()


def _show_file(viewer: Viewer) -> None:
    def load(data: bytes, dry_run: bool) -> tuple[int, tuple[str, ...]]:  # noqa: FBT001 (a callback)
        done = loading.load_people(context(), viewer, data, dry_run=dry_run)
        return done.people, done.notes

    offer_file("people", load)

"""One person on the people screen: invite, move, roles, leaving, starting over."""

from collections import Counter

import streamlit as st

from wellbeing.content.load import choice_text, say
from wellbeing.domain.ids import PersonId, TeamId
from wellbeing.domain.people import Person, Role, Standing, Team, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import invitations, people, second_factor
from wellbeing.ui.messages import as_text, attempt, later
from wellbeing.ui.session import context

_LONGEST_AHEAD = 13


def show_one_person(
    viewer: Viewer, everybody: tuple[Person, ...], teams: tuple[Team, ...], this: Week
) -> None:
    """Let an administrator choose somebody and do one thing about them."""
    st.header(say("people.one"), anchor=False)
    by_id = {p.person_id: p for p in everybody}
    labels = _labels(everybody)
    chosen = st.selectbox(
        say("people.choose"),
        list(by_id),
        index=None,
        format_func=lambda person_id: labels[person_id],
        placeholder=say("people.choose_hint"),
        key="people:one",
    )
    if chosen is None or chosen not in by_id:
        return
    person = by_id[chosen]
    if person.standing is Standing.LEFT:
        if st.button(say("people.again_button"), key="people:again"):
            with attempt():
                people.let_in_again(context(), viewer, person.person_id)
                _done("people.again", person)
        return
    if person.standing is Standing.INVITED:
        _show_invitation(viewer, person)
    _show_move(viewer, person, teams, this)
    _show_roles(viewer, person, teams)
    _show_leaving(viewer, person)
    if person.standing is Standing.ACTIVE:
        _show_second_factor(viewer, person)
        _show_starting_over(viewer, person)


def _labels(everybody: tuple[Person, ...]) -> dict[PersonId, str]:
    """Return everybody's name, with the e-mail where more than one person has it."""
    named = Counter(p.name.casefold() for p in everybody)
    return {
        p.person_id: p.name if named[p.name.casefold()] == 1 else f"{p.name}, {p.email}"
        for p in everybody
    }


def _done(words: str, person: Person) -> None:
    later(say(words, name=person.name))
    st.rerun()


def _show_invitation(viewer: Viewer, person: Person) -> None:
    days = context().settings.invitation_days
    st.write(say("people.invite_what", days=days))
    if st.button(say("people.invite"), key="people:invite"):
        with attempt():
            _show_link(invitations.invite(context(), viewer, person.person_id), person)


def _show_link(link: str, person: Person) -> None:
    st.text(say("people.invite_link", name=person.name))
    st.code(link, language=None, wrap_lines=True)


def _show_move(
    viewer: Viewer, person: Person, teams: tuple[Team, ...], this: Week
) -> None:
    names: dict[TeamId | None, str] = {None: say("people.no_team")}
    names |= {t.team_id: t.name for t in teams}
    # Where they are: one press of Move without a look must take nobody out.
    now = next((m.team.team_id for m in person.memberships if m.to_week is None), None)
    with st.form("people:move"):
        st.write(say("people.move_what"))
        team = st.selectbox(
            say("people.move"),
            list(names),
            index=list(names).index(now) if now in names else 0,
            format_func=lambda team_id: names[team_id],
            key=f"people:move_team:{person.person_id}",
        )
        week = st.selectbox(
            say("people.from_week"),
            [str(w) for w in this.through(this.plus(_LONGEST_AHEAD))],
            key=f"people:move_week:{person.person_id}",
        )
        if st.form_submit_button(say("people.move_button"), key="people:move_button"):
            with attempt():
                people.move(context(), viewer, person.person_id, team, Week.parse(week))
                _done("people.moved", person)


def _show_roles(viewer: Viewer, person: Person, teams: tuple[Team, ...]) -> None:
    names = {t.team_id: t.name for t in teams}
    with st.form("people:roles_of"):
        roles = st.pills(
            say("people.roles"),
            list(Role),
            selection_mode="multi",
            default=[r for r in Role if r in person.roles],
            format_func=choice_text,
            key=f"people:roles:{person.person_id}",
        )
        leads = st.pills(
            say("people.leads"),
            list(names),
            selection_mode="multi",
            default=[t for t in names if t in person.leads],
            format_func=lambda team_id: as_text(names[team_id]),
            key=f"people:leads:{person.person_id}",
        )
        if st.form_submit_button(say("people.roles_button"), key="people:roles_button"):
            with attempt():
                people.set_roles(
                    context(),
                    viewer,
                    person.person_id,
                    roles=[Role(r) for r in roles],
                    leads=leads,
                )
                _done("people.roles_changed", person)


def _show_leaving(viewer: Viewer, person: Person) -> None:
    st.markdown(f"**{say('people.leaves')}**")
    st.write(say("people.leaves_what"))
    sure = st.checkbox(
        say("people.leaves_sure", name=as_text(person.name)),
        key=f"people:leaves_sure:{person.person_id}",
    )
    if st.button(say("people.leaves_button"), key="people:leaves", disabled=not sure):
        with attempt():
            people.end_access(context(), viewer, person.person_id)
            _done("people.left", person)


def _show_second_factor(viewer: Viewer, person: Person) -> None:
    st.markdown(f"**{say('second_factor.of_person')}**")
    st.write(say("second_factor.of_person_what"))
    sure = st.checkbox(
        say("second_factor.of_person_sure"), key=f"people:factor:{person.person_id}"
    )
    if st.button(
        say("second_factor.of_person_button"),
        key="people:end_factor",
        disabled=not sure,
    ):
        with attempt():
            second_factor.end_factor_of(context(), viewer, person.person_id)
            _done("second_factor.of_person_ended", person)


def _show_starting_over(viewer: Viewer, person: Person) -> None:
    st.markdown(f"**{say('people.lost')}**")
    st.write(say("people.lost_what"))
    sure = st.checkbox(say("people.lost_sure"), key=f"people:sure:{person.person_id}")
    if st.button(say("people.lost_button"), key="people:lost", disabled=not sure):
        with attempt():
            link = invitations.start_over(context(), viewer, person.person_id)
            _show_link(link, person)

"""The screen of team trends: in words first, then what we do, then over time."""

from html import escape

import streamlit as st

from wellbeing.content.dates import moment_words
from wellbeing.content.load import indicator_text, say
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Team, Viewer
from wellbeing.domain.seats import Seat
from wellbeing.privacy.policy import RULES
from wellbeing.privacy.release import Figure
from wellbeing.services.audit import note_reading
from wellbeing.services.seats import seat_of
from wellbeing.services.team_trends import PeriodPicture
from wellbeing.services.team_views import TeamView, TrendsNotReadyError, team_view
from wellbeing.services.team_words import (
    change_words,
    figure_words,
    headline,
    next_close,
    notes,
    unit_words,
    weeks_words,
)
from wellbeing.ui.actions_details import show_actions
from wellbeing.ui.messages import as_text, attempt, show_kept
from wellbeing.ui.session import context
from wellbeing.ui.team_trends_details import show_over_time

_ROW = "margin:0 0 1rem 0;max-width:34rem"
_NAME = (
    "display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;"
    "margin:0;font-weight:600"
)
_TRACK = (
    "position:relative;height:.5rem;margin:.3rem 0;border-radius:3px;"
    "background:color-mix(in srgb, currentColor 12%, transparent)"
)
_BLOCK = (
    "position:absolute;top:0;bottom:0;border-radius:3px;"
    "background:color-mix(in srgb, currentColor 65%, transparent)"
)
_HATCHED = (
    "position:absolute;inset:0;border-radius:3px;background:repeating-linear-gradient("
    "135deg, transparent 0 4px, color-mix(in srgb, currentColor 45%, transparent) "
    "4px 5px)"
)


def show_team_trends(viewer: Viewer) -> None:
    """Show the picture of a team that the viewer leads or belongs to."""
    show_kept()
    with attempt():
        seat = seat_of(context(), viewer)
        _say_why_not(viewer, seat)
        team = _chosen(seat)
        if team is None:
            return
        try:
            view = team_view(context().door, seat, team.team_id)
        except TrendsNotReadyError as error:
            st.info(as_text(str(error)))
            return
        _show_whose(seat, team, view)
        one = view.last
        if one is None:
            st.write(as_text(say("team_trends.not_yet", team=team.name)))
            return
        note_reading(context(), viewer, seat, team.team_id)
        _show_last(viewer, view, one)
        show_actions(viewer, seat, team.team_id)
        show_over_time(team, view)


def _say_why_not(viewer: Viewer, seat: Seat) -> None:
    roles = viewer.roles
    if {Role.LEAD, Role.ADMINISTRATOR} <= roles:
        st.info(say("team_trends.administrator"))
    elif Role.LEAD in roles and not seat.leads:
        st.write(say("team_trends.no_lead"))
    if Role.CLINICIAN in roles and not (seat.member_of or seat.leads):
        moves_people = Role.ADMINISTRATOR in roles
        st.write(say("seats.not_yet" if moves_people else "team_trends.no_member"))


def _chosen(seat: Seat) -> Team | None:
    teams = {str(t.team_id): t for t in (*seat.leads, *seat.member_of)}
    if len(teams) < 2:  # noqa: PLR2004 (between one there is no choice)
        return next(iter(teams.values()), None)
    chosen = st.selectbox(
        say("team_trends.which"),
        list(teams),
        format_func=lambda team_id: teams[team_id].name,
        key="team_trends:team",
        persist_state="session",
    )
    return teams[chosen]


def _show_whose(seat: Seat, team: Team, view: TeamView) -> None:
    one = view.last
    part = "as_lead" if team in seat.leads else "as_member"
    told = say(f"team_trends.{part}", team=team.name)
    if one:
        seen = say("team_trends.audience", least=one.closed.least_people)
    else:
        seen = say("team_trends.audience_first", least=RULES.least_people)
    st.header(as_text(unit_words(one) if one else team.name), anchor=False)
    st.caption(as_text(f"{told} {seen}"))


def _show_last(viewer: Viewer, view: TeamView, one: PeriodPicture) -> None:
    ctx = context()
    st.markdown(f"**{weeks_words(one.period)}.** {headline(view, one)}")
    if view.changes:
        st.html("".join(_row(view, i, f) for i, f in one.figures.items()))
    said = list(notes(view, one))
    following = next_close(one, ctx.now(), viewer.clinic.zone)
    if following is not None:
        when = moment_words(following, viewer.clinic.zone)
        said.append(say("team_trends.next", when=when))
    st.caption("\n\n".join(map(as_text, said)))


def _row(view: TeamView, indicator: Indicator, figure: Figure) -> str:
    """Return one indicator: its band in words and on the scale, and what it did."""
    text = indicator_text(indicator)
    means = say("team_trends.higher_means", higher_means=text.higher_means)
    told = means[0].upper() + means[1:]
    change = change_words(view, indicator)
    if change:
        told += f". {change[0].upper()}{change[1:]}"
    return (
        f'<div style="{_ROW}"><p style="{_NAME}"><span>{escape(text.name)}</span>'
        f"<span>{escape(figure_words(figure))}</span></p>"
        f'<div style="{_TRACK}" aria-hidden="true">{_place(figure)}</div>'
        f'<p style="margin:0">{escape(told)}.</p></div>'
    )


def _place(figure: Figure) -> str:
    if figure.band is None:
        return f'<div style="{_HATCHED}"></div>'
    lower, upper = figure.band.lower or 0, figure.band.upper or 100
    return f'<div style="{_BLOCK};left:{lower}%;width:{upper - lower}%"></div>'

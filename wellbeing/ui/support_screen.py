"""The support screen: the clinic's own contacts first, then lines, then what helps."""

import re
from collections.abc import Iterable
from html import escape

import streamlit as st

from wellbeing.content.dates import day_and_year, week_days
from wellbeing.content.load import indicator_text, say
from wellbeing.content.support_lines import SupportLine, lines_for
from wellbeing.domain.people import Role, Viewer
from wellbeing.services import support_directory
from wellbeing.services.support_directory import ListedContact, WayThere
from wellbeing.ui.better_weeks_details import show_better_weeks
from wellbeing.ui.contacts_form import who_words
from wellbeing.ui.messages import attempt, show_kept
from wellbeing.ui.session import LINK_STYLE, context
from wellbeing.ui.support_log_details import show_support_log
from wellbeing.ui.talk_form import show_talk

# The host only: an address would become a link out of the clinic's network.
_HOST = re.compile(r"https?://(?:www[.])?([^/;\s]+)")

_NAMED = 2
_FOR_CLINICIANS = ("peers", "reflect")
"""Screens that a row leads to only for those who have them."""


def show_support(viewer: Viewer) -> None:
    """Show what suits the viewer's week, then what is the same for everybody."""
    st.caption(say("support.audience"))
    show_kept()
    with attempt():
        if Role.CLINICIAN in viewer.roles:
            _show_for_you(viewer)
        _show_contacts(support_directory.directory(context(), viewer))
        show_talk(viewer)
    _show_lines(viewer)
    with attempt():
        _show_ways(viewer)
        if Role.CLINICIAN in viewer.roles:
            show_support_log(viewer)
            show_better_weeks(viewer)


def _show_for_you(viewer: Viewer) -> None:
    found = support_directory.for_you(context(), viewer)
    if found is None:
        return
    # Few words: a list of all that is hard would make it no lighter.
    names = ", ".join(indicator_text(i).name for i in found.hard[:_NAMED])
    st.markdown(f"**{say('support.for_you')}**")
    st.write(say("support.for_you_hard", week=week_days(found.week), names=names))
    _show_rows(viewer, found.ways, short=True)


def _show_contacts(contacts: tuple[ListedContact, ...]) -> None:
    st.header(say("support.own"), anchor=False)
    if not contacts:
        st.write(say("support.own_none"))
    for listed in contacts:
        contact = listed.contact
        who = who_words(contact)
        # As text: whatever an administrator typed, it is no markup.
        st.text(f"{who}\n{contact.reach}\n{contact.about}".strip())
        if listed.stale:
            st.caption(say("support.contact_stale"))


def _show_lines(viewer: Viewer) -> None:
    today = context().now().astimezone(viewer.clinic.zone).date()
    before = ""
    for line in lines_for(viewer.clinic.country, today):
        heading = f"support.{line.kind if line.country else 'directory'}"
        if heading != before:
            st.header(say(heading), anchor=False)
            before = heading
        _show(line)


def _show_ways(viewer: Viewer) -> None:
    st.header(say("support.ways"), anchor=False)
    st.write(say("support.ways_about"))
    _show_rows(viewer, support_directory.what_helps(context(), viewer))


def _show_rows(
    viewer: Viewer, rows: Iterable[WayThere], *, short: bool = False
) -> None:
    # One element: each costs the browser and the server a message.
    items = "".join(f"<li>{_row(viewer, row, short=short)}</li>" for row in rows)
    st.html(f"<ul>{items}</ul>")


def _row(viewer: Viewer, row: WayThere, *, short: bool) -> str:
    own = Role.CLINICIAN in viewer.roles
    parts = [f"<strong>{escape(row.way.name)}</strong>"]
    if not short:
        parts.append(escape(row.way.about))
    if row.contacts:
        names = ", ".join(f"{c.name} ({c.reach})" for c in row.contacts)
        parts.append(_safe("support.way_contact", names=names))
    if row.way.page and (own or row.way.page not in _FOR_CLINICIANS):
        words = _safe(f"support.way_page_{row.way.page}")
        address = f'href="/{row.way.page}" target="_self"'
        parts.append(f"<a {address} {LINK_STYLE}>{words}</a>")
    elif not row.contacts:
        parts.append(_safe("support.way_nobody"))
    return "<br>".join(parts)


def _safe(key: str, **values: str) -> str:
    return escape(say(key, **values))


def _show(line: SupportLine) -> None:
    parts = []
    if line.send:
        parts.append(_safe("support.send", word=line.send))
    if line.hours:
        parts.append(_safe("support.hours", hours=line.hours))
    if line.audience:
        parts.append(_safe("support.audience_line", audience=line.audience))
    reach = f'<a href="{escape(line.link)}" {LINK_STYLE}>{escape(line.contact)}</a>'
    st.html(f"<strong>{escape(line.name)}</strong>: {reach}<br>{' '.join(parts)}")
    day = day_and_year(line.checked_on)
    source = ", ".join(dict.fromkeys(_HOST.findall(line.source))) or line.source
    st.caption(say("support.checked", source=source, day=day))
    if line.stale:
        st.warning(say("support.stale"))

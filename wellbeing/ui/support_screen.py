"""The support screen: the clinic's own contacts first, then lines by kind."""

import re
from html import escape

import streamlit as st

from wellbeing.content.load import say
from wellbeing.content.support_lines import SupportLine, lines_for
from wellbeing.domain.people import Viewer
from wellbeing.services.clinic import support_contacts
from wellbeing.ui.messages import attempt
from wellbeing.ui.session import LINK_STYLE, context
from wellbeing.ui.words import day_and_year

# The host only: an address would become a link out of the clinic's network.
_HOST = re.compile(r"https?://(?:www[.])?([^/;\s]+)")


def show_support(viewer: Viewer) -> None:
    """Show every contact; the page is the same for everybody in the clinic."""
    st.caption(say("support.audience"))
    with attempt():
        own = support_contacts(context(), viewer)
        st.header(say("support.own"), anchor=False)
        if not own:
            st.write(say("support.own_none"))
        for contact in own:
            # As text: whatever an administrator typed, it is no markup.
            st.text(f"{contact.name}\n{contact.reach}\n{contact.about}".strip())
    today = context().now().astimezone(viewer.clinic.zone).date()
    before = None
    for line in lines_for(viewer.clinic.country, today):
        if line.kind is not before:
            st.header(say(f"support.{line.kind}"), anchor=False)
            before = line.kind
        _show(line)


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

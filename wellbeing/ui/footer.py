"""Where help is: under every screen, the same for everybody."""

from html import escape
from itertools import islice

import streamlit as st

from wellbeing.content.load import say
from wellbeing.content.support_lines import LineKind, SupportLine, lines_for
from wellbeing.domain.errors import DatabaseUnusableError
from wellbeing.domain.people import Viewer
from wellbeing.services.clinic import support_contacts
from wellbeing.ui.session import LINK_STYLE, context

_SHOWN = 3
_LINE = 'style="border:0;border-top:1px solid currentColor;opacity:.4;margin:2rem 0"'
_BUTTON = (
    'style="font:inherit;color:inherit;background:none;border:1px solid currentColor;'
    'border-radius:6px;padding:.5rem .9rem;cursor:pointer"'
)


def show_footer(viewer: Viewer) -> None:
    """Show the clinic's own contacts, then crisis lines, then what this is not."""
    try:
        own = support_contacts(context(), viewer)
    except DatabaseUnusableError:
        own = ()  # the lines below need no database, and are needed most
    today = context().now().astimezone(viewer.clinic.zone).date()
    lines = (
        line
        for line in lines_for(viewer.clinic.country, today)
        if line.kind is not LineKind.PROFESSIONAL
    )
    texts = [f"{escape(c.name)}: {escape(c.reach)}" for c in islice(own, _SHOWN)]
    texts += [_line(line) for line in islice(lines, _SHOWN)]
    items = "".join(f"<li>{text}</li>" for text in texts)
    more = say("footer.more_of_clinic" if len(own) > _SHOWN else "frame.help_more")
    nothing_else = f"{say('frame.not_a_help_line')} {say('frame.not_a_diagnosis')}"
    # One element: each costs the browser and the server a message.
    st.html(
        f"<hr {_LINE}><p>{escape(say('frame.help'))}</p><ul>{items}</ul>"
        f'<p><a href="/support" target="_self" {LINK_STYLE}>'
        f"{escape(more)}</a></p><p>{escape(nothing_else)}</p>"
        f'<form method="post" action="/sign-out"><button type="submit" {_BUTTON}>'
        f"{escape(say('frame.sign_out'))}</button></form>"
    )


def _line(line: SupportLine) -> str:
    reach = f'<a href="{escape(line.link)}" {LINK_STYLE}>{escape(line.contact)}</a>'
    return f"{escape(line.name)}: {reach}"

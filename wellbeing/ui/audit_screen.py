"""The audit record on the screen, and what of it concerns the viewer."""

from collections.abc import Sequence

import streamlit as st

from wellbeing.content.dates import day_and_year
from wellbeing.content.load import choice_text, say
from wellbeing.domain.people import Viewer
from wellbeing.services.audit import (
    MOST_SHOWN,
    SeenRecord,
    audit_record,
    my_records,
    seal_ends_with,
)
from wellbeing.ui.messages import attempt
from wellbeing.ui.session import context
from wellbeing.ui.tables import show_table

_SHOWN_SEAL = 12
"""So many letters of a seal are enough to compare by eye."""


def show_audit(viewer: Viewer) -> None:
    """Show the newest records, and a way to compare one that was noted down."""
    st.caption(say("audit.audience"))
    st.write(say("audit.about"))
    with attempt():
        view = audit_record(context(), viewer)
        if view.end is None:
            st.write(say("audit.empty"))
            return
        number, seal = view.end
        st.write(say("audit.end", number=number, seal=seal[-_SHOWN_SEAL:]))
        _show_comparison(viewer)
        st.caption(say("audit.newest", most=MOST_SHOWN))
        _show_records(view.records, numbered=True)


def show_my_records(viewer: Viewer) -> None:
    """Show what of the record concerns the viewer, folded."""
    with st.expander(say("audit.mine"), key="audit:mine"):
        st.caption(say("audit.mine_about"))
        found = my_records(context(), viewer)
        if found:
            _show_records(found)
        else:
            st.write(say("audit.empty"))


def _show_comparison(viewer: Viewer) -> None:
    with (
        st.expander(say("audit.compare"), key="audit:compare"),
        st.form("audit:comparison", border=False),
    ):
        number = st.number_input(
            say("audit.number"), min_value=1, value=None, step=1, key="audit:number"
        )
        letters = st.text_input(say("audit.seal"), max_chars=64, key="audit:seal")
        pressed = st.form_submit_button(say("audit.compare_button"), key="audit:press")
        if pressed and number and letters.strip():
            same = seal_ends_with(context(), viewer, number, letters.strip())
            told = say("audit.same" if same else "audit.other", number=number)
            (st.success if same else st.error)(told)


def _show_records(records: Sequence[SeenRecord], *, numbered: bool = False) -> None:
    """Show records; numbers for readers of all, because gaps tell what others do."""
    gone, nobody = say("audit.gone"), say("audit.nobody")
    columns = {
        say("audit.day"): [day_and_year(r.record.day) for r in records],
        say("audit.event"): [choice_text(r.record.event) for r in records],
        say("audit.actor"): [
            r.actor or (gone if r.record.actor else nobody) for r in records
        ],
        say("audit.concerning"): [
            r.concerning or (gone if r.record.concerning else "") for r in records
        ],
        say("audit.detail"): [r.about for r in records],
    }
    if numbered:
        columns[say("audit.number")] = [str(r.record.number) for r in records]
    show_table(say("audit.title"), columns)

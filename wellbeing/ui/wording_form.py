"""A wording to add: a file, item beside position beside scale, and a person's word."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Viewer
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.wording import Proposal
from wellbeing.services import wordings
from wellbeing.services.wordings import LONGEST_TERMS, Terms
from wellbeing.ui.instrument_words import scale_name
from wellbeing.ui.messages import as_text, attempt, later
from wellbeing.ui.session import context
from wellbeing.ui.tables import show_table


def offer_wording(viewer: Viewer, instrument: Instrument) -> None:
    """Let an administrator bring the words of an instrument from a file."""
    st.header(say("instruments.add"), anchor=False)
    st.write(say("instruments.add_what"))
    st.caption(as_text(instrument.licence.wording))
    key = f"instruments:{instrument.id}"
    file = st.file_uploader(say("instruments.file"), key=f"{key}:file")
    if file is None:
        return
    data = file.getvalue()
    language = st.text_input(
        say("instruments.language"), key=f"{key}:language", max_chars=20
    )
    form = st.text_input(say("instruments.form"), key=f"{key}:form", max_chars=100)
    turned = st.toggle(say("instruments.turned"), key=f"{key}:turned")
    with attempt():
        proposal = wordings.read_wording(
            context(),
            viewer,
            instrument.id,
            data,
            language=language,
            form=form,
            turned=turned,
        )
        _show_proposal(instrument, proposal)
        # Another file, or codes turned round, ask for a new look and a new word.
        seen = f"{key}:{file.file_id}:{turned}:{language}:{form}"
        terms, confirmed = _ask_terms(key, seen, proposal, language)
        if st.button(say("instruments.add_button"), key=f"{key}:add"):
            wordings.add_wording(
                context(),
                viewer,
                instrument.id,
                data,
                terms=terms,
                form=form,
                turned=turned,
                confirmed=confirmed,
            )
            later(say("instruments.added", language=terms.language))
            st.rerun()


def _show_proposal(instrument: Instrument, proposal: Proposal) -> None:
    st.subheader(say("instruments.compare"), anchor=False)
    st.write(say(f"instruments.matched_by_{proposal.matched_by}"))
    st.text(say("instruments.sheet", sheet=instrument.sheet))
    scales = {
        item: ", ".join(scale_name(s) for s in instrument.scales if item in s.items)
        for item in instrument.item_ids
    }
    show_table(
        say("instruments.compare"),
        {
            say("instruments.position"): [str(i.position) for i in instrument.items],
            say("instruments.text"): [item.text for item in proposal.items],
            say("instruments.scale"): [
                say("instruments.reversed", scale=scales[item.id])
                if item.reversed
                else scales[item.id]
                for item in instrument.items
            ],
            say("instruments.in_file"): list(proposal.file_ids),
        },
    )
    st.subheader(say("instruments.codes"), anchor=False)
    st.write(say(f"instruments.coded_by_{proposal.coded_by}"))
    for coding in proposal.codings:
        places = ", ".join(map(str, coding.positions))
        name = say("instruments.codes_of", positions=places)
        st.caption(name)
        show_table(
            name,
            {
                say("instruments.label"): [label for label, _ in coding.in_file],
                say("instruments.code_in_file"): [code for _, code in coding.in_file],
                say("instruments.code"): [str(c.code) for c in coding.choices],
            },
        )
    for note in proposal.notes:
        st.text(note)


def _ask_terms(
    key: str, seen: str, proposal: Proposal, language: str
) -> tuple[Terms, bool]:
    """Ask for what the clinic says about the words, and for a person's word.

    Args:
        key: of the widgets that stay as they are.
        seen: of those that begin anew with what is seen.
    """
    copyright_line = st.text_area(
        say("instruments.copyright"),
        proposal.copyright[:LONGEST_TERMS],
        key=f"{seen}:copyright",
    )
    licence = st.text_area(say("instruments.licence"), key=f"{key}:licence")
    confirmed = st.checkbox(say("instruments.confirm"), key=f"{seen}:confirm")
    terms = Terms(
        language=language.strip() or proposal.language,
        copyright=copyright_line,
        licence=licence,
    )
    return terms, confirmed

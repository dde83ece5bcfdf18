"""What is known of an instrument and what is not, said on every screen of it."""

import streamlit as st

from wellbeing.charts.instrument_scores import score_words
from wellbeing.content.load import say
from wellbeing.instruments.model import Instrument, Scale


def show_about(instrument: Instrument) -> None:
    """Show source, owner, terms, and each fact that nobody has verified yet."""
    key = f"instrument:about:{instrument.id}"
    with st.expander(say("instrument.about"), key=key):
        licence = instrument.licence
        st.text(instrument.citation)
        st.text(say("instrument.holder", holder=licence.holder))
        st.text(licence.allows)
        if instrument.examples is not None:
            many = instrument.examples
            st.text(say("own_instruments.not_validated", examples=many))
        for scale in instrument.scales:
            st.text(scale_words(scale))
        if instrument.unsure:
            st.markdown(f"**{say('instrument.unsure')}**")
        for sentence in instrument.unsure:
            st.text(sentence)


def scale_name(scale: Scale) -> str:
    """Return a scale's id as words: ``proqol5_burnout`` is ``Burnout``."""
    words = scale.id.partition("_")[2].replace("_", " ")
    return words[:1].upper() + words[1:]


def scale_words(scale: Scale) -> str:
    """Return a scale in one sentence: items, range, direction, missing answers."""
    return say(
        "instrument.scale",
        name=scale_name(scale),
        count=len(scale.items),
        needs=scale.needs,
        lowest=score_words(scale.lowest),
        highest=score_words(scale.highest),
        higher_means=scale.higher_means,
        rule=say(f"instrument.rule_{scale.rule}"),
    )

"""Everybody reads what is stored and who sees what."""

import streamlit as st

from wellbeing.content.load import about_indicators, say
from wellbeing.ui.keeping_details import show_keeping_for_all
from wellbeing.ui.session import require
from wellbeing.ui.team_promise import show_promise

viewer = require()
st.title(say("about_privacy.title"), anchor=False)
st.write(say("about_privacy.intro"))
st.header(say("about_privacy.you_title"), anchor=False)
st.write(say("about_privacy.you"))
st.header(say("about_privacy.lead_title"), anchor=False)
show_promise(viewer)
for part in ("peers", "admin", "research", "operator", "stored"):
    st.header(say(f"about_privacy.{part}_title"), anchor=False)
    st.write(say(f"about_privacy.{part}"))
st.write(say("about_privacy.took_part"))
st.header(say("keeping.title"), anchor=False)
show_keeping_for_all(viewer)
st.header(say("about_privacy.indicators_title"), anchor=False)
st.write(about_indicators())
st.header(say("about_privacy.nobody_title"), anchor=False)
st.write(say("frame.not_a_help_line"))
st.write(say("frame.not_a_diagnosis"))
st.header(say("about_privacy.choices_title"), anchor=False)
st.write(say("about_privacy.choices"))

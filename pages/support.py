"""Everybody finds the clinic's own contacts and the country's lines."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.ui.session import require
from wellbeing.ui.support_screen import show_support

viewer = require()
st.title(say("support.title"), anchor=False)
show_support(viewer)

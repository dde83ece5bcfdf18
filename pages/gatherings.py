"""Everybody sees what colleagues offer, joins, and offers something themselves."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.ui.gatherings_screen import show_gatherings
from wellbeing.ui.session import require

viewer = require()
st.title(say("gatherings.title"), anchor=False)
show_gatherings(viewer)

"""Somebody reads, downloads, withdraws or deletes what is stored about them."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.ui.my_data_screen import show_my_data
from wellbeing.ui.session import require

viewer = require()
st.title(say("my_data.title"), anchor=False)
show_my_data(viewer)

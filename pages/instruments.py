"""An administrator brings wordings of instruments and says how often they are asked."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.instruments_screen import show_instruments
from wellbeing.ui.session import require

viewer = require(Role.ADMINISTRATOR)
st.title(say("instruments.title"), anchor=False)
show_instruments(viewer)

"""An administrator makes a key for a questionnaire that is not shipped."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.own_instruments_screen import show_own_instruments
from wellbeing.ui.session import require

viewer = require(Role.ADMINISTRATOR)
st.title(say("own_instruments.title"), anchor=False)
show_own_instruments(viewer)

"""A clinician looks at their own weeks."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.my_weeks_screen import show_my_weeks
from wellbeing.ui.session import require

viewer = require(Role.CLINICIAN)
st.title(say("my_weeks.title"), anchor=False)
show_my_weeks(viewer)

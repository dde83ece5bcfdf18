"""A clinician answers this week's questions."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.check_in_screen import show_check_in
from wellbeing.ui.session import require

viewer = require(Role.CLINICIAN)
st.title(say("check_in.title"), anchor=False)
show_check_in()

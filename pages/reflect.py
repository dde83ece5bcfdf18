"""A clinician writes for themselves: reflections, intentions, a log."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.reflect_screen import show_reflect
from wellbeing.ui.session import require

viewer = require(Role.CLINICIAN)
st.title(say("reflect.title"), anchor=False)
show_reflect(viewer)

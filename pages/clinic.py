"""An administrator changes the clinic and its support contacts."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.clinic_screen import show_clinic
from wellbeing.ui.session import require

viewer = require(Role.ADMINISTRATOR)
st.title(say("clinic.title"), anchor=False)
show_clinic(viewer)

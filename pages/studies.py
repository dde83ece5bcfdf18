"""Studies: clinicians decide, researchers write and fetch, administrators open."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.session import require
from wellbeing.ui.studies_screen import show_studies

viewer = require(Role.CLINICIAN, Role.RESEARCHER, Role.ADMINISTRATOR)
st.title(say("studies.title"), anchor=False)
show_studies(viewer)

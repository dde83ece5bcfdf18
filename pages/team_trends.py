"""Clinicians and their lead look at the same released picture of the team."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.session import require
from wellbeing.ui.team_trends_screen import show_team_trends

viewer = require(Role.CLINICIAN, Role.LEAD)
st.title(say("team_trends.title"), anchor=False)
show_team_trends(viewer)

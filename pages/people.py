"""An administrator adds people, invites them and says who belongs where."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.people_screen import show_people
from wellbeing.ui.session import require

viewer = require(Role.ADMINISTRATOR)
st.title(say("people.title"), anchor=False)
show_people(viewer)

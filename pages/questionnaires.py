"""A clinician answers published questionnaires and looks at their own scores."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.questionnaire_screen import show_questionnaires
from wellbeing.ui.session import require

viewer = require(Role.CLINICIAN)
st.title(say("questionnaires.title"), anchor=False)
show_questionnaires()

"""What ``streamlit run app.py`` loads: the screens, our routes and the edge."""

import streamlit as st

from wellbeing.ui.messages import show_fault
from wellbeing.web.app import MAIN_SCRIPT, MIDDLEWARE, ROUTES, lifespan

app = st.App(
    MAIN_SCRIPT,
    routes=ROUTES,
    middleware=MIDDLEWARE,
    lifespan=lifespan,
    on_script_error=show_fault,
    # With none, Streamlit looks for a file of them at each look at st.user.
    secrets={"wellbeing": {"secrets": "are in the settings"}},
)

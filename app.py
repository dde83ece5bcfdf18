"""What ``streamlit run app.py`` loads: the screens, our routes and the edge."""

import streamlit as st

from wellbeing.web.app import MAIN_SCRIPT, MIDDLEWARE, ROUTES, lifespan

app = st.App(MAIN_SCRIPT, routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan)

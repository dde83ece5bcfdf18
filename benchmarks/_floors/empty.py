"""An empty page."""

import streamlit as st

st.write("Nothing")

"""Twelve sliders and a button: the page whose cost is published most."""

import streamlit as st

st.title("Form")
with st.form("form"):
    for n in range(12):
        st.slider(f"Item {n}", 0, 10, 5, key=f"item-{n}")
    if st.form_submit_button("Save", key="save"):
        st.success("Saved")

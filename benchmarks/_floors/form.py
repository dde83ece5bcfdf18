"""As many answers as a check-in has, as one form: what Streamlit takes for them."""

import streamlit as st

st.title("Form")
with st.form("form"):
    st.pills("Rating", range(1, 11), key="item-0")
    for n in range(1, 13):
        st.pills(f"Item {n}", range(5), key=f"item-{n}")
    if st.form_submit_button("Save", key="save"):
        st.success("Saved")

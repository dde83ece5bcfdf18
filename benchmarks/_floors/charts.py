"""Four charts of 52 points, each compiled once: what Streamlit takes to show them."""

import streamlit as st

from benchmarks._charts import NAMES, frame, spec

st.title("Charts")
for name in NAMES:
    st.vega_lite_chart(frame(name), spec(name), key=name)

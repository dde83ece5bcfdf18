"""A button that opens a panel over the page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_FRAME, _LETTER = 60, 10
"""Pixels around the words, and at most for a letter of them."""


def popover(label: str, key: str | None = None) -> DeltaGenerator:
    """Return the panel behind a button that is as wide as its words.

    The width is counted here: Firefox cuts the words of a popover that is left to
    find its own.
    """
    return st.popover(label, key=key, width=_FRAME + _LETTER * len(label))

"""Where the screens are, and how one leads to another."""

from pathlib import Path
from typing import NoReturn

import streamlit as st

PAGES = Path(__file__).resolve().parents[2] / "pages"


def go_to(name: str) -> NoReturn:
    """Open another screen by the name of its file.

    By its whole path: Streamlit looks for a relative one beside the main script.
    """
    st.switch_page(PAGES / f"{name}.py")

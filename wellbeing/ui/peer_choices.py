"""Choices that several parts of the peers' screen ask for."""

import streamlit as st

from wellbeing.content.load import say


def ask_yes_or_no(label: str, *, shown: bool, key: str) -> bool:
    """Ask for yes or no, large enough for a fingertip."""
    return bool(
        st.segmented_control(
            label,
            [True, False],
            default=shown,
            required=True,
            format_func=yes_or_no,
            key=key,
        )
    )


def yes_or_no(yes: bool) -> str:  # noqa: FBT001 (Streamlit passes it)
    """Return the word for a choice."""
    return say("peers.yes" if yes else "peers.no")

"""A file to load: chosen, checked on request, then loaded whole or not at all."""

from collections.abc import Callable

import streamlit as st

from wellbeing.content.load import say
from wellbeing.ui.messages import attempt

Load = Callable[[bytes, bool], tuple[int, tuple[str, ...]]]
"""Takes the file and whether it is only to be checked; gives a count and notes."""


def offer_file(screen: str, load: Load) -> None:
    """Let somebody choose a CSV file, and say by line what is wrong with it.

    Args:
        screen: the table of sentences with ``file``, ``file_what`` and so on.
        load: checks or loads the file; its refusals are shown.
    """
    st.header(say(f"{screen}.file"), anchor=False)
    st.write(say(f"{screen}.file_what"))
    file = st.file_uploader(
        say(f"{screen}.file_label"), type="csv", key=f"{screen}:file"
    )
    if file is None:
        return
    with st.container(horizontal=True):
        only_try = st.button(say(f"{screen}.file_try"), key=f"{screen}:file_try")
        wanted = st.button(say(f"{screen}.file_load"), key=f"{screen}:file_load")
    if only_try or wanted:
        with attempt():
            count, notes = load(file.getvalue(), not wanted)
            words = "file_done" if wanted else "file_fine"
            st.success(say(f"{screen}.{words}", count=count))
            for note in notes:
                st.text(note)

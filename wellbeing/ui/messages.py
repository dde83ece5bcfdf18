"""How an error becomes a sentence on the screen."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.errors import (
    DatabaseUnusableError,
    ImportRefusedError,
    WellbeingError,
)

_MARKUP = re.compile(r"([\\`*_{}\[\]#<>$|~&]|:(?=[a-zA-Z]))")
_LOG = logging.getLogger(__name__)
_NEXT = "wellbeing_message"


@contextmanager
def attempt() -> Iterator[None]:
    """Show a sentence when what is tried inside is refused; what was typed stays."""
    try:
        yield
    except WellbeingError as error:
        show_error(error)


def as_text(words: str) -> str:
    """Return words so that Markdown shows them as they are, whoever typed them."""
    return _MARKUP.sub(r"\\\1", words)


def show_error(error: WellbeingError) -> None:
    """Show what happened and what to do."""
    _tell_the_log(error)
    st.error(as_text(str(error)))
    if isinstance(error, ImportRefusedError):
        for problem in error.problems:
            st.text(problem)


def _tell_the_log(error: WellbeingError) -> None:
    # A full disk is seen by whoever saves, and by no look at the database.
    if isinstance(error, DatabaseUnusableError):
        _LOG.warning("A screen could not use the database: %s", error)


def show_fault(error: Exception) -> bool:
    """Say that something went wrong, without internals; the log has the traceback.

    Returns:
        True: Streamlit need not show anything of its own.
    """
    _LOG.error("A screen failed", exc_info=error)
    st.error(say("frame.fault"))
    return True


def later(sentence: str, *, wrong: bool = False) -> None:
    """Keep a sentence for the next run: callbacks run before anything is drawn."""
    st.session_state[_NEXT] = (sentence, wrong)


def show_kept() -> None:
    """Show the sentence that a callback kept, once."""
    sentence, wrong = st.session_state.pop(_NEXT, (None, False))
    if sentence:
        (st.error if wrong else st.success)(as_text(sentence))


@contextmanager
def attempt_in_callback() -> Iterator[None]:
    """Keep the sentence of a refusal for the next run."""
    try:
        yield
    except WellbeingError as error:
        _tell_the_log(error)
        later(str(error), wrong=True)

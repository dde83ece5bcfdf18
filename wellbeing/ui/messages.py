"""How an error becomes a sentence on the screen."""

import logging
import re
from collections.abc import Iterator, Sequence
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
_AT_ONCE = 10
"""So many problems of a file are read on a phone before one goes and mends them."""


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
        _show_problems(error.problems)


def _show_problems(problems: Sequence[str]) -> None:
    """Show the first problems of a file; the rest folded, to be opened."""
    for problem in problems[:_AT_ONCE]:
        st.text(problem)
    if rest := problems[_AT_ONCE:]:
        with st.expander(say("frame.more_problems")):
            for problem in rest:
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


def later(sentence: str, *, wrong: bool = False, at: str = "") -> None:
    """Keep a sentence for the next run: callbacks run before anything is drawn.

    Args:
        sentence: what is said.
        wrong: it is a refusal.
        at: the place that says it, where what was pressed may stand far below the
            head of the screen; empty: the head.
    """
    st.session_state[_NEXT + at] = (sentence, wrong)


def show_kept(at: str = "") -> None:
    """Show the sentence that was kept for this place, once."""
    sentence, wrong = st.session_state.pop(_NEXT + at, (None, False))
    if sentence:
        (st.error if wrong else st.success)(as_text(sentence))


def drop_kept_refusals() -> None:
    """Forget what callbacks could not do; whoever calls this says it by itself."""
    for key, kept in list(st.session_state.items()):
        if str(key).startswith(_NEXT) and kept[1]:
            del st.session_state[key]


@contextmanager
def attempt_in_callback(at: str = "") -> Iterator[None]:
    """Keep the sentence of a refusal for the next run, for the place ``at``."""
    try:
        yield
    except WellbeingError as error:
        _tell_the_log(error)
        later(str(error), wrong=True, at=at)

"""How long things are kept, and what of the viewer's goes next."""

import streamlit as st

from wellbeing.content.dates import day_and_year, week_words
from wellbeing.content.load import say
from wellbeing.domain.people import Viewer
from wellbeing.services.keeping import MyKeeping, my_keeping
from wellbeing.ui.session import context


def show_keeping(viewer: Viewer) -> None:
    """Show it with the viewer's own next day, under a header."""
    st.header(say("keeping.title"), anchor=False)
    found = my_keeping(context(), viewer)
    _show_rules(found)
    if found.oldest is not None and found.is_held:
        st.write(say("keeping.held", week=week_words(found.oldest)))
    elif found.oldest is not None and found.goes_on is not None:
        week, day = week_words(found.oldest), day_and_year(found.goes_on)
        st.write(say("keeping.next", week=week, day=day))
        st.write(say("keeping.download_first"))


def show_keeping_for_all(viewer: Viewer) -> None:
    """Show what holds for everybody, and nothing of the viewer's own."""
    _show_rules(my_keeping(context(), viewer))
    for words in ("study", "stays", "record"):
        st.write(say(f"keeping.{words}"))


def _show_rules(found: MyKeeping) -> None:
    if found.rule is not None:
        st.write(say("keeping.rule", months=found.rule.months))
    else:
        st.write(say("keeping.none_yet"))
    if found.ahead is not None:
        day = day_and_year(found.ahead.from_day)
        st.write(say("keeping.ahead", day=day, months=found.ahead.months))
    shown = found.rule or found.ahead
    if shown is not None:
        st.write(say("keeping.texts", days=shown.text_days))

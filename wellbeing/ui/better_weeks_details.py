"""What goes with better weeks: in sentences, silent when it cannot tell."""

import streamlit as st

from wellbeing.content.dates import week_words
from wellbeing.content.load import choice_text, indicator_text, say
from wellbeing.domain.better_weeks import EACH, ENOUGH_WEEKS, EVERY, Comparison
from wellbeing.domain.people import Viewer
from wellbeing.services.better_weeks import BetterWeeks, better_weeks
from wellbeing.ui.session import context
from wellbeing.ui.tables import show_table


def show_better_weeks(viewer: Viewer) -> None:
    """Show the viewer's own comparisons, folded: nothing is computed before."""
    more = st.expander(
        say("better_weeks.title"), key="better_weeks:more", on_change="rerun"
    )
    if not more.open:
        return
    with more:
        st.caption(say("better_weeks.audience"))
        found = better_weeks(context(), viewer)
        when = {"every": EVERY, "next": week_words(found.next)}
        if found.through is None:
            about = {"needed": ENOUGH_WEEKS, "answered": found.answered}
            st.write(say("better_weeks.too_early", **about, **when))
            return
        through = week_words(found.through)
        st.write(say("better_weeks.through", through=through, **when))
        if not found.comparisons:
            st.write(say("better_weeks.no_kind", each=EACH))
        else:
            _show(found)


def _show(found: BetterWeeks) -> None:
    telling = [c for c in found.comparisons if c.tells]
    for each in telling:
        st.write(_sentence(each))
    if not telling:
        st.write(say("better_weeks.cannot_tell"))
    else:
        st.write(say("better_weeks.not_a_cause"))
    if not all(c.better for c in telling):
        st.write(say("better_weeks.harder"))
    st.caption(say("better_weeks.how"))
    st.markdown(f"**{say('better_weeks.table')}**")
    show_table(say("better_weeks.table"), _columns(found.comparisons))


def _sentence(told: Comparison) -> str:
    ends = sorted((abs(told.low), abs(told.high)))
    return say(
        "better_weeks.found",
        kind=choice_text(told.kind),
        name=indicator_text(told.outcome).name,
        points=round(abs(told.difference)),
        than=say(f"better_weeks.{'higher' if told.difference > 0 else 'lower'}"),
        low=round(ends[0]),
        high=round(ends[1]),
        used=told.used,
        others=told.others,
    )


def _columns(comparisons: tuple[Comparison, ...]) -> dict[str, list[str]]:
    return {
        say("better_weeks.table_kind"): [choice_text(c.kind) for c in comparisons],
        say("better_weeks.table_outcome"): [
            indicator_text(c.outcome).name for c in comparisons
        ],
        say("better_weeks.table_difference"): [
            f"{c.difference:+.0f}" for c in comparisons
        ],
        say("better_weeks.table_range"): [
            f"{c.low:+.0f} to {c.high:+.0f}" for c in comparisons
        ],
        say("better_weeks.table_weeks"): [
            f"{c.used} / {c.others}" for c in comparisons
        ],
    }

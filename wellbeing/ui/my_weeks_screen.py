"""The screen of one's own weeks: in words first, then charts, then details."""

from collections.abc import Sequence

import streamlit as st

from wellbeing.charts.my_weeks import WeekPoint, indicator_spec, week_table
from wellbeing.charts.summary import chart_summary
from wellbeing.content.dates import week_days
from wellbeing.content.load import about_indicators, indicator_text, say
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Viewer
from wellbeing.domain.usual_range import SIGNAL_INDICATORS
from wellbeing.services.meanings import Position
from wellbeing.services.my_weeks import MyWeeks, Period, my_weeks
from wellbeing.ui.messages import attempt, show_kept
from wellbeing.ui.my_weeks_details import show_details
from wellbeing.ui.screens import go_to
from wellbeing.ui.session import context
from wellbeing.ui.words import meaning_sentences

GROUPS: dict[str, tuple[Indicator, ...]] = {
    "overview": SIGNAL_INDICATORS,
    "burnout": (Indicator.BURNOUT, Indicator.EXHAUSTION, Indicator.DETACHMENT),
    "trauma": (Indicator.SECONDARY_TRAUMA, Indicator.COMPASSION_SATISFACTION),
    "around": (Indicator.REST, Indicator.WORKLOAD, Indicator.SUPPORT),
    "everything": tuple(Indicator),
}


def show_my_weeks(viewer: Viewer) -> None:
    """Show the viewer's weeks; nobody else's can be asked for."""
    show_kept()
    with attempt():
        period = Period(st.session_state.get("my_weeks:period") or Period.HALF_YEAR)
        group = str(st.session_state.get("my_weeks:group") or "overview")
        weeks = my_weeks(context(), viewer, period=period, indicators=GROUPS[group])
        st.caption(say("my_weeks.audience"))
        if weeks.meaning is None:
            st.write(say("my_weeks.empty"))
            if st.button(say("my_weeks.empty_next"), key="my_weeks:check_in"):
                go_to("check_in")
            return
        _show_meaning(weeks)
        _show_choices()
        for indicator, points in weeks.panels.items():
            show_panel(indicator, points)
        notes = [say("my_weeks.how_to_read"), about_indicators()]
        if _has_early_sign(weeks):
            notes.insert(1, say("my_weeks.early_sign_limits"))
        st.caption("\n\n".join(notes))
        show_details(weeks)


def _show_meaning(weeks: MyWeeks) -> None:
    if weeks.meaning is None:
        return
    kind = weeks.kinds[weeks.meaning.week]
    latest = f"**{say('my_weeks.latest', week=week_days(weeks.meaning.week))}**"
    # One element: each costs the browser and the server a message.
    st.markdown("\n\n".join((latest, *meaning_sentences(weeks.meaning, kind))))


def _has_early_sign(weeks: MyWeeks) -> bool:
    placed = (weeks.meaning.overall, weeks.meaning.fatigue) if weeks.meaning else ()
    return any(p.position is Position.EARLY_SIGN for p in placed)


def _show_choices() -> None:
    with st.expander(say("my_weeks.choose"), key="my_weeks:choose"):
        st.pills(
            say("my_weeks.show"),
            list(GROUPS),
            default="overview",
            format_func=lambda name: say(f"my_weeks.{name}"),
            key="my_weeks:group",
            required=True,
            persist_state="session",
        )
        st.pills(
            say("my_weeks.period"),
            [p.value for p in Period],
            default=Period.HALF_YEAR.value,
            format_func=lambda name: say(f"my_weeks.{name}"),
            key="my_weeks:period",
            required=True,
            persist_state="session",
        )


def show_panel(indicator: Indicator, points: Sequence[WeekPoint]) -> None:
    """Show one indicator: its name, its chart, and the same in words."""
    text = indicator_text(indicator)
    st.header(text.name, anchor=False)
    st.caption(text.made_of)
    st.vega_lite_chart(
        week_table(points),
        indicator_spec(indicator, text.higher_means),
        alt=chart_summary(text.name, text.higher_means, points),
        key=f"my_weeks:chart:{indicator}",
    )

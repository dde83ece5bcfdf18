"""Below the charts: table, notes to oneself, files, starting the usual range anew."""

from collections.abc import Callable

import streamlit as st

from wellbeing.content.dates import week_days
from wellbeing.content.load import choice_text, indicator_text, say
from wellbeing.domain.check_ins import CONTEXT_LIMITS, Tag, WorkContext
from wellbeing.domain.people import Role
from wellbeing.domain.weeks import Week
from wellbeing.services import my_weeks as service
from wellbeing.services.my_weeks import MyWeeks, Period
from wellbeing.ui.messages import attempt_in_callback
from wellbeing.ui.session import context, link, require_in_callback
from wellbeing.ui.tables import show_table

_TAG_WEEK, _TAGS = "my_weeks:tag_week", "my_weeks:tags_of"


def show_details(weeks: MyWeeks) -> None:
    """Show what few need at each look; each part only when it is opened."""
    parts: tuple[tuple[str, Callable[[MyWeeks], object]], ...] = (
        ("table", lambda shown: show_table(say("my_weeks.title"), _table(shown))),
        ("tags", _show_tags),
        ("files", _show_files),
        ("baseline", _show_baseline),
    )
    for name, show in parts:
        part = st.expander(
            say(f"my_weeks.{name}"), key=f"my_weeks:{name}", on_change="rerun"
        )
        if part.open:
            with part:
                show(weeks)


def _show_files(weeks: MyWeeks) -> None:
    link(say("my_weeks.csv"), "/my/weeks.csv", download=True)
    period = st.session_state.get("my_weeks:period") or Period.HALF_YEAR
    for indicator in weeks.panels:
        name = indicator_text(indicator).name
        path = f"/my/chart/{indicator}.png?period={period}"
        link(say("my_weeks.png", name=name), path, download=True)


def _table(weeks: MyWeeks) -> dict[str, list[str]]:
    columns = {say("my_weeks.week_header"): [str(w) for w in reversed(weeks.weeks)]}
    for indicator, points in weeks.panels.items():
        columns[indicator_text(indicator).name] = [
            say("my_weeks.no_value") if p.value is None else f"{p.value:.0f}"
            for p in reversed(points)
        ]
    columns[say("my_weeks.notes_header")] = [
        ", ".join(choice_text(t) for t in weeks.tags.get(w, ()))
        for w in reversed(weeks.weeks)
    ]
    columns[say("my_weeks.context_header")] = [
        _context_words(weeks.contexts.get(w)) for w in reversed(weeks.weeks)
    ]
    return columns


def _context_words(held: WorkContext | None) -> str:
    if held is None:
        return ""
    numbers = ((name, getattr(held, name)) for name in CONTEXT_LIMITS)
    words = [say(f"my_weeks.context_{n}", n=v) for n, v in numbers if v is not None]
    used = [choice_text(k) for k in sorted(held.support_used)]
    return ", ".join(words + used)


def _show_tags(weeks: MyWeeks) -> None:
    st.caption(say("my_weeks.tags_hint"))
    chosen = st.selectbox(
        say("my_weeks.tags_week"),
        [str(w) for w in reversed(weeks.weeks)],
        format_func=lambda text: week_days(Week.parse(text)),
        key=_TAG_WEEK,
    )
    week = Week.parse(chosen)
    st.pills(
        say("my_weeks.tags_for"),
        [t.value for t in Tag],
        selection_mode="multi",
        default=[t.value for t in weeks.tags.get(week, ())],
        format_func=lambda value: choice_text(Tag(value)),
        key=f"{_TAGS}:{week}",
        on_change=_tag,
        args=(week,),
    )


def _tag(week: Week) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        tags = [Tag(value) for value in st.session_state[f"{_TAGS}:{week}"]]
        service.tag_week(context(), viewer, week, tags)


def _show_baseline(weeks: MyWeeks) -> None:
    st.write(say("my_weeks.baseline_why"))
    if weeks.baseline_from is not None:
        st.write(say("my_weeks.baseline_since", week=week_days(weeks.baseline_from)))
        st.button(
            say("my_weeks.baseline_undo"),
            key="my_weeks:baseline_undo",
            on_click=_reset,
            args=(None,),
        )
    st.button(
        say("my_weeks.baseline_button"),
        key="my_weeks:baseline_button",
        on_click=_reset,
        args=(weeks.weeks[-1],),
    )


def _reset(start: Week | None) -> None:
    with attempt_in_callback():
        service.reset_baseline(context(), require_in_callback(Role.CLINICIAN), start)

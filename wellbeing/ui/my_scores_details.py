"""One's own scores of questionnaires: in words, and under the weeks of check-ins."""

import streamlit as st

from wellbeing.charts.instrument_scores import (
    score_spec,
    score_summary,
    score_table,
    score_words,
)
from wellbeing.charts.my_weeks import WeekPoint
from wellbeing.content.dates import week_words
from wellbeing.content.load import say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.instruments.model import Norm, Reliability
from wellbeing.services import instrument_answers, my_instruments
from wellbeing.services.my_instruments import Change, InstrumentTrend, ScaleTrend
from wellbeing.services.my_weeks import Period, my_weeks
from wellbeing.ui.instrument_words import scale_name
from wellbeing.ui.messages import as_text, attempt_in_callback, later
from wellbeing.ui.my_weeks_screen import show_panel
from wellbeing.ui.popovers import popover
from wellbeing.ui.session import context, require_in_callback
from wellbeing.ui.tables import show_table


def show_scores(viewer: Viewer) -> None:
    """Show the viewer's scores of every instrument they have answered."""
    weeks = my_weeks(context(), viewer, period=Period.YEAR)
    scores = my_instruments.my_scores(context(), viewer, weeks.weeks[0])
    if not scores.trends:
        return
    st.header(say("questionnaires.scores"), anchor=False)
    st.caption(say("questionnaires.not_a_diagnosis"))
    for trend in scores.trends:
        st.subheader(as_text(_title(trend)), anchor=False)
        for scale in trend.scales:
            _show_words(scale)
        _show_others(trend)
        _show_withdraw(trend)
    st.header(say("questionnaires.together"), anchor=False)
    st.caption(say("questionnaires.how_to_read"))
    for trend in scores.trends:
        for scale in trend.scales:
            _show_chart(trend, scale)
        _show_table(trend)
    for indicator, points in weeks.panels.items():
        known = {point.week: point for point in points}
        show_panel(indicator, [known.get(w) or _nothing(w) for w in scores.weeks])


def _title(trend: InstrumentTrend) -> str:
    """Return the title, with the version of the key where there are several."""
    one = trend.instrument
    if not trend.is_one_of_several:
        return one.title
    return say("questionnaires.of_version", title=one.title, version=one.version)


def _key(trend: InstrumentTrend) -> str:
    return f"{trend.instrument.id}:{trend.instrument.version}"


def _nothing(week: Week) -> WeekPoint:
    return WeekPoint(week, None, None, None, early_sign=False, tags="")


def _show_words(trend: ScaleTrend) -> None:
    scale = trend.scale
    if trend.latest is None:
        st.write(say("questionnaires.no_score", name=scale_name(scale)))
        return
    week, value = trend.latest
    sentences = [
        say(
            "questionnaires.score",
            name=scale_name(scale),
            value=score_words(value),
            lowest=score_words(scale.lowest),
            highest=score_words(scale.highest),
            higher_means=scale.higher_means,
            week=week,
        )
    ]
    if trend.change is not None:
        sentences.append(_change_words(trend.change))
    st.write(as_text(" ".join(sentences)))


def _change_words(change: Change) -> str:
    """Return what can be said of a change: more than noise, or not, or not known."""
    about = {
        "before": score_words(change.before),
        "since": change.since,
        "index": None if change.index is None else f"{change.index:.2f}",
        "needed": None if change.needed is None else score_words(change.needed),
    }
    if change.index is None:
        return say("questionnaires.change_unknown", **about)
    kind = "reliable" if change.is_reliable else "noise"
    return say(f"questionnaires.change_{kind}", **about)


def _show_others(trend: InstrumentTrend) -> None:
    """Show what the figures rest on, and published bands with their criticism."""
    key = f"questionnaires:behind:{_key(trend)}"
    with st.expander(say("questionnaires.behind"), key=key):
        for each in trend.scales:
            name, bands = scale_name(each.scale), each.scale.bands
            change = each.change
            if change is not None and change.norm and change.reliability:
                st.text(_basis_words(name, change.norm, change.reliability))
            if bands is not None and each.band is not None:
                about = {
                    "band": each.band.name,
                    "lowest": score_words(each.band.lowest),
                    "highest": score_words(each.band.highest),
                }
                st.text(say("questionnaires.band", name=name, **about))
                st.text(say("questionnaires.band_source", source=bands.source))
                st.text(bands.criticism)
                if not bands.checked:
                    st.text(say("questionnaires.unchecked"))
        st.text(say("questionnaires.no_more"))


def _basis_words(name: str, norm: Norm, reliability: Reliability) -> str:
    said = say(
        "questionnaires.basis",
        name=name,
        sd=score_words(norm.sd),
        sample=norm.sample,
        norm_source=norm.source,
        coefficient=say(f"questionnaires.{reliability.coefficient}"),
        value=score_words(reliability.value),
        source=reliability.source,
    )
    if norm.checked and reliability.checked:
        return said
    return f"{said} {say('questionnaires.unchecked')}"


def _show_chart(whole: InstrumentTrend, trend: ScaleTrend) -> None:
    scale = trend.scale
    ends = scale.lowest, scale.highest, scale.higher_means
    name = f"{_title(whole)}: {scale_name(scale)}"
    st.subheader(as_text(name), anchor=False)
    st.vega_lite_chart(
        score_table(trend.points),
        score_spec(*ends),
        alt=score_summary(name, *ends, trend.points),
        key=f"questionnaires:chart:{_key(whole)}:{scale.id}",
    )


def _show_table(trend: InstrumentTrend) -> None:
    """Show every score of an instrument, also those that the charts leave out."""
    columns = {say("questionnaires.week"): [str(week) for week in trend.weeks]}
    for each in trend.scales:
        known = dict(each.scored)
        columns[scale_name(each.scale)] = [
            score_words(known[week]) if week in known else say("my_weeks.no_value")
            for week in trend.weeks
        ]
    show_table(_title(trend), columns)


def _show_withdraw(trend: InstrumentTrend) -> None:
    one = trend.instrument
    key = f"questionnaires:withdraw:{_key(trend)}"
    with popover(say("questionnaires.withdraw"), key=key):
        st.write(say("questionnaires.withdraw_what"))
        for week in reversed(trend.weeks):
            st.button(
                week_words(week),
                key=f"questionnaires:withdraw:{one.id}:{week}",
                on_click=_withdraw,
                args=(one.id, week),
            )


def _withdraw(instrument_id: str, week: Week) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        instrument_answers.withdraw(context(), viewer, instrument_id, week)
        later(say("questionnaires.withdrawn", week=week))

"""Team trends over time: panels, the table that is a heat map, the clinic, files."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

import streamlit as st

from wellbeing.charts.team_trends import band_spec, block_summary, block_table
from wellbeing.charts.typeset import pdf_is_possible
from wellbeing.content.dates import day_and_year
from wellbeing.content.load import indicator_text, say
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Team
from wellbeing.privacy.bands import Band
from wellbeing.privacy.periods import Period
from wellbeing.privacy.roll_up import Overview
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.services.team_panels import panels_of, shown_periods
from wellbeing.services.team_trends import PeriodPicture, TeamPicture
from wellbeing.services.team_views import TeamView
from wellbeing.services.team_words import (
    band_words,
    figure_words,
    short_weeks_words,
    unit_words,
)
from wellbeing.ui.messages import as_text
from wellbeing.ui.session import link

_CELL = "padding:.35rem .6rem;text-align:left;vertical-align:top"
_STRONGEST = 26
"""Per cent of the text's colour in the darkest cell: words on it stay readable."""


def show_over_time(team: Team, view: TeamView) -> None:
    """Show every indicator over time, then what few need at each look."""
    st.header(say("team_trends.chart_title"), anchor=False)
    st.caption(say("team_trends.how_to_read"))
    for indicator, blocks in panels_of(view.picture).items():
        text = indicator_text(indicator)
        st.subheader(text.name, anchor=False)
        st.vega_lite_chart(
            block_table(blocks),
            band_spec(indicator, text.higher_means),
            alt=block_summary(text.name, text.higher_means, blocks),
            key=f"team_trends:chart:{indicator}",
        )
    st.caption(say("team_trends.indicators_note"))
    parts: dict[str, Callable[[], object]] = {
        "table": lambda: _show_table(view.picture),
        "groups": lambda: _show_groups(view.picture),
        "files": lambda: _show_files(team),
    }
    if view.picture.clinic:
        parts["wider"] = lambda: _show_wider(view.picture)
    for name in ("table", "groups", "wider", "files"):
        if name in parts:
            part = st.expander(
                say(f"team_trends.{name}"), key=f"team_trends:{name}", on_change="rerun"
            )
            if part.open:
                with part:
                    parts[name]()


def _show_table(picture: TeamPicture) -> None:
    st.caption(say("team_trends.table_about"))
    periods = list(reversed(shown_periods(picture)))
    rows = {
        i: [(figure_words(p.figures[i]), p.figures[i].band) for p in periods]
        for i in TEAM_INDICATORS
    }
    _heat_map(say("team_trends.table"), [p.period for p in periods], rows)


def _show_groups(picture: TeamPicture) -> None:
    lines = []
    before: PeriodPicture | None = None
    for one in picture.periods:
        if before is None or before.unit.unit_id != one.unit.unit_id:
            since = day_and_year(one.period.first_week.monday)
            unit = unit_words(one)
            lines.append(say("team_trends.group_since", since=since, unit=unit))
        before = one
    st.markdown("\n".join(f"- {as_text(line)}" for line in lines))


def _show_wider(picture: TeamPicture) -> None:
    """Show what the published bands of several units say together."""
    st.caption(say("team_trends.wider_about"))
    scopes = {say("team_trends.wider_clinic"): picture.clinic}
    if picture.site:
        scopes = {picture.site_name: picture.site, **scopes}
    for name, overviews in scopes.items():
        st.subheader(as_text(name), anchor=False)
        periods = sorted({p for p, _ in overviews}, reverse=True)
        periods = periods[: len(shown_periods(picture))]
        rows = {
            indicator: [_overview(overviews.get((p, indicator))) for p in periods]
            for indicator in TEAM_INDICATORS
        }
        _heat_map(name, periods, rows)


def _overview(found: Overview | None) -> tuple[str, Band | None]:
    if found is None or found.band is None:
        return say("team_trends.withheld"), None
    return band_words(found.band), found.band


def _show_files(team: Team) -> None:
    path = f"?team={team.team_id}"
    link(say("team_trends.csv"), f"/team/trends.csv{path}", download=True)
    if pdf_is_possible():
        link(say("team_trends.pdf"), f"/team/trends.pdf{path}", download=True)


def _heat_map(
    name: str,
    periods: Sequence[Period],
    rows: Mapping[Indicator, Sequence[tuple[str, Band | None]]],
) -> None:
    """Show indicators by periods, newest first: shaded, and the band in each cell."""
    heads = [say("team_trends.table_header")]
    heads += [short_weeks_words(p) for p in periods]
    head = "".join(
        f'<th scope="col" style="{_CELL};min-width:6.5rem">{escape(h)}</th>'
        for h in heads
    )
    body = "".join(_row(indicator, cells) for indicator, cells in rows.items())
    st.html(
        f'<div role="region" tabindex="0" aria-label="{escape(name)}" '
        'style="overflow-x:auto"><table style="border-collapse:separate;'
        f'border-spacing:2px"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(indicator: Indicator, cells: Sequence[tuple[str, Band | None]]) -> str:
    text = indicator_text(indicator)
    means = say("team_trends.higher_means", higher_means=text.higher_means)
    head = (
        f'<th scope="row" style="{_CELL};min-width:8rem">{escape(text.name)}<br>'
        f'<span style="font-weight:normal">{escape(means)}</span></th>'
    )
    body = "".join(
        f'<td style="{_CELL};white-space:nowrap;{_shade(b)}">{escape(words)}</td>'
        for words, b in cells
    )
    return f"<tr>{head}{body}</tr>"


def _shade(band: Band | None) -> str:
    if band is None:
        return "border:1px dashed currentColor"
    lower = 0 if band.lower is None else band.lower
    upper = 100 if band.upper is None else band.upper
    share = round((lower + upper) / 200 * _STRONGEST)
    return f"background:color-mix(in srgb, currentColor {share}%, transparent)"

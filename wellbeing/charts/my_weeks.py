"""Somebody's own weeks: one indicator a panel.

For that person's own screen only; nothing here may meet a lead's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import pandas as pd
import pyarrow as pa

from wellbeing.charts.axes import color_from, score_axis, time_axis
from wellbeing.charts.theme import FAMILY_OF, Family
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week

COLUMNS = ("week", "monday", "value", "low", "high", "early_sign", "run", "tags")
"""The columns of a frame, and all that a spec may read."""

WORDS: Mapping[str, str] = {
    "axis": "Higher means {higher_means}",
    "week": "Week",
    "value": "Score",
    "usual": "Usual range",
    "tags": "Note",
    "no_value": "no score",
    "no_usual": "not known yet",
    "to": " to ",
    "marks": "Band: usual range. Ring: early sign. Flag: a note to the week.",
}
"""What stands in a chart besides figures, and the line that explains its marks."""

_FLAG = "M-0.6,1L-0.6,-1L1,-0.45L-0.3,0.1L-0.3,1Z"


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """One week of one indicator.

    Attributes:
        week: the week.
        value: the score, 0 to 100; None: no check-in or too little answered.
        low, high: the usual range as it stood in that week; None: not known yet.
        early_sign: whether the rule of early signs held.
        tags: the person's notes to the week, ready to read; empty: none.
    """

    week: Week
    value: float | None
    low: float | None
    high: float | None
    early_sign: bool
    tags: str


def week_table(points: Sequence[WeekPoint]) -> pa.Table:
    """Return one row a week, in the order of ``COLUMNS``, as Streamlit sends it.

    An Arrow table costs a screen a quarter of what a DataFrame does.

    Args:
        points: in the order of weeks. Give each panel the same weeks, those without
            a score included, and the panels share their time axis.
    """
    mondays = pa.array([p.week.monday for p in points], pa.date32())
    columns = (
        pa.array([str(p.week) for p in points], pa.string()),
        mondays.cast(pa.timestamp("ms")),
        pa.array([p.value for p in points], pa.float64()),
        pa.array([p.low for p in points], pa.float64()),
        pa.array([p.high for p in points], pa.float64()),
        pa.array([p.early_sign for p in points], pa.bool_()),
        pa.array(_runs(points), pa.int32()),
        pa.array([p.tags for p in points], pa.string()),
    )
    return pa.table(dict(zip(COLUMNS, columns, strict=True)))


def week_frame(points: Sequence[WeekPoint]) -> pd.DataFrame:
    """Return ``week_table`` for those who go on with pandas."""
    return week_table(points).to_pandas()


def _runs(points: Sequence[WeekPoint]) -> list[int]:
    """Number the stretches of weeks that follow each other with a score."""
    runs = [0] if points else []
    for before, point in pairwise(points):
        joined = (
            before.value is not None
            and point.value is not None
            and point.week.minus(before.week) == 1
        )
        runs.append(runs[-1] + (not joined))
    return runs


def _tooltip() -> list[dict[str, object]]:
    fields = {"week": "week", "score": "value", "usual": "usual", "tags": "tags"}
    return [
        {"field": field, "type": "nominal", "title": WORDS[word]}
        for field, word in fields.items()
    ]


def _columns(own: Family) -> list[dict[str, str]]:
    """Add the families, and figures as words, so that a missing one is said."""
    score, low, high = (f"format(datum.{c}, '.0f')" for c in ("value", "low", "high"))
    # As JSON, so that an apostrophe in a word ends no expression.
    said = {key: json.dumps(word) for key, word in WORDS.items()}
    added = {
        "own": f"'{own}'",
        "neutral": f"'{Family.NEUTRAL}'",
        "score": f"isValid(datum.value) ? {score} : {said['no_value']}",
        "usual": (
            f"isValid(datum.low) ? {low} + {said['to']} + {high} : {said['no_usual']}"
        ),
    }
    return [{"calculate": text, "as": name} for name, text in added.items()]


def _usual_range(higher_means: str) -> dict[str, object]:
    words = WORDS["axis"].format(higher_means=higher_means)
    return {
        "mark": {"type": "area", "opacity": 0.18, "line": False},
        "encoding": {
            "y": {"field": "low", **score_axis(words)},
            "y2": {"field": "high"},
            "color": color_from("neutral"),
        },
    }


def _own_weeks() -> list[dict[str, object]]:
    """Return the line, which ends at a missing week, its points, and the rings."""
    score = {"field": "value", "type": "quantitative"}
    where = {"y": score, "color": color_from("own")}
    scored, early = "isValid(datum.value)", "isValid(datum.value) && datum.early_sign"
    point = {"type": "point", "opacity": 1}
    return [
        {
            "transform": [{"filter": scored}],
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {**where, "detail": {"field": "run"}},
        },
        {
            "transform": [{"filter": scored}],
            "mark": {**point, "filled": True, "size": 38},
            "encoding": where,
        },
        {
            "transform": [{"filter": early}],
            "mark": {**point, "filled": False, "size": 190, "strokeWidth": 2},
            "encoding": where,
        },
    ]


def _notes() -> dict[str, object]:
    return {
        "transform": [{"filter": "datum.tags"}],
        "mark": {
            "type": "point",
            "shape": _FLAG,
            "filled": True,
            "size": 100,
            "opacity": 1,
            "y": -10,
        },
        "encoding": {"color": color_from("neutral")},
    }


@cache
def indicator_spec(indicator: Indicator, higher_means: str) -> dict[str, object]:
    """Return the panel of one indicator as plain Vega-Lite, without data.

    Made once a process and shared: show it with
    ``st.vega_lite_chart(week_table(points), spec, alt=chart_summary(...))`` and do
    not change it.

    Args:
        indicator: which family's colour it takes.
        higher_means: completes "Higher means ..." at the axis.
    """
    return {
        "height": 200,
        # Each mark with a name of its own would drown the words in ``alt``.
        "config": {"mark": {"aria": False}},
        "transform": _columns(FAMILY_OF[indicator]),
        "encoding": {"x": time_axis()},
        "layer": [
            _usual_range(higher_means),
            *_own_weeks(),
            _notes(),
            # As wide as a fingertip, so that a whole week answers to a touch.
            {
                "mark": {"type": "rule", "strokeWidth": 14, "opacity": 0},
                "encoding": {"tooltip": _tooltip()},
            },
        ],
    }


def picture_rows(points: Sequence[WeekPoint]) -> list[dict[str, object]]:
    """Return the rows of ``week_table`` as JSON values, for a picture."""
    # With the hour: a date alone would be read as UTC and slip to Sunday west of it.
    return [
        {**row, "monday": row["monday"].isoformat()}
        for row in week_table(points).to_pylist()
    ]

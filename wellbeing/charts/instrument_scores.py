"""Somebody's scores of published instruments, under the same weeks as their check-ins.

For that person's own screen only; nothing here may meet a lead's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from wellbeing.charts.axes import color_from, score_axis, time_axis
from wellbeing.charts.theme import Family
from wellbeing.domain.weeks import Week

COLUMNS = ("week", "monday", "value")
"""The columns of a table, and all that a spec may read."""

SENTENCES: Mapping[str, str] = {
    "axis": "Higher means {higher_means}",
    "week": "Week",
    "value": "Score",
    "about": (
        "{name}, on a scale of {lowest} to {highest}. Higher means {higher_means}."
    ),
    "none": "No score in these weeks.",
    "score": "{value} in week {week}",
    "scores": "Scores: {scores}.",
}
"""What stands in a chart besides figures, and what its summary is made of."""


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One week of one scale; no value: no response, or too little answered."""

    week: Week
    value: float | None


def score_words(value: float) -> str:
    """Return a score as it is read: with two decimals, or fewer if they are zero."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def score_table(points: Sequence[ScorePoint]) -> pa.Table:
    """Return one row a week, in the order of ``COLUMNS``.

    Args:
        points: in the order of weeks. Give each panel the same weeks as the charts
            of check-ins, those without a score included, and they share their axis.
    """
    mondays = pa.array([p.week.monday for p in points], pa.date32())
    columns = (
        pa.array([str(p.week) for p in points], pa.string()),
        mondays.cast(pa.timestamp("ms")),
        pa.array([p.value for p in points], pa.float64()),
    )
    return pa.table(dict(zip(COLUMNS, columns, strict=True)))


@cache
def score_spec(lowest: float, highest: float, higher_means: str) -> dict[str, Any]:
    """Return the panel of one scale as plain Vega-Lite, without data.

    The axis is the whole range of the scale. A line joins one response with the
    next, across the weeks between them. Made once a process: do not change it.

    Args:
        lowest, highest: the ends of the scale.
        higher_means: completes "Higher means ..." at the axis.
    """
    where = {
        "y": {"field": "value", **_axis(lowest, highest, higher_means)},
        "color": color_from("own"),
    }
    tooltip = [
        {"field": "week", "type": "nominal", "title": SENTENCES["week"]},
        {"field": "value", "type": "quantitative", "title": SENTENCES["value"]},
    ]
    point = {"type": "point", "opacity": 1, "filled": True, "size": 60}
    return {
        "height": 170,
        # Each mark with a name of its own would drown the words in ``alt``.
        "config": {"mark": {"aria": False}},
        "transform": [
            {"calculate": f"'{Family.OVERALL}'", "as": "own"},
            {"calculate": f"'{Family.NEUTRAL}'", "as": "neutral"},
        ],
        "encoding": {"x": time_axis()},
        "layer": [
            # Every week, so that the axis is that of the check-ins above.
            {
                "mark": {"type": "rule", "strokeWidth": 14, "opacity": 0},
                "encoding": {"tooltip": tooltip, "color": color_from("neutral")},
            },
            {
                "transform": [{"filter": "isValid(datum.value)"}],
                "mark": {"type": "line", "strokeWidth": 2, "strokeDash": [4, 3]},
                "encoding": where,
            },
            {
                "transform": [{"filter": "isValid(datum.value)"}],
                "mark": point,
                "encoding": where,
            },
        ],
    }


def _axis(lowest: float, highest: float, higher_means: str) -> dict[str, Any]:
    axis: dict[str, Any] = score_axis(
        SENTENCES["axis"].format(higher_means=higher_means)
    )
    ends = [lowest, (lowest + highest) / 2, highest]
    return axis | {
        "scale": {"domain": [lowest, highest], "nice": False},
        "axis": axis["axis"] | {"values": ends},
    }


def score_summary(
    name: str,
    lowest: float,
    highest: float,
    higher_means: str,
    points: Sequence[ScorePoint],
) -> str:
    """Say in words what a panel shows: its text alternative."""
    about = SENTENCES["about"].format(
        name=name,
        lowest=score_words(lowest),
        highest=score_words(highest),
        higher_means=higher_means,
    )
    scored = [
        SENTENCES["score"].format(value=score_words(p.value), week=p.week)
        for p in points
        if p.value is not None
    ]
    if not scored:
        return f"{about} {SENTENCES['none']}"
    return f"{about} {SENTENCES['scores'].format(scores=', '.join(scored))}"

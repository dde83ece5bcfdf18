"""Axes and colours that every panel shares."""

import textwrap

from wellbeing.charts.theme import Family

_AXIS_WIDTH = 42
_LINE_HEIGHT = 18
_DAY = 86_400_000
_SPAN = "(domain('x')[1] - domain('x')[0])"
# At most five Mondays, counted back from the last week so that it has its label.
_MONDAYS = (
    f"sequence(+domain('x')[1], domain('x')[0] - {_DAY // 12}, "
    f"-{7 * _DAY} * max(1, ceil({_SPAN} / {7 * _DAY} / 4)))"
)
# Two hours later it is the same Monday, whatever the clocks did in between.
_DATE = (
    f"timeFormat(+datum.value + {_DAY // 12}, "
    f"{_SPAN} > {360 * _DAY} ? '%b %Y' : '%-d %b')"
)
# The theme's quiet colour; its own for axis words stays below 4.5 to 1 on paper.
_QUIET = {"expr": f"scale('color', '{Family.NEUTRAL}')"}


def color_from(field: str) -> dict[str, object]:
    """Return the colour encoding of a column of families; the theme has the colours."""
    return {
        "field": field,
        "type": "nominal",
        # The whole list, so that each family takes its own place in the theme's.
        "scale": {"domain": [family.value for family in Family]},
        "legend": None,
    }


def time_axis() -> dict[str, object]:
    """Return the axis of weeks: labels are Mondays, the last week always has one."""
    return {
        "field": "monday",
        "type": "temporal",
        "scale": {"range": [8, {"expr": "width - 12"}]},
        "axis": {
            "title": None,
            "values": {"expr": _MONDAYS},
            "labelExpr": _DATE,
            "labelColor": _QUIET,
            "labelPadding": 8,
            "labelFlush": False,
            "grid": False,
        },
    }


def score_axis(words: str) -> dict[str, object]:
    """Return the axis of scores: always 0 to 100, with its direction in words above.

    Args:
        words: broken into lines that a phone 360 px wide shows whole.
    """
    lines = textwrap.wrap(words, _AXIS_WIDTH)
    return {
        "type": "quantitative",
        "scale": {"domain": [0, 100], "nice": False},
        "axis": {
            "title": lines,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleBaseline": "bottom",
            "titleColor": _QUIET,
            "labelColor": _QUIET,
            "titleLineHeight": _LINE_HEIGHT,
            "titleX": -30,
            "titleY": -23 - _LINE_HEIGHT * (len(lines) - 1),
            "values": [0, 50, 100],
            "labelFlush": False,
            "labelPadding": 6,
        },
    }

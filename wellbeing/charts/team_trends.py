"""Team trends: released bands as steps, one indicator a panel.

They take released figures and nothing else; what is withheld is hatched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import groupby

import pyarrow as pa

from wellbeing.charts.axes import color_from, score_axis
from wellbeing.charts.theme import FAMILY_OF, Family
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week

COLUMNS = ("period", "start", "end", "lower", "upper", "band", "shown", "regrouped")
"""The columns of a table, and all that a spec may read."""

WORDS: Mapping[str, str] = {
    "axis": "Higher means {higher_means}",
    "period": "Weeks",
    "band": "Group",
    "about": "{name}, on a scale of 0 to 100. Higher means {higher_means}.",
    "none": "There is no picture yet.",
    "run": "{first} to {last}: {band}.",
    "regrouped": "From here on another group.",
}
"""What stands in a chart and in its summary besides released bands."""

_DAY = 86_400_000
_PERIOD = 28 * _DAY
_HATCH = 10
"""Points between two lines of a hatching."""
_SPAN = "(domain('x')[1] - domain('x')[0])"
# At most four first Mondays, counted back from the last block so that it has its label.
_STARTS = (
    f"sequence(domain('x')[1] - {_PERIOD}, domain('x')[0] - {_DAY}, "
    f"-{_PERIOD} * max(1, ceil({_SPAN} / {_PERIOD} / 4)))"
)
# Two hours later it is the same Monday, whatever the clocks did in between.
_DATE = (
    f"timeFormat(+datum.value + {_DAY // 12}, "
    f"{_SPAN} > {360 * _DAY} ? '%b %Y' : '%-d %b')"
)
_QUIET = {"expr": f"scale('color', '{Family.NEUTRAL}')"}


@dataclass(frozen=True, kw_only=True, slots=True)
class BandBlock:
    """One closed period of one indicator.

    Attributes:
        first, last: its first and its last week.
        period: both in words.
        lower, upper: the released band, 0 to 100 points; None: it reaches to the end
            of the scale. Both mean nothing when the figure is withheld.
        band: the band in words, or that it is withheld and why.
        shown: whether there is a band.
        regrouped: whether it is about another group than the block before.
    """

    first: Week
    last: Week
    period: str
    lower: int | None
    upper: int | None
    band: str
    shown: bool
    regrouped: bool


def block_table(blocks: Sequence[BandBlock]) -> pa.Table:
    """Return one row a period, in the order of ``COLUMNS``, as Streamlit sends it.

    Args:
        blocks: in the order of time. Give each panel the same periods, withheld ones
            included, and the panels share their time axis.
    """
    starts = pa.array([b.first.monday for b in blocks], pa.date32())
    ends = [b.last.sunday + timedelta(days=1) for b in blocks]
    columns = (
        pa.array([b.period for b in blocks], pa.string()),
        starts.cast(pa.timestamp("ms")),
        pa.array(ends, pa.date32()).cast(pa.timestamp("ms")),
        pa.array([_lower(b) for b in blocks], pa.int32()),
        pa.array([_upper(b) for b in blocks], pa.int32()),
        pa.array([b.band for b in blocks], pa.string()),
        pa.array([b.shown for b in blocks], pa.bool_()),
        pa.array([b.regrouped for b in blocks], pa.bool_()),
    )
    return pa.table(dict(zip(COLUMNS, columns, strict=True)))


def block_rows(blocks: Sequence[BandBlock]) -> list[dict[str, object]]:
    """Return the rows of ``block_table`` as JSON values, for a picture."""
    # With the hour: a date alone would be read as UTC and slip to Sunday west of it.
    return [
        {**row, "start": row["start"].isoformat(), "end": row["end"].isoformat()}
        for row in block_table(blocks).to_pylist()
    ]


def block_summary(name: str, higher_means: str, blocks: Sequence[BandBlock]) -> str:
    """Say in words what a panel shows: its text alternative.

    Args:
        name: the indicator as a person reads it.
        higher_means: completes "Higher means ...".
        blocks: in the order of time.
    """
    said = [WORDS["about"].format(name=name, higher_means=higher_means)]
    runs = groupby(_grouped(blocks), key=lambda pair: (pair[0], pair[1].band))
    for number, ((group, band), found) in enumerate(runs):
        held = [block for _, block in found]
        if number and held[0].regrouped and group:
            said.append(WORDS["regrouped"])
        first, last = held[0].first.monday, held[-1].last.sunday
        said.append(
            WORDS["run"].format(
                first=f"{first.day} {first:%B %Y}",
                last=f"{last.day} {last:%B %Y}",
                band=band,
            )
        )
    return " ".join(said if blocks else [*said, WORDS["none"]])


@cache
def band_spec(indicator: Indicator, higher_means: str) -> dict[str, object]:
    """Return the panel of one indicator as plain Vega-Lite, without data.

    Made once a process and shared: show it with
    ``st.vega_lite_chart(block_table(blocks), spec, alt=block_summary(...))`` and do
    not change it.

    Args:
        indicator: which family's colour it takes.
        higher_means: completes "Higher means ..." at the axis.
    """
    words = WORDS["axis"].format(higher_means=higher_means)
    return {
        "height": 180,
        # Each mark with a name of its own would drown the words in ``alt``.
        "config": {"mark": {"aria": False}},
        "transform": [
            {"calculate": f"'{FAMILY_OF[indicator]}'", "as": "own"},
            {"calculate": f"'{Family.NEUTRAL}'", "as": "neutral"},
        ],
        "encoding": {"x": _time_axis()},
        "layer": [_blocks(words), _hatching(), _new_group(), _touched()],
    }


def _time_axis() -> dict[str, object]:
    return {
        "field": "start",
        "type": "temporal",
        "scale": {"range": [2, {"expr": "width - 2"}]},
        "axis": {
            "title": None,
            "values": {"expr": _STARTS},
            "labelExpr": _DATE,
            "labelAlign": "left",
            "labelColor": _QUIET,
            "labelPadding": 8,
            "labelFlush": False,
            "grid": False,
        },
    }


def _blocks(words: str) -> dict[str, object]:
    color = color_from("own")
    return {
        "transform": [{"filter": "datum.shown"}],
        "mark": {"type": "rect", "fillOpacity": 0.4, "strokeWidth": 1},
        "encoding": {
            "x2": {"field": "end"},
            "y": {"field": "lower", **score_axis(words)},
            "y2": {"field": "upper"},
            "fill": color,
            "stroke": color,
        },
    }


def _hatching() -> dict[str, object]:
    """Return slanted lines from side to side: Vega knows no pattern."""
    return {
        "transform": [
            {"filter": "!datum.shown"},
            {"calculate": f"sequence(0, 100, {_HATCH})", "as": "from"},
            {"flatten": ["from"]},
            {"calculate": f"datum.from + {_HATCH}", "as": "to"},
        ],
        "mark": {"type": "rule", "strokeWidth": 1, "opacity": 0.7},
        "encoding": {
            "x2": {"field": "end"},
            "y": {"field": "from", "type": "quantitative"},
            "y2": {"field": "to"},
            "color": color_from("neutral"),
        },
    }


def _new_group() -> dict[str, object]:
    return {
        "transform": [{"filter": "datum.regrouped"}],
        "mark": {"type": "rule", "strokeWidth": 2, "strokeDash": [3, 3]},
        "encoding": {"color": color_from("neutral")},
    }


def _touched() -> dict[str, object]:
    """Return an unseen block over the whole height, so that a touch finds it."""
    return {
        "mark": {"type": "rect", "opacity": 0},
        "encoding": {
            "x2": {"field": "end"},
            "y": {"datum": 0},
            "y2": {"datum": 100},
            "tooltip": [
                {"field": field, "type": "nominal", "title": WORDS[field]}
                for field in ("period", "band")
            ],
        },
    }


def _lower(block: BandBlock) -> int | None:
    return (block.lower or 0) if block.shown else None


def _upper(block: BandBlock) -> int | None:
    return (100 if block.upper is None else block.upper) if block.shown else None


def _grouped(blocks: Sequence[BandBlock]) -> list[tuple[int, BandBlock]]:
    """Number the groups that the blocks are about."""
    numbered, group = [], 0
    for block in blocks:
        group += block.regrouped
        numbered.append((group, block))
    return numbered

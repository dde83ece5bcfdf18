"""The charts of a floor, in a module that is imported and so runs once."""

import random
from functools import cache
from typing import Any

import altair as alt
import pandas as pd

NAMES = ("Mood", "Energy", "Sleep", "Load")
_POINTS = 52


def frame(name: str) -> pd.DataFrame:
    """Return a year of weeks; made anew each time, as if it had just been read."""
    rng = random.Random(name)
    weeks = pd.date_range("2026-01-05", periods=_POINTS, freq="W-MON")
    return pd.DataFrame({"week": weeks, "score": [rng.random() * 100 for _ in weeks]})


@cache
def spec(name: str) -> dict[str, Any]:
    """Return the compiled specification of a line with points."""
    empty = pd.DataFrame({"week": pd.to_datetime([]), "score": pd.Series(dtype=float)})
    chart = alt.Chart(empty, title=name).mark_line(point=True)
    y = alt.Y("score:Q", scale=alt.Scale(domain=[0, 100]))
    encoded = chart.encode(x="week:T", y=y, tooltip=["week:T", "score:Q"])
    compiled: dict[str, Any] = encoded.to_dict()
    for part in ("data", "datasets", "config"):
        compiled.pop(part, None)
    return compiled

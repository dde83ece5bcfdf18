"""The colours of charts and of their pictures; .streamlit/config.toml holds the same.

On a screen Streamlit's theme colours a chart, light or dark, from
``chartCategoricalColors``; a spec therefore names a family and never a colour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wellbeing.domain.indicators import Indicator


class Family(StrEnum):
    """Indicators that share a colour, in the order of ``chartCategoricalColors``."""

    SATISFACTION = "satisfaction"
    BURNOUT = "burnout"
    TRAUMA = "trauma"
    OVERALL = "overall"
    SUPPORT = "support"
    NEUTRAL = "neutral"


FAMILY_OF: Mapping[Indicator, Family] = {
    Indicator.OVERALL: Family.OVERALL,
    Indicator.COMPASSION_FATIGUE: Family.BURNOUT,
    Indicator.BURNOUT: Family.BURNOUT,
    Indicator.EXHAUSTION: Family.BURNOUT,
    Indicator.DETACHMENT: Family.BURNOUT,
    Indicator.SECONDARY_TRAUMA: Family.TRAUMA,
    Indicator.COMPASSION_SATISFACTION: Family.SATISFACTION,
    Indicator.REST: Family.SATISFACTION,
    Indicator.WORKLOAD: Family.SUPPORT,
    Indicator.SUPPORT: Family.SUPPORT,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """The colours of one theme, as ``#RRGGBB``.

    Attributes:
        ground, panel: what everything stands on.
        text, quiet, accent: words; the accent also for links.
        button: the fill below white button text.
        families: one colour a family, for graphics on the ground.
    """

    ground: str
    panel: str
    text: str
    quiet: str
    accent: str
    button: str
    families: Mapping[Family, str]


LIGHT = Palette(
    ground="#FBFAF7",
    panel="#F1EFE8",
    text="#0C1616",
    quiet="#566463",
    accent="#17645F",
    button="#17645F",
    families={
        Family.SATISFACTION: "#17645F",
        Family.BURNOUT: "#A6491F",
        Family.TRAUMA: "#7A3B69",
        Family.OVERALL: "#3F4C8C",
        Family.SUPPORT: "#8A6A12",
        Family.NEUTRAL: "#566463",
    },
)

DARK = Palette(
    ground="#141C1C",
    panel="#1E2929",
    text="#E6ECEA",
    quiet="#A3B1AF",
    accent="#7CCBC3",
    button="#2A837B",
    families={
        Family.SATISFACTION: "#7CCBC3",
        Family.BURNOUT: "#F0A27E",
        Family.TRAUMA: "#DDA6CD",
        Family.OVERALL: "#A9B4F0",
        Family.SUPPORT: "#DDBE6A",
        Family.NEUTRAL: "#A3B1AF",
    },
)


def vega_config(palette: Palette) -> dict[str, object]:
    """Return the Vega-Lite config of a picture made without Streamlit's theme."""
    words = {"labelColor": palette.quiet, "titleColor": palette.text}
    return {
        "font": "sans-serif",
        "background": palette.ground,
        "padding": 24,
        "range": {"category": [palette.families[f] for f in Family]},
        "view": {"stroke": None},
        "axis": {
            **words,
            "domain": False,
            "ticks": False,
            "gridColor": palette.quiet,
            "gridOpacity": 0.25,
            "labelFontSize": 12,
            "titleFontSize": 13,
            "titleFontWeight": "normal",
        },
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "color": palette.text,
            "fontSize": 17,
            "offset": 20,
            "subtitleColor": palette.quiet,
            "subtitleFontSize": 12,
            "subtitlePadding": 6,
        },
    }

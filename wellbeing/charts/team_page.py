"""A page of team trends as PDF, made in a child process.

``python -m wellbeing.charts.team_page`` reads an order as JSON and writes a PDF.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from wellbeing.charts.child import made_by
from wellbeing.charts.theme import LIGHT, vega_config
from wellbeing.charts.typeset import FONT, PDF, typeset

_TEMPLATE = Path(__file__).with_name("team_page.typ")
_SIZE: Mapping[str, object] = {"width": 300, "height": 90}


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One indicator on a page.

    Attributes:
        change: what it did last; "" if it is withheld.
        alt: the panel in words.
        spec, rows: plain Vega-Lite without data, and what it shows, as JSON values.
    """

    name: str
    change: str
    alt: str
    spec: Mapping[str, object]
    rows: Sequence[Mapping[str, object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """All that stands on a page, ready to read.

    Attributes:
        table: rows of cells; the first is the header, the first cell of each heads it.
    """

    title: str
    period: str
    headline: str
    notes: tuple[str, ...]
    how_to_read: str
    table: tuple[tuple[str, ...], ...]
    panels: tuple[Panel, ...]


def page_pdf(page: Page) -> bytes:
    """Return a page as tagged PDF (PDF/UA-1), the same bytes for the same page.

    Raises:
        PictureError: making it failed or took too long.
    """
    return made_by("wellbeing.charts.team_page", asdict(page), PDF)


def _config() -> dict[str, object]:
    config = vega_config(LIGHT)
    return {**config, "font": FONT, "background": None, "padding": 2}


def main() -> None:
    """Make the page on standard input; fetch nothing, whatever it asks for."""
    # Here and not above: the web process must never load it.
    import vl_convert  # noqa: PLC0415

    page = json.load(sys.stdin.buffer)
    for panel in page["panels"]:
        spec, values = panel.pop("spec"), {"values": panel.pop("rows")}
        drawing = {**spec, **_SIZE, "config": _config(), "data": values}
        panel["svg"] = vl_convert.vegalite_to_svg(drawing, allowed_base_urls=[])
    page |= {"text": LIGHT.text, "quiet": LIGHT.quiet, "font": FONT}
    sys.stdout.buffer.write(typeset(_TEMPLATE, page))


if __name__ == "__main__":
    main()

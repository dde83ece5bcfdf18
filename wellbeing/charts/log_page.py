"""One's own practice log as PDF, made in a child process.

``python -m wellbeing.charts.log_page`` reads an order as JSON and writes a PDF.
"""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from wellbeing.charts.child import made_by
from wellbeing.charts.theme import LIGHT
from wellbeing.charts.typeset import FONT, PDF, typeset

_TEMPLATE = Path(__file__).with_name("log_page.typ")

Rows = tuple[tuple[str, ...], ...]
"""Rows of cells; the first is the header."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogPage:
    """All that stands in the file, ready to read."""

    title: str
    period: str
    hours_title: str
    hours: Rows
    entries_title: str
    entries: Rows
    note: str


def log_pdf(page: LogPage) -> bytes:
    """Return a log as tagged PDF (PDF/UA-1), the same bytes for the same log.

    Raises:
        PictureError: making it failed or took too long.
    """
    return made_by("wellbeing.charts.log_page", asdict(page), PDF)


def main() -> None:
    """Make the file of the order on standard input."""
    page = json.load(sys.stdin.buffer)
    page |= {"text": LIGHT.text, "quiet": LIGHT.quiet, "font": FONT}
    sys.stdout.buffer.write(typeset(_TEMPLATE, page))


if __name__ == "__main__":
    main()

"""Typesetting a page as tagged PDF; only child processes load what does it."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from wellbeing.domain.errors import WellbeingError

PDF = b"%PDF-"
# Comes with typst: a picture of a page looks the same on every machine.
FONT = "Libertinus Serif"


class NoPdfError(WellbeingError):
    """What makes the PDF is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "PDF files are not set up here. Take the CSV file or print the page, or "
            "ask whoever runs Wellbeing to install requirements-pdf.lock."
        )


def pdf_is_possible() -> bool:
    """Tell whether what makes the PDF is installed."""
    return find_spec("typst") is not None


def typeset(template: Path, page: Mapping[str, object]) -> bytes:
    """Return a page as PDF/UA-1; tagged only, where a letter is in no font here.

    Args:
        template: a file of ours.
        page: its words, as JSON values.
    """
    # Here and not above: the web process must never load it.
    import typst  # noqa: PLC0415

    source = template.read_bytes()
    options: dict[str, Any] = {"format": "pdf"}
    options["sys_inputs"] = {"page": json.dumps(page)}
    strict: dict[str, Any] = {"pdf_standards": "ua-1"}
    try:
        made: bytes = typst.compile(source, **options, **strict)
    except typst.TypstError:
        # A name in letters that no font here has: still tagged, but not by the norm.
        made = typst.compile(source, **options)
    return made

"""Workbooks (.xlsx): sheets of text cells, read with distrust and written plainly."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from wellbeing.instruments.formats.limits import MOST_COLUMNS, MOST_ROWS, MOST_TAGS
from wellbeing.instruments.formats.questionnaire import (
    Number,
    QuestionnaireRefusedError,
)
from wellbeing.instruments.formats.tables import Numbered

_MARKUP = (".xml", ".rels", ".vml")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,40})["']""")
# Columns from BA on; the library would silently cut them off.
_FAR_COLUMN = re.compile(rb'\br\s*=\s*["\'](?:[B-Z][A-Z]|[A-Z]{3})[0-9]')
_FAULTS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    OSError,
    RecursionError,
    SyntaxError,  # among them that of XML
    TypeError,
    ValueError,  # among them what defusedxml forbids
    zipfile.BadZipFile,
)
_DATES = date | datetime | time | timedelta


def is_workbook(parts: Mapping[str, bytes]) -> bool:
    """Whether an archive is a workbook."""
    return "[Content_Types].xml" in parts and any(p.startswith("xl/") for p in parts)


def sheets_of(
    data: bytes, parts: Mapping[str, bytes]
) -> Mapping[str, tuple[Numbered, ...]]:
    """Return the rows that are not blank of each sheet, by its name in lower case.

    Args:
        data: the workbook.
        parts: what it unpacks into, within the limits.

    Raises:
        QuestionnaireRefusedError: it declares entities, is broken or too large, or a
            cell holds a formula, a date or an error instead of text or a number.
    """
    _check_markup(parts)
    try:
        with warnings.catch_warnings():
            # What it warns of (extensions, styles) is nothing that is read here.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            return {
                sheet.title.strip().lower(): tuple(_rows(sheet))
                for sheet in book.worksheets
            }
    except _FAULTS:
        sentence = "This workbook is broken. Save it anew as .xlsx."
        raise QuestionnaireRefusedError(sentence) from None


def _check_markup(parts: Mapping[str, bytes]) -> None:
    tags = 0
    for name, part in parts.items():
        if not name.lower().endswith(_MARKUP):
            continue
        tags += part.count(b"<")
        encodings = {e.lower() for e in _ENCODING.findall(part[:1000])}
        plain = encodings <= {b"utf-8", b"us-ascii"} and b"\0" not in part
        if not plain or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            sentence = "This workbook declares entities or an unusual encoding, as no "
            raise QuestionnaireRefusedError(f"{sentence}spreadsheet does.")
        if "worksheets/" in name and _FAR_COLUMN.search(part):
            sentence = f"A sheet has more than {MOST_COLUMNS} columns."
            raise QuestionnaireRefusedError(sentence)
    if tags > MOST_TAGS:
        sentence = "This workbook has too many cells. Keep the sheets of the template."
        raise QuestionnaireRefusedError(sentence)


def _rows(sheet: Any) -> Iterator[Numbered]:  # noqa: ANN401 (read-only, without hints)
    sheet.reset_dimensions()
    width = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        if number > MOST_ROWS + 1:
            sentence = f"The sheet {sheet.title[:40]} has more than {MOST_ROWS} rows."
            raise QuestionnaireRefusedError(f"{sentence} Delete the empty ones.")
        cells = [_text(cell.value, cell.data_type, sheet.title, cell) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        width = width or len(cells)
        if cells:
            yield number, cells + [""] * (width - len(cells))


def _text(value: object, kind: str, title: str, cell: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if kind in {"f", "e"} or isinstance(value, _DATES):
        what = {"f": "a formula", "e": "an error"}.get(kind, "a date")
        sentence = (
            f"Sheet {title[:40]}, cell {cell.coordinate} holds {what}. "
            "Write the text or number itself."
        )
        raise QuestionnaireRefusedError(sentence)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def workbook_of(
    sheets: Mapping[str, Sequence[Sequence[str | Number | None]]],
) -> bytes:
    """Return a workbook. A text is a text in it, even if it looks like a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for n, row in enumerate(rows, 1):
            for m, value in enumerate(row, 1):
                cell = sheet.cell(n, m, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()

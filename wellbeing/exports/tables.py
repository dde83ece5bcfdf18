"""Tables as CSV: for programs exactly as it is, for spreadsheets made harmless."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from wellbeing.exports.columns import Cell, Row, Table, exact

Rows = Callable[[Table], Iterator[Row]]
"""Reads all rows of a table from the beginning."""

_MARK = "\ufeff"
_SIGNS = frozenset("=+-@")
_BREAKS = frozenset("\t\r\n")


def write_csv(
    stream: IO[bytes], table: Table, rows: Iterable[Row], *, spreadsheet: bool = False
) -> None:
    """Write a table: UTF-8, comma, LF, a header, empty where there is no value.

    Args:
        stream: takes the bytes.
        table: whose columns they are.
        rows: in the order of the columns.
        spreadsheet: write a byte order mark, and an apostrophe before every text that
            a spreadsheet could take for a formula.
    """
    out = io.TextIOWrapper(stream, "utf-8", newline="")
    found = (exact(row, table) for row in rows)
    if spreadsheet:
        # A line break inside a text must not begin a new cell.
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        found = (tuple(map(_harmless_cell, row)) for row in found)
        out.write(_MARK)
    else:
        writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(found)
    out.flush()
    out.detach()


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula (CWE-1236).

    Full-width signs count: some spreadsheets turn them into the plain ones.
    """
    first = unicodedata.normalize("NFKC", text[:1])
    return f"'{text}" if first in _SIGNS or text[:1] in _BREAKS else text


def _harmless_cell(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell

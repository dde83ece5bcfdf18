"""Tables and codebook as one workbook, without a formula or a link in it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

import xlsxwriter

from wellbeing.domain.errors import WellbeingError
from wellbeing.exports.columns import Kind, Row, Table

MOST_ROWS = 1_048_575
"""Rows of a sheet, its header not counted."""


class TooManyRowsError(WellbeingError):
    """A table is longer than a sheet can be."""

    def __init__(self) -> None:
        super().__init__(
            "A table of this bundle is longer than a sheet of a workbook. Leave the "
            "workbook out and take the CSV files."
        )


def write_workbook(
    path: Path, tables: Sequence[tuple[Table, Iterable[Row]]], made_on: date
) -> None:
    """Write one sheet a table; rows go to disk as they come.

    Args:
        path: where to.
        tables: each table with its rows, none longer than ``MOST_ROWS``.
        made_on: the day that the file says it was made on.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime.combine(made_on, time(), UTC)})
        head = book.add_format({"bold": True})
        for table, rows in tables:
            sheet = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            for at, name in enumerate(table.header):
                sheet.write_string(0, at, name, head)
            kinds = [column.kind for column in table.columns]
            for line, row in enumerate(rows, 1):
                for at, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
                    if kind is Kind.TEXT:
                        if cell not in (None, ""):
                            sheet.write_string(line, at, str(cell))
                    elif isinstance(cell, int | float):
                        sheet.write_number(line, at, cell)

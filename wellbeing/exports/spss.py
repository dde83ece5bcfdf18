"""The wide table as SPSS .sav, with labels, and missing values that say why."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from wellbeing.exports.columns import Column, Kind, Row
from wellbeing.exports.layout import Layout

_LONGEST_LABEL = 255
_LONGEST_VALUE_LABEL = 119
_FIRST_CODE = -99
_DAY_AT, _DAY_BYTES, _TIME_BYTES = 92, 9, 8
# Not by strftime: the file has English months wherever it is made.
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


def write_sav(path: Path, layout: Layout, rows: Iterable[Row], made_on: date) -> None:
    """Write the wide table. It is held in memory meanwhile.

    A missing number is one of the negative codes that SPSS is told to leave out; the
    label of the code is the reason. The file holds no time of day.

    Args:
        path: where to.
        layout: of the bundle.
        rows: of the wide table.
        made_on: the day that the file says it was made on.
    """
    columns = layout.wide.columns
    codes = {reason: _FIRST_CODE + n for n, reason in enumerate(layout.reasons)}
    values: list[list[Any]] = [[] for _ in columns]
    for row in rows:
        for column, into, cell in zip(columns, values, row, strict=True):
            text = isinstance(cell, str) and column.kind is not Kind.TEXT
            into.append(codes[str(cell)] if text else cell)
    frame = pd.DataFrame(
        {
            c.name: pd.Series(v, dtype=object if c.kind is Kind.TEXT else "float64")
            for c, v in zip(columns, values, strict=True)
        }
    )
    numbers = [c for c in columns if c.kind is not Kind.TEXT and c.missing]
    why = {code: layout.reasons[r][:_LONGEST_VALUE_LABEL] for r, code in codes.items()}
    labels = {c.name: _labels(c) | (why if c in numbers else {}) for c in columns}
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label=layout.plan.study_id,
        column_labels=[c.label[:_LONGEST_LABEL] for c in columns],
        variable_value_labels={name: one for name, one in labels.items() if one},
        missing_ranges={
            c.name: [{"lo": _FIRST_CODE, "hi": _FIRST_CODE + len(codes) - 1}]
            for c in numbers
        },
        variable_measure={c.name: _measure(c) for c in columns},
        variable_format={
            c.name: "F8.0" if c.kind is Kind.INTEGER else "F10.6"
            for c in columns
            if c.kind is not Kind.TEXT
        },
    )
    _date(path, made_on)


def _labels(column: Column) -> dict[Any, str]:
    text = column.kind is Kind.TEXT
    return {
        (value if text else float(value)): words[:_LONGEST_VALUE_LABEL]
        for value, words in column.labels.items()
    }


def _measure(column: Column) -> str:
    if column.kind is Kind.TEXT:
        return "nominal"
    return "ordinal" if column.labels or column.reversed is not None else "scale"


def _date(path: Path, made_on: date) -> None:
    """Replace the moment of writing in the file's head, so that bytes repeat."""
    month = _MONTHS[3 * made_on.month - 3 : 3 * made_on.month]
    day = f"{made_on.day:02d} {month} {made_on.year % 100:02d}".encode()
    with path.open("r+b") as file:
        file.seek(_DAY_AT)
        file.write(day.ljust(_DAY_BYTES)[:_DAY_BYTES] + b"00:00:00"[:_TIME_BYTES])

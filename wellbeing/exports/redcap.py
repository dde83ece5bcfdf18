"""A bundle for REDCap: a data dictionary, and records that fit it column by column."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import IO

from wellbeing.exports.columns import Cell, Column, Kind, Row, exact
from wellbeing.exports.layout import NO_RESPONSE, Layout
from wellbeing.exports.scales import WEEKLY
from wellbeing.exports.variables import CONTEXT, attribute_columns, score_column
from wellbeing.instruments.formats.redcap_writing import HEADER

_PEOPLE = "participant"
_COMPLETE = "2"
_ENTITIES = str.maketrans({"[": "&#91;", "{": "&#123;", "|": "&#124;", "<": "&lt;"})


def forms(layout: Layout) -> dict[str, tuple[Column, ...]]:
    """Return the forms and their fields; all but the first are filled again and again.

    A form of people with their attributes, one of the weekly questions, the numbers
    about the week and the indicators, and one for each instrument with its scores.
    """
    scores = {
        name: tuple(score_column(s) for s in layout.scales if s.instrument == name)
        for name in (WEEKLY, *layout.plan.instruments)
    }
    found = {_PEOPLE: tuple(attribute_columns(layout.cells))}
    ours = (*layout.groups[WEEKLY], *layout.groups[CONTEXT], *scores[WEEKLY])
    if ours:
        found[WEEKLY] = ours
    for name in layout.plan.instruments:
        found[name] = (*layout.groups[name], *scores[name])
    return found


def dictionary(layout: Layout) -> str:
    """Return the data dictionary: 18 columns, the record id first, forms in a row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    record = Column(
        name="record_id", label=layout.wide.columns[0].label, kind=Kind.TEXT
    )
    for form, fields in forms(layout).items():
        for column in (record, *fields) if form == _PEOPLE else fields:
            writer.writerow(_field(column, form))
    return out.getvalue()


def write_records(stream: IO[bytes], layout: Layout, rows: Iterable[Row]) -> None:
    """Write the records: each person once, then each form of each period.

    Args:
        stream: takes the bytes.
        layout: of the bundle.
        rows: of the wide table.
    """
    found = forms(layout)
    repeated = ["record_id", "redcap_repeat_instrument", "redcap_repeat_instance"]
    header = repeated + [
        name
        for form, fields in found.items()
        for name in (*(f.name for f in fields), f"{form}_complete")
    ]
    text = io.TextIOWrapper(stream, "utf-8", newline="")
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    person: Cell = None
    for row in rows:
        reasons = dict(zip(layout.wide.header, row, strict=True))
        cells = dict(zip(layout.wide.header, exact(row, layout.wide), strict=True))
        if cells["participant_id"] != person:
            person = cells["participant_id"]
            first: dict[str, Cell] = {
                "record_id": person,
                f"{_PEOPLE}_complete": _COMPLETE,
            }
            writer.writerow(first | _filled(found[_PEOPLE], cells))
        for form, fields in found.items():
            if form != _PEOPLE and _given(fields, reasons):
                head = zip(repeated, (person, form, cells[layout.time]), strict=True)
                filled = _filled(fields, cells)
                writer.writerow(dict(head) | filled | {f"{form}_complete": _COMPLETE})
    text.flush()
    text.detach()


def _given(fields: Iterable[Column], cells: Mapping[str, Cell]) -> bool:
    return any(cells[field.name] != NO_RESPONSE for field in fields)


def _filled(fields: Iterable[Column], cells: Mapping[str, Cell]) -> dict[str, Cell]:
    return {field.name: cells[field.name] for field in fields}


def _field(column: Column, form: str) -> list[str]:
    """Return a row of the dictionary: a choice where every code is one, else text."""
    choices, check = "", ""
    if column.name != "record_id":
        choices = " | ".join(f"{code}, {words}" for code, words in _choices(column))
        if not choices:
            check = "integer" if column.kind is Kind.INTEGER else "number"
    lowest, highest = (
        f"{end:g}" if check and end is not None else ""
        for end in (column.lowest, column.highest)
    )
    return [
        column.name,
        form,
        "",
        "radio" if choices else "text",
        column.label.translate(_ENTITIES),
        choices,
        "",
        check,
        lowest,
        highest,
        *[""] * 8,
    ]


def _choices(column: Column) -> Iterator[tuple[str, str]]:
    if column.kind is Kind.TEXT:
        yield from (
            (v, words.translate(_ENTITIES)) for v, words in column.labels.items()
        )
    elif column.kind is Kind.INTEGER and not column.unit:
        low, high = int(column.lowest or 0), int(column.highest or 0)
        for code in range(low, high + 1):
            words = column.labels.get(str(code), str(code))
            yield str(code), words.translate(_ENTITIES)

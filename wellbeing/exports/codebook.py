"""The codebook of a bundle, for people (CSV) and for programs (JSON)."""

import json
from collections.abc import Iterator
from typing import Any

from wellbeing.content.load import say
from wellbeing.exports.columns import Column, Kind, Row, Table
from wellbeing.exports.layout import Layout
from wellbeing.exports.scales import DECIMALS

_HEADER = (
    ("table", "about_table"),
    ("variable", "about_variable"),
    ("label", "about_label"),
    ("type", "about_type"),
    ("unit", "about_unit"),
    ("lowest", "about_lowest"),
    ("highest", "about_highest"),
    ("value_labels", "about_value_labels"),
    ("reversed", "about_reversed"),
    ("scales", "about_scales"),
    ("scoring", "about_scoring"),
    ("missing", "about_missing"),
    ("source", "about_source"),
)


def codebook_table() -> Table:
    """Return what the codebook itself looks like."""
    columns = tuple(
        Column(
            name=name,
            label=say(f"bundle.{label}"),
            kind=Kind.NUMBER if name in {"lowest", "highest"} else Kind.TEXT,
            missing=""
            if name in {"table", "variable", "label", "type"}
            else say("bundle.about_empty"),
        )
        for name, label in _HEADER
    )
    title = say("bundle.table_codebook")
    return Table(
        name="codebook", title=title, key=("table", "variable"), columns=columns
    )


def codebook_rows(layout: Layout) -> Iterator[Row]:
    """Return one row for each column of each table."""
    for table in layout.tables:
        for column in table.columns:
            yield (
                table.name,
                column.name,
                column.label,
                column.kind.value,
                column.unit,
                column.lowest,
                column.highest,
                "; ".join(f"{v}={words}" for v, words in column.labels.items()),
                {None: "", True: "yes", False: "no"}[column.reversed],
                " ".join(column.scales),
                _rule(column),
                column.missing,
                column.source,
            )


def codebook_json(layout: Layout) -> str:
    """Return the codebook as JSON, with the scoring rules as a program needs them."""
    found = {
        "tables": {
            table.name: {
                "title": table.title,
                "key": list(table.key),
                "columns": [_column(column) for column in table.columns],
            }
            for table in layout.tables
        },
        "missing_reasons": dict(layout.reasons),
        "score_decimals": DECIMALS,
    }
    return as_json(found)


def as_json(found: object) -> str:
    """Return JSON that reads well and is the same every time."""
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _column(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "label": column.label,
        "type": column.kind.value,
        "unit": column.unit,
        "lowest": column.lowest,
        "highest": column.highest,
        "labels": dict(column.labels),
        "reversed": column.reversed,
        "scales": list(column.scales),
        "scoring": dict(column.scoring),
        "missing": column.missing,
        "source": column.source,
    }
    needed = {"name", "label", "type"}
    return {
        k: v for k, v in found.items() if k in needed or v not in (None, "", [], {})
    }


def _rule(column: Column) -> str:
    return "; ".join(
        f"{name}: {' '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in column.scoring.items()
        if value != []
    )

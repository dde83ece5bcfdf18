"""What describes a bundle to programs: a Data Package (v2) and a Psych-DS file."""

import re
from typing import Any

from wellbeing.content.load import say
from wellbeing.exports.about import About
from wellbeing.exports.archive import Archive
from wellbeing.exports.codebook import as_json, codebook_table
from wellbeing.exports.columns import Column, Kind, Table
from wellbeing.exports.layout import Layout

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
_LICENCE = "LicenseRef-study-agreement"
LICENCE_FILE = "LICENSE.txt"
_NOT_IN_A_KEYWORD = re.compile(r"[^a-zA-Z0-9]")


def path_of(layout: Layout, table: Table) -> str:
    """Return where a table stands in the bundle, as Psych-DS names files."""
    if table.name == "codebook":
        return "codebook.csv"
    study = _NOT_IN_A_KEYWORD.sub("", layout.plan.study_id)
    return f"data/study-{study}_type-{table.name}_data.csv"


def data_package(layout: Layout, about: About, archive: Archive) -> str:
    """Return datapackage.json of the tables that the archive holds by now."""
    plan = layout.plan
    return as_json(
        {
            "$schema": _PROFILE,
            "name": plan.study_id,
            "title": say("bundle.package_title", title=plan.title),
            "description": say("bundle.package_about", purpose=plan.purpose),
            "version": about.version,
            "created": f"{about.made_on.isoformat()}T00:00:00Z",
            "contributors": [{"title": plan.responsible, "roles": ["contact"]}],
            "licenses": [{"name": _LICENCE, "path": LICENCE_FILE}],
            "resources": [
                _resource(layout, table, archive)
                for table in (*layout.tables, codebook_table())
            ],
        }
    )


def psych_ds(layout: Layout) -> str:
    """Return dataset_description.json; every column of every CSV file stands in it."""
    plan = layout.plan
    named: dict[str, Column] = {}
    for table in (*layout.tables, codebook_table()):
        for column in table.columns:
            named.setdefault(column.name, column)
    return as_json(
        {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "name": plan.title,
            "description": say("bundle.package_about", purpose=plan.purpose),
            "license": LICENCE_FILE,
            "variableMeasured": [
                {
                    "@type": "PropertyValue",
                    "name": name,
                    "description": column.label,
                    **_ends(column),
                }
                for name, column in sorted(named.items())
            ],
        }
    )


def _ends(column: Column) -> dict[str, float]:
    ends = {"minValue": column.lowest, "maxValue": column.highest}
    return {name: value for name, value in ends.items() if value is not None}


def _resource(layout: Layout, table: Table, archive: Archive) -> dict[str, Any]:
    path = path_of(layout, table)
    return {
        "$schema": _RESOURCE,
        "name": table.name,
        "type": "table",
        "title": table.title,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": archive.sizes[path],
        "hash": f"sha256:{archive.sums[path]}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"'},
        "schema": {
            "$schema": _SCHEMA,
            "fields": [_field(column) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
        },
    }


def _field(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "type": column.kind.value,
        "title": column.label,
    }
    if column.missing:
        found["description"] = f"Missing: {column.missing}."
    limits: dict[str, Any] = {} if column.missing else {"required": True}
    if column.lowest is not None:
        limits["minimum"] = column.lowest
    if column.highest is not None:
        limits["maximum"] = column.highest
    if limits:
        found["constraints"] = limits
    whole = column.kind is Kind.INTEGER
    exact = _all_labelled(column) if whole else column.kind is Kind.TEXT
    if exact and column.labels:
        found["categories"] = [
            {"value": int(value) if whole else value, "label": words}
            for value, words in column.labels.items()
        ]
        found["categoriesOrdered"] = whole
    return found


def _all_labelled(column: Column) -> bool:
    """Whether every whole number has words; else they would shut the others out."""
    low, high = column.lowest, column.highest
    return (
        None not in (low, high) and len(column.labels) == (high or 0) - (low or 0) + 1
    )

"""Tables as Parquet, written in pieces, labels in the metadata of each field."""

import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from wellbeing.exports.columns import Column, Kind, Row, Table, exact

_PIECE = 50_000
_TYPES = {Kind.TEXT: pa.string(), Kind.INTEGER: pa.int32(), Kind.NUMBER: pa.float64()}


def write_parquet(path: Path, table: Table, rows: Iterable[Row]) -> None:
    """Write a table; a missing value is null."""
    schema = pa.schema([_field(column) for column in table.columns])
    left = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while piece := list(islice(left, _PIECE)):
            columns = zip(*(exact(row, table) for row in piece), strict=True)
            arrays = [
                pa.array(cells, field.type)
                for field, cells in zip(schema, columns, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _field(column: Column) -> pa.Field:
    about = {"label": column.label, "unit": column.unit, "missing": column.missing}
    if column.labels:
        words = dict(column.labels)
        about["value_labels"] = json.dumps(words, ensure_ascii=False)
    metadata = {name: text for name, text in about.items() if text}
    return pa.field(column.name, _TYPES[column.kind], metadata=metadata)

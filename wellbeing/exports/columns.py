"""What a column of a bundle is: one list makes header, codebook and scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Cell = int | float | str | None
"""What stands in a cell; a whole number is an ``int``, so that it is written as one."""

Row = tuple[Cell, ...]


class Kind(StrEnum):
    """The type of a column, by its name in a data package."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column, with all that a reader has to know of it.

    Attributes:
        name: lower-case letters, digits and underscores; at most 32.
        label: our own words; of a published item its place and who holds the rights.
        unit: what the numbers count.
        lowest, highest: ends of the numbers; None: there are none.
        labels: value to its words, in order; empty: it has none.
        reversed: of an item of an instrument, whether it is turned when scored.
        scales: columns of the scores it counts for.
        scoring: of a score, the rule as a program can apply it.
        missing: why a cell may be empty; blank: it never is.
        source: whose item or scale it is, and where it was published.
    """

    name: str
    label: str
    kind: Kind
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    reversed: bool | None = None
    scales: tuple[str, ...] = ()
    scoring: Mapping[str, Any] = field(default_factory=dict)
    missing: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse what would break a line of a file or of a script."""
        texts = (self.name, self.label, self.unit, self.missing, self.source)
        if not all(text.isprintable() for text in (*texts, *self.labels.values())):
            message = f"a text of {self.name} holds a sign that cannot be printed"
            raise ValueError(message)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One file of rows.

    Attributes:
        name: what its file and resource are named after.
        title: what a row is.
        key: the columns that together are there once.
        holds_reasons: whether its rows have reasons where numbers are missing; they
            are left out where a format has no place for them.
    """

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    holds_reasons: bool = False

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def exact(row: Row, table: Table) -> Row:
    """Return a row as it is written: without the reasons, where they are in it."""
    if not table.holds_reasons:
        return row
    pairs = zip(row, table.columns, strict=True)
    return tuple(
        None if isinstance(cell, str) and column.kind is not Kind.TEXT else cell
        for cell, column in pairs
    )

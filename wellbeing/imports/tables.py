"""Tables in text: encoding, delimiter, header, rows. Not what the cells mean."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar, cast

from wellbeing.domain.errors import WellbeingError
from wellbeing.imports.decoding import open_text
from wellbeing.imports.headers import read_header
from wellbeing.imports.problems import Problem, ProblemList, Refused

MOST_ROWS = 200_000
MOST_BYTES = 5_000_000
_MOST_LINES = 1_000_000
_LONGEST_LINE_LOOKED_AT = 65_536

_MOST_REMEMBERED = 20_000

Memo = dict[tuple[str, str], object]
"""Column and text of a cell to what it means."""

T = TypeVar("T")


class Row(NamedTuple):
    """One row: the line it begins on, and its cells as they stand."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table as it was read; rows that fit its header, and what did not.

    Attributes:
        columns: canonical name to position, for the columns the file has.
        headings: canonical name to the heading as the file spells it.
        header_line: the line of the header.
        delimiter: comma, semicolon or tab.
        rows: the rows with one cell a column, blank ones left out.
        problems: the first problems, at most ``MOST_PROBLEMS``.
        total: how many problems there are.
    """

    columns: Mapping[str, int]
    headings: Mapping[str, str]
    header_line: int
    delimiter: str
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    total: int = 0

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma may stand before decimals: not if it parts the cells."""
        return self.delimiter != ","


_NOTHING = Table(columns={}, headings={}, header_line=1, delimiter=",")


class RowCells:
    """One row being read: hands out its cells and notes what is wrong with them.

    ``memo`` is shared by the rows of a file: cells repeat, so what each column and
    text mean is worked out once. The reader of a column must be the same for all rows.
    """

    __slots__ = ("_memo", "_problems", "_row", "_table", "sound")

    def __init__(
        self, table: Table, row: Row, problems: ProblemList, memo: Memo
    ) -> None:
        self._table, self._row, self._problems = table, row, problems
        self._memo = memo
        self.sound = True

    @property
    def line(self) -> int:
        """The line the row begins on."""
        return self._row.line

    def text(self, column: str) -> str:
        """Return a cell without the white space around it; empty: none there."""
        at = self._table.columns.get(column)
        return "" if at is None else self._row.cells[at].strip()

    def take(self, column: str, read: Callable[[str], T], default: T) -> T:
        """Read a cell; the default if it is blank, or wrong and noted as such.

        Args:
            column: its canonical name.
            read: takes the cell as it stands, white space around it included.
            default: what a blank or wrong cell gives.
        """
        at = self._table.columns.get(column)
        if at is None:
            return default
        raw = self._row.cells[at]
        key = column, raw
        if key in self._memo:
            return cast("T", self._memo[key])
        if not raw or raw.isspace():
            return default
        try:
            value = read(raw)
        except WellbeingError as error:
            self.refuse(column, str(error))
            return default
        if len(self._memo) >= _MOST_REMEMBERED:
            self._memo.clear()
        self._memo[key] = value
        return value

    def refuse(self, column: str | None, sentence: str) -> None:
        """Note a problem with this row."""
        self.sound = False
        heading = None if column is None else self._table.headings.get(column, column)
        self._problems.add(self.line, heading, sentence)


def read_table(
    data: bytes,
    *,
    columns: Mapping[str, tuple[str, ...]],
    required: AbstractSet[str],
    max_rows: int = MOST_ROWS,
    max_bytes: int = MOST_BYTES,
) -> Table:
    """Read a table with a header; comma, semicolon or tab, whichever the header uses.

    Unknown columns are refused, not ignored: a misspelt heading would otherwise lose
    its answers silently. After a problem with the file or its header no row is read.

    Args:
        data: the file.
        columns: canonical name to further headings taken for it. Case, white space,
            hyphens and underscores make no difference.
        required: the columns that have to be there.
        max_rows: the most rows that are taken.
        max_bytes: the largest file that is taken.
    """
    problems = ProblemList()
    stream = open_text(data, max_bytes)
    if isinstance(stream, Problem):
        return _refused(ProblemList([stream]))
    delimiter = _delimiter(stream)
    lines = _lines(stream, delimiter, problems)
    header_line, cells = next(lines, (1, []))
    if problems.total:
        return _refused(problems)
    found = read_header(cells, columns, header_line, problems)
    for name in sorted(required - found.keys()):
        sentence = f"The column {name} is missing. Add it to the first row."
        problems.add(header_line, None, sentence)
    if not found and not problems.total:
        problems.add(header_line, None, "The first row has to name the columns.")
    if problems.total:
        return _refused(problems)
    table = Table(
        columns=found,
        headings={name: " ".join(cells[at].split()) for name, at in found.items()},
        header_line=header_line,
        delimiter=delimiter,
        rows=tuple(_rows(lines, len(cells), len(found), max_rows, problems)),
    )
    return _noting(table, problems)


def _refused(problems: ProblemList) -> Table:
    return _noting(_NOTHING, problems)


def _noting(table: Table, problems: ProblemList) -> Table:
    found: Refused[object] = problems.refused()
    return replace(table, problems=found.problems, total=found.total)


def _delimiter(stream: io.TextIOWrapper) -> str:
    """Return what parts the cells of the first line that is not blank."""
    line = stream.readline(_LONGEST_LINE_LOOKED_AT)
    while line and not line.strip():
        line = stream.readline(_LONGEST_LINE_LOOKED_AT)
    stream.seek(0)
    outside_quotes = "".join(line.split('"')[::2])
    return max(",;\t", key=outside_quotes.count)


def _lines(
    stream: io.TextIOWrapper, delimiter: str, problems: ProblemList
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line it begins on."""
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell and not cell.isspace() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
            if line > _MOST_LINES:
                sentence = f"Here the file passes {_MOST_LINES:,} lines. Split it."
                problems.add(line, None, sentence)
                return
    except csv.Error:
        sentence = (
            "A quotation mark in this row is not closed or stands in the wrong place, "
            "so nothing after it was read. Double it inside a quoted cell."
        )
        problems.add(line, None, sentence)


def _rows(
    lines: Iterator[tuple[int, list[str]]],
    width: int,
    named: int,
    max_rows: int,
    problems: ProblemList,
) -> Iterator[Row]:
    """Yield the rows that fit the header.

    A row has as many cells as the first row, blank ones at its end included: were a
    longer one cut, an unquoted comma would shift answers into the wrong columns.
    """
    for count, (line, cells) in enumerate(lines):
        if count == max_rows:
            sentence = f"Here begins row {max_rows + 1:,}; {max_rows:,} are the most."
            problems.add(line, None, f"{sentence} Split the file.")
            return
        if len(cells) != width:
            noun = "cell" if len(cells) == 1 else "cells"
            sentence = f"This row has {len(cells)} {noun} and the first row {width}."
            hint = "Put quotation marks around text that holds the delimiter."
            problems.add(line, None, f"{sentence} {hint}")
        elif any(cell.strip() for cell in cells[named:]):
            sentence = "A cell of this row stands under no heading. Take it out."
            problems.add(line, None, sentence)
        else:
            yield Row(line, tuple(cells[:named]))

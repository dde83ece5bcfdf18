"""Tables of text cells, from CSV or a sheet: header, rows, and where each stands."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wellbeing.instruments.formats.limits import MOST_COLUMNS, MOST_ROWS, MOST_TOLD
from wellbeing.instruments.formats.questionnaire import QuestionnaireRefusedError
from wellbeing.instruments.formats.texts import quoted

_LOOSE = re.compile(r"[^a-z0-9]+")
_LONGEST_HEADER = 65_536

Numbered = tuple[int, Sequence[str]]
"""The number of a line or row, and its cells."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, and its cells by the canonical name of the column."""

    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return a cell without white space around it; empty: none there."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table as it was read.

    Attributes:
        columns: the canonical names of the columns it has.
        rows: those that are not blank.
        unknown: headings that nothing reads.
    """

    columns: frozenset[str]
    rows: tuple[Row, ...]
    unknown: tuple[str, ...]


def loose(heading: str) -> str:
    """Return a heading without case, white space and signs."""
    return _LOOSE.sub("", heading.casefold())


def csv_lines(text: str) -> Iterator[Numbered]:
    """Yield the rows of a CSV text that are not blank, with the line each begins on.

    Comma, semicolon or tab parts the cells, whichever the first row has most of.

    Raises:
        QuestionnaireRefusedError: its quotation marks do not close, or it is too long.
    """
    head = next((line for line in io.StringIO(text) if line.strip()), "")
    outside_quotes = "".join(head[:_LONGEST_HEADER].split('"')[::2])
    delimiter = max(",;\t", key=outside_quotes.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line, count = 1, 0
    try:
        for cells in reader:
            count += 1
            if count > MOST_ROWS + 1:
                raise _too_long()
            if any(cell and not cell.isspace() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        sentence = (
            f"Line {line}: a quotation mark is not closed or stands in the wrong "
            "place, or a cell is too long. The file may be cut off."
        )
        raise QuestionnaireRefusedError(sentence) from None


def table_of(
    lines: Iterable[Numbered],
    columns: Mapping[str, tuple[str, ...]],
    called: str = "line",
) -> Table:
    """Read a table with a header.

    Args:
        lines: its rows, the header first.
        columns: canonical name to further headings taken for it.
        called: what one row is called in sentences.

    Raises:
        QuestionnaireRefusedError: a heading stands twice, a row does not fit the
            header, or there are too many of either.
    """
    known = {loose(s): name for name in columns for s in (name, *columns[name])}
    rest = iter(lines)
    _, header = next(rest, (1, ()))
    if len(_without_blank_end(header)) > MOST_COLUMNS:
        sentence = f"The first row has more than {MOST_COLUMNS} columns."
        raise QuestionnaireRefusedError(sentence)
    names = [known.get(loose(heading)) for heading in _without_blank_end(header)]
    given = [name for name in names if name]
    for name in given:
        if given.count(name) > 1:
            sentence = f"The first row has the column {quoted(name)} twice."
            raise QuestionnaireRefusedError(sentence)
    return Table(
        columns=frozenset(given),
        rows=tuple(_rows(rest, names, len(header), called)),
        unknown=tuple(
            heading.strip()
            for heading, name in zip(header, names, strict=False)
            if name is None and heading.strip()
        ),
    )


def _without_blank_end(cells: Sequence[str]) -> Sequence[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _rows(
    lines: Iterator[Numbered], names: Sequence[str | None], width: int, called: str
) -> Iterator[Row]:
    for count, (line, cells) in enumerate(lines):
        if count == MOST_ROWS:
            raise _too_long()
        if len(cells) != width or _without_blank_end(cells[len(names) :]):
            sentence = (
                f"{called.capitalize()} {line} has {len(cells)} cells and the first "
                f"row {width}. Put quotation marks around text that holds the sign "
                "between cells; the file may be cut off."
            )
            raise QuestionnaireRefusedError(sentence)
        pairs = zip(names, cells, strict=False)
        yield Row(line, {name: cell for name, cell in pairs if name})


def _too_long() -> QuestionnaireRefusedError:
    sentence = f"The table has more than {MOST_ROWS} rows. Split it."
    return QuestionnaireRefusedError(sentence)


def told(names: Sequence[str]) -> str:
    """Return the first of some names in quotation marks, and how many follow."""
    shown = ", ".join(quoted(name) for name in names[:MOST_TOLD])
    more = len(names) - MOST_TOLD
    return f"{shown} and {more} more" if more > 0 else shown

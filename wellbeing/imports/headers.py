"""The first row of a table: which column stands where, and what cannot be taken."""

import difflib
import re
from collections.abc import Mapping

from wellbeing.imports.problems import ProblemList, echo

_MOST_COLUMNS = 200
_LONGEST_COMPARED = 60
_LOOSE = re.compile(r"[\s_-]+")


def read_header(
    cells: list[str],
    columns: Mapping[str, tuple[str, ...]],
    line: int,
    problems: ProblemList,
) -> dict[str, int]:
    """Return where each column stands; note headings that cannot be taken.

    Args:
        cells: the first row.
        columns: canonical name to further headings taken for it.
        line: the line the first row begins on.
        problems: where problems are noted.
    """
    headings = _without_trailing_blanks(cells)
    if len(headings) > _MOST_COLUMNS:
        sentence = f"The first row has more than {_MOST_COLUMNS} columns."
        problems.add(line, None, f"{sentence} Take out those not meant for this.")
        return {}
    known = {_loose(s): name for name in columns for s in (name, *columns[name])}
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        name = known.get(_loose(heading))
        if name is None:
            problems.add(line, None, _unknown(heading, at, known, list(columns)))
        elif name in found:
            sentence = f"The column {name} stands twice: columns {found[name] + 1}"
            problems.add(line, None, f"{sentence} and {at + 1}. Keep one of them.")
        else:
            found[name] = at
    return found


def _unknown(heading: str, at: int, known: Mapping[str, str], names: list[str]) -> str:
    if not heading.strip():
        return f"Column {at + 1} has no heading. Name it or take it out."
    near = difflib.get_close_matches(
        _loose(heading)[:_LONGEST_COMPARED], known, n=3, cutoff=0.7
    )
    says = f"{echo(heading.strip())} is not a column that can be loaded."
    if near:
        return (
            f"{says} Did you mean {' or '.join(dict.fromkeys(known[n] for n in near))}?"
        )
    return f"{says} Take it out; the columns are {', '.join(names)}."


def _without_trailing_blanks(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _loose(heading: str) -> str:
    return _LOOSE.sub("", heading).casefold()

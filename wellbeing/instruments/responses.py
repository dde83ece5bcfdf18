"""Answers from the cells of a table: which columns are items, what a cell means."""

import re
from array import array
from collections.abc import Callable, Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from wellbeing.instruments.errors import spoken
from wellbeing.instruments.model import Instrument

Note = Callable[[int, str | None, str], None]
"""Takes a problem: the line, the heading of the column or None, and the sentence."""

_LOOSE = re.compile(r"[\s_-]+")
_CODE = re.compile(r"-?[0-9]{1,9}(\.0{1,9})?")
_MOST_REMEMBERED = 1000


def item_columns(
    instrument: Instrument, headings: Sequence[str], line: int, note: Note
) -> tuple[int, ...]:
    """Return where the column of each item stands, in the order of the items.

    Case, white space, hyphens and underscores make no difference. Noted as problems:
    an item without a column or with two, a heading that looks like an item and is
    none, and one that a scale needs for its score.

    Args:
        instrument: whose items are looked for.
        headings: the first row.
        line: the line it stands on.
        note: takes the problems.
    """
    items = {_loose(item): item for item in instrument.item_ids}
    scales = {_loose(scale.id) for scale in instrument.scales}
    like_item = re.compile(rf"{instrument.id}[0-9]+")
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        name, spelt = _loose(heading), " ".join(heading.split())
        item = items.get(name)
        if item is None and like_item.fullmatch(name):
            sentence = f"{instrument.id} has no such item; it ends with "
            note(line, spelt, f"{sentence}{instrument.item_ids[-1]}. Rename it.")
        elif name in scales:
            sentence = "A scale is called so, and its score would stand here twice."
            note(line, spelt, f"{sentence} Rename the column or take it out.")
        elif item in found:
            sentence = f"Columns {found[item] + 1} and {at + 1} are the same item."
            note(line, spelt, f"{sentence} Keep one of them.")
        elif item is not None:
            found[item] = at
    missing = [item for item in instrument.item_ids if item not in found]
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        sentence = f"The {noun} {', '.join(missing)} must be there, named like this."
        note(line, None, f"{sentence} An item that nobody was asked is left empty.")
    return tuple(found.get(item, -1) for item in instrument.item_ids)


class CodeReader:
    """Reads the item columns of a table, row by row; keeps four bytes an answer.

    Args:
        instrument: whose items they are.
        columns: where they stand, as ``item_columns`` returns it.
        note: takes the problems.
    """

    def __init__(
        self, instrument: Instrument, columns: Sequence[int], note: Note
    ) -> None:
        self._instrument, self._note = instrument, note
        self._pick = itemgetter(*columns, columns[0])
        self._codes = array("f")
        self._known: dict[str, float] = {"": np.nan}

    def read(self, line: int, cells: Sequence[str]) -> None:
        """Take one row; note cells that hold no code. An empty cell: no answer."""
        picked = self._pick(cells)[:-1]
        try:
            self._codes.extend([self._known[cell] for cell in picked])
        except KeyError:
            self._codes.extend([self._learn(line, *one) for one in enumerate(picked)])

    def answers(self) -> dict[str, NDArray[np.float32]]:
        """Return the answers as ``scoring.score`` takes them."""
        ids = self._instrument.item_ids
        table = np.asarray(self._codes).reshape(-1, len(ids))
        return {item: table[:, at] for at, item in enumerate(ids)}

    def _learn(self, line: int, item: int, cell: str) -> float:
        found = self._known.get(cell)
        if found is not None:
            return found
        codes, text = self._instrument.codes, cell.strip()
        if not text:
            code = np.nan
        elif _CODE.fullmatch(text) and int(text.partition(".")[0]) in codes:
            code = float(text)
        else:
            hint = "Write one of them as a number, or leave the cell empty."
            sentence = f"The codes are {spoken(codes)}. {hint}"
            self._note(line, self._instrument.item_ids[item], sentence)
            return np.nan
        if len(self._known) < _MOST_REMEMBERED:
            self._known[cell] = code
        return code


def _loose(heading: str) -> str:
    return _LOOSE.sub("", heading).casefold()

"""Commands about published instruments: which there are, and scoring a file."""

import argparse
import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from math import isnan
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from wellbeing.cli.commands import Commands, add_json, complain, read_file, say
from wellbeing.domain.errors import ImportRefusedError, InvalidInputError
from wellbeing.imports.cells import starts_like_formula
from wellbeing.imports.decoding import open_text
from wellbeing.imports.problems import Problem, ProblemList, report
from wellbeing.instruments.model import Instrument, Scale
from wellbeing.instruments.registry import (
    find_instrument,
    instruments,
    not_shipped,
)
from wellbeing.instruments.responses import CodeReader, item_columns
from wellbeing.instruments.reversal import looks_reversed
from wellbeing.instruments.scoring import score
from wellbeing.settings import Settings

MOST_BYTES = 500_000_000
"""The largest file that is scored: some millions of responses."""

_LONGEST_LINE_LOOKED_AT = 65_536
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")
_Rows = Iterator[tuple[int, list[str]]]
_Answers = Mapping[str, NDArray[np.float32]]


def add(commands: Commands) -> None:
    """Add ``instruments`` and ``score``."""
    listing = commands.add(
        "instruments", _instruments, "List the published instruments it can score"
    )
    add_json(listing)
    scoring = commands.add(
        "score", _score, "Score the responses of a CSV file with an instrument"
    )
    scoring.add_argument("instrument", metavar="INSTRUMENT")
    scoring.add_argument("file", type=Path, metavar="FILE")
    scoring.add_argument(
        "--out", type=Path, metavar="FILE", help="write there instead of printing"
    )


def _instruments(_settings: Settings, chosen: argparse.Namespace) -> None:
    if chosen.json:
        found = [_as_json(one) for one in instruments()]
        say([json.dumps(found, ensure_ascii=False, indent=2)])
        return
    for one in instruments():
        say([*_about(one), ""])
    say(["Not shipped:", *(f"  {o.title}. {o.reason}" for o in not_shipped())])


def _as_json(one: Instrument) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "title": one.title,
        "items": [
            {"id": item.id, "position": item.position, "reversed": item.reversed}
            for item in one.items
        ],
        "scales": [
            {
                "id": scale.id,
                "items": list(scale.items),
                "range": [scale.lowest, scale.highest],
                "higher_means": scale.higher_means,
            }
            for scale in one.scales
        ],
        "wording": [],
    }


def _about(one: Instrument) -> Iterable[str]:
    turned = ", ".join(str(i.position) for i in one.items if i.reversed) or "none"
    codes = ", ".join(map(str, one.codes))
    window = f"last {one.window_days} days" if one.window_days else "none stated"
    doi = f" doi:{one.doi}" if one.doi else ""
    yield f"{one.id}: {one.title} (version {one.version} of the key)"
    yield f"  items: {', '.join(one.item_ids)}"
    yield f"  sheet: {one.sheet}"
    yield f"  codes: {codes}; reversed items: {turned}; window: {window}"
    for scale in one.scales:
        yield f"  scale {scale.id}: {_about_scale(one, scale)}"
    yield f"  source: {one.citation}{doi}"
    yield f"  licence: {one.licence.holder}. {one.licence.allows}"
    yield f"  wording: {one.licence.wording}"


def _about_scale(one: Instrument, scale: Scale) -> str:
    places = {item.id: str(item.position) for item in one.items}
    return (
        f"items {', '.join(places[item] for item in scale.items)}; {scale.method}, "
        f"{scale.lowest} to {scale.highest}, higher means {scale.higher_means}; "
        f"needs {scale.needs} of {len(scale.items)} answers"
    )


def _score(_settings: Settings, chosen: argparse.Namespace) -> None:
    instrument = find_instrument(chosen.instrument)
    data, out = read_file(chosen.file), chosen.out
    if out is not None and out.exists() and out.samefile(chosen.file):
        sentence = f"{out} is the file that is read. Write to another one."
        raise InvalidInputError(sentence)
    answers, columns = _read(instrument, data)
    scores = score(instrument, answers)
    with (
        nullcontext(sys.stdout)
        if out is None
        else out.open("w", encoding="utf-8", newline="")
    ) as stream:
        _write(data, columns, scores, stream)
    twice = looks_reversed(instrument, answers)
    if twice:
        sentence = "look as if they had been reversed before, and so were turned back."
        complain([f"Note: {', '.join(twice)} {sentence} Score the answers as given."])
    if out is not None:
        rows = len(next(iter(scores.values())))
        say([f"Scored: {rows} responses, {len(scores)} scales. Written to {out}."])


def _read(instrument: Instrument, data: bytes) -> tuple[_Answers, Sequence[int]]:
    """Return the answers of a file, all of them or none, and where its items stand.

    Raises:
        ImportRefusedError: something in the file has to be mended.
    """
    problems = ProblemList()
    stream = open_text(data, MOST_BYTES)
    if isinstance(stream, Problem):
        raise ImportRefusedError(report([stream], 1), 1)
    rows = _rows(stream, problems.add)
    line, headings = next(rows, (1, []))
    columns = item_columns(instrument, headings, line, problems.add)
    problems.refuse_any()
    reader = CodeReader(instrument, columns, problems.add)
    for line, cells in rows:
        if len(cells) == len(headings):
            reader.read(line, cells)
            continue
        noun = "cell" if len(cells) == 1 else "cells"
        sentence = f"This row has {len(cells)} {noun} and the first row "
        hint = "Put quotation marks around text that holds the delimiter."
        problems.add(line, None, f"{sentence}{len(headings)}. {hint}")
    problems.refuse_any()
    return reader.answers(), columns


def _rows(
    stream: io.TextIOWrapper, note: Callable[[int, str | None, str], None]
) -> _Rows:
    """Yield each row that is not an empty line with the line it begins on."""
    line = stream.readline(_LONGEST_LINE_LOOKED_AT)
    while line and not line.strip():
        line = stream.readline(_LONGEST_LINE_LOOKED_AT)
    stream.seek(0)
    outside_quotes = "".join(line.split('"')[::2])
    delimiter = max(",;\t", key=outside_quotes.count)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    number = 1
    try:
        for cells in reader:
            if cells:
                yield number, cells
            number = reader.line_num + 1
    except csv.Error:
        sentence = (
            "A quotation mark in this row is not closed or stands in the wrong place, "
            "or a cell is too long, so nothing after it was read. Mend the row."
        )
        note(number, None, sentence)


def _write(
    data: bytes,
    items: Sequence[int],
    scores: Mapping[str, NDArray[np.float64]],
    out: TextIO,
) -> None:
    """Write the file again as CSV with commas, and a column for each scale."""
    stream = open_text(data, MOST_BYTES)
    if isinstance(stream, Problem):
        return
    rows = _rows(stream, lambda *_: None)
    writer = csv.writer(out, lineterminator="\n")
    _, headings = next(rows)
    writer.writerow([*map(_safe, headings), *scores])
    # The cells of items hold codes, so only the others can be formulas.
    others = sorted(set(range(len(headings))).difference(items))
    for (_, cells), found in zip(rows, zip(*scores.values(), strict=True), strict=True):
        for at in others:
            cells[at] = _safe(cells[at])
        writer.writerow([*cells, *map(_number, found)])


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet runs: a number is none that it could."""
    if starts_like_formula(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _number(value: float) -> str:
    """Write a score so that reading it gives the same number; empty: no score."""
    return "" if isnan(value) else repr(float(value)).removesuffix(".0")

"""Scores of published instruments, over many responses at once. No input, no output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wellbeing.instruments.errors import (
    ImpossibleCodeError,
    UnequalColumnsError,
    WrongItemsError,
)
from wellbeing.instruments.model import Band, Instrument, Method, Scale

Column = NDArray[np.number] | Sequence[float | None]
"""The answers to one item, one a response; None or NaN: there is none."""

_Block = NDArray[np.float64]
"""Codes, items by responses."""

_Count = int | NDArray[np.float64]
"""How many items are answered: the same for all responses, or one figure each."""

_BLOCK = 16_384
"""Responses at a time: what is worked on stays in the cache of the processor."""


def score(
    instrument: Instrument, answers: Mapping[str, Column]
) -> dict[str, NDArray[np.float64]]:
    """Score every scale of an instrument for many responses.

    A reversed item counts as lowest + highest code - answer, before anything is
    added. An item without an answer is left out, never 0; a scale with fewer answers
    than it needs has no score. Codes are whole numbers, so sums are exact and each
    score is rounded once. Range, direction, rule and source of each scale stand in
    its definition.

    Args:
        instrument: whose key is used.
        answers: id of each item to its column, all equally long.

    Returns:
        Id of each scale to its scores, float64, one a response; NaN: no score.

    Raises:
        WrongItemsError: an item is missing, or is none of the instrument's.
        UnequalColumnsError: a column is longer or shorter than the first.
        ImpossibleCodeError: a value is no code; it names the row, from 1, and item.

    Source: the citation and DOI of each definition; wellbeing/instruments/README.md.
    """
    columns = _columns(instrument, answers)
    keys = [_key(instrument, scale) for scale in instrument.scales]
    rows = len(columns[0])
    scores = np.empty((len(instrument.scales), rows))
    room = np.empty((2, len(columns), min(_BLOCK, rows)))
    for start in range(0, rows, _BLOCK):
        stop = min(start + _BLOCK, rows)
        block, spare = room[:, :, : stop - start]
        for at, column in enumerate(columns):
            block[at] = column[start:stop]
        missing = _missing(instrument, block, spare, start)
        for at, key in enumerate(keys):
            found = _score_block(key, instrument.codes, block, missing)
            scores[at, start:stop] = found
    return dict(zip((s.id for s in instrument.scales), scores, strict=True))


def score_one(
    instrument: Instrument, answers: Mapping[str, float | None]
) -> dict[str, float | None]:
    """Score every scale of an instrument for one response, as ``score`` does.

    Args:
        instrument: whose key is used.
        answers: id of each item to its code; None: not answered.

    Returns:
        Id of each scale to its score; None: no score.

    Raises:
        WrongItemsError, ImpossibleCodeError: as ``score``.
    """
    found = score(instrument, {item: [code] for item, code in answers.items()})
    return {
        name: None if np.isnan(values[0]) else float(values[0])
        for name, values in found.items()
    }


def bands_of(scale: Scale, value: float | None) -> Band | None:
    """Return the published band in which a score lies.

    None without a score, for a scale without published bands, and for a score of an
    incomplete response that falls between two bands: they are published for whole
    responses only.

    Args:
        scale: whose bands are used.
        value: the score; None or NaN: there is none.

    Raises:
        ValueError: the score lies outside the range of the scale.
    """
    if value is None or np.isnan(value):
        return None
    if not scale.lowest <= value <= scale.highest:
        message = f"{scale.id} lies between {scale.lowest} and {scale.highest}"
        raise ValueError(message)
    found = scale.bands.bands if scale.bands else ()
    return next((b for b in found if b.lowest <= value <= b.highest), None)


def _columns(
    instrument: Instrument, answers: Mapping[str, Column]
) -> list[NDArray[np.number]]:
    ids = instrument.item_ids
    missing = [item for item in ids if item not in answers]
    unknown = [item for item in answers if item not in ids]
    if missing or unknown:
        raise WrongItemsError(instrument.id, missing=missing, unknown=unknown)
    columns = [_numbers(instrument, item, answers[item]) for item in ids]
    for item, column in zip(ids, columns, strict=True):
        if len(column) != len(columns[0]):
            raise UnequalColumnsError(item, len(column), len(columns[0]))
    return columns


def _numbers(instrument: Instrument, item: str, column: Column) -> NDArray[np.number]:
    """Return a column as numbers; a text or a truth value is none, however spelt."""
    if isinstance(column, np.ma.MaskedArray):
        return np.ma.filled(column.astype(np.float64), np.nan)
    given = np.asarray(column)
    if given.ndim != 1:
        message = f"column {item} must have one dimension"
        raise ValueError(message)
    if given.dtype.kind in "iuf":
        return given
    for row, value in enumerate(column, start=1):
        number = isinstance(value, int | float | np.number) or value is None
        if not number or isinstance(value, bool):
            raise ImpossibleCodeError(row=row, item=item, codes=instrument.codes)
    return np.array([np.nan if v is None else v for v in column], dtype=np.float64)


def _missing(
    instrument: Instrument, block: _Block, spare: _Block, start: int
) -> NDArray[np.bool_] | None:
    """Return where answers are missing, and make these 0; None: nowhere.

    Raises:
        ImpossibleCodeError: a value is neither a code nor missing.
    """
    missing = None
    if np.isnan(block.min()):
        missing = np.isnan(block)
        np.copyto(block, instrument.codes[0], where=missing)
    if not _plainly_codes(instrument.codes, block, spare):
        _refuse_others(instrument, block, start)
    if missing is not None:
        np.copyto(block, 0.0, where=missing)
    return missing


def _plainly_codes(codes: tuple[int, ...], block: _Block, spare: _Block) -> bool:
    """Whether two quick looks show that every value is a code."""
    if codes != tuple(range(codes[0], codes[-1] + 1)):
        return False
    within = codes[0] <= block.min() and block.max() <= codes[-1]
    return bool(within and np.array_equal(block, np.rint(block, out=spare)))


def _refuse_others(instrument: Instrument, block: _Block, start: int) -> None:
    known: NDArray[np.bool_] = block == instrument.codes[0]
    for code in instrument.codes[1:]:
        known |= block == code
    if known.all():
        return
    row = int(np.argmin(known.all(axis=0)))
    item = instrument.item_ids[int(np.argmin(known[:, row]))]
    codes = instrument.codes
    raise ImpossibleCodeError(row=start + row + 1, item=item, codes=codes)


@dataclass(frozen=True, slots=True)
class _Key:
    """A scale, and the rows of a block that are its items."""

    scale: Scale
    plain: tuple[int, ...]
    reversed: tuple[int, ...]


def _key(instrument: Instrument, scale: Scale) -> _Key:
    rows = [(n, item.reversed) for n, item in enumerate(instrument.items)]
    own = [rows[instrument.item_ids.index(item)] for item in scale.items]
    plain = tuple(n for n, reverse in own if not reverse)
    return _Key(scale, plain, tuple(n for n, reverse in own if reverse))


def _score_block(
    key: _Key, codes: tuple[int, ...], block: _Block, missing: NDArray[np.bool_] | None
) -> NDArray[np.float64]:
    """Return the scores of one scale for a block."""
    count: _Count = len(key.scale.items)
    turned: _Count = len(key.reversed)
    if missing is not None:
        turned -= _added(missing, key.reversed)
        count -= _added(missing, key.plain + key.reversed)
    total = _added(block, key.plain)
    if key.reversed:
        # A reversed answer is the sum of the ends minus the code.
        total -= _added(block, key.reversed)
        total += turned * (codes[0] + codes[-1])
    return _finish(key.scale, codes, total, count)


def _added(block: NDArray[Any], rows: tuple[int, ...]) -> NDArray[np.float64]:
    """Add rows of a block. A product of matrices would take every processor."""
    total = np.zeros(block.shape[1])
    for row in rows:
        total += block[row]
    return total


def _finish(
    scale: Scale,
    codes: tuple[int, ...],
    total: NDArray[np.float64],
    count: _Count,
) -> NDArray[np.float64]:
    of = np.where(np.greater_equal(count, scale.needs), count, np.nan)
    low, high = codes[0], codes[-1]
    # Everything is multiplied before the one division, so that it stays exact.
    if scale.method is Method.SUM:
        scores = total * len(scale.items) / of
    elif scale.method is Method.MEAN:
        scores = total / of
    else:
        above = (total - count * low) * (scale.highest - scale.lowest)
        scores = scale.lowest + above / (of * (high - low))
    return scores

"""A third attack: three known answers of one sheet of a published instrument."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wellbeing.privacy.linkage_attacks import (
    DRAWS,
    KNOWN,
    MOST_TARGETS,
    NOTHING,
    SEED,
    CellNumbers,
)

Sheets = Mapping[str, NDArray[np.int16]]
"""Instrument to periods by items, of one person: codes, or NOTHING."""


def attack_by_sheets(
    people: Sequence[Sheets], kept: Sequence[int], cells: CellNumbers
) -> float:
    """Return the share of cases in which three known answers leave one row, and theirs.

    The attacker knows three answers of a sheet exactly as they were given, or all of a
    sheet with fewer, the period of it, and the attributes of the person. Each sheet of
    a person is tried with several other three of its answers.

    Args:
        people: what the bundle says of each.
        kept: how many periods of each person the bundle shows.
        cells: for each person the number of their combination of attributes.
    """
    rng = np.random.default_rng(SEED)
    targets = np.arange(len(people))
    if len(targets) > MOST_TARGETS:
        targets = rng.choice(targets, MOST_TARGETS, replace=False)
    attacked = np.isin(np.arange(len(people)), targets)
    found: list[float] = []
    for instrument in people[0] if people else ():
        for period in range(max(kept)):
            there = [
                (at, sheets[instrument][period])
                for at, (sheets, periods) in enumerate(zip(people, kept, strict=True))
                if period < periods and sheets[instrument][period].max() > NOTHING
            ]
            if there:
                who = np.array([at for at, _ in there])
                rows = np.stack([row for _, row in there])
                found += _alone(rows, cells[who], np.flatnonzero(attacked[who]), rng)
    return float(np.mean(found)) if found else 0.0


def _alone(
    rows: NDArray[np.int16],
    cells: CellNumbers,
    targets: NDArray[np.intp],
    rng: np.random.Generator,
) -> list[float]:
    """Return for each target how often no other row of their cell fits as well."""
    shares = []
    for target in targets:
        inside = rows[cells == cells[target]]
        answered = np.flatnonzero(rows[target] > NOTHING)
        shuffled = rng.random((DRAWS, len(answered))).argsort(axis=1)
        known = answered[shuffled[:, :KNOWN]]
        fits = (inside[:, known] == rows[target][known]).all(axis=2)
        shares.append(float((fits.sum(axis=0) == 1).mean()))
    return shares

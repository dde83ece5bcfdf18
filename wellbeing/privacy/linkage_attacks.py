"""Two attacks on de-identified rows: known gaps, and three known answers.

The attacker knows the study, when each person began, their attributes, and what the
attack names; and has learnt from everybody else in the bundle how single weeks scatter
about a value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SURE = 0.8
"""From this probability on an attacker is taken to be sure of a person."""

KNOWN = 3
DRAWS = 8
"""So often other three answers of a person are tried."""

MOST_TARGETS = 500
"""Of more people so many are attacked, chosen by chance."""

SEED = 2026
# Added to every count of what was seen together: what never happened can happen.
_UNSEEN = 0.5

NOTHING, ASKED = -1, -2

Codes = NDArray[np.int16]
CellNumbers = NDArray[np.intp]
Pattern = tuple[NDArray[np.bool_], NDArray[np.bool_]]
"""People by places: where something is known to be, and where it is shown."""

_Shares = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """What one person answered, and what a bundle says of it.

    Attributes:
        answers: columns by weeks of the person's own count; codes, NOTHING
            where nothing was asked, ASKED where nothing was answered.
        released: columns by periods; twice the value, or NOTHING.
    """

    answers: Codes
    released: Codes


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """What the columns of all traces are.

    Attributes:
        names: items and context numbers, in order.
        weeks: how many weeks each value is about; it ends with its period.
        unit: weeks of a period.
    """

    names: tuple[str, ...]
    weeks: Mapping[str, int]
    unit: int

    def each_period(self, name: str) -> bool:
        """Whether a column has a value in every period."""
        return self.weeks[name] == self.unit

    def value_of(self, name: str, week: int) -> int:
        """Return the period, from 0, whose value holds a week."""
        span = self.weeks[name]
        return (week // span + 1) * (span // self.unit) - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Ratings:
    """What three known answers tell, as shares of the people, 0 to 1.

    Attributes:
        sure: of whom the attacker is sure, and rightly.
        guesses: how often the attacker's guess is right on average.
        telling: the column of which they are known.
    """

    sure: float
    guesses: float
    telling: str


def attack_by_gaps(
    columns: Columns,
    traces: Sequence[Trace],
    kept: Sequence[int],
    cells: CellNumbers,
    more: Sequence[Pattern] = (),
) -> float:
    """Return the share of people who are alone with the weeks they missed.

    The attacker knows in which weeks each person checked in, and so which values there
    can be. The larger share counts of two ways to look: at periods without anything,
    and also at the questions asked in turn.

    Args:
        columns: what the columns are.
        traces: one a person.
        kept: how many periods of each person the bundle shows.
        cells: for each person the number of their combination of attributes. It stands
            in the same row, so nobody of another one can be mistaken for them.
        more: what else is known of everybody, and what the bundle shows of it.
    """
    answers, released, targets, _ = _laid_out(columns, traces, kept)
    people, _, periods = released.shape
    each = [at for at, n in enumerate(columns.names) if columns.each_period(n)]
    shape = people, len(each), periods, columns.unit
    weekly = (answers[:, each] >= 0).reshape(shape)
    known = [*(k for k, _ in more), np.asarray(weekly.any(axis=(1, 3)))]
    seen = [*(s for _, s in more), np.asarray((released[:, each] >= 0).any(axis=1))]
    without_turn = share_alone(known, seen, targets, cells)
    for at, name in enumerate(columns.names):
        span = columns.weeks[name] // columns.unit
        if span > 1:
            windows = periods // span
            asked = answers[:, at, : windows * columns.weeks[name]] != NOTHING
            asked = asked.reshape(people, windows, columns.weeks[name])
            known.append(np.asarray(asked.any(axis=2)))
            seen.append(released[:, at, span - 1 :: span] >= 0)
    return max(without_turn, share_alone(known, seen, targets, cells))


def attack_by_ratings(
    columns: Columns,
    traces: Sequence[Trace],
    kept: Sequence[int],
    cells: CellNumbers,
) -> Ratings:
    """Return what three known answers to one column tell, for the most telling one.

    Args:
        columns, traces, kept, cells: as for ``attack_by_gaps``.
    """
    answers, released, targets, rng = _laid_out(columns, traces, kept)
    worst = Ratings(sure=0.0, guesses=0.0, telling="")
    for at, name in enumerate(columns.names):
        periods = [columns.value_of(name, w) for w in range(answers.shape[2])]
        about = _ByRatings(
            periods=np.array(periods, dtype=np.intp),
            answers=answers[:, at],
            released=released[:, at],
            cells=cells,
            exact=columns.weeks[name] == 1,
        )
        sure, guesses = about.found(targets, rng)
        if (sure, guesses) > (worst.sure, worst.guesses):
            worst = Ratings(sure=sure, guesses=guesses, telling=name)
    return worst


def _laid_out(
    columns: Columns, traces: Sequence[Trace], kept: Sequence[int]
) -> tuple[Codes, Codes, NDArray[np.intp], np.random.Generator]:
    """Return everybody's answers, what is released, whom to attack, and chance."""
    weeks = [periods * columns.unit for periods in kept]
    rng = np.random.default_rng(SEED)
    targets = np.arange(len(traces))
    if len(targets) > MOST_TARGETS:
        targets = np.sort(rng.choice(targets, MOST_TARGETS, replace=False))
    answers = _stacked([t.answers for t in traces], weeks)
    return answers, _stacked([t.released for t in traces], kept), targets, rng


def _stacked(found: Sequence[Codes], lengths: Sequence[int]) -> Codes:
    """Return arrays of unequal length as one, cut at a length each."""
    shape = len(found), len(found[0]) if found else 0, max(lengths, default=0)
    stacked = np.full(shape, NOTHING, dtype=np.int16)
    for row, (one, length) in enumerate(zip(found, lengths, strict=True)):
        part = one[:, :length]
        stacked[row, :, : part.shape[1]] = part
    return stacked


@dataclass(frozen=True, kw_only=True, slots=True)
class _ByRatings:
    """One column under attack: people by weeks, people by periods.

    Attributes:
        periods: for each week the period whose value holds it.
        exact: whether a value is one week's answer.
    """

    periods: NDArray[np.intp]
    answers: Codes
    released: Codes
    cells: CellNumbers
    exact: bool

    def found(self, targets: NDArray[np.intp], rng: np.random.Generator) -> _Shares:
        """Return the share surely and rightly found, and that of right guesses."""
        values = np.full_like(self.answers, NOTHING)
        inside = self.periods < self.released.shape[1]
        values[:, inside] = self.released[:, self.periods[inside]]
        both = (self.answers >= 0) & (values >= 0)
        if not both.any():
            return 0.0, 0.0
        counts = np.zeros((int(values.max()) + 1, int(self.answers.max()) + 1))
        np.add.at(counts, (values[both], self.answers[both]), 1)
        sure, guesses = [], []
        for target in targets:
            weeks = np.flatnonzero(both[target])
            if len(weeks) < KNOWN:
                continue
            shuffled = rng.random((DRAWS, len(weeks))).argsort(axis=1)
            known = weeks[shuffled[:, :KNOWN]]
            codes = self.answers[target][known]
            others = counts.copy()
            if not self.exact:
                own = values[target][weeks], self.answers[target][weeks]
                np.subtract.at(others, own, 1)
                others[counts.sum(axis=1) > 0] += _UNSEEN
            likely = others / np.maximum(others.sum(axis=1, keepdims=True), _UNSEEN)
            seen = self.released[:, self.periods[known]]
            chance = np.where(seen >= 0, likely[seen, codes], 0.0).prod(axis=2)
            chance[self.cells != self.cells[target]] = 0.0
            right = chance[target] / chance.sum(axis=0)
            sure.append(float((right >= SURE).mean()))
            guesses.append(float(right.mean()))
        if not sure:
            return 0.0, 0.0
        return float(np.mean(sure)), float(np.mean(guesses))


def share_alone(
    known: Sequence[NDArray[np.bool_]],
    seen: Sequence[NDArray[np.bool_]],
    targets: NDArray[np.intp],
    cells: CellNumbers,
) -> float:
    """Return the share for whom one row, and theirs, fits best with what is known.

    Only what is known can be shown, so a row that shows more is somebody else's; of the
    others that which shows most fits best, as things may have been left out.
    """
    mine = np.concatenate(known, axis=1)[targets].astype(np.float32)
    rows = np.concatenate(seen, axis=1).astype(np.float32)
    apart = mine @ (1 - rows).T
    apart[(1 - mine) @ rows.T > 0] = np.inf
    apart[cells[targets][:, None] != cells[None, :]] = np.inf
    best = apart == apart.min(axis=1, keepdims=True)
    alone = (best.sum(axis=1) == 1) & best[np.arange(len(targets)), targets]
    return float(alone.mean())

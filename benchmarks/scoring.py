"""What checking and scoring responses costs, against adding them up unseen.

``python -m benchmarks.scoring [--quick]``; the floor is numpy's reversal and sum.
"""

import argparse
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

from benchmarks._tables import table
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.registry import find_instrument
from wellbeing.instruments.scoring import score

_RESPONSES, _QUICK_RESPONSES = 1_000_000, 100_000
_TURNS = 9
_MISSING = 0.02
_MEGABYTE = 1_000_000

_Answers = Mapping[str, NDArray[np.float64]]


def _floor(instrument: Instrument, answers: _Answers) -> dict[str, NDArray[np.float64]]:
    """Reverse and add, as fast as numpy does it; no look at codes or gaps."""
    ends = instrument.codes[0] + instrument.codes[-1]
    turned = {item.id for item in instrument.items if item.reversed}
    found = {}
    for scale in instrument.scales:
        total = np.zeros(len(answers[scale.items[0]]))
        for item in scale.items:
            total += ends - answers[item] if item in turned else answers[item]
        found[scale.id] = total
    return found


def _invent(instrument: Instrument, responses: int, missing: float) -> _Answers:
    rng = np.random.default_rng(2026)
    shape = len(instrument.items), responses
    found = rng.choice(np.array(instrument.codes, dtype=np.float64), shape)
    if missing:
        found[rng.random(shape) < missing] = np.nan
    return dict(zip(instrument.item_ids, found, strict=True))


def _seconds(run: Callable[[], object]) -> tuple[float, float]:
    """Return processor and wall-clock seconds."""
    cpu, wall = process_time(), perf_counter()
    run()
    return process_time() - cpu, perf_counter() - wall


def _peak(run: Callable[[], object]) -> float:
    """Return how many bytes a run takes on top of what there is, results included."""
    tracemalloc.start()
    run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _row(name: str, instrument: Instrument, answers: _Answers) -> list[str]:
    def ours() -> object:
        return score(instrument, answers)

    def floor() -> object:
        return _floor(instrument, answers)

    peak, floor_peak = _peak(ours), _peak(floor)
    turns = [(_seconds(floor), _seconds(ours)) for _ in range(_TURNS)]
    return [
        name,
        f"{1000 * median(ours[0] for _, ours in turns):.0f}",
        f"{1000 * median(floor[0] for floor, _ in turns):.0f}",
        f"{median(ours[0] / floor[0] for floor, ours in turns):.1f}",
        f"{median(ours[1] / floor[1] for floor, ours in turns):.1f}",
        f"{peak / _MEGABYTE:.0f}",
        f"{floor_peak / _MEGABYTE:.0f}",
        f"{peak / floor_peak:.1f}",
    ]


def main() -> None:
    """Print what scoring ProQOL 5 costs; stop with status 1 if a sum is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds")
    responses = _QUICK_RESPONSES if parser.parse_args().quick else _RESPONSES
    instrument = find_instrument("proqol5")
    rows = []
    wrong = False
    for name, missing in (("all answered", 0.0), ("2 % missing", _MISSING)):
        answers = _invent(instrument, responses, missing)
        rows.append(_row(f"{responses:,} responses, {name}", instrument, answers))
        if not missing:
            floor, ours = _floor(instrument, answers), score(instrument, answers)
            wrong = any(not np.array_equal(floor[s], ours[s]) for s in floor)
    head = ["ProQOL 5", "CPU ms", "floor", "ratio", "wall ratio"]
    head += ["peak MB", "floor", "ratio"]
    sys.stdout.write(f"{table(head, rows)}\n\nSame sums as the floor: {not wrong}.\n")
    sys.exit(wrong)


if __name__ == "__main__":
    main()

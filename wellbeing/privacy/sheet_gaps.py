"""A fourth attack: when somebody answered which questionnaire; and what ends it.

In which period a sheet stands is a pattern like that of the weeks without a check-in.
Where it would name too many people, sheets are left out of the bundle, as if they had
not been answered.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wellbeing.privacy.deidentification import Places
from wellbeing.privacy.follow_up import SHARED_BY, presences
from wellbeing.privacy.linkage import MOST_BY_GAPS
from wellbeing.privacy.linkage_attacks import (
    MOST_TARGETS,
    NOTHING,
    SEED,
    CellNumbers,
    Columns,
    Trace,
    attack_by_gaps,
    share_alone,
)
from wellbeing.privacy.sheet_attack import Sheets
from wellbeing.privacy.study_data import TimeUnit

_Pattern = tuple[tuple[int, str], ...]


def places_of(sheets: Sheets) -> Places:
    """Return where a person has a sheet, all periods counted."""
    return frozenset(
        (int(period), name)
        for name, rows in sheets.items()
        for period in np.flatnonzero(rows.max(axis=1, initial=NOTHING) > NOTHING)
    )


def only_places(sheets: Sheets, stay: Places) -> Sheets:
    """Return the sheets of a person without those that are left out."""
    found = {}
    for name, rows in sheets.items():
        stays = [(at, name) in stay for at in range(len(rows))]
        found[name] = np.where(np.array(stays)[:, None], rows, np.int16(NOTHING))
    return found


def kept_sheets(
    unit: TimeUnit,
    columns: Columns,
    traces: Sequence[Trace],
    known: Sequence[Places],
    kept: Sequence[int],
    cells: CellNumbers,
) -> tuple[list[int], list[Places], float]:
    """Return what stays of each, so that few people are found by their sheets.

    Single weeks are a choice by name: there everything stays.

    Args:
        columns, traces, known, kept, cells: as for ``attack_by_sheet_gaps``.

    Returns:
        The periods and the sheets that stay, and the share of people found by them.
    """
    stay = [
        frozenset(one for one in places if one[0] < periods)
        for places, periods in zip(known, kept, strict=True)
    ]
    periods = list(kept)
    found = attack_by_sheet_gaps(columns, traces, known, stay, periods, cells)
    if found > MOST_BY_GAPS and unit is TimeUnit.BLOCKS:
        present = presences(columns, traces)
        stay = common_places(present, known, kept, cells.tolist())
        periods = [
            _last(person[:length], places)
            for person, length, places in zip(present, kept, stay, strict=True)
        ]
        found = attack_by_sheet_gaps(columns, traces, known, stay, periods, cells)
    return periods, stay, found


def _last(present: tuple[bool, ...], places: Places) -> int:
    """Return how many periods there are until nothing follows, at least one."""
    told = [at for at, there in enumerate(present) if there]
    return 1 + max([*told, *(at for at, _ in places)], default=0)


def attack_by_sheet_gaps(
    columns: Columns,
    traces: Sequence[Trace],
    known: Sequence[Places],
    seen: Sequence[Places],
    kept: Sequence[int],
    cells: CellNumbers,
) -> float:
    """Return the share of people who are alone with when they answered which sheet.

    The attacker knows in which weeks each person answered a questionnaire, and which
    one; and in which they checked in. The largest share counts of three ways to look:
    at questionnaires alone, and at each of the ways of ``attack_by_gaps`` beside them.

    Args:
        columns, traces, kept, cells: as for ``attack_by_gaps``.
        known: where each person answered a sheet.
        seen: where the bundle shows one.
    """
    every = sorted(frozenset().union(*known))
    if not every:
        return 0.0
    pattern = _laid_out(known, every), _laid_out(seen, every)
    targets = np.arange(len(traces))
    if len(targets) > MOST_TARGETS:
        rng = np.random.default_rng(SEED)
        targets = np.sort(rng.choice(targets, MOST_TARGETS, replace=False))
    return max(
        share_alone([pattern[0]], [pattern[1]], targets, cells),
        attack_by_gaps(columns, traces, kept, cells, [pattern]),
    )


def _laid_out(
    places: Sequence[Places], every: Sequence[tuple[int, str]]
) -> NDArray[np.bool_]:
    return np.array([[one in person for one in every] for person in places])


def common_places(
    present: Sequence[tuple[bool, ...]],
    known: Sequence[Places],
    kept: Sequence[int],
    cells: Sequence[int],
) -> list[Places]:
    """Return where sheets stay, so that few people are alone with when they are.

    Of a person's sheets the last is left out, and then the one before it, until three
    people with the same attributes and the same weeks without a check-in have sheets in
    the same places, or none is left.

    Args:
        present: for each person and period whether there is a weekly answer.
        known, kept, cells: as for ``attack_by_sheet_gaps``.
    """
    crowds: dict[tuple[int, tuple[bool, ...]], list[int]] = defaultdict(list)
    for at, (cell, person, periods) in enumerate(
        zip(cells, present, kept, strict=True)
    ):
        crowds[cell, person[:periods]].append(at)
    patterns = [
        tuple(sorted(place for place in places if place[0] < periods))
        for places, periods in zip(known, kept, strict=True)
    ]
    stay: dict[int, Places] = {}
    for crowd in crowds.values():
        stay |= _shared({at: patterns[at] for at in crowd})
    return [stay[at] for at in range(len(known))]


def _shared(patterns: Mapping[int, _Pattern]) -> dict[int, Places]:
    """Cut patterns from their ends until three people share each, the longest first."""
    people: dict[_Pattern, list[int]] = defaultdict(list)
    for at, pattern in patterns.items():
        people[pattern].append(at)
    for length in range(max(map(len, people)), 0, -1):
        for pattern in [one for one in people if len(one) == length]:
            if len(people[pattern]) < SHARED_BY:
                people[pattern[:-1]] += people.pop(pattern)
    return {at: frozenset(one) for one, places in people.items() for at in places}

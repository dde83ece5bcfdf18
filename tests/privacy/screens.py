"""What other products show, to try the attacks on: a live screen, weekly means.

Both need five answers and show a mean with one decimal and how many answered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

import numpy as np

from tests.privacy.organisations import HIGHEST, LOWEST, WEEKS, Organisation

LEAST_ANSWERS = 5
TOP = HIGHEST - LOWEST
_HALF_STEP = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamWeek:
    """The answers of a team in a week, 0 to 9, in the order in which they came."""

    team: int
    week: int
    people: tuple[int, ...]
    answers: tuple[int, ...]

    @property
    def is_shown(self) -> bool:
        """Whether the screen shows a mean at the end of the week."""
        return len(self.answers) >= LEAST_ANSWERS

    @property
    def mean(self) -> float:
        """The mean on the screen, in points of the question."""
        return round(LOWEST + sum(self.answers) / len(self.answers), 1)


def team_weeks(organisation: Organisation, seed: int) -> Iterator[TeamWeek]:
    """Yield each team's week; who answers first is drawn."""
    rng = np.random.default_rng(seed)
    for team in range(len(organisation.sites)):
        members = np.flatnonzero(organisation.teams == team)
        for week in range(WEEKS):
            there = members[organisation.ratings[members, week] > 0]
            order = [int(person) for person in rng.permutation(there)]
            answers = organisation.ratings[order, week] - LOWEST
            yield TeamWeek(
                team=team,
                week=week,
                people=tuple(order),
                answers=tuple(int(answer) for answer in answers),
            )


def left_live(shown: TeamWeek) -> list[tuple[int, int]]:
    """Return the smallest and largest value of each answer, for who watches live.

    The mean is read after each answer, from the fifth on. The sums form a chain in
    which each is 0 to 9 more than the one before, so both ends follow by going
    through it forwards and backwards.
    """
    count = len(shown.answers)
    spans = [
        (0, TOP * n) if n < LEAST_ANSWERS else _span(shown.answers[:n])
        for n in range(count + 1)
    ]
    for n in range(1, count + 1):
        spans[n] = _within(spans[n], spans[n - 1], 0, TOP)
    for n in range(count - 1, -1, -1):
        spans[n] = _within(spans[n], spans[n + 1], -TOP, 0)
    return [
        (max(0, later[0] - sooner[1]), min(TOP, later[1] - sooner[0]))
        for sooner, later in pairwise(spans)
    ]


def left_closed(shown: TeamWeek, told: int) -> list[int]:
    """Return how many values are left of each answer when the week's mean is shown.

    Args:
        shown: the week.
        told: how many answers, the first ones, the attacker knows.
    """
    if not shown.is_shown:
        return []
    least, most = _span(shown.answers)
    known, others = sum(shown.answers[:told]), len(shown.answers) - told
    smallest = max(0, least - known - TOP * (others - 1))
    largest = min(TOP, most - known)
    return [largest - smallest + 1] * others


def _span(answers: tuple[int, ...]) -> tuple[int, int]:
    """Return between which sums the answers lie, seen from their mean."""
    count = len(answers)
    mean = round(LOWEST + sum(answers) / count, 1) - LOWEST
    return (
        max(0, ceil(round((mean - _HALF_STEP) * count, 9))),
        min(TOP * count, floor(round((mean + _HALF_STEP) * count, 9))),
    )


def _within(
    span: tuple[int, int], neighbour: tuple[int, int], low: int, high: int
) -> tuple[int, int]:
    return max(span[0], neighbour[0] + low), min(span[1], neighbour[1] + high)

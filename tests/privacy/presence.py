"""Attack: a year of figures against a calendar of who was there.

The attacker knows who was counted in each figure and from which period each answer
is. The best linear estimate of everybody's own level follows from how people, weeks
and teams vary, which the attacker knows as well.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tests.privacy.closings import SCALE, Release
from tests.privacy.organisations import FIRST_WEEK, row_of
from tests.privacy.screens import TeamWeek
from wellbeing.privacy.bands import Band
from wellbeing.privacy.periods import PERIOD_WEEKS, Period

PEOPLE_VARY, ANSWERS_VARY, GROUPS_VARY = 1.5**2, 1.1**2, 0.4**2
"""Variance of levels, of answers around them, of a group's mood; of 10 points."""
_MOOD_LASTS = 0.6
_FEWEST_FIGURES = 3
_STEP, _USUAL_WIDTH = 0.1, 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """One figure of a group.

    Attributes:
        time: its number in the year.
        value: what was shown, in points of the questions' scale.
        error: variance of the rounding.
        counted: each person counted, and the time from which their answer is.
    """

    time: int
    value: float
    error: float
    counted: Mapping[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the attack found in several groups.

    Attributes:
        explained: share of the variance between colleagues that the estimate explains.
        named: share of groups in which it names the lowest person.
        chance: what drawing a name would reach.
    """

    explained: float
    named: float
    chance: float


def observed_releases(releases: Iterable[Release]) -> list[list[Observed]]:
    """Return what a year of releases shows, unit by unit."""
    units: dict[UUID, list[Observed]] = {}
    for release in releases:
        band = release.figure.band
        if band is not None:
            lower, upper = _ends(band)
            seen = Observed(
                time=_number(release.period),
                value=(lower + upper) / 2,
                error=(upper - lower) ** 2 / 12,
                counted={row_of(p): _number(given) for p, given in release.counted},
            )
            units.setdefault(release.unit.unit_id, []).append(seen)
    return list(units.values())


def observed_weeks(weeks: Iterable[TeamWeek]) -> list[list[Observed]]:
    """Return what a year of weekly means shows, team by team."""
    teams: dict[int, list[Observed]] = {}
    for shown in weeks:
        if shown.is_shown:
            seen = Observed(
                time=shown.week,
                value=shown.mean,
                error=_STEP**2 / 12,
                counted=dict.fromkeys(shown.people, shown.week),
            )
            teams.setdefault(shown.team, []).append(seen)
    return list(teams.values())


def estimate_levels(figures: Sequence[Observed]) -> dict[int, float]:
    """Return the best linear estimate of each person's level, around 0."""
    people = sorted({person for figure in figures for person in figure.counted})
    by_person = _shares([list(figure.counted) for figure in figures], people)
    used = [list(figure.counted.items()) for figure in figures]
    answers = dict.fromkeys(answer for one in used for answer in one)
    by_answer = _shares(used, list(answers))
    times = np.array([figure.time for figure in figures])
    mood = _MOOD_LASTS ** np.abs(times[:, None] - times[None, :])
    noise = (
        ANSWERS_VARY * by_answer @ by_answer.T
        + GROUPS_VARY * mood
        + np.diag([figure.error for figure in figures])
    )
    values = np.array([figure.value for figure in figures])
    spread = PEOPLE_VARY * by_person @ by_person.T + noise
    weights = np.linalg.solve(spread, values - values.mean())
    found = PEOPLE_VARY * by_person.T @ weights
    return dict(zip(people, (float(level) for level in found), strict=True))


def outcome(
    groups: Sequence[Sequence[Observed]], truth: NDArray[np.float64]
) -> Outcome:
    """Estimate everybody in every group and compare with their own averages.

    Args:
        groups: the figures of each group.
        truth: each person's own average.
    """
    pairs, named, chances = [], [], []
    for figures in groups:
        if len(figures) < _FEWEST_FIGURES:
            continue
        found = estimate_levels(figures)
        people = [person for person in found if not np.isnan(truth[person])]
        guessed = np.array([found[person] for person in people])
        real = truth[people]
        pairs.append(np.stack([guessed - guessed.mean(), real - real.mean()]))
        named.append(int(guessed.argmin()) == int(real.argmin()))
        chances.append(1 / len(people))
    guessed, real = np.concatenate(pairs, axis=1)
    return Outcome(
        explained=_explained(guessed, real),
        named=float(np.mean(named)),
        chance=float(np.mean(chances)),
    )


def _number(period: Period) -> int:
    return period.first_week.minus(FIRST_WEEK) // PERIOD_WEEKS


def _ends(band: Band) -> tuple[float, float]:
    """Return the ends of a band on the questions' scale; an open one is as usual."""
    lower = band.lower if band.lower is not None else (band.upper or 0) - _USUAL_WIDTH
    upper = band.upper if band.upper is not None else lower + _USUAL_WIDTH
    return lower / 100 * SCALE.top, upper / 100 * SCALE.top


def _explained(guessed: NDArray[np.float64], real: NDArray[np.float64]) -> float:
    if not guessed.any():
        return 0.0
    return float(np.corrcoef(guessed, real)[0, 1]) ** 2


def _shares(
    used: Sequence[Sequence[Hashable]], names: Sequence[Hashable]
) -> NDArray[np.float64]:
    """Return how much each name weighs in each figure: (figures, names)."""
    column = {name: n for n, name in enumerate(names)}
    shares = np.zeros((len(used), len(names)))
    for row, found in zip(shares, used, strict=True):
        for name in found:
            row[column[name]] += 1 / len(found)
    return shares

"""Trial: what team trends are worth in spite of the rules, where the truth is known."""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, nan
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.privacy import closings, organisations
from tests.privacy.closings import SCALE, Levels, Release
from tests.privacy.organisations import HIGHEST, LOWEST, WEEKS, Organisation
from wellbeing.privacy.bands import band_set, size_classes
from wellbeing.privacy.periods import PERIOD_WEEKS
from wellbeing.privacy.policy import RULES

MEAN, BETWEEN_PEOPLE, BETWEEN_TEAMS = 6.4, 1.5, 0.4
DRIFT, DRIFT_STAYS, STATE_STAYS, STATE = 0.25, 0.8, 0.5, 1.0
"""Of the felt level, in points of 1 to 10, as in tests/privacy/organisations.py."""

SIZES, TEAMS_AT_ONCE = (10, 30), 20
FALL, WITHIN, FALSE_ALARMS = 1.0, 12, 0.05
FALLS_FROM, FALLS_BEFORE = 16, 40
"""Four pictures before each fall, twelve weeks after it, every week of a quarter."""

PERIODS_BEFORE, WEEKS_BEFORE = 3, 12
FIGURES = (
    "mean of all weekly answers, exact",
    "mean of the panel's values, exact",
    "band of it, without the display limit",
    "shown",
)
WEEKLY = "weekly mean of all answers, exact"

Points = Sequence[tuple[int, float]]
"""Figures of one team in order of time, each with the number of its last week."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How many organisations are invented, and how many teams of each size fall."""

    organisations: int
    teams: int


FULL = Plan(organisations=40, teams=2_400)
QUICK = Plan(organisations=4, teams=100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """An organisation of which is known how everybody really was.

    Attributes:
        felt: (people, weeks), 1 to 10, not rounded, also where nobody answered.
    """

    organisation: Organisation
    felt: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One unit in one period.

    Attributes:
        teams: those that share the unit, by number.
        last: number of the period's last week.
        place: of the period in its quarter, from 1.
        truth: how everybody employed there was on average, 1 to 10.
        figures: what each of FIGURES says, 1 to 10; nan: withheld.
    """

    seed: int
    teams: tuple[int, ...]
    last: int
    place: int
    truth: float
    figures: tuple[float, ...]

    @property
    def shown(self) -> bool:
        """Tell whether there is a picture."""
        return not isnan(self.figures[-1])


@dataclass(frozen=True, kw_only=True, slots=True)
class Power:
    """How often a fall is seen.

    Attributes:
        threshold: points of 1 to 10 from which it counts as seen.
        alarms: share of the teams that did not fall in which it counts as seen, too.
        seen: share of the teams that fell.
        at_five: the same if ties are broken by chance, so that alarms are 5 %.
    """

    threshold: float
    alarms: float
    seen: float
    at_five: float


def main() -> None:
    """Print the tables of docs/trials.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a selection, in a minute")
    plan = QUICK if parser.parse_args().quick else FULL
    began = time.process_time()
    for line in report(plan):
        print(line, flush=True)
    print(f"\n{time.process_time() - began:.0f} s of one core")


def report(plan: Plan) -> Iterator[str]:
    """Yield the lines of the tables."""
    cells = [
        cell
        for seed in range(plan.organisations)
        for cell in close(know(organisations.invent(seed), seed), seed)
    ]
    yield from errors([cell for cell in cells if cell.shown])
    yield from shares(cells)
    yield "\n| people | figure | threshold | alarms | seen | seen at 5 % alarms |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for people in SIZES:
        for name, power in powers(people, plan.teams):
            told = f"{power.alarms:.1%} | {power.seen:.2f} | {power.at_five:.2f}"
            yield f"| {people} | {name} | {power.threshold:.2f} | {told} |"


def errors(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield how far each kind of figure is from the truth, where one is shown."""
    yield "| figure | error, of 10 | of 100 | bias, of 10 | levels | trend |"
    yield "| --- | --- | --- | --- | --- | --- |"
    truth = np.array([cell.truth for cell in cells])
    units = [(cell.seed, cell.teams) for cell in cells]
    for name, told in zip(FIGURES, np.array([c.figures for c in cells]).T, strict=True):
        error = float(np.sqrt(((told - truth) ** 2).mean()))
        bias = float((told - truth).mean())
        levels = np.corrcoef(told, truth)[0, 1]
        trend = np.corrcoef(_centred(told, units), _centred(truth, units))[0, 1]
        points = 100 * error / (HIGHEST - LOWEST)
        line = f"{error:.2f} | {points:.1f} | {bias:+.2f} | {levels:.2f} | {trend:.2f}"
        yield f"| {name} | {line} |"


def shares(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield how many pictures are shown, and how many teams have one of their own."""
    yield "\n| unit-periods | shown | of | share |\n| --- | --- | --- | --- |"
    for place in (None, 1, 2, 3):
        some = [cell.shown for cell in cells if place in {None, cell.place}]
        name = f"period {place} of the quarter" if place else "all"
        yield f"| {name} | {sum(some)} | {len(some)} | {fmean(some):.1%} |"
    teams = sum(len(cell.teams) for cell in cells)
    own = sum(cell.shown for cell in cells if len(cell.teams) == 1) / teams
    shown = sum(len(cell.teams) for cell in cells if cell.shown) / teams
    yield f"\nOf {teams} team-periods {own:.1%} have a figure of their own,"
    yield f"{shown - own:.1%} share one, {1 - shown:.1%} have none."


def of_one_size(seed: int, people: int) -> Organisation:
    """Invent teams of so many posts, each in a site of its own and so never pooled."""
    rng, sister = np.random.default_rng((seed, people)), organisations
    teams, employed = sister._staff(rng, np.full(TEAMS_AT_ONCE, people))  # noqa: SLF001 (what invent is made of)
    habits = sister._habits(rng, len(teams))  # noqa: SLF001 (the same)
    answered = employed & (rng.random(employed.shape) < habits)
    answered &= ~sister._leave(rng, len(teams))  # noqa: SLF001 (the same)
    return Organisation(
        sites=tuple(range(TEAMS_AT_ONCE)),
        teams=teams,
        employed=employed,
        ratings=answered.astype(np.int64),
    )


def know(
    base: Organisation, seed: int, falls: NDArray[np.int64] | None = None
) -> Known:
    """Invent how everybody was; who answered when stays as it is.

    Args:
        base: who worked where and answered when.
        seed: the same seed is the same people, with and without a fall.
        falls: the week in which each team falls by FALL; None: none does.
    """
    felt = _felt(np.random.default_rng((seed, 1)), base.teams)
    if falls is not None:
        felt -= FALL * (np.arange(WEEKS) >= falls[base.teams][:, None])
    felt = np.clip(felt, LOWEST, HIGHEST)
    ratings = np.where(base.ratings > 0, np.rint(felt).astype(np.int64), 0)
    return Known(organisation=replace(base, ratings=ratings), felt=felt)


def close(known: Known, seed: int) -> Iterator[Cell]:
    """Close the year; yield every unit and period with its truth."""
    organisation = known.organisation
    number = {organisations.team_id(n): n for n in range(len(organisation.sites))}
    told = closings.answers_of(organisation)
    for release in closings.close_year(organisation, answers=told):
        teams = tuple(sorted(number[team.team_id] for team in release.unit.teams))
        here = np.isin(organisation.teams, teams)
        nth = closings.PERIODS.index(release.period)
        weeks = slice(nth * PERIOD_WEEKS, (nth + 1) * PERIOD_WEEKS)
        answers = organisation.ratings[here, weeks]
        yield Cell(
            seed=seed,
            teams=teams,
            last=weeks.stop - 1,
            place=nth % RULES.periods_a_quarter + 1,
            truth=_mean(known.felt[here, weeks], organisation.employed[here, weeks]),
            figures=(_mean(answers, answers > 0), *_of_release(release, told.levels)),
        )


def powers(people: int, teams: int) -> Iterator[tuple[str, Power]]:
    """Yield how often each kind of figure shows a fall, in teams of one size."""
    sunk: dict[str, tuple[list[float], list[float]]] = {}
    for seed in range(teams // TEAMS_AT_ONCE):
        base = of_one_size(seed, people)
        drawn = np.random.default_rng((seed, people, 3))
        falls = drawn.integers(FALLS_FROM, FALLS_BEFORE, TEAMS_AT_ONCE)
        for fallen in (False, True):
            known = know(base, seed, falls if fallen else None)
            for team, name, points in trends(known, seed):
                before = WEEKS_BEFORE if name == WEEKLY else PERIODS_BEFORE
                far = how_far_sunk(points, int(falls[team]), before)
                sunk.setdefault(name, ([], []))[fallen].append(far)
    for name, (still, fell) in sunk.items():
        yield name, power_of(np.array(still), np.array(fell))


def trends(known: Known, seed: int) -> Iterator[tuple[int, str, Points]]:
    """Yield each team's figures of every kind; each team is a unit of its own."""
    everybody = known.organisation
    for team in range(len(everybody.sites)):
        weeks = enumerate(everybody.ratings[everybody.teams == team].T)
        told = [(n, _mean(week, week > 0)) for n, week in weeks if week.any()]
        yield team, WEEKLY, told
    found: dict[tuple[int, str], list[tuple[int, float]]] = {}
    for cell in close(known, seed):
        for name, value in zip(FIGURES, cell.figures, strict=True):
            points = found.setdefault((cell.teams[0], name), [])
            if not isnan(value):
                points.append((cell.last, value))
    for (team, name), points in found.items():
        yield team, name, points


def how_far_sunk(points: Points, fall: int, before: int) -> float:
    """Return how far the lowest figure since the fall lies below those before it.

    Args:
        points: those shown.
        fall: the week in which it begins.
        before: how many figures before it count; fewer, if fewer were shown.
    """
    earlier = [value for week, value in points if week < fall][-before:]
    later = [value for week, value in points if fall <= week < fall + WITHIN]
    if not earlier or not later:
        return -inf
    # Bands tie often; a tie must be one.
    return round(fmean(earlier) - min(later), 6)


def power_of(still: NDArray[np.float64], fell: NDArray[np.float64]) -> Power:
    """Choose the lowest threshold that keeps to FALSE_ALARMS; tell what it sees."""
    thresholds = [inf, *np.unique(still[np.isfinite(still)])[::-1]]
    alarms = [float((still >= least).mean()) for least in thresholds]
    seen = [float((fell >= least).mean()) for least in thresholds]
    last = sum(share <= FALSE_ALARMS for share in alarms) - 1
    after = min(last + 1, len(alarms) - 1)
    gap = alarms[after] - alarms[last]
    mix = (FALSE_ALARMS - alarms[last]) / gap if gap else 0.0
    return Power(
        threshold=thresholds[last],
        alarms=alarms[last],
        seen=seen[last],
        at_five=seen[last] + mix * (seen[after] - seen[last]),
    )


def _felt(rng: np.random.Generator, teams: NDArray[np.int64]) -> NDArray[np.float64]:
    people, groups = len(teams), int(teams.max()) + 1
    mean = np.clip(rng.normal(MEAN, BETWEEN_PEOPLE, people), 1.5, 9.5)
    mean += rng.normal(0, BETWEEN_TEAMS, groups)[teams]
    drift, state = np.zeros(groups), rng.normal(0, 1.1, people)
    felt = np.empty((people, WEEKS))
    for week in range(WEEKS):
        drift = DRIFT_STAYS * drift + rng.normal(0, DRIFT, groups)
        state = STATE_STAYS * state + rng.normal(0, STATE, people)
        felt[:, week] = mean + drift[teams] + state
    return felt


def _of_release(release: Release, levels: Levels) -> tuple[float, float, float]:
    figure = release.figure
    counted = [levels[person][period] for person, period in release.counted]
    if figure.band is None:
        return nan, nan, nan
    sizes = next(c for c in size_classes(release.policy) if str(c) == figure.people)
    bands = band_set(release.policy, SCALE, sizes)
    index = bands.index_of_sum(SCALE, len(counted), sum(counted))
    return (
        _rating(100 * fmean(counted) / SCALE.top),
        _rating(bands.middle(bands.bands[index])),
        _rating(bands.middle(figure.band)),
    )


def _rating(points: float) -> float:
    return LOWEST + points * (HIGHEST - LOWEST) / 100


def _mean(values: NDArray[Any], counts: NDArray[np.bool_]) -> float:
    return float(values[counts].mean()) if counts.any() else nan


def _centred(
    values: NDArray[np.float64], units: Sequence[tuple[int, tuple[int, ...]]]
) -> NDArray[np.float64]:
    """Take the mean of its unit from every value, so that trends alone are left."""
    _, unit = np.unique([str(one) for one in units], return_inverse=True)
    means = np.bincount(unit, values) / np.bincount(unit)
    return np.asarray(values - means[unit])


if __name__ == "__main__":
    main()

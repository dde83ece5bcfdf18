"""Trial: how often better weeks are laid on support by chance, and how often found."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt
from random import Random

from wellbeing.domain.better_weeks import ENOUGH_WEEKS, SupportWeek, compare
from wellbeing.domain.check_ins import SupportUsed
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week

FIRST = Week(2024, 1)
KINDS = tuple(SupportUsed)


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """What the weeks of invented people are like.

    Overall is a whole rating of 1 to 10, burnout the mean of four answers of 0 to 4;
    both show the same state, which resembles that of the week before.

    Attributes:
        lasting: autocorrelation of the state from one week to the next.
        noise: share of an answer's variance that is of the moment.
        kinds: how many kinds of support somebody uses.
        often: in which share of the weeks.
        runs: chance that a habit goes on as it was the week before.
        seeks: by which factor the odds of support rise with each deviation down.
        drift: deviations by which the weeks change in a year.
        missing: share of weeks without a check-in.
        effect: deviations by which the first kind lifts the week after.
    """

    weeks: int = 26
    lasting: float = 0.5
    noise: float = 0.3
    kinds: int = 4
    often: float = 0.35
    runs: float = 0.0
    seeks: float = 1.0
    drift: float = 0.0
    missing: float = 0.15
    effect: float = 0.0


def person(rng: Random, world: World) -> list[SupportWeek]:
    """Invent one person's weeks."""
    state, lift, found = rng.gauss(0, 1), 0.0, []
    habits = [rng.random() < world.often for _ in range(world.kinds)]
    for n in range(world.weeks):
        fresh = sqrt(1 - world.lasting**2) * rng.gauss(0, 1)
        state = world.lasting * state + fresh
        felt = state + lift + world.drift * n / 52
        odds = world.often / (1 - world.often) * world.seeks**-felt
        for k in range(world.kinds):
            if rng.random() >= world.runs:
                habits[k] = rng.random() < odds / (1 + odds)
        lift = world.effect if habits[0] else 0.0
        if rng.random() < world.missing:
            continue
        week = SupportWeek(
            week=FIRST.plus(n),
            values={
                Indicator.OVERALL: _overall(rng, felt, world.noise),
                Indicator.BURNOUT: _burnout(rng, felt, world.noise),
            },
            used=frozenset(k for k, on in zip(KINDS, habits, strict=False) if on),
        )
        found.append(week)
    return found


def _overall(rng: Random, felt: float, noise: float) -> float:
    shown = sqrt(1 - noise) * felt + sqrt(noise) * rng.gauss(0, 1)
    return (min(10, max(1, round(6.5 + 1.3 * shown))) - 1) / 9 * 100


def _burnout(rng: Random, felt: float, noise: float) -> float:
    def answer() -> int:
        shown = -sqrt(1 - noise) * felt + sqrt(noise) * rng.gauss(0, 1)
        return min(4, max(0, round(1.4 + 0.8 * shown)))

    return sum(answer() for _ in range(4)) / 16 * 100


def share_told(world: World, people: int, seed: int = 1) -> float:
    """Return the share of people who are told anything in their last week."""
    rng = Random(seed)
    told = (any(c.tells for c in compare(person(rng, world))) for _ in range(people))
    return sum(told) / people


def share_ever_told(world: World, people: int, seed: int = 1) -> float:
    """Return the share who are told anything in some week, looking every week."""
    rng = Random(seed)
    told = 0
    for _ in range(people):
        weeks = person(rng, world)
        ends = range(ENOUGH_WEEKS, len(weeks) + 1)
        told += any(any(c.tells for c in compare(weeks[:end])) for end in ends)
    return told / people


_YEAR = World(weeks=52)
ROWS = {
    "half a year": World(),
    "a quarter": World(weeks=14),
    "a year": _YEAR,
    "two years": World(weeks=104),
    "autocorrelation 0": World(lasting=0),
    "autocorrelation 0.4": World(lasting=0.4),
    "autocorrelation 0.6": World(lasting=0.6),
    "autocorrelation 0.8": World(lasting=0.8),
    "answers half noise": World(lasting=0.6, noise=0.5),
    "one kind": World(kinds=1),
    "eight kinds": World(kinds=8),
    "habits in runs (0.5)": World(runs=0.5, lasting=0.6),
    "habits in long runs (0.8)": World(runs=0.8, lasting=0.6),
    "habits in long runs (0.8), a year": replace(_YEAR, runs=0.8, lasting=0.6),
    "support sought in hard weeks (odds x 2)": replace(_YEAR, seeks=2),
    "support sought in hard weeks (odds x 4)": replace(_YEAR, seeks=4),
    "weeks getting harder, 2 SD a year": replace(_YEAR, drift=-2),
}
EFFECTS = {
    f"{size} SD, {weeks} weeks": World(weeks=weeks, effect=size)
    for size in (0.5, 1.0, 1.5)
    for weeks in (26, 52, 104)
}


def _report(people: int, seed: int) -> Iterator[str]:
    yield f"{people} people a figure, seed {seed}\n\nno effect: told something\n"
    for label, world in ROWS.items():
        yield f"{label:<46}{share_told(world, people, seed):7.3f}\n"
    yield "\nno effect: ever told something, looking every week\n"
    for label in ("half a year", "a year"):
        share = share_ever_told(ROWS[label], people // 4, seed)
        yield f"{label:<46}{share:7.3f}\n"
    yield "\nthe first kind lifts the week after: told something\n"
    for label, world in EFFECTS.items():
        yield f"{label:<46}{share_told(world, people, seed):7.3f}\n"


def main() -> None:
    """Print the table of docs/trials.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    for line in _report(chosen.people, chosen.seed):
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Trial: how often the early sign stands by chance, and how often it sees a drop."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wellbeing.domain.indicators import Direction
from wellbeing.domain.usual_range import RULE, Reading, SignRule, read_series
from wellbeing.domain.weeks import Week

MEAN, SPREAD = 6.5, 1.2
MEAN_SD, SPREAD_LOG_SD = 1.0, 0.25
"""How people differ: a normal mean, a lognormal spread."""

HALF_YEAR, YEAR, MONTH, TWO_MONTHS = 26, 52, 4, 8
_FIRST = Week(2024, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What one row of the table assumes.

    Attributes:
        autocorrelation: of neighbouring weeks (first-order autoregression).
        missing: chance that a week is empty, each by itself.
        drop: fall of the mean in units of the person's own spread.
        delay: weeks between the end of the baseline and the fall.
        lowest: lowest rating; the highest is 10.
    """

    rule: SignRule = RULE
    autocorrelation: float = 0.0
    missing: float = 0.0
    drop: float = 0.0
    delay: int = 0
    lowest: int = 0
    horizon: int = YEAR


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One simulated person: the reading and where its baseline ends."""

    reading: Reading
    points: dict[Week, float]
    baseline_end: Week

    def signs_within(self, first: int, last: int) -> bool:
        """Tell whether a sign stands in these weeks after the baseline, from 1."""
        return any(
            first <= sign.week.minus(self.baseline_end) <= last
            for sign in self.reading.signs
            if sign.early_sign
        )


def _noise(
    rng: np.random.Generator, people: int, weeks: int, autocorrelation: float
) -> NDArray[np.float64]:
    """Return standard normal weeks, each correlated with the one before."""
    noise = rng.normal(size=(people, weeks))
    fresh = np.sqrt(1 - autocorrelation**2)
    for t in range(1, weeks):
        noise[:, t] = autocorrelation * noise[:, t - 1] + fresh * noise[:, t]
    return noise


def simulate(
    setting: Setting, people: int, rng: np.random.Generator
) -> Iterator[Person]:
    """Simulate people and read each of them with the rule as it ships."""
    m = setting.rule.baseline_weeks
    longest = 4 * m if setting.missing else m
    weeks = longest + setting.delay + setting.horizon
    calendar = [_FIRST.plus(n) for n in range(weeks)]
    mean = rng.normal(MEAN, MEAN_SD, people)
    spread = SPREAD * np.exp(rng.normal(0, SPREAD_LOG_SD, people))
    noise = _noise(rng, people, weeks, setting.autocorrelation)
    there = rng.random((people, weeks)) >= setting.missing
    end = np.argmax(np.cumsum(there, axis=1) >= m, axis=1)
    fallen = np.arange(weeks) > (end + setting.delay)[:, None]
    latent = mean[:, None] + spread[:, None] * (noise - setting.drop * fallen)
    ratings = np.clip(np.rint(latent), setting.lowest, 10)
    points = (ratings - setting.lowest) / (10 - setting.lowest) * 100
    last = end + setting.delay + setting.horizon
    for row, seen, stop, learned in zip(points, there, last, end, strict=True):
        values = zip(calendar, row.tolist(), seen.tolist(), strict=True)
        series = [(w, v) for w, v, is_there in list(values)[: stop + 1] if is_there]
        yield Person(
            reading=read_series(series, Direction.HIGHER_IS_BETTER, rule=setting.rule),
            points=dict(series),
            baseline_end=calendar[learned],
        )


def share_with_sign(
    setting: Setting, people: int, seed: int, within: Sequence[int]
) -> list[float]:
    """Return the share of people with a sign within so many weeks of the fall.

    Week 1 is the first week after baseline and delay; without a fall every sign is
    a false alarm. People who had a sign before the fall are left in.
    """
    rng = np.random.default_rng(seed)
    first, hits = setting.delay + 1, [0] * len(within)
    for person in simulate(setting, people, rng):
        for n, weeks in enumerate(within):
            hits[n] += person.signs_within(first, setting.delay + weeks)
    return [hit / people for hit in hits]


def share_inside(setting: Setting, people: int, seed: int) -> float:
    """Return the share of single weeks after the baseline inside the usual range."""
    inside = weeks = 0
    for person in simulate(setting, people, np.random.default_rng(seed)):
        usual = person.reading.usual_range
        if usual is None:
            continue
        later = [v for w, v in person.points.items() if w > usual.through_week]
        inside += sum(usual.low <= value <= usual.high for value in later)
        weeks += len(later)
    return inside / weeks


def figures(setting: Setting, people: int, seed: int) -> list[float]:
    """Return false alarms by week 26 and 52, then 1 and 2 SD seen in 4 and 8."""
    plans = (
        (0, 0, (HALF_YEAR, YEAR)),
        (1, setting.delay, (MONTH, TWO_MONTHS)),
        (2, setting.delay, (MONTH, TWO_MONTHS)),
    )
    return [
        share
        for drop, delay, within in plans
        for share in share_with_sign(
            replace(setting, drop=drop, delay=delay, horizon=within[-1]),
            people,
            seed,
            within,
        )
    ]


SHEET = {
    (8, 0.0): (0.06, 0.09, 0.22, 0.38, 0.72, 0.89),
    (8, 0.3): (0.14, 0.20, 0.27, 0.43, 0.70, 0.88),
    (8, 0.5): (0.21, 0.30, 0.30, 0.46, 0.69, 0.85),
    (12, 0.3): (0.14, 0.22, 0.29, 0.47, 0.74, 0.91),
}
"""Reference figures by baseline weeks and autocorrelation, from another program.

Integer ratings of 0 to 10, 20,000 series; see docs/early_sign.md.
"""


_USUAL = Setting(autocorrelation=0.3)
_QUICKER = replace(_USUAL, rule=SignRule(smoothing=0.3))
VARIANTS = {
    "ratings 1 to 10": replace(_USUAL, lowest=1),
    "fall 12 weeks after the baseline": replace(_USUAL, delay=12),
    "fall 26 weeks after the baseline": replace(_USUAL, delay=26),
    "25 % of weeks missing": replace(_USUAL, missing=0.25),
    "50 % of weeks missing": replace(_USUAL, missing=0.5),
    "smoothing 0.3, 25 % missing (.13; 2SD8 .81)": replace(_QUICKER, missing=0.25),
    "smoothing 0.3, 50 % missing (.09; 2SD8 .68)": replace(_QUICKER, missing=0.5),
}
"""What the reference does not cover, or (in brackets) covers in part."""


def _line(label: str, values: Sequence[float]) -> str:
    return f"{label:<46}" + "".join(f"{value:7.3f}" for value in values) + "\n"


def _report(people: int, seed: int) -> Iterator[str]:
    yield f"{people} people a figure, seed {seed}\n"
    heads = ("FA26", "FA52", "1SD4", "1SD8", "2SD4", "2SD8")
    yield " " * 46 + "".join(f"{head:>7}" for head in heads) + "\n"
    for (m, phi), reference in SHEET.items():
        setting = Setting(rule=SignRule(baseline_weeks=m), autocorrelation=phi)
        ours = figures(setting, people, seed)
        yield _line(f"baseline {m}, autocorrelation {phi}", ours)
        yield _line("  reference", reference)
    yield "\nbaseline 8, autocorrelation 0.3, and\n"
    for label, setting in VARIANTS.items():
        yield _line(label, figures(setting, people, seed))
    yield "\nsingle weeks inside the usual range, 26 weeks after the baseline\n"
    for phi in (0.0, 0.3, 0.5):
        setting = Setting(autocorrelation=phi, horizon=HALF_YEAR)
        inside = share_inside(setting, people, seed)
        yield _line(f"autocorrelation {phi}", [inside])


def main() -> None:
    """Print the table of docs/early_sign.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.perf_counter()
    for line in _report(options.people, options.seed):
        sys.stdout.write(line)
        sys.stdout.flush()
    sys.stdout.write(f"\n{time.perf_counter() - begun:.0f} seconds\n")


if __name__ == "__main__":
    main()

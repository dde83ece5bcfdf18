"""Trial: the attacks on team trends over every size and many invented organisations."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from tests.privacy import criteria
from tests.privacy.bounds import attack_releases
from tests.privacy.closings import by_unit, close_year, levels_of
from tests.privacy.guesses import Guess, gains, guesses, histograms
from tests.privacy.organisations import Organisation, invent
from tests.privacy.pairs import fewest_in_panel, no_limit
from tests.privacy.presence import (
    Outcome,
    observed_releases,
    observed_weeks,
    outcome,
)
from tests.privacy.screens import left_closed, left_live, team_weeks
from tests.privacy.triples import fewest_in_quarter
from wellbeing.privacy.policy import RULES, Policy, small_teams
from wellbeing.privacy.scales import TEAM_INDICATORS, ReleaseScale

LEAST = criteria.LEAST_VALUES_LEFT
SCALES = tuple(ReleaseScale(levels=n) for n in sorted(set(TEAM_INDICATORS.values())))
TARGETS = 12
SAMPLE = 2_000
ALIKE = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How much is tried.

    Attributes:
        sizes: panels whose pairs of figures are tried.
        whole: panels whose quarters are all tried; of larger ones a sample is.
        largest: the largest panel whose quarters are tried.
        organisations: how many are invented.
        attacked: in how many of them bounds and guesses are computed.
    """

    sizes: Sequence[int]
    whole: int
    largest: int
    organisations: int
    attacked: int


FULL = Plan(sizes=range(8, 31), whole=9, largest=14, organisations=40, attacked=10)
QUICK = Plan(sizes=(8, 9, 12, 13, 16), whole=0, largest=9, organisations=12, attacked=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line of the report."""

    attack: str
    figure: str
    holds: bool


def main() -> int:
    """Run every attack, print what it finds, and tell whether everything holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a selection, in a minute")
    plan = QUICK if parser.parse_args().quick else FULL
    began, fails = time.perf_counter(), 0
    for finding in findings(plan):
        fails += not finding.holds
        holds = "holds" if finding.holds else "FAILS"
        print(f"{holds}  {finding.attack}: {finding.figure}", flush=True)
    print(f"{time.perf_counter() - began:.0f} s")
    return 1 if fails else 0


def findings(plan: Plan) -> Iterator[Finding]:
    """Yield what each attack finds."""
    for scale in SCALES:
        yield pairs(RULES, scale, plan.sizes)
        yield pairs(small_teams(), scale, range(5, 8))
        yield from quarters(RULES, scale, range(8, plan.largest + 1), plan.whole)
        yield from quarters(small_teams(), scale, range(5, 8), plan.whole)
    yield control(
        "without the display limit, values left",
        fewest_in_panel(RULES, SCALES[-1], 8, no_limit),
        lambda left: left < LEAST,
    )
    everybody = [invent(seed) for seed in range(plan.organisations)]
    yield from presence(everybody)
    some = everybody[: plan.attacked]
    yield from narrowing(some)
    yield from guessing(some)
    yield from usual_screens(everybody[0])


def pairs(policy: Policy, scale: ReleaseScale, sizes: Sequence[int]) -> Finding:
    """Try every two figures of a quarter, over all data."""
    left = {people: fewest_in_panel(policy, scale, people) for people in sizes}
    return Finding(
        attack=f"two figures, {scale.levels} values, {min(sizes)}-{max(sizes)} people",
        figure=f"{min(left.values())} values left, by size {list(left.values())}",
        holds=min(left.values()) >= LEAST,
    )


def quarters(
    policy: Policy, scale: ReleaseScale, sizes: Sequence[int], whole: int
) -> Iterator[Finding]:
    """Try all three figures of a quarter together, over all data or a sample."""
    for people in sizes:
        sample = None if people <= whole else (SAMPLE, people)
        left = fewest_in_quarter(policy, scale, people, sample)
        tried = "all cases" if sample is None else f"{SAMPLE} cases at most"
        yield Finding(
            attack=f"three figures, {scale.levels} values, {people} people, {tried}",
            figure=f"{left} values left",
            holds=left >= LEAST,
        )


def presence(everybody: Sequence[Organisation]) -> Iterator[Finding]:
    """Hold a year of figures against who was there."""
    found = [outcome(observed_releases(close_year(o)), o.averages()) for o in everybody]
    explained, named, chance = _means(found)
    yield Finding(
        attack=f"a year of presence, {len(found)} organisations",
        figure=f"{explained:.1%} of the variance explained",
        holds=explained <= criteria.MOST_VARIANCE_EXPLAINED,
    )
    yield Finding(
        attack="the lowest person of a unit",
        figure=f"named in {named:.1%}, by chance {chance:.1%}",
        holds=named <= criteria.MOST_TIMES_CHANCE * chance,
    )
    weekly = [
        outcome(observed_weeks(team_weeks(o, seed)), o.averages())
        for seed, o in enumerate(everybody[:6])
    ]
    explained, named, chance = _means(weekly)
    yield control(
        f"weekly means, variance explained (named {named:.0%}, chance {chance:.0%})",
        explained,
        lambda share: share >= 0.25,  # noqa: PLR2004 (as the README says)
    )


def narrowing(organisations: Sequence[Organisation]) -> Iterator[Finding]:
    """Bound the answers of invented people, also where teams answer alike."""
    for alike in (0.0, ALIKE):
        for at_once in (1, 2, 3, 13):
            left: list[int] = []
            for seed, organisation in enumerate(organisations):
                told = invent(seed, alike=alike) if alike else organisation
                levels = levels_of(told)
                for releases in by_unit(close_year(told)):
                    first = seed % max(1, len(releases) - at_once)
                    some = releases[first : first + at_once]
                    left += attack_releases(some, levels, TARGETS, seed)
            yield Finding(
                attack=f"{at_once} releases at once, {alike:.0%} alike, colluders",
                figure=f"{min(left)} values left, {len(left)} answers attacked",
                holds=criteria.nobody_is_narrowed(left),
            )


def guessing(organisations: Sequence[Organisation]) -> Iterator[Finding]:
    """Guess answers before and after each figure."""
    every: list[Sequence[Guess]] = []
    for organisation in organisations:
        levels = levels_of(organisation)
        every += guesses(close_year(organisation), levels, histograms(levels))
    found = gains(every)
    yield Finding(
        attack="guessing an answer exactly",
        figure=f"{100 * found.guessing:+.2f} points",
        holds=found.guessing <= criteria.MOST_GAIN_IN_GUESSING,
    )
    yield Finding(
        attack="information about an answer",
        figure=f"{found.bits:.3f} bit",
        holds=found.bits <= criteria.MOST_INFORMATION_BITS,
    )
    yield Finding(
        attack="putting two colleagues in order",
        figure=f"{found.ranking:+.4f}",
        holds=found.ranking <= criteria.MOST_GAIN_IN_RANKING,
    )
    yield Finding(
        attack="answers called low with confidence",
        figure=str(found.accused),
        holds=found.accused == 0,
    )


def usual_screens(organisation: Organisation) -> Iterator[Finding]:
    """Show that the same attacks succeed on what is usually shown."""
    live = [span for week in team_weeks(organisation, 0) for span in left_live(week)]
    left = [most - least + 1 for least, most in live]
    yield control(
        "a live screen, answers pinned",
        criteria.share_pinned(left),
        lambda share: share >= 0.25,  # noqa: PLR2004 (the same)
    )
    weeks = team_weeks(invent(0, alike=ALIKE), 0)
    closed = [values for week in weeks for values in left_closed(week, told=0)]
    yield control(
        "closed weekly means where teams answer alike, answers pinned",
        criteria.share_pinned(closed),
        lambda share: share >= 0.02,  # noqa: PLR2004 (the same)
    )


def control(attack: str, found: float, succeeds: Callable[[float], bool]) -> Finding:
    """Report an attack that has to succeed, or it is no good."""
    return Finding(
        attack=f"control: {attack}", figure=f"{found:.3g}", holds=succeeds(found)
    )


def _means(found: Sequence[Outcome]) -> tuple[float, float, float]:
    return (
        fmean(one.explained for one in found),
        fmean(one.named for one in found),
        fmean(one.chance for one in found),
    )


if __name__ == "__main__":
    sys.exit(main())

"""How the pool pairs invented clinics over a year: rules, who waits, load, time.

Run with ``python -m trials.pairing``. Each clinic has teams of about eight, one lead a
team who works with clients too, one in fifty pairs blocked, and one in ten on a pause.
Suggestions lead to a pairing of eight weeks in half of the cases. In a fifth of the
clinic people only give, in a fifth they only receive; whoever gave three times more
than they received in twelve weeks rests.
"""

import argparse
from collections import Counter, deque
from itertools import combinations
from random import Random
from time import perf_counter
from uuid import UUID

from wellbeing.domain.pairings import Colleague, PeerRhythm
from wellbeing.domain.peer_pool import (
    APART_WEEKS,
    BALANCE_WEEKS,
    Waiting,
    needs_rest,
    suggest_pairs,
)
from wellbeing.domain.weeks import Week

SIZES = (6, 7, 12, 25, 60, 150, 500)
ROUNDS, FIRST = 52, Week(2026, 1)
_TEAM, _PAIRED_WEEKS, _ANSWER_WEEKS = 8, 8, 2
_PAUSED, _AGREE = 0.1, 0.5


class Trial:
    """One invented clinic through a year of suggestions."""

    def __init__(self, size: int, *, rests: bool = True) -> None:
        self.rng, self.rests = Random(size), rests
        self.people = [self._colleague(n) for n in range(size)]
        self.by_id = {p.person_id: p for p in self.people}
        pairs = [frozenset(p) for p in combinations(self.by_id, 2)]
        self.blocked = set(self.rng.sample(pairs, len(pairs) // 50))
        self.since = dict.fromkeys(self.by_id, FIRST)
        self.busy_until: dict[UUID, Week] = {}
        self.met: dict[frozenset[UUID], Week] = {}
        self.balances = {p: deque(maxlen=BALANCE_WEEKS) for p in self.by_id}
        self.gives = {p: self.rng.choice([1, -1, 0, 0, 0]) for p in self.by_id}
        self.pairings: list[tuple[tuple[UUID, UUID], Week]] = []
        self.contacts = Counter()
        self.longest_wait, self.broken, self.slowest = 0, 0, 0.0
        self.left_over: set[UUID] = set()
        self.left_twice = 0

    def _colleague(self, number: int) -> Colleague:
        team = UUID(int=1000 + number // _TEAM)
        return Colleague(
            person_id=UUID(int=number),
            name="",
            team_id=team,
            team="",
            site="",
            leads=frozenset({team} if number % _TEAM == 0 else ()),
            may_be_asked=True,
        )

    def run(self) -> None:
        """Go through the year."""
        for week in FIRST.through(FIRST.plus(ROUNDS - 1)):
            self._talk(week)
            self._suggest(week)

    def _talk(self, week: Week) -> None:
        said = dict.fromkeys(self.by_id, 0)
        for people, until in self.pairings:
            if week < until:
                for person in people:
                    self.contacts[person] += 1
                    said[person] += self.gives[person]
        for person, amount in said.items():
            self.balances[person].append(amount)

    def _suggest(self, week: Week) -> None:
        free = [
            p
            for p in self.by_id
            if self.busy_until.get(p, week) <= week and self.rng.random() > _PAUSED
        ]
        waiting = [
            Waiting(
                colleague=self.by_id[p],
                since=self.since[p],
                balance=sum(self.balances[p]),
                rhythm=PeerRhythm.WEEKLY,
            )
            for p in free
            if not (self.rests and needs_rest(sum(self.balances[p])))
        ]
        recent = {
            pair for pair, last in self.met.items() if week.minus(last) <= APART_WEEKS
        }
        began = perf_counter()
        found = suggest_pairs(waiting, recent | self.blocked, self.rng)
        self.slowest = max(self.slowest, perf_counter() - began)
        self._check(found, recent)
        met = {person for each in found for person in each.people}
        left = {w.person_id for w in waiting} - met
        self.left_twice += len(left & self.left_over)
        self.left_over = left
        for w in waiting:
            self.longest_wait = max(
                self.longest_wait,
                week.minus(w.since) if w.person_id in met else 0,
            )
        for each in found:
            self._go_on(each.people, week)

    def _go_on(self, people: tuple[UUID, UUID], week: Week) -> None:
        agreed = self.rng.random() < _AGREE
        until = week.plus(_PAIRED_WEEKS if agreed else _ANSWER_WEEKS)
        self.met[frozenset(people)] = until if agreed else week
        if agreed:
            self.pairings.append((people, until))
        for person in people:
            self.busy_until[person] = until
            self.since[person] = until

    def _check(self, found: tuple, recent: set[frozenset[UUID]]) -> None:
        met = [person for each in found for person in each.people]
        self.broken += len(met) - len(set(met))
        for each in found:
            one, other = (self.by_id[p] for p in each.people)
            pair = frozenset(each.people)
            self.broken += one.is_apart_from(other)
            self.broken += pair in recent or pair in self.blocked


def gini(values: list[int]) -> float:
    """Return how unevenly values are spread: 0 (all alike) to 1."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0.0
    ranked = sum(rank * value for rank, value in enumerate(ordered, 1))
    return 2 * ranked / (len(ordered) * total) - (len(ordered) + 1) / len(ordered)


def main() -> None:
    """Print a line a clinic."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print("people  broken  contacts/person: least mean most  Gini", end="")
    print("  givers' contacts: rest / no rest  longest wait  left twice  slowest s")
    for size in SIZES:
        trial, without = Trial(size), Trial(size, rests=False)
        trial.run()
        without.run()
        counts = [trial.contacts[p] for p in trial.by_id]
        givers = [p for p in trial.by_id if trial.gives[p] > 0]
        giving = [
            sum(t.contacts[p] for p in givers) / max(1, len(givers))
            for t in (trial, without)
        ]
        print(
            f"{size:6}  {trial.broken:6}  {min(counts):21} "
            f"{sum(counts) / size:4.1f} {max(counts):4}  {gini(counts):4.2f}"
            f"  {giving[0]:22.1f} / {giving[1]:7.1f}"
            f"  {trial.longest_wait:15}  {trial.left_twice:10}  {trial.slowest:9.3f}"
        )


if __name__ == "__main__":
    main()

"""How the pool suggests pairs. It knows no answer, no score, and nobody's check-ins."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random

from wellbeing.domain.ids import PersonId
from wellbeing.domain.pair_matching import match_in_order
from wellbeing.domain.pairings import Colleague, PeerRhythm
from wellbeing.domain.weeks import Week

APART_WEEKS = 12
"""Two people who were paired or suggested are not suggested again for so long."""
BALANCE_WEEKS = 12
"""A balance of given and received support looks back so many weeks."""
REST_FROM = 3
"""Whoever only gave in so many more contacts than they only received has a rest."""

_SAME_TEAM, _OTHER_SITE, _RHYTHM, _LOAD = 3, 2, 1, 1
_MOST_LOAD = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Somebody who waits in the pool.

    Attributes:
        since: the week from which they wait; the longest wait comes first.
        balance: contacts in which they only gave, less those they only received, by
            their own records of the last 12 weeks.
        rhythm: how often they would like to check in.
    """

    colleague: Colleague
    since: Week
    balance: int
    rhythm: PeerRhythm

    @property
    def person_id(self) -> PersonId:
        """Who it is."""
        return self.colleague.person_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggested:
    """Two people whom the pool suggests to each other."""

    people: tuple[PersonId, PersonId]
    rhythm: PeerRhythm


def needs_rest(balance: int) -> bool:
    """Tell whether somebody gave so much more than they received that they rest."""
    return balance >= REST_FROM


def suggest_pairs(
    waiting: Sequence[Waiting],
    apart: Collection[frozenset[PersonId]],
    rng: Random,
) -> tuple[Suggested, ...]:
    """Return pairs for as many as possible; whoever waits longest comes first.

    Nobody is paired with somebody they lead or who leads them. Among what is possible,
    pairs are chosen that cost little: other teams at the same site, alike rhythms,
    alike balances, so that whoever gives much meets somebody who gives, too.

    Args:
        waiting: who wants a peer and needs no rest.
        apart: pairs that must not be: blocked, or together not long ago.
        rng: decides between equals; the same one gives the same pairs.
    """
    drawn = sorted(waiting, key=lambda w: w.person_id)
    rng.shuffle(drawn)
    people = sorted(drawn, key=lambda w: (w.since, w.balance))
    costs = _costs(people, apart)
    friends = [sorted(row, key=row.__getitem__) for row in costs]
    mates = match_in_order(friends)
    pairs = [(a, b) for a, b in enumerate(mates) if b is not None and a < b]
    return tuple(
        Suggested(
            people=(people[a].person_id, people[b].person_id),
            rhythm=max((people[a].rhythm, people[b].rhythm), key=lambda r: r.weeks),
        )
        for a, b in _cheaper(pairs, costs)
    )


def _costs(
    people: Sequence[Waiting], apart: Collection[frozenset[PersonId]]
) -> list[dict[int, int]]:
    costs: list[dict[int, int]] = [{} for _ in people]
    for (a, one), (b, other) in combinations(enumerate(people), 2):
        both = one.colleague, other.colleague
        if both[0].is_apart_from(both[1]):
            continue
        if frozenset((one.person_id, other.person_id)) not in apart:
            costs[a][b] = costs[b][a] = _cost(one, other)
    return costs


def _cost(one: Waiting, other: Waiting) -> int:
    here, there = one.colleague, other.colleague
    same_team = here.team_id is not None and here.team_id == there.team_id
    steps = abs(one.rhythm.weeks - other.rhythm.weeks)
    load = min(abs(one.balance - other.balance), _MOST_LOAD)
    return (
        _SAME_TEAM * same_team
        + _OTHER_SITE * (here.site != there.site)
        + _RHYTHM * steps
        + _LOAD * load
    )


def _cheaper(
    pairs: list[tuple[int, int]], costs: Sequence[dict[int, int]]
) -> list[tuple[int, int]]:
    """Let two pairs swap partners for as long as that costs less.

    Every swap makes the whole cheaper, and costs are whole numbers: it ends.
    """
    swapped = True
    while swapped:
        swapped = False
        for n, m in combinations(range(len(pairs)), 2):
            (a, b), (c, d) = pairs[n], pairs[m]
            now = costs[a][b] + costs[c][d]
            if not now:
                continue
            for (e, f), (g, h) in (((a, c), (b, d)), ((a, d), (b, c))):
                if f in costs[e] and h in costs[g] and costs[e][f] + costs[g][h] < now:
                    pairs[n], pairs[m] = (e, f), (g, h)
                    swapped = True
                    break
    return pairs

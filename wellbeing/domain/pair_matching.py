"""Who can be paired with whom at once: as many as possible, the first ones first."""

from collections import deque
from collections.abc import Sequence

_NOBODY = -1


def match_in_order(friends: Sequence[Sequence[int]]) -> list[int | None]:
    """Return whom each one is paired with; None: nobody.

    Whoever comes first is paired whenever any pairing of all could have paired them
    together with those before them, so the fewest and the last ones are left over.
    Paths are found as in Edmonds 1965, doi:10.4153/CJM-1965-045-4.

    Args:
        friends: for each one, whom they can be paired with, the best first. Both
            must name each other.
    """
    count = len(friends)
    # One seat more, for nobody: whoever is led to it gives up their place.
    mates = [_NOBODY] * (count + 1)
    for one in range(count):
        if mates[one] != _NOBODY:
            continue
        if _extend(friends, mates, one, frozenset()):
            continue
        later = frozenset(n for n in range(one + 1, count) if mates[n] != _NOBODY)
        if _extend(friends, mates, one, later):
            mates[mates[count]] = _NOBODY
            mates[count] = _NOBODY
    return [None if mate == _NOBODY else mate for mate in mates[:count]]


def _extend(
    friends: Sequence[Sequence[int]],
    mates: list[int],
    root: int,
    may_give_up: frozenset[int],
) -> bool:
    """Pair somebody, letting others change; tell whether that was possible."""
    found = _Search(friends, mates, may_give_up).from_root(root)
    if found is None:
        return False
    end, before = found
    while end != _NOBODY:
        previous = before[end]
        following = mates[previous]
        mates[end], mates[previous] = previous, end
        end = following
    return True


class _Search:
    """One search for a path from somebody without a mate to another one."""

    def __init__(
        self,
        friends: Sequence[Sequence[int]],
        mates: Sequence[int],
        may_give_up: frozenset[int],
    ) -> None:
        self.friends, self.mates, self.may_give_up = friends, mates, may_give_up
        self.seat = len(friends)
        self.before = [_NOBODY] * (self.seat + 1)
        self.base = list(range(self.seat + 1))
        self.reached = [False] * (self.seat + 1)

    def from_root(self, root: int) -> tuple[int, list[int]] | None:
        """Return the end of a path and who stands before whom on it."""
        waiting = deque([root])
        self.reached[root] = True
        while waiting:
            one = waiting.popleft()
            for other in self._around(one):
                if self.base[one] == self.base[other] or self.mates[one] == other:
                    continue
                mate = self.mates[other]
                if other == root or (mate != _NOBODY and self.before[mate] != _NOBODY):
                    waiting.extend(self._close_ring(one, other, root))
                elif self.before[other] == _NOBODY:
                    self.before[other] = one
                    if mate == _NOBODY:
                        return other, self.before
                    self.reached[mate] = True
                    waiting.append(mate)
        return None

    def _around(self, one: int) -> Sequence[int]:
        if one in self.may_give_up:
            return [*self.friends[one], self.seat]
        return self.friends[one]

    def _close_ring(self, one: int, other: int, root: int) -> list[int]:
        """Treat a ring of odd length as one; return who is reached through it."""
        base = self._common(one, other, root)
        ring: set[int] = set()
        self._mark(ring, one, base, other)
        self._mark(ring, other, base, one)
        new = []
        for n in range(self.seat + 1):
            if self.base[n] in ring:
                self.base[n] = base
                if not self.reached[n]:
                    self.reached[n] = True
                    new.append(n)
        return new

    def _common(self, one: int, other: int, root: int) -> int:
        seen = set()
        while True:
            one = self.base[one]
            seen.add(one)
            if one == self.base[root]:
                break
            one = self.before[self.mates[one]]
        while self.base[other] not in seen:
            other = self.before[self.mates[self.base[other]]]
        return self.base[other]

    def _mark(self, ring: set[int], one: int, base: int, child: int) -> None:
        while self.base[one] != base:
            mate = self.mates[one]
            ring |= {self.base[one], self.base[mate]}
            self.before[one] = child
            child = mate
            one = self.before[mate]

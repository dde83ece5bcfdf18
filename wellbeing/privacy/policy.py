"""The release rules as one frozen, validated type: stricter is allowed, looser is not.

The rules R1 to R20 and where each is kept stand in README.md of this folder.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.weeks import Week

RULES_VERSION = "1"
"""Stored with every release. A changed rule is a new version, never a silent one."""

_FLOORS: Mapping[str, float] = {
    "least_people": 8,
    "least_fresh": 6,
    "fresh_share": 0.6,
    "batch": 3,
    "fine_from": 13,
    "pool_below": 10,
    "least_values": 4,
    "least_share": 0.4,
}
_SMALL_TEAMS: Mapping[str, int] = {"least_people": 5, "least_fresh": 4, "pool_below": 6}
"""The only looser floors there are, and only with ``small_teams``."""

_FIXED = {"period_weeks": 4, "quarter_weeks": 12, "display_points": 10}


_WORDS = {
    "least_people": "The least number of people in a picture",
    "pool_below": "The number of clinicians below which teams share a picture",
}
"""What a clinic chooses, as its administrator knows it."""


class PolicyRefusedError(WellbeingError):
    """A policy that is looser than the rules, or that makes no sense."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(f"{_WORDS.get(name, name)} cannot be set so: {reason}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What the closing job keeps to. The defaults are the loosest values there are.

    A clinic chooses ``least_people``, ``pool_below`` and ``small_teams``.

    Attributes:
        period_weeks: weeks in a figure (R1).
        quarter_weeks: weeks for which the same people are counted, by values that
            they gave within these weeks (R4).
        least_people: people in a figure (R3).
        least_fresh: of whom at least so many answered in each period of the quarter
            so far (R3),
        fresh_share: and at least this share of them (R3).
        batch: joiners and leavers wait for one another until they are so many (R5).
        fine_from: people from which half-width bands are shown (R6).
        display_points: how far apart two pictures of a quarter, or of neighbouring
            periods, are at most, of 100 points (R7).
        pool_below: a team with fewer posts shares a picture with another one (R9).
        least_values: values of the scale that stay possible for everybody (R6),
        least_share: and at least this share of the scale.
        small_teams: pictures of 5 to 7 people; the one looser setting. Every
            clinician's screen says so.
    """

    period_weeks: int = 4
    quarter_weeks: int = 12
    least_people: int = 8
    least_fresh: int = 6
    fresh_share: float = 0.6
    batch: int = 3
    fine_from: int = 13
    display_points: int = 10
    pool_below: int = 10
    least_values: int = 4
    least_share: float = 0.4
    small_teams: bool = False

    def __post_init__(self) -> None:
        """Refuse what is looser than the rules.

        Raises:
            PolicyRefusedError: with the name of the first value that is.
        """
        floors = {**_FLOORS, **(_SMALL_TEAMS if self.small_teams else {})}
        for name, floor in floors.items():
            if getattr(self, name) < floor:
                raise PolicyRefusedError(name, f"at least {floor:g} is needed")
        for name, fixed in _FIXED.items():
            if getattr(self, name) != fixed:
                reason = f"it is {fixed} in every clinic, or the proofs do not hold"
                raise PolicyRefusedError(name, reason)
        for name in ("fresh_share", "least_share"):
            if getattr(self, name) > 1:
                raise PolicyRefusedError(name, "a share is at most 1")
        if self.pool_below < self.least_people:
            reason = (
                f"at least {self.least_people} is needed, as many as a picture needs"
            )
            raise PolicyRefusedError("pool_below", reason)

    @property
    def periods_a_quarter(self) -> int:
        """How many periods share one panel."""
        return self.quarter_weeks // self.period_weeks

    def fresh_needed(self, people: int) -> int:
        """Return how many people of a panel must have answered all along."""
        return max(self.least_fresh, ceil(round(self.fresh_share * people, 9)))

    def colluders(self, people: int) -> int:
        """Return how many people's answers an attacker may know, or choose."""
        return 1 if people < _FLOORS["least_people"] else max(2, people // 4)


RULES = Policy()
"""The rules as they stand by default."""


def small_teams() -> Policy:
    """Return the one looser policy: pictures of 5 to 7 people are shown, too."""
    return Policy(small_teams=True, **_SMALL_TEAMS)


def policy_in(choices: Iterable[tuple[Week, Policy]], week: Week) -> Policy:
    """Return the rules that apply in a week, from a clinic's choices over time.

    A looser choice reaches nothing that was answered before it: it begins with a
    quarter, and no value is carried from one quarter into the next.

    Args:
        choices: each with the week from which it applies, oldest first.
        week: the first week of a quarter.
    """
    return next((p for since, p in reversed(list(choices)) if since <= week), RULES)

"""Panels: who is counted in a unit, for a whole quarter (R4, R5, R10)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from wellbeing.domain.ids import PersonId
from wellbeing.privacy.periods import Period
from wellbeing.privacy.policy import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """The people counted in one unit.

    Attributes:
        people: who may be counted. In a quarter, each counts in the indicators of
            which they had a value in its first period.
        since: the first period of the quarter in which this panel was made.
    """

    people: frozenset[PersonId]
    since: Period


def next_panel(
    policy: Policy,
    quarter: Period,
    eligible: AbstractSet[PersonId],
    before: Panel | None,
    gone: AbstractSet[PersonId] = frozenset(),
) -> Panel:
    """Return the panel of a unit for a quarter.

    Joiners and leavers wait for one another: fewer than ``batch`` changes leave the
    panel as it is, but for one quarter at most. A panel too small to be shown waits
    for nobody.

    Args:
        policy: the rules.
        quarter: its first period.
        eligible: who works in the unit at the quarter's start, chose to be counted,
            leads no team, and answered in the quarter's first period.
        before: the unit's panel of the quarter before; None: a new unit.
        gone: people of that panel who must not be counted any more: they took their
            yes back, lead a team now, or deleted their account.
    """
    new = Panel(people=frozenset(eligible), since=quarter)
    if before is None or len(before.people) < policy.least_people:
        # Nothing was shown of the old panel, so that waiting would hide nothing.
        return new
    stays = before.people - gone
    changes = len(stays ^ new.people)
    has_waited = before.since < quarter.plus(-policy.periods_a_quarter)
    if 0 < changes < policy.batch and not has_waited:
        return Panel(people=frozenset(stays), since=before.since)
    return new

"""You said, we did: what a lead does about a trend, and whether it helps."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType
from uuid import UUID

from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week

ActionId = NewType("ActionId", UUID)


class ActionState(StrEnum):
    """Where an action stands."""

    PLANNED = "planned"
    DONE = "done"
    NOTHING = "nothing"


class Helps(StrEnum):
    """What a member says about an action, with one tap."""

    HELPS = "helps"
    DOES_NOT = "does_not"


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """An action as everybody in the unit sees it.

    Attributes:
        week: planned for, done in, or decided in.
        driver: the indicator it is meant to move; None: none in particular.
        what: the lead's own words; for ``nothing``, the reason.
    """

    action_id: ActionId
    week: Week
    state: ActionState
    driver: Indicator | None
    what: str

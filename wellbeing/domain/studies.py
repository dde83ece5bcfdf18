"""Studies: where one stands, what a participant may say, how many agreed."""

from enum import StrEnum
from typing import NewType
from uuid import UUID

BundleId = NewType("BundleId", UUID)
StudyTokenId = NewType("StudyTokenId", UUID)

FEWEST_PARTICIPANTS = 30
"""Below this no bundle is made: single people would stand out."""
_MANY = 60


class StudyState(StrEnum):
    """Where a version of a study stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    OPEN = "open"
    CLOSED = "closed"


class Decision(StrEnum):
    """What somebody decided about a version of a study; no row: nothing, which is no.

    There is no word for a no: whoever does not agree leaves no trace.
    """

    AGREED = "agreed"
    TAKEN_BACK = "taken_back"


class RoleGroup(StrEnum):
    """What somebody works as, in three groups; they may leave it out."""

    THERAPY = "therapy"
    MEDICINE_AND_NURSING = "medicine_and_nursing"
    SOCIAL_AND_OTHER = "social_and_other"


class Tenure(StrEnum):
    """How long somebody has worked in care, in two bands; they may leave it out."""

    UP_TO_FIVE_YEARS = "up_to_five_years"
    OVER_FIVE_YEARS = "over_five_years"


ATTRIBUTES: dict[str, type[StrEnum]] = {"role_group": RoleGroup, "tenure": Tenure}
"""The attributes a study may ask for, in their order, and what can be answered."""


class Through(StrEnum):
    """How a bundle was asked for."""

    SCREEN = "screen"
    COMMAND = "command"


class SizeClass(StrEnum):
    """How many agreed, as a researcher is told: never the number."""

    BELOW = "fewer_than_30"
    SOME = "30_to_59"
    MANY = "60_or_more"


def size_class(people: int) -> SizeClass:
    """Return the class of a number of people."""
    if people < FEWEST_PARTICIPANTS:
        return SizeClass.BELOW
    return SizeClass.SOME if people < _MANY else SizeClass.MANY

"""A clinic's own key of an instrument: its states, and whose hands were in it."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from wellbeing.domain.ids import PersonId


class KeyState(StrEnum):
    """Where a version of a clinic's own key stands."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"


class Hand(StrEnum):
    """What somebody did with a version of a key."""

    MADE = "made"
    CONFIRMED = "confirmed"


def may_look_again(
    who: PersonId,
    *,
    makers: Collection[PersonId],
    administrators: Collection[PersonId],
    changed_on: date,
    today: date,
) -> bool:
    """Tell whether somebody may confirm a key, as a second look at it.

    Somebody who had no hand in it may at once. Where every administrator had, as in a
    clinic with only one, each of them may on a later day than the last change.

    Args:
        makers: who changed the key or its examples.
        administrators: all who could confirm it now.
    """
    if who not in makers:
        return True
    return set(administrators) <= set(makers) and today > changed_on

"""Who has to have a second factor: a code beside the password."""

from collections.abc import Set as AbstractSet
from enum import StrEnum

from wellbeing.domain.people import Role


class Asked(StrEnum):
    """Of whom a second factor is asked; anybody else may have one."""

    ADMINISTRATORS_AND_RESEARCHERS = "administrators-and-researchers"
    EVERYBODY = "everybody"
    NOBODY = "nobody"


_WITH_POWER = frozenset({Role.ADMINISTRATOR, Role.RESEARCHER})
"""Who changes roles or takes data away: more than their own is behind a password."""


def is_asked(asked: Asked, roles: AbstractSet[Role]) -> bool:
    """Tell whether somebody with these roles has to have a second factor."""
    if asked is Asked.ADMINISTRATORS_AND_RESEARCHERS:
        return bool(roles & _WITH_POWER)
    return asked is Asked.EVERYBODY

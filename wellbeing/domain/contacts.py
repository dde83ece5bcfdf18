"""The clinic's own support contacts: what they are there for, how they are reached."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from wellbeing.domain.ids import ContactId

STALE_AFTER = timedelta(days=183)
"""Six months: a contact that nobody checked since then says so."""


class ContactKind(StrEnum):
    """What a contact of the clinic is; also the order in which they are shown."""

    SUPERVISION = "supervision"
    PEER_SUPPORTER = "peer_supporter"
    THERAPISTS = "therapists"
    EMPLOYEE_ASSISTANCE = "employee_assistance"
    OCCUPATIONAL_HEALTH = "occupational_health"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A support contact of the clinic: who, how to reach them, what for.

    Attributes:
        email: where messages may be sent; empty: nowhere.
        agreed: they said yes to getting messages there.
        checked_on: when an administrator last saw that all this is right.
    """

    contact_id: ContactId
    name: str
    reach: str
    about: str
    kind: ContactKind = ContactKind.OTHER
    email: str = ""
    agreed: bool = False
    checked_on: date | None = None


def is_stale(checked_on: date | None, today: date) -> bool:
    """Tell whether nobody has checked a contact for six months, or ever."""
    return checked_on is None or today - checked_on > STALE_AFTER

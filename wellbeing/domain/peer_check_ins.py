"""A peer check-in as each side records it for itself: nothing about the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.pairings import PeerRhythm
from wellbeing.domain.reflections import Area
from wellbeing.domain.weeks import Week

MOST_AREAS = 2
MOST_CONNECTED = 10


class Guide(StrEnum):
    """The two guides to a peer check-in."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


class How(StrEnum):
    """How two people were in touch."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"
    MESSAGE = "message"


class Length(StrEnum):
    """About how long it took."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class PeerSupport(StrEnum):
    """A kind of support that one colleague gives another."""

    LISTENING = "listening"
    THINKING = "thinking"
    ENCOURAGEMENT = "encouragement"
    KNOWLEDGE = "knowledge"
    PRACTICAL = "practical"
    COMPANY = "company"


@dataclass(frozen=True, kw_only=True, slots=True)
class PeerRecord:
    """What one side keeps about one contact. The other side never sees it.

    Attributes:
        week: when it took place.
        how, length: None: not said.
        areas: what a reflective check-in was about, two at most.
        given, received: kinds of support, from this side.
        connected: how connected it felt, 0 (not at all) to 10 (very); None: not said.
        wants_more: whether this side would like more of it; None: not said.
    """

    week: Week
    guide: Guide = Guide.WEEKLY
    how: How | None = None
    length: Length | None = None
    areas: frozenset[Area] = frozenset()
    given: frozenset[PeerSupport] = frozenset()
    received: frozenset[PeerSupport] = frozenset()
    connected: int | None = None
    wants_more: bool | None = None

    def check(self) -> None:
        """Refuse what no form of ours can send.

        Raises:
            InvalidInputError: too many areas, or a number that is not offered.
        """
        if len(self.areas) > MOST_AREAS:
            raise InvalidInputError("Choose one area or two.")
        if self.connected is not None and not 0 <= self.connected <= MOST_CONNECTED:
            raise InvalidInputError("Choose a number from 0 to 10.")


def balance_of(records: Iterable[PeerRecord]) -> int:
    """Return in how many contacts somebody only gave, less those they only received.

    Their own records alone count. Contacts with both or neither count 0.
    """
    return sum(bool(r.given) - bool(r.received) for r in records)


def next_due(
    rhythm: PeerRhythm, began: Week, contacts: Iterable[Week], this: Week
) -> Week:
    """Return the week of the next agreed check-in; this week if one is overdue."""
    last = max(contacts, default=None)
    due = began if last is None else last.plus(rhythm.weeks)
    return max(due, this)

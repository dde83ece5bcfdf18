"""What a clinician writes for themselves: areas, intentions, successes, the log."""

from dataclasses import dataclass
from enum import StrEnum

from wellbeing.domain.weeks import Week

LONGEST_REFLECTION = 100_000
"""Characters of one reflection."""
LONGEST_DRAFT = 400_000
"""Characters that are kept of a text that is too long to be saved yet."""
LONGEST_LINE = 500
"""Characters of an intention, a small success or a note in the log."""
MOST_MINUTES = 1440
"""Minutes of one entry of the log: a day."""


class Area(StrEnum):
    """What a reflection is about."""

    DEVELOPMENT = "development"
    BURNOUT = "burnout"
    SELF_AWARENESS = "self_awareness"
    COUNTERTRANSFERENCE = "countertransference"
    ETHICS = "ethics"
    PEERS = "peers"
    LEARNING = "learning"
    SELF_CARE = "self_care"
    VICARIOUS_TRAUMA = "vicarious_trauma"
    ACCOUNTABILITY = "accountability"


class Outcome(StrEnum):
    """What became of an intention or a boundary."""

    KEPT = "kept"
    PARTLY = "partly"
    NOT_KEPT = "not_kept"
    DROPPED = "dropped"


class Resolve(StrEnum):
    """What somebody means to do, or means not to let happen."""

    INTENTION = "intention"
    BOUNDARY = "boundary"


class Practice(StrEnum):
    """What an entry of the log is about."""

    SUPERVISION = "supervision"
    CONSULTATION = "consultation"
    PEER_SESSION = "peer_session"
    TRAINING = "training"
    OWN_THERAPY = "own_therapy"
    REFLECTION = "reflection"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reflection:
    """A private text on one of the ten areas, or a draft of one.

    Attributes:
        prompt: the question it answers; empty: none.
    """

    text_id: str
    week: Week
    area: Area
    prompt: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Intention:
    """What somebody means to do or to keep out.

    Attributes:
        week: in which it was set; it comes back in the next one.
        outcome: None: not said yet.
    """

    text_id: str
    week: Week
    resolve: Resolve
    text: str
    outcome: Outcome | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SmallSuccess:
    """Something that went well in a week."""

    text_id: str
    week: Week
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeEntry:
    """One entry of the log of supervision and professional development.

    Attributes:
        minutes: 1 to 1440.
        text: what it was about; may be empty.
    """

    text_id: str
    week: Week
    practice: Practice
    minutes: int
    text: str

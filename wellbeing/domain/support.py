"""Support that somebody used in a week: for about how long, and how helpful."""

from dataclasses import dataclass
from enum import StrEnum

from wellbeing.domain.check_ins import SupportUsed
from wellbeing.domain.errors import AnswerOutOfRangeError

MOST_HELPFUL = 4
"""How helpful something was: 0, not at all, to 4, very."""


class Lasted(StrEnum):
    """For about how long in the week."""

    MINUTES = "minutes"
    HOUR = "hour"
    HALF_DAY = "half_day"
    LONGER = "longer"


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportEntry:
    """One kind of support in one week.

    Attributes:
        lasted: None: not said.
        helped: 0, not at all, to 4, very; None: not said.
    """

    kind: SupportUsed
    lasted: Lasted | None = None
    helped: int | None = None

    def __post_init__(self) -> None:
        """Refuse a rating outside its range."""
        whole = self.helped is None or type(self.helped) is int
        if not whole or not 0 <= (self.helped or 0) <= MOST_HELPFUL:
            raise AnswerOutOfRangeError(item="helped", lowest=0, highest=MOST_HELPFUL)

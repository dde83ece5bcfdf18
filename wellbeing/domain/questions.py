"""The weekly questions: a versioned, ordered set with one response scale an item."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from wellbeing.domain.weeks import Week

_FIRST_TURN = Week(2024, 1)


class Response(Enum):
    """A response scale: its key and its lowest and highest code."""

    RATING = ("rating", 1, 10)
    FREQUENCY = ("frequency", 0, 4)

    @property
    def key(self) -> str:
        """The name by which content names the scale."""
        return self.value[0]

    @property
    def limits(self) -> tuple[int, int]:
        """Lowest and highest code, both included."""
        return self.value[1], self.value[2]

    @property
    def codes(self) -> range:
        """Every code, lowest first."""
        return range(self.value[1], self.value[2] + 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One item of the weekly check-in, in our own wording.

    Attributes:
        id: what the item is called in every table and file.
        text: the sentence on the screen.
        response: the scale it is answered on.
        client_work: not applicable in a week without client work.
        turn: 0 to 3 for the four items asked in turn; None: asked every week.
    """

    id: str
    text: str
    response: Response
    client_work: bool
    turn: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionSet:
    """The questions of one version, in the order they are asked.

    Attributes:
        version: stored with every answer; a changed wording is a new version.
        labels: for each response scale, the words for its codes, lowest first.
        short_form: the items of the three-tap form for a bad week.
    """

    version: str
    questions: tuple[Question, ...]
    labels: Mapping[Response, tuple[str, ...]]
    short_form: tuple[str, ...]

    def find(self, item: str) -> Question | None:
        """Return a question by its id, or None."""
        return next((q for q in self.questions if q.id == item), None)

    def asked_in(self, week: Week) -> tuple[Question, ...]:
        """Return the questions of a week: the weekly ones and the one whose turn it is.

        The turn follows from the calendar alone, so everybody gets the same one.
        """
        turns = sum(q.turn is not None for q in self.questions)
        turn = week.minus(_FIRST_TURN) % turns if turns else None
        return tuple(q for q in self.questions if q.turn is None or q.turn == turn)

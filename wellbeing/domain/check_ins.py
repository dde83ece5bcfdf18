"""A check-in: one person's answers for one ISO week."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from wellbeing.domain.errors import AnswerOutOfRangeError, UnknownItemError
from wellbeing.domain.indicators import Scores
from wellbeing.domain.questions import QuestionSet
from wellbeing.domain.weeks import Week


class Missing(StrEnum):
    """Why an answer is not there."""

    SKIPPED = "skipped"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASKED = "not_asked"
    WITHDRAWN = "withdrawn"


class Kind(StrEnum):
    """What a check-in consists of."""

    FULL = "full"
    SHORT = "short"
    NOT_THIS_WEEK = "not_this_week"
    WITHDRAWN = "withdrawn"


class Absence(StrEnum):
    """Why somebody does not check in this week, if they want to say."""

    LEAVE = "leave"
    ILL = "ill"
    TOO_BUSY = "too_busy"
    RATHER_NOT = "rather_not"


class SupportUsed(StrEnum):
    """Kinds of support somebody may have used in a week."""

    PEER = "peer"
    SUPERVISION = "supervision"
    TEAM = "team"
    OWN_THERAPY = "own_therapy"
    COUNSELLING = "counselling"
    REST = "rest"
    COMMUNITY = "community"
    GATHERING = "gathering"
    WORKSHOP = "workshop"
    BOUNDARIES = "boundaries"
    ENCOURAGEMENT = "encouragement"


class Tag(StrEnum):
    """A short note to oneself on a week: chosen from a list, never free text."""

    LEAVE = "leave"
    ILLNESS = "illness"
    NEW_CASELOAD = "new_caseload"
    HARD_CASE = "hard_case"
    CRISIS = "crisis"
    TEAM_CHANGE = "team_change"
    TRAINING = "training"
    PRIVATE_LOAD = "private_load"
    GOOD_NEWS = "good_news"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One item's coded value, or the reason why there is none; never both."""

    item: str
    value: int | None = None
    missing: Missing | None = None

    def __post_init__(self) -> None:
        """Refuse an answer that is both there and missing, or neither."""
        if (self.value is None) == (self.missing is None):
            message = f"{self.item}: an answer has a value or a reason, never both"
            raise ValueError(message)


CONTEXT_LIMITS: Mapping[str, int] = {
    "sessions": 100,
    "trauma_sessions": 100,
    "admin_hours": 100,
    "days_off": 7,
}
"""Largest value each context number may take; the smallest is 0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkContext:
    """What the week held. Small whole numbers; None: not said."""

    sessions: int | None = None
    trauma_sessions: int | None = None
    admin_hours: int | None = None
    days_off: int | None = None
    support_used: frozenset[SupportUsed] = frozenset()

    def __post_init__(self) -> None:
        """Refuse numbers outside their limits."""
        for name, most in CONTEXT_LIMITS.items():
            value = getattr(self, name)
            if value is not None and not 0 <= value <= most:
                raise AnswerOutOfRangeError(item=name, lowest=0, highest=most)


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckIn:
    """One person's answers for one week, with the versions they belong to.

    No time of day, device or address is part of it.
    """

    week: Week
    kind: Kind
    absence: Absence | None = None
    no_client_work: bool = False
    answers: tuple[Answer, ...] = ()
    context: WorkContext = WorkContext()
    scores: Scores
    question_version: str
    scoring_version: str

    def values(self) -> dict[str, int]:
        """Return the answered items."""
        return {a.item: a.value for a in self.answers if a.value is not None}


def check_value(questions: QuestionSet, item: str, value: int) -> None:
    """Refuse a value that its question does not offer.

    Raises:
        UnknownItemError: no question has that id.
        AnswerOutOfRangeError: the value is not among its options.
    """
    question = questions.find(item)
    if question is None:
        raise UnknownItemError(item)
    low, high = question.response.limits
    if not low <= value <= high:
        raise AnswerOutOfRangeError(item=item, lowest=low, highest=high)


def complete_answers(
    questions: QuestionSet,
    week: Week,
    values: Mapping[str, int],
    kind: Kind,
    *,
    no_client_work: bool,
) -> tuple[Answer, ...]:
    """Return exactly one answer for every item of the question set, in its order.

    An item without a value says why: ``not_asked`` when the form or the rotation
    left it out, ``not_applicable`` when there was no client work, else ``skipped``.
    A value for an item that is not applicable is dropped: the person said so.
    """
    asked = {q.id for q in questions.asked_in(week)}
    if kind is Kind.SHORT:
        asked = set(questions.short_form) | set(values)

    def one(item: str, *, client_work: bool) -> Answer:
        if client_work and no_client_work and (item in asked or item in values):
            return Answer(item=item, missing=Missing.NOT_APPLICABLE)
        if item in values:
            check_value(questions, item, values[item])
            return Answer(item=item, value=values[item])
        reason = Missing.SKIPPED if item in asked else Missing.NOT_ASKED
        return Answer(item=item, missing=reason)

    return tuple(one(q.id, client_work=q.client_work) for q in questions.questions)


def all_missing(questions: QuestionSet, reason: Missing) -> tuple[Answer, ...]:
    """Return one answer an item, all missing for the same reason."""
    return tuple(Answer(item=q.id, missing=reason) for q in questions.questions)


def answered(answers: Iterable[Answer]) -> dict[str, int]:
    """Return the values of the answers that have one."""
    return {a.item: a.value for a in answers if a.value is not None}

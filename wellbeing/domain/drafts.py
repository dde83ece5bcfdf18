"""What a check-in looks like while it is being filled in: flat, field by field.

A field is an item id, a number of the work context, ``no_client_work`` (0 or 1) or
``used_<kind>`` (0 or 1) for a kind of support. One tap changes one field, so two
tabs that write different fields never undo each other.
"""

from collections.abc import Mapping

from wellbeing.domain.check_ins import (
    CONTEXT_LIMITS,
    CheckIn,
    Kind,
    SupportUsed,
    WorkContext,
    complete_answers,
)
from wellbeing.domain.errors import (
    AnswerOutOfRangeError,
    NothingAnsweredError,
    UnknownItemError,
)
from wellbeing.domain.indicators import SCORING_VERSION, score
from wellbeing.domain.questions import QuestionSet
from wellbeing.domain.weeks import Week

NO_CLIENT_WORK = "no_client_work"
USED = "used_"

_SUPPORT_FIELDS = frozenset(USED + kind for kind in SupportUsed)

Fields = Mapping[str, int]
"""Field to value; a field without a value is absent."""


def check_field(questions: QuestionSet, field: str, value: int | None) -> None:
    """Refuse a field that does not exist or a value that it does not take.

    None clears a field and is fine for each that exists.

    Raises:
        UnknownItemError: no such field.
        AnswerOutOfRangeError: the value is not among its options.
    """
    low, high = _limits(questions, field)
    whole = value is None or type(value) is int
    if not whole or (value is not None and not low <= value <= high):
        raise AnswerOutOfRangeError(item=field, lowest=low, highest=high)


def _limits(questions: QuestionSet, field: str) -> tuple[int, int]:
    if field in CONTEXT_LIMITS:
        return 0, CONTEXT_LIMITS[field]
    if field == NO_CLIENT_WORK or field in _SUPPORT_FIELDS:
        return 0, 1
    question = questions.find(field)
    if question is None:
        raise UnknownItemError(field)
    return question.response.limits


def fields_of(check_in: CheckIn) -> dict[str, int]:
    """Return a saved check-in as fields, to be changed on the screen."""
    fields = check_in.values()
    if check_in.no_client_work:
        fields[NO_CLIENT_WORK] = 1
    for name in CONTEXT_LIMITS:
        value = getattr(check_in.context, name)
        if value is not None:
            fields[name] = value
    return fields | {USED + kind: 1 for kind in check_in.context.support_used}


def overlay(saved: Fields, drafted: Mapping[str, int | None]) -> dict[str, int]:
    """Return the fields as the person last left them: drafts win, None clears."""
    merged = dict(saved) | dict(drafted)
    return {field: value for field, value in merged.items() if value is not None}


def context_of(fields: Fields) -> WorkContext:
    """Return the work context among the fields."""
    used = frozenset(kind for kind in SupportUsed if fields.get(USED + kind))
    numbers = {name: fields.get(name) for name in CONTEXT_LIMITS}
    return WorkContext(**numbers, support_used=used)


def finish(questions: QuestionSet, week: Week, fields: Fields, kind: Kind) -> CheckIn:
    """Turn fields into a complete, scored check-in.

    Args:
        questions: the version that is asked today.
        week: the week the fields are about.
        fields: what was answered; every value is checked again.
        kind: full or short.

    Raises:
        NothingAnsweredError: no question has an answer.
        UnknownItemError, AnswerOutOfRangeError: a field that cannot be.
    """
    for field, value in fields.items():
        check_field(questions, field, value)
    values = {f: v for f, v in fields.items() if questions.find(f)}
    alone = bool(fields.get(NO_CLIENT_WORK))
    answers = complete_answers(questions, week, values, kind, no_client_work=alone)
    given = {a.item: a.value for a in answers if a.value is not None}
    if not given:
        raise NothingAnsweredError
    return CheckIn(
        week=week,
        kind=kind,
        no_client_work=alone,
        answers=answers,
        context=context_of(fields),
        scores=score(given),
        question_version=questions.version,
        scoring_version=SCORING_VERSION,
    )

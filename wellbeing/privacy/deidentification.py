"""One participant as a bundle shows them: no name, team, date, order or text.

This file is pseudonymised data, not anonymous: linkage.py measures what is left.
"""

import hashlib
import hmac
from base64 import b32encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wellbeing.domain.check_ins import Missing
from wellbeing.domain.ids import PersonId
from wellbeing.domain.questions import QuestionSet
from wellbeing.privacy.own_time import OwnTime, codes_of, says_something, unit_weeks
from wellbeing.privacy.study_data import (
    StudyPlan,
    StudyResponse,
    StudyWeek,
    TimeUnit,
)

TURN_BLOCKS = 6
"""An item asked in turn has one value in so many blocks, the mean of six asked weeks:
of fewer, its gaps and its answers would be those of single weeks."""

CONTEXT_TOP: Mapping[str, int] = {
    "sessions": 40,
    "trauma_sessions": 20,
    "admin_hours": 25,
    "days_off": 5,
}
"""The largest value of each context number in a bundle; it means so many or more."""

NO_CHECK_IN = "no_check_in"
LEAST_KEY_BYTES = 32
_PSEUDONYM_BYTES = 10
# If two reasons are equally common, the first of these counts.
_REASONS = tuple(Missing)

Places = frozenset[tuple[int, str]]
"""Periods, from 0, each with a questionnaire that was answered in it."""

Value = int | float | str
"""A number, or as a text the reason why there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleasedResponse:
    """A response to a published instrument: codes as given, or reasons."""

    instrument: str
    key_version: str
    answers: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Four weeks of one participant, or one week where a study counts weeks.

    Attributes:
        index: from 1, counted from the first week with an answer.
        version: of the questions; several are joined by a plus sign.
        values: weekly item and context number to its value; an item asked in turn is
            there in every sixth block only.
    """

    index: int
    version: str
    values: Mapping[str, Value]
    responses: tuple[ReleasedResponse, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Released:
    """Everything that a bundle says of one participant, attributes apart."""

    pseudonym: str
    periods: tuple[Period, ...]

    def only(self, periods: int, places: Places) -> "Released":
        """Return the same without what comes after so many periods.

        Args:
            places: in which periods, from 0, which questionnaires stay.
        """
        shown = (
            replace(
                period,
                responses=tuple(
                    r for r in period.responses if (at, r.instrument) in places
                ),
            )
            for at, period in enumerate(self.periods[:periods])
        )
        return replace(self, periods=tuple(shown))


def pseudonym(key: bytes, person_id: PersonId) -> str:
    """Return a participant's name in a bundle: ``p`` and 16 letters or digits.

    HMAC-SHA256 under the study's key, cut to 80 bits: whoever lacks the key cannot
    tell whose it is, and another study's key gives another name. People stand in the
    order of these names, so nothing of the database's order is left: this is the
    shuffle.

    Raises:
        ValueError: the key is shorter than 32 bytes.
    """
    if len(key) < LEAST_KEY_BYTES:
        message = f"the key of a study has at least {LEAST_KEY_BYTES} bytes"
        raise ValueError(message)
    digest = hmac.digest(key, person_id.bytes, hashlib.sha256)
    return "p" + b32encode(digest[:_PSEUDONYM_BYTES]).decode().lower()


def turn_items(plan: StudyPlan, questions: QuestionSet) -> frozenset[str]:
    """Return the exported items that have one value in every sixth block."""
    if plan.time_unit is TimeUnit.WEEKS:
        return frozenset()
    in_turn = {q.id for q in questions.questions if q.turn is not None}
    return frozenset(in_turn.intersection(plan.items))


def release(
    plan: StudyPlan, questions: QuestionSet, own: OwnTime, name: str
) -> Released:
    """Return what a bundle says of one participant.

    A weekly item is the mean of the answered weeks of its period, rounded to halves
    (a quarter up); a context number that mean rounded to a whole number and cut at
    ``CONTEXT_TOP``. Without an answer the most frequent reason of the weeks stands
    instead, or ``no_check_in``. A block without any answer is the same whatever the
    reason: a week that was declined, skipped or withdrawn would be as telling as one
    without a check-in. Of the responses to an instrument the last of a period is kept,
    as it was given.
    """
    unit, turn = unit_weeks(plan), turn_items(plan, questions)
    periods = []
    for index in range(1, own.periods + 1):
        weeks = _weeks(plan, own, index - 1, index)
        values: dict[str, Value] = {}
        for item in plan.items:
            if item not in turn:
                values[item] = _item(weeks, item, halves=unit > 1)
            elif index % TURN_BLOCKS == 0:
                window = _weeks(plan, own, index - TURN_BLOCKS, index)
                values[item] = _item(window, item, halves=True)
        values |= {name: _context(weeks, name) for name in plan.context}
        found = {
            r.instrument: r
            for at, r in sorted(own.responses, key=lambda one: one[0])
            if (index - 1) * unit <= at < index * unit
        }
        periods.append(
            Period(
                index=index,
                version=_version(plan, weeks),
                values=values,
                responses=tuple(
                    _response(plan, found[i]) for i in plan.instruments if i in found
                ),
            )
        )
    return Released(pseudonym=name, periods=tuple(periods))


def half_points(codes: Sequence[int]) -> float:
    """Return the mean of whole numbers, none below 0, rounded to halves, up."""
    twice = (4 * sum(codes) + len(codes)) // (2 * len(codes))
    return twice / 2 if twice % 2 else twice // 2


def _weeks(plan: StudyPlan, own: OwnTime, start: int, stop: int) -> list[StudyWeek]:
    """Return the weeks of periods, from 0; of a block without any answer none."""
    unit, found = unit_weeks(plan), []
    names = (*plan.items, *plan.context)
    for first in range(start * unit, stop * unit, unit):
        weeks = [own.weeks[w] for w in range(first, first + unit) if w in own.weeks]
        if unit == 1 or any(says_something(names, week) for week in weeks):
            found += weeks
    return found


def _item(weeks: Sequence[StudyWeek], item: str, *, halves: bool) -> Value:
    found = [week.answers.get(item, Missing.NOT_ASKED) for week in weeks]
    codes = codes_of(found)
    if codes:
        return half_points(codes) if halves else codes[0]
    if not found:
        return NO_CHECK_IN
    counts = Counter(str(reason) for reason in found)
    return max(_REASONS, key=lambda reason: counts[reason]).value


def _context(weeks: Sequence[StudyWeek], name: str) -> Value:
    said = [n for w in weeks if (n := w.context.get(name)) is not None]
    if said:
        mean = (2 * sum(said) + len(said)) // (2 * len(said))
        return min(mean, CONTEXT_TOP[name])
    return Missing.SKIPPED.value if weeks else NO_CHECK_IN


def _version(plan: StudyPlan, weeks: Sequence[StudyWeek]) -> str:
    telling = [w for w in weeks if says_something((*plan.items, *plan.context), w)]
    return "+".join(sorted({w.question_version for w in telling or weeks}))


def _response(plan: StudyPlan, response: StudyResponse) -> ReleasedResponse:
    items = plan.key(response.instrument).item_ids
    given = response.answers
    return ReleasedResponse(
        instrument=response.instrument,
        key_version=response.key_version,
        answers={
            i: str(v) if isinstance(v := given.get(i, Missing.NOT_ASKED), str) else v
            for i in items
        },
    )

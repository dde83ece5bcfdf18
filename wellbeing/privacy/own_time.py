"""A participant's weeks, counted from their own first answer: no calendar is left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wellbeing.privacy.study_data import (
    Participant,
    StudyPlan,
    StudyResponse,
    StudyWeek,
    TimeUnit,
)

BLOCK_WEEKS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnTime:
    """A participant's weeks and responses; week 0 is that of their first answer."""

    periods: int
    weeks: Mapping[int, StudyWeek]
    responses: tuple[tuple[int, StudyResponse], ...]


def unit_weeks(plan: StudyPlan) -> int:
    """Return how many weeks one period of a bundle has."""
    return BLOCK_WEEKS if plan.time_unit is TimeUnit.BLOCKS else 1


def in_own_time(plan: StudyPlan, person: Participant) -> OwnTime | None:
    """Return a participant's weeks, counted from their own first answer.

    Weeks outside the study do not exist here. The last period is left out unless all
    its weeks lie in the study, and so is what follows the last answer: both would tell
    in which calendar week somebody began. None: there is nothing to export.
    """
    length = plan.through_week.minus(plan.from_week) + 1
    placed = ((w.week.minus(plan.from_week), w) for w in person.weeks)
    weeks = {at: week for at, week in placed if 0 <= at < length}
    responses = [
        (at, r)
        for r in person.responses
        if 0 <= (at := r.week.minus(plan.from_week)) < length
        and r.instrument in plan.instruments
        and codes_of(r.answers.values())
    ]
    names = (*plan.items, *plan.context)
    answered = {at for at, week in weeks.items() if says_something(names, week)}
    answered |= {at for at, _ in responses}
    if not answered:
        return None
    first, unit = min(answered), unit_weeks(plan)
    whole = (length - first) // unit * unit
    last = max((at - first for at in answered if at - first < whole), default=None)
    if last is None:
        return None
    return OwnTime(
        periods=last // unit + 1,
        weeks={at - first: week for at, week in weeks.items() if at >= first},
        responses=tuple((at - first, r) for at, r in responses),
    )


def says_something(names: Iterable[str], week: StudyWeek) -> bool:
    """Whether a week has an answer to one of these items, or one of these numbers."""
    return any(
        isinstance(week.answers.get(name), int) or week.context.get(name) is not None
        for name in names
    )


def codes_of(values: Iterable[int | str]) -> list[int]:
    """Return the values that are codes, without the reasons why others are not."""
    return [v for v in values if not isinstance(v, str)]

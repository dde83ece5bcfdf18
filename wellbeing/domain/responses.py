"""Responses to published instruments: when one is asked for, what is kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wellbeing.domain.check_ins import Answer
from wellbeing.domain.weeks import Week

OPEN_WEEKS = 4
"""How many weeks a round takes answers, from its first week on."""


class Given(StrEnum):
    """What somebody did with an instrument."""

    ANSWERED = "answered"
    NOT_THIS_TIME = "not_this_time"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """One person's use of an instrument.

    Attributes:
        instrument: its id.
        week: the week in which it was saved first.
        given: only if answered there are answers and scores.
        language: of the wording that was answered; empty without answers.
        key_version: of the key by which it was scored.
        answers: one an item, as the person gave them: nothing is reversed.
        scores: id of each scale to its score; None: too little was answered.
    """

    instrument: str
    week: Week
    given: Given
    language: str
    key_version: str
    answers: tuple[Answer, ...] = ()
    scores: Mapping[str, float | None]

    def values(self) -> dict[str, int]:
        """Return the items that have an answer, with their codes."""
        return {a.item: a.value for a in self.answers if a.value is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """How often an instrument is asked for: a round every so many weeks."""

    every_weeks: int
    from_week: Week

    def round_at(self, week: Week) -> Week | None:
        """Return the first week of the round that is open in a week, if one is."""
        past = week.minus(self.from_week)
        since = past % self.every_weeks
        return week.plus(-since) if past >= 0 and since < OPEN_WEEKS else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """Where answers go that are given now.

    Attributes:
        week: the week under which they are saved.
        since: the first week of its round, under which taps are kept.
        before: what stands there already and would be replaced.
    """

    week: Week
    since: Week
    before: Response | None


def sitting(
    rhythm: Rhythm | None,
    earlier: Sequence[Response],
    this: Week,
    *,
    apart: int,
    open_weeks: Sequence[Week],
) -> Sitting | None:
    """Return where answers to an instrument go now; None: none are taken.

    A response can be changed as long as its week is open. A new one is taken in an
    open round without one, so many weeks after the last. What was set aside or
    withdrawn in the round can be answered after all.

    Args:
        rhythm: None: the instrument is not asked for any more.
        earlier: the person's responses to it, oldest first.
        this: the week it is.
        apart: how many weeks have to lie between two responses at least.
        open_weeks: the weeks that still take changes.
    """
    newest = earlier[-1] if earlier else None
    if newest and newest.given is Given.ANSWERED and newest.week in open_weeks:
        since = rhythm.round_at(newest.week) if rhythm else None
        return Sitting(week=newest.week, since=since or newest.week, before=newest)
    since = rhythm.round_at(this) if rhythm else None
    if since is None:
        return None
    answered = [r.week for r in earlier if r.given is Given.ANSWERED]
    if answered and (answered[-1] >= since or this.minus(answered[-1]) < apart):
        return None
    before = newest if newest and newest.week >= since else None
    return Sitting(week=this, since=since, before=before)


def asked_again(
    rhythm: Rhythm, earlier: Sequence[Response], this: Week, *, apart: int
) -> Week:
    """Return the first week after this one in which an instrument takes a response.

    Args:
        rhythm, earlier, apart: as in ``sitting``.
    """
    week = this.plus(1)
    while sitting(rhythm, earlier, week, apart=apart, open_weeks=()) is None:
        week = week.plus(1)
    return week

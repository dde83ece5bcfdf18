"""Invented check-ins: a person's mean, a state that lasts, noise in every answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from wellbeing.domain.check_ins import (
    Absence,
    CheckIn,
    Kind,
    Missing,
    SupportUsed,
    Tag,
    all_missing,
)
from wellbeing.domain.drafts import NO_CLIENT_WORK, USED, finish
from wellbeing.domain.indicators import NO_SCORES, SCORING_VERSION
from wellbeing.domain.questions import Question, QuestionSet
from wellbeing.domain.weeks import Week

# Where the answers of an average week lie, and how far one more point of strain
# moves them: above 0 the item is harder, below 0 easier to say yes to when rested.
_ITEMS = {
    "overall": (6.8, -1.5),
    "exhaustion_1": (1.6, 0.8),
    "exhaustion_2": (1.4, 0.8),
    "detachment_1": (1.1, 0.7),
    "detachment_2": (1.0, 0.7),
    "trauma_1": (1.1, 0.7),
    "trauma_2": (0.9, 0.7),
    "meaning_1": (3.0, -0.5),
    "meaning_2": (2.8, -0.6),
    "rest": (2.4, -0.7),
    "workload": (2.1, -0.6),
    "support": (2.7, -0.4),
    "control": (2.4, -0.5),
    "boundaries": (2.5, -0.5),
    "reactions": (1.2, 0.6),
    "accomplishment": (2.7, -0.6),
}
_UNKNOWN_ITEM = (2.0, 0.0)
_LASTING, _PUSH, _NOISE, _BIAS = 0.5, 0.3, 0.45, 0.25
_DECLINE, _DECLINE_WEEKS, _SURE_WEEKS = 2.0, 6, 4
_AVERAGE = {"sessions": 17, "trauma_sessions": 5, "admin_hours": 6, "days_off": 2}
_ABSENCES = (Absence.ILL, Absence.TOO_BUSY, Absence.RATHER_NOT, None)
_PASSING_TAGS = tuple(t for t in Tag if t not in {Tag.LEAVE, Tag.ILLNESS})


@dataclass(frozen=True, kw_only=True, slots=True)
class InventedWeek:
    """A check-in and what was noted on its week."""

    check_in: CheckIn
    tags: frozenset[Tag]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Manner:
    """How somebody checks in; the numbers are probabilities a week."""

    misses: float
    absent: float
    short: float
    tells_context: bool
    notes: float
    bias: dict[str, float]


def invent_weeks(
    rng: Random, questions: QuestionSet, weeks: Sequence[Week], *, declines: bool
) -> Iterator[InventedWeek]:
    """Return one person's check-ins of these weeks, some of them missing."""
    manner = _manner(rng, questions, declines=declines)
    strains = _strains(rng, len(weeks), declines=declines)
    away = _leave(rng, len(weeks))
    for n, (week, strain) in enumerate(zip(weeks, strains, strict=True)):
        # Whoever signs in to see a decline must find it in the last weeks.
        sure = declines and n >= len(weeks) - _SURE_WEEKS
        on_leave, luck = n in away and not sure, 1.0 if sure else rng.random()
        if luck < (0.5 if on_leave else manner.misses):
            continue
        if on_leave or luck < manner.misses + manner.absent:
            absence = Absence.LEAVE if on_leave else rng.choice(_ABSENCES)
            yield _absent(questions, week, absence)
        else:
            yield _present(rng, questions, week, strain, manner)


def _manner(rng: Random, questions: QuestionSet, *, declines: bool) -> _Manner:
    return _Manner(
        misses=0.03 if declines else rng.betavariate(1.2, 6),
        absent=0.01 if declines else 0.04,
        short=0.03 if declines else rng.choice([0.02, 0.05, 0.2]),
        tells_context=declines or rng.random() < 0.6,  # noqa: PLR2004 (six in ten)
        notes=rng.choice([0, 0.05, 0.15]),
        bias={q.id: rng.gauss(0, _BIAS) for q in questions.questions},
    )


def _strains(rng: Random, count: int, *, declines: bool) -> list[float]:
    """Return each week's strain: 0 is average, 1 clearly harder."""
    mean = rng.gauss(-0.3 if declines else 0, 0.2 if declines else 0.6)
    begins = count - rng.randint(10, 14) if declines else count
    state, strains = 0.0, []
    for n in range(count):
        state = _LASTING * state + rng.gauss(0, _PUSH)
        risen = min(1.0, max(0.0, (n - begins) / _DECLINE_WEEKS))
        strains.append(mean + state + _DECLINE * risen)
    return strains


def _leave(rng: Random, count: int) -> set[int]:
    """Return the weeks of leave: two or three in a row, about twice in 40 weeks."""
    away: set[int] = set()
    for start in range(0, count - 4, 20):
        first = start + rng.randrange(20)
        away |= set(range(first, first + rng.choice([2, 2, 3])))
    return away


def _absent(
    questions: QuestionSet, week: Week, absence: Absence | None
) -> InventedWeek:
    tags = {Absence.LEAVE: Tag.LEAVE, Absence.ILL: Tag.ILLNESS}
    check_in = CheckIn(
        week=week,
        kind=Kind.NOT_THIS_WEEK,
        absence=absence,
        answers=all_missing(questions, Missing.SKIPPED),
        scores=NO_SCORES,
        question_version=questions.version,
        scoring_version=SCORING_VERSION,
    )
    noted = frozenset({tags[absence]}) if absence in tags else frozenset[Tag]()
    return InventedWeek(check_in=check_in, tags=noted)


def _present(
    rng: Random, questions: QuestionSet, week: Week, strain: float, manner: _Manner
) -> InventedWeek:
    kind = Kind.SHORT if rng.random() < manner.short else Kind.FULL
    asked = questions.asked_in(week)
    if kind is Kind.SHORT:
        asked = tuple(q for q in asked if q.id in questions.short_form)
    fields = {
        q.id: _answer(rng, q, strain + manner.bias[q.id])
        for q in asked
        if q is asked[0] or rng.random() > 0.015  # noqa: PLR2004 (a skipped item)
    }
    if kind is Kind.FULL and rng.random() < 0.03:  # noqa: PLR2004 (a week of training)
        fields[NO_CLIENT_WORK] = 1
    if kind is Kind.FULL and manner.tells_context:
        fields |= _context(rng, client_work=NO_CLIENT_WORK not in fields)
    noted = rng.random() < manner.notes
    tags = frozenset({rng.choice(_PASSING_TAGS)}) if noted else frozenset[Tag]()
    return InventedWeek(check_in=finish(questions, week, fields, kind), tags=tags)


def _answer(rng: Random, question: Question, strain: float) -> int:
    centre, pull = _ITEMS.get(question.id, _UNKNOWN_ITEM)
    low, high = question.response.limits
    noise = _NOISE * (2 if high - low > 4 else 1)  # noqa: PLR2004 (a longer scale)
    return min(high, max(low, round(centre + pull * strain + rng.gauss(0, noise))))


def _context(rng: Random, *, client_work: bool) -> dict[str, int]:
    fields = {
        name: max(0, round(rng.gauss(mean, mean / 3)))
        for name, mean in _AVERAGE.items()
    }
    if not client_work:
        fields["sessions"] = 0
    fields["trauma_sessions"] = min(fields["trauma_sessions"], fields["sessions"])
    fields["days_off"] = min(fields["days_off"], 7)
    used = rng.sample(tuple(SupportUsed), rng.choice([0, 0, 1, 1, 2]))
    return fields | {USED + kind: 1 for kind in used}

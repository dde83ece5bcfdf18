"""An invented study: who took part, what they answered, and the bundle of it."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from uuid import UUID

from wellbeing.content.load import weekly_questions
from wellbeing.domain.check_ins import CheckIn, Missing
from wellbeing.domain.ids import PersonId
from wellbeing.domain.weeks import Week
from wellbeing.exports.bundle import BundleReport, write_bundle
from wellbeing.exports.extras import Extra
from wellbeing.instruments.registry import find_instrument
from wellbeing.privacy.linkage import EarlierBundle
from wellbeing.privacy.other_studies import OtherBundle
from wellbeing.privacy.study_data import (
    Participant,
    StudyPlan,
    StudyResponse,
    StudyWeek,
    TimeUnit,
)
from wellbeing.services.demo_weeks import invent_weeks

QUESTIONS = weekly_questions()
FIRST = Week(2026, 5)
WEEKS = 28
CONTEXT = ("sessions", "trauma_sessions", "admin_hours", "days_off")
ROLES = ("therapy", "medicine_and_nursing", "social_and_other")
TENURES = ("up_to_five_years", "over_five_years")
KEY = bytes(range(32))
MADE_ON = date(2026, 11, 20)

PLAN = StudyPlan(
    study_id="demo-study",
    title="How =work= and rest go together",
    purpose="To see whether weeks of rest come before weeks of less exhaustion.",
    responsible="Dr. Vera Invented, Department of Examples",
    ethics_reference="EX-2026/17 | amended",
    told="Your ratings are exported under a made-up name, four weeks as one value.",
    from_week=FIRST,
    through_week=FIRST.plus(WEEKS - 1),
    freeze_date=date(2026, 1, 15),
    items=tuple(q.id for q in QUESTIONS.questions),
    instruments=("proqol5", "who5"),
    context=CONTEXT,
    attributes=("role_group", "tenure"),
)
LIGHT = replace(
    PLAN, items=("overall", "rest"), instruments=(), context=(), attributes=()
)
WEEKS_PLAN = replace(PLAN, time_unit=TimeUnit.WEEKS)


def person_id(number: int) -> PersonId:
    return PersonId(UUID(int=7 << 100 | number))


def study_week(check_in: CheckIn) -> StudyWeek:
    answers = {
        a.item: a.value if a.value is not None else a.missing or Missing.SKIPPED
        for a in check_in.answers
    }
    return StudyWeek(
        week=check_in.week,
        question_version=check_in.question_version,
        answers=answers,
        context={name: getattr(check_in.context, name) for name in CONTEXT},
    )


def response(rng: Random, instrument: str, week: Week) -> StudyResponse:
    one = find_instrument(instrument)
    answers: dict[str, int | Missing] = {
        item: Missing.SKIPPED if rng.random() < 0.05 else rng.choice(one.codes)
        for item in one.item_ids
    }
    return StudyResponse(
        instrument=instrument,
        key_version=one.version,
        language="en",
        week=week,
        answers=answers,
    )


def participants(
    people: int, *, weeks: int = WEEKS, seed: int = 2
) -> list[Participant]:
    """Invent people: some begin later, some leave earlier, some skip attributes."""
    rng = Random(seed)  # noqa: S311 (invented people need a seed)
    found = []
    for number in range(people):
        calendar = FIRST.through(FIRST.plus(weeks - 1))
        if number % 10 == 9:
            calendar = calendar[rng.randrange(1, weeks // 2) :]
        invented = invent_weeks(rng, QUESTIONS, calendar, declines=False)
        # Most are alike: where attributes part few people into many groups, a bundle
        # is refused.
        [role] = rng.choices(ROLES, (8, 1, 1))
        [tenure] = rng.choices(TENURES, (1, 4))
        given = {"role_group": role, "tenure": tenure}
        if rng.random() < 0.05:
            given.pop(rng.choice(list(given)))
        found.append(
            Participant(
                person_id=person_id(number),
                attributes=given,
                weeks=tuple(study_week(one.check_in) for one in invented),
                responses=tuple(
                    response(rng, instrument, week)
                    for instrument in PLAN.instruments
                    for week in calendar[2::12]
                    if rng.random() < 0.7
                ),
            )
        )
    return found


def bundle(
    people: Sequence[Participant],
    plan: StudyPlan = PLAN,
    *,
    earlier: Sequence[EarlierBundle] = (),
    others: Sequence[OtherBundle] = (),
    extras: frozenset[Extra] = frozenset(),
    key: bytes = KEY,
    progress: Callable[[float], None] = lambda _: None,
    out: io.BytesIO | None = None,
) -> tuple[bytes, BundleReport]:
    out = io.BytesIO() if out is None else out
    report = write_bundle(
        plan,
        lambda: iter(people),
        key,
        earlier,
        out,
        extras,
        progress,
        made_on=MADE_ON,
        program_version="0.1.0",
        questions=QUESTIONS,
        others=others,
    )
    return out.getvalue(), report


def members(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}

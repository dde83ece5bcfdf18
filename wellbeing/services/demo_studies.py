"""The demo's study: open, with people who agreed, ready for a bundle."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random

from sqlalchemy import Connection

from wellbeing.content.reading import read
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic, Role, Standing
from wellbeing.domain.studies import Decision, StudyState
from wellbeing.domain.weeks import Week
from wellbeing.privacy.study_data import StudyPlan
from wellbeing.services.context import Context
from wellbeing.services.demo_people import Course, Invented
from wellbeing.storage import consent_queries, study_queries
from wellbeing.storage.consent_queries import Consent
from wellbeing.storage.study_queries import StudyVersion

STUDY_ID = "demo-study"
_AGREE = 0.9
_WEEKS = 16
_FREEZE_AFTER = timedelta(weeks=4)


def add_demo_study(
    ctx: Context,
    db: Connection,
    clinic: Clinic,
    rng: Random,
    people: Mapping[PersonId, Invented],
    past: Sequence[Week],
) -> None:
    """Write the demo's study and who agreed to it; nothing without a researcher."""
    researchers = [p for p, one in people.items() if one.roles == {Role.RESEARCHER}]
    if not researchers:
        return
    study_queries.add_study(db, clinic.clinic_id, STUDY_ID, researchers[0])
    opened = StudyVersion(
        plan=_plan(ctx, clinic, past), version=1, state=StudyState.OPEN
    )
    study_queries.put_version(db, clinic.clinic_id, opened)
    agreed = Consent(
        study_id=STUDY_ID,
        version=1,
        decision=Decision.AGREED,
        week=ctx.this_week(clinic),
        role_group=None,
        tenure=None,
    )
    for person_id, one in people.items():
        may = one.standing is Standing.ACTIVE and Role.CLINICIAN in one.roles
        # Who can be signed in as decides for themselves.
        agrees = may and not one.part and one.course is not Course.NEVER_ANSWERS
        if rng.random() < _AGREE and agrees:
            consent_queries.put_consent(db, clinic.clinic_id, person_id, agreed)


def _plan(ctx: Context, clinic: Clinic, past: Sequence[Week]) -> StudyPlan:
    texts = read("demo_study")
    closed = [w for w in past if ctx.now() >= ctx.closing.closes_at(w, clinic.zone)]
    last = closed[-1] if closed else past[0]
    today = ctx.now().astimezone(clinic.zone).date()
    return StudyPlan(
        study_id=STUDY_ID,
        title=texts.text("title"),
        purpose=texts.text("purpose"),
        responsible=texts.text("responsible"),
        ethics_reference=texts.text("ethics_reference"),
        told=texts.text("told").replace("\n", "\n\n"),
        from_week=max(past[0], last.plus(1 - _WEEKS)),
        through_week=last,
        freeze_date=today + _FREEZE_AFTER,
        # With more columns, or attributes, which part sixty people into groups of ten,
        # too many could be found in it by what is known of them.
        items=tuple(q.id for q in ctx.questions.questions if q.turn is None),
        instruments=(),
        context=(),
        attributes=(),
    )

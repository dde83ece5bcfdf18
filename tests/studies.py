"""A clinic with a study: who writes it, who opens it, and many who agree to it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from tests.clinic import PASSWORD, THIS_WEEK, Cast
from wellbeing.domain.check_ins import CheckIn, Kind, complete_answers
from wellbeing.domain.ids import PersonId, new_id
from wellbeing.domain.indicators import SCORING_VERSION, score
from wellbeing.domain.people import Clinic, Role, Viewer
from wellbeing.domain.studies import Decision
from wellbeing.services import consents, passwords, studies
from wellbeing.services.context import Context
from wellbeing.services.study_plans import NewStudy
from wellbeing.storage import (
    account_queries,
    check_in_queries,
    consent_queries,
    people_queries,
)
from wellbeing.storage.consent_queries import Consent

STUDY = "rest-study"
FIRST, LAST = THIS_WEEK.plus(-13), THIS_WEEK.plus(-2)
ITEMS = ("overall", "exhaustion_1", "exhaustion_2", "rest")
FREEZE = date(2026, 12, 31)
_AGREED = Consent(
    study_id=STUDY,
    version=1,
    decision=Decision.AGREED,
    week=THIS_WEEK,
    role_group=None,
    tenure=None,
)


def new_study(**other: Any) -> NewStudy:
    values: dict[str, Any] = {
        "study_id": STUDY,
        "title": "Rest and exhaustion",
        "purpose": "To see how the two go together",
        "responsible": "Dr. Rita Invented, Institute of Nowhere",
        "ethics_reference": "EXAMPLE-1",
        "told": "We ask for your ratings.\nTaking part is voluntary.",
        "from_week": FIRST,
        "through_week": LAST,
        "freeze_date": FREEZE,
        "items": ITEMS,
        "attributes": ("role_group", "tenure"),
    }
    return NewStudy(**values | other)


def with_folders(ctx: Context, folder: Path) -> Context:
    """Return the context with keys and bundles in a folder of the test's."""
    settings = ctx.settings.model_copy(
        update={
            "study_keys": str(folder / "keys"),
            "study_bundles": str(folder / "bundles"),
        }
    )
    return replace(ctx, settings=settings)


def open_study(ctx: Context, cast: Cast, **other: Any) -> int:
    """Write a study as rita, and open it as ada; return the version."""
    new = new_study(**other)
    version = studies.write_study(ctx, cast.rita, new)
    studies.submit_study(ctx, cast.rita, new.study_id)
    open_version(ctx, cast.ada, version, new.study_id)
    return version


def open_version(
    ctx: Context, viewer: Viewer, version: int = 1, study_id: str = STUDY
) -> None:
    """Open a version of a study as it reads now."""
    [plan] = [
        one.plan
        for one in studies.studies_to_decide(ctx, viewer)
        if (one.plan.study_id, one.version) == (study_id, version)
    ]
    studies.open_study(ctx, viewer, plan, version)


def add_clinicians(
    ctx: Context, clinic: Clinic, count: int, first: int = 0
) -> list[Viewer]:
    """Write clinicians with twelve weeks of answers each, and return them."""
    now = ctx.now()
    found = [
        Viewer(
            clinic=clinic,
            person_id=PersonId(new_id(now)),
            name=f"Person{n}",
            email=f"person{n}@example.org",
            roles=frozenset({Role.CLINICIAN}),
            session="",
        )
        for n in range(first, first + count)
    ]
    hashed = passwords.hash_password(PASSWORD)
    with ctx.writing() as db:
        for each in found:
            own = clinic.clinic_id, each.person_id
            people_queries.add_person(
                db, *own, name=each.name, email=each.email, roles=each.roles
            )
            account_queries.set_password(db, *own, hashed)
        check_in_queries.add_check_ins(
            db,
            clinic.clinic_id,
            (
                (each.person_id, week)
                for n, each in enumerate(found, first)
                for week in _weeks(ctx, n)
            ),
        )
    return found


def _weeks(ctx: Context, seed: int) -> Iterator[CheckIn]:
    rng, usual = Random(seed), Random(1000 + seed)  # noqa: S311 (invented people)
    level = usual.choice((0, 1, 2))
    for week in FIRST.through(LAST):
        values = {
            question.id: min(max(level + rng.choice((0, 1)), low), high)
            for question in ctx.questions.asked_in(week)
            for low, high in (question.response.limits,)
        }
        answers = complete_answers(
            ctx.questions, week, values, Kind.FULL, no_client_work=False
        )
        yield CheckIn(
            week=week,
            kind=Kind.FULL,
            answers=answers,
            scores=score(values),
            question_version=ctx.questions.version,
            scoring_version=SCORING_VERSION,
        )


def everybody_agrees(
    ctx: Context, people: Iterable[Viewer], version: int = 1, **other: Any
) -> None:
    """Let many agree at once, as each would by ``consents.agree``."""
    everybody_decides(ctx, people, Decision.AGREED, version=version, **other)


def everybody_decides(
    ctx: Context, people: Iterable[Viewer], decision: Decision, **other: Any
) -> None:
    """Let many decide the same; ``other`` is what is unlike ``_AGREED`` besides."""
    consent = replace(_AGREED, decision=decision, **other)
    with ctx.writing() as db:
        for each in people:
            own = each.clinic_id, each.person_id
            consent_queries.put_consent(db, *own, consent)


def consent_of(ctx: Context, viewer: Viewer) -> Consent:
    """Return what somebody decided about the only study there is."""
    [one] = consents.studies_for_me(ctx, viewer)
    assert one.consent is not None
    return one.consent

"""Invented clinicians with long histories, written through storage, and signed in."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wellbeing.bootstrap import migrated_context
from wellbeing.domain.check_ins import CheckIn, Kind, Tag
from wellbeing.domain.drafts import finish
from wellbeing.domain.ids import ClinicId, PersonId, new_id
from wellbeing.domain.people import Clinic, Role, Standing, Viewer
from wellbeing.domain.questions import QuestionSet
from wellbeing.domain.weeks import Week
from wellbeing.services import accounts, passwords
from wellbeing.services.context import Context
from wellbeing.settings import Settings
from wellbeing.storage import (
    account_queries,
    check_in_queries,
    clinic_queries,
    people_queries,
    preference_queries,
    tag_queries,
)

PASSWORD = "copper lantern drifting otter"  # noqa: S105 (nobody real has it)
_A_WRITE = 500
_TAGGED = 8


@dataclass(frozen=True, kw_only=True)
class Clinician:
    """Somebody who is signed in.

    Attributes:
        token: what the session cookie holds.
        weeks: how many weeks of check-ins they have, the last one last week.
    """

    viewer: Viewer
    token: str
    weeks: int


def open_database(url: str, port: int = 8501) -> tuple[Context, Clinic]:
    """Migrate an empty database and write a clinic."""
    ctx = migrated_context(Settings(database_url=url, port=port))
    clinic = Clinic(
        clinic_id=ClinicId(new_id(ctx.now())),
        name="Riverside",
        country="DE",
        time_zone="Europe/Berlin",
    )
    with ctx.writing() as db:
        clinic_queries.add_clinic(db, clinic)
    return ctx, clinic


def add_clinicians(
    ctx: Context,
    clinic: Clinic,
    people: int,
    weeks: int,
    *,
    answers: bool = True,
    undecided: bool = False,
) -> list[Clinician]:
    """Write people who checked in every week up to the last one, and sign them in.

    Args:
        weeks: how many weeks of check-ins each of them has.
        answers: write the answers too, not only the scores made of them.
        undecided: they have not been asked yet whether their scores may count.
    """
    rng = random.Random(f"{people} {weeks}")
    added = [_add(ctx, clinic, f"Person {weeks} {n}", weeks) for n in range(people)]
    owns = [one.viewer.person_id for one in added]
    if not undecided:
        with ctx.writing() as db:
            for own in owns:
                preference_queries.set_team_trends(
                    db, clinic.clinic_id, own, counted=True
                )
    this = ctx.this_week(clinic)
    history = [this.plus(-n) for n in range(weeks, 0, -1)]
    _write(ctx, clinic, owns, history, rng, answers=answers)
    return added


def _add(ctx: Context, clinic: Clinic, name: str, weeks: int) -> Clinician:
    own = clinic.clinic_id, PersonId(new_id(ctx.now()))
    email = f"{own[1].hex}@example.org"
    with ctx.writing() as db:
        people_queries.add_person(
            db, *own, name=name, email=email, roles={Role.CLINICIAN}
        )
        people_queries.set_standing(db, *own, Standing.ACTIVE)
        token = accounts.begin_session(ctx, db, *own)
    viewer = accounts.viewer_of_token(ctx, token)
    return Clinician(viewer=viewer, token=token, weeks=weeks)


def give_password(ctx: Context, clinician: Clinician) -> None:
    """Let somebody sign in with ``PASSWORD``, too."""
    hashed = passwords.hash_password(PASSWORD)
    own = clinician.viewer.clinic_id, clinician.viewer.person_id
    with ctx.writing() as db:
        account_queries.set_password(db, *own, hashed)


def check_in(
    questions: QuestionSet, week: Week, rng: random.Random, *, answers: bool = True
) -> CheckIn:
    """Return a full check-in with answers near the middle of each scale."""
    fields = {
        q.id: rng.choice(q.response.codes[1:-1]) for q in questions.asked_in(week)
    }
    numbers = {"sessions": rng.randint(8, 30), "admin_hours": rng.randint(1, 12)}
    made = finish(questions, week, fields | numbers, Kind.FULL)
    if answers:
        return made
    kept = {f: getattr(made, f) for f in made.__dataclass_fields__ if f != "answers"}
    return CheckIn(**kept)


def _write(
    ctx: Context,
    clinic: Clinic,
    owns: Sequence[PersonId],
    history: Sequence[Week],
    rng: random.Random,
    *,
    answers: bool,
) -> None:
    pairs = _pairs(ctx, owns, history, rng, answers=answers)
    some: list[tuple[PersonId, CheckIn]] = []
    with ctx.writing() as db:
        for pair in pairs:
            some.append(pair)
            if len(some) == _A_WRITE:
                check_in_queries.put_check_ins(db, clinic.clinic_id, some)
                some = []
        check_in_queries.put_check_ins(db, clinic.clinic_id, some)
        for own in owns:
            for week in history[::_TAGGED]:
                tag_queries.put_tags(db, clinic.clinic_id, own, week, [Tag.HARD_CASE])


def _pairs(
    ctx: Context,
    owns: Sequence[PersonId],
    history: Sequence[Week],
    rng: random.Random,
    *,
    answers: bool,
) -> Iterator[tuple[PersonId, CheckIn]]:
    for own in owns:
        for week in history:
            yield own, check_in(ctx.questions, week, rng, answers=answers)

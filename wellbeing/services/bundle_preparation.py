"""What a bundle is made from, and whether it is still so when it is finished."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic
from wellbeing.domain.studies import StudyState, Through
from wellbeing.exports.extras import Extra
from wellbeing.privacy.linkage import EarlierBundle
from wellbeing.privacy.other_studies import OtherBundle
from wellbeing.privacy.study_data import StudyPlan, TimeUnit
from wellbeing.services.context import Context
from wellbeing.services.other_bundles import bundles_elsewhere
from wellbeing.services.participants import Agreed
from wellbeing.services.study_keys import study_key
from wellbeing.services.take_backs import hold_to_marks
from wellbeing.storage import (
    bundle_queries,
    clinic_queries,
    consent_queries,
    study_queries,
)
from wellbeing.storage.study_queries import StudyVersion


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A bundle that is asked for.

    Attributes:
        maker: None: the command line.
        folder: where it goes.
    """

    clinic: Clinic
    study_id: str
    maker: PersonId | None
    folder: Path
    extras: frozenset[Extra]
    time_unit: TimeUnit

    @property
    def through(self) -> Through:
        """How it is asked for."""
        return Through.COMMAND if self.maker is None else Through.SCREEN

    def today(self, ctx: Context) -> date:
        """Return which day it is at the clinic."""
        return ctx.now().astimezone(self.clinic.zone).date()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """What a bundle is made from, and by which it is seen that this has changed."""

    found: StudyVersion
    key: bytes
    agreed: Agreed
    earlier: tuple[EarlierBundle, ...]
    others: tuple[OtherBundle, ...]

    def is_still_so(self, now: "Ready", members: Iterable[PersonId]) -> bool:
        """Tell whether all who have rows agree as before, and nothing was added."""
        same = (self.found, self.earlier, self.others) == (
            now.found,
            now.earlier,
            now.others,
        )
        return same and all(
            now.agreed.get(person) == self.agreed[person] for person in members
        )


def ready_now(ctx: Context, db: Connection, wanted: Wanted) -> Ready:
    """Return what a bundle is made from; all studies are locked from here on.

    Args:
        db: an open write transaction.

    Raises:
        NotFoundError: the study is not open.
        InvalidInputError: its last week is open, or it does not name weeks.
        StudyFolderError, StudyKeyMissingError, StudyKeyWrongError: its key.
    """
    clinic_id, study_id = wanted.clinic.clinic_id, wanted.study_id
    study_queries.lock_studies(db, clinic_id)
    known = study_queries.lock_study(db, clinic_id, study_id)
    found = [
        each
        for each in study_queries.versions_of(db, clinic_id, study_id)
        if each.state is StudyState.OPEN
    ]
    if known is None or known.ended or not found or not _is_theirs(db, wanted):
        raise NotFoundError("open study")
    (opened,) = found
    plan = _plan(ctx, wanted, opened.plan)
    key = study_key(ctx, db, clinic_id, study_id, known.check)
    hold_to_marks(ctx, db, wanted.clinic, study_id, key)
    return Ready(
        found=replace(opened, plan=plan),
        key=key,
        agreed=consent_queries.who_agreed(db, clinic_id, study_id, opened.version),
        earlier=tuple(bundle_queries.comparisons_of(db, clinic_id, study_id)),
        others=bundles_elsewhere(db, clinic_id, study_id, key),
    )


def _is_theirs(db: Connection, wanted: Wanted) -> bool:
    """Tell whether who asked still works with the study; it may be handed over."""
    if wanted.maker is None:
        return True
    own = wanted.clinic.clinic_id, wanted.maker
    return wanted.study_id in study_queries.studies_of_researcher(db, *own)


def freeze_ahead(ctx: Context, study_id: str) -> date | None:
    """Return the freeze date of an open study; None: it has passed, or none is open.

    A bundle of before that day is recalled by the first who takes back.
    """
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
        if clinic is None:
            return None
        found = study_queries.versions_of(db, clinic.clinic_id, study_id)
    today = ctx.now().astimezone(clinic.zone).date()
    ahead = [
        each.plan.freeze_date
        for each in found
        if each.state is StudyState.OPEN and today <= each.plan.freeze_date
    ]
    return ahead[0] if ahead else None


def _plan(ctx: Context, wanted: Wanted, plan: StudyPlan) -> StudyPlan:
    if wanted.time_unit is TimeUnit.WEEKS and plan.time_unit is not TimeUnit.WEEKS:
        raise InvalidInputError(
            "This study does not name weeks as a finer choice, so its bundles are in "
            "blocks of four weeks."
        )
    ends = ctx.closing.closes_at(plan.through_week, wanted.clinic.zone)
    if ctx.now() < ends:
        raise InvalidInputError(
            f"Week {plan.through_week} still takes answers. Make the bundle when it "
            "has closed: every bundle of the same people has to be the same."
        )
    return replace(plan, time_unit=wanted.time_unit)

"""What ends when a consent to a study is taken back, for whatever reason."""

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import Connection

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Clinic
from wellbeing.domain.studies import Decision
from wellbeing.services.bundle_files import drop_recalled
from wellbeing.services.context import Context
from wellbeing.services.study_keys import study_key
from wellbeing.services.take_back_marks import add_mark, has_marks, marked
from wellbeing.storage import (
    bundle_queries,
    clinic_queries,
    consent_queries,
    study_queries,
)


def take_back_one(
    ctx: Context, db: Connection, clinic: Clinic, person_id: PersonId, study_id: str
) -> bool:
    """Take one consent back and recall bundles; tell whether there was one.

    A step inside a transaction; ``settle`` follows when that is written.
    """
    study_queries.lock_study(db, clinic.clinic_id, study_id)
    own = clinic.clinic_id, person_id
    agreed = {
        c.version
        for c in consent_queries.consents_of(db, *own)
        if c.study_id == study_id and c.decision is Decision.AGREED
    }
    today = ctx.now().astimezone(clinic.zone).date()
    unfrozen = {
        v.version
        for v in study_queries.versions_of(db, clinic.clinic_id, study_id)
        if v.version in agreed and today <= v.plan.freeze_date
    }
    consent_queries.take_back(db, *own, study_id, ctx.this_week(clinic))
    bundle_queries.recall(
        db,
        clinic.clinic_id,
        (
            b.bundle_id
            for b in bundle_queries.bundles_with(db, *own)
            if b.study_id == study_id and b.version in unfrozen
        ),
    )
    return bool(agreed)


def take_everything_back(
    ctx: Context, db: Connection, clinic: Clinic, person_id: PersonId
) -> frozenset[str]:
    """Take back every consent of somebody who leaves, or whose account goes.

    A step inside a transaction of another service, which has checked who asks;
    ``settle`` follows when that is written.

    Returns:
        The studies that they agreed to.
    """
    found = consent_queries.consents_of(db, clinic.clinic_id, person_id)
    studies = {c.study_id for c in found if c.decision is Decision.AGREED}
    for study_id in sorted(studies):
        take_back_one(ctx, db, clinic, person_id, study_id)
    return frozenset(studies)


def settle(
    ctx: Context, clinic_id: ClinicId, person_id: PersonId, studies: Iterable[str]
) -> None:
    """Do beside the database what follows from consents that were taken back.

    They are noted beside the keys, and files of recalled bundles are removed.
    """
    for study_id in sorted(studies):
        with ctx.writing() as db:
            add_mark(ctx, db, clinic_id, study_id, person_id)
        # A file that cannot be removed now goes with the next look; nobody gets it.
        with suppress(OSError):
            drop_recalled(ctx, clinic_id, study_id)


def drop_all_recalled(ctx: Context) -> None:
    """Remove what a kill or a busy disk left of recalled bundles, of every study."""
    for clinic, study_id in _all_studies(ctx):
        with suppress(OSError):
            drop_recalled(ctx, clinic.clinic_id, study_id)


def hold_to_marks(
    ctx: Context, db: Connection, clinic: Clinic, study_id: str, key: bytes
) -> None:
    """Take back again what a restored database has forgotten.

    A step inside a transaction that holds the lock of the study.
    """
    agreed = {
        person_id
        for each in study_queries.versions_of(db, clinic.clinic_id, study_id)
        for person_id in consent_queries.who_agreed(
            db, clinic.clinic_id, study_id, each.version
        )
    }
    for person_id in sorted(marked(ctx, clinic.clinic_id, study_id, key, agreed)):
        take_back_one(ctx, db, clinic, person_id, study_id)


def hold_to_all_marks(ctx: Context) -> None:
    """Take back again, after a restore, whatever is noted beside the keys.

    A study whose key is not there yet is left: its next bundle does the same.
    """
    for clinic, study_id in _all_studies(ctx):
        with suppress(WellbeingError), ctx.writing() as db:
            known = study_queries.lock_study(db, clinic.clinic_id, study_id)
            if known and has_marks(ctx, clinic.clinic_id, study_id):
                own = clinic.clinic_id, study_id
                key = study_key(ctx, db, *own, known.check)
                hold_to_marks(ctx, db, clinic, study_id, key)


def _all_studies(ctx: Context) -> list[tuple[Clinic, str]]:
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
        if clinic is None:
            return []
        found = study_queries.versions_of(db, clinic.clinic_id)
    return [(clinic, one) for one in sorted({each.plan.study_id for each in found})]

"""Consent to studies: off by default, one study at a time, taken back at any time."""

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic, Role, Viewer
from wellbeing.domain.studies import Decision, RoleGroup, StudyState, Tenure
from wellbeing.privacy.study_data import StudyPlan
from wellbeing.privacy.study_ledger import LedgerLine
from wellbeing.services.archive import Files, as_json
from wellbeing.services.bundle_files import drop_recalled
from wellbeing.services.context import Context
from wellbeing.storage import bundle_queries, consent_queries, study_queries
from wellbeing.storage.consent_queries import Consent


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedStudy:
    """A version of a study as somebody who may take part sees it.

    Attributes:
        takes_people: it is open and its freeze date has not passed.
        frozen: the freeze date has passed: bundles that were made stay as they are.
        consent: what the viewer decided; None: nothing, which is no.
        bundles: those that hold rows of the viewer's, newest first.
    """

    plan: StudyPlan
    version: int
    takes_people: bool
    frozen: bool
    consent: Consent | None
    bundles: tuple[LedgerLine, ...]

    @property
    def agreed(self) -> bool:
        """Whether the viewer takes part now."""
        return self.consent is not None and self.consent.decision is Decision.AGREED


def studies_for_me(ctx: Context, viewer: Viewer) -> tuple[OfferedStudy, ...]:
    """Return the studies that are open to the viewer, and those they decided about.

    To somebody who is no clinician, or is not any more, only the latter.
    """
    with ctx.reading() as db:
        own = viewer.clinic_id, viewer.person_id
        mine = {
            (c.study_id, c.version): c for c in consent_queries.consents_of(db, *own)
        }
        bundles = bundle_queries.bundles_with(db, *own)
        versions = study_queries.versions_of(db, viewer.clinic_id)
    today = ctx.now().astimezone(viewer.clinic.zone).date()
    found = []
    for each in versions:
        key = each.plan.study_id, each.version
        offered = each.state is StudyState.OPEN and Role.CLINICIAN in viewer.roles
        if not offered and key not in mine:
            continue
        frozen = each.plan.freeze_date < today
        theirs = (b for b in bundles if (b.study_id, b.version) == key)
        one = OfferedStudy(
            plan=each.plan,
            version=each.version,
            takes_people=offered and not frozen,
            frozen=frozen,
            consent=mine.get(key),
            bundles=tuple(theirs),
        )
        found.append(one)
    return tuple(found)


def agree(
    ctx: Context,
    viewer: Viewer,
    study_id: str,
    version: int,
    *,
    role_group: RoleGroup | None = None,
    tenure: Tenure | None = None,
) -> None:
    """Take part in the version of a study that the viewer has read.

    Args:
        version: another one may have been opened meanwhile, and needs another yes.
        role_group, tenure: None: left out. What the study does not ask is not kept.

    Raises:
        NotFoundError: no such version is open.
        InvalidInputError: its freeze date has passed.
    """
    viewer.require(Role.CLINICIAN)
    with ctx.writing() as db:
        study_queries.lock_study(db, viewer.clinic_id, study_id)
        found = study_queries.versions_of(db, viewer.clinic_id, study_id)
        plans = {v.version: v.plan for v in found if v.state is StudyState.OPEN}
        if version not in plans:
            raise NotFoundError("study")
        plan = plans[version]
        if plan.freeze_date < ctx.now().astimezone(viewer.clinic.zone).date():
            raise InvalidInputError(
                "The freeze date of this study has passed, so it takes nobody new."
            )
        consent = Consent(
            study_id=study_id,
            version=version,
            decision=Decision.AGREED,
            week=ctx.this_week(viewer.clinic),
            role_group=role_group if "role_group" in plan.attributes else None,
            tenure=tenure if "tenure" in plan.attributes else None,
        )
        consent_queries.put_consent(db, viewer.clinic_id, viewer.person_id, consent)


def take_back(ctx: Context, viewer: Viewer, study_id: str) -> None:
    """Take the viewer's consent to a study back, whatever their roles are by now.

    No new bundle holds rows of theirs. Through the freeze date bundles that do are
    recalled: they cannot be fetched here any more, and the researcher is told to
    delete every copy. After it bundles that were made stay as they are.
    """
    with ctx.writing() as db:
        _take_back(ctx, db, viewer.clinic, viewer.person_id, study_id)
    # A file that cannot be removed now goes with the next bundle; nobody gets it.
    with suppress(OSError):
        drop_recalled(ctx, viewer.clinic_id, study_id)


def take_everything_back(
    ctx: Context, db: Connection, clinic: Clinic, person_id: PersonId
) -> None:
    """Take back every consent of somebody who leaves, or whose account goes.

    A step inside a transaction of another service, which has checked who asks.
    """
    for consent in consent_queries.consents_of(db, clinic.clinic_id, person_id):
        if consent.decision is Decision.AGREED:
            _take_back(ctx, db, clinic, person_id, consent.study_id)


def _take_back(
    ctx: Context, db: Connection, clinic: Clinic, person_id: PersonId, study_id: str
) -> None:
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


def study_files(ctx: Context, viewer: Viewer) -> Files:
    """Return the archive's file about studies, if the viewer has to do with any."""
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        consents = consent_queries.consents_of(db, *own)
        bundles = bundle_queries.bundles_with(db, *own)
        researcher = study_queries.studies_of_researcher(db, *own)
    if not (consents or bundles or researcher):
        return {}
    written = {
        "consents": [
            {
                "study": c.study_id,
                "version": c.version,
                "decision": c.decision,
                "week": str(c.week),
                "role_group": c.role_group,
                "tenure": c.tenure,
            }
            for c in consents
        ],
        "bundles_with_my_rows": [
            {
                "study": b.study_id,
                "version": b.version,
                "made_on": b.made_on.isoformat(),
                "made_by": b.maker,
                "checks": {c.name: c.passed for c in b.checks},
                "sha256": b.sha256,
                "recalled": b.recalled,
            }
            for b in bundles
        ],
        "researcher_of": sorted(researcher),
    }
    return {"studies.json": as_json(written)}

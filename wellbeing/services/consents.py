"""Consent to studies: off by default, one study at a time, taken back at any time."""

from dataclasses import dataclass

from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.studies import Decision, RoleGroup, StudyState, Tenure
from wellbeing.privacy.study_data import StudyPlan
from wellbeing.privacy.study_ledger import LedgerLine
from wellbeing.services.archive import Files, as_json
from wellbeing.services.context import Context
from wellbeing.services.take_back_marks import drop_mark
from wellbeing.services.take_backs import settle, take_back_one
from wellbeing.storage import (
    bundle_queries,
    consent_queries,
    study_offer_queries,
    study_queries,
)
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
        StudyKeyMissingError, StudyKeyWrongError, StudyFolderError: that they took it
            back before is noted beside the key, and cannot be forgotten.
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
        drop_mark(ctx, db, viewer.clinic_id, study_id, viewer.person_id)


def take_back(ctx: Context, viewer: Viewer, study_id: str) -> None:
    """Take the viewer's consent to a study back, whatever their roles are by now.

    No new bundle holds rows of theirs. Through the freeze date bundles that do are
    recalled: they cannot be fetched here any more, and the researcher is told to
    delete every copy. After it bundles that were made stay as they are.
    """
    own = viewer.person_id
    with ctx.writing() as db:
        done = take_back_one(ctx, db, viewer.clinic, own, study_id)
    if done:
        settle(ctx, viewer.clinic_id, own, [study_id])


def study_files(ctx: Context, viewer: Viewer) -> Files:
    """Return the archive's file about studies, if the viewer has to do with any."""
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        consents = consent_queries.consents_of(db, *own)
        bundles = bundle_queries.bundles_with(db, *own)
        cells = bundle_queries.cells_of(db, *own)
        researcher = study_queries.studies_of_researcher(db, *own)
        offered = [
            offer.study_id
            for offer in study_offer_queries.offers_of(db, viewer.clinic_id)
            if offer.to == viewer.person_id
        ]
    if not (consents or bundles or researcher or offered):
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
                "my_attributes": list(cells[b.bundle_id]),
                "checks": {c.name: c.passed for c in b.checks},
                "sha256": b.sha256,
                "recalled": b.recalled,
            }
            for b in bundles
        ],
        "researcher_of": sorted(researcher),
        "offered_to_me": offered,
    }
    return {"studies.json": as_json(written)}

"""The ledger of bundles as those see it who may: never whose rows are in one."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.studies import BundleId
from wellbeing.privacy.study_ledger import LedgerLine
from wellbeing.services.bundle_files import kept_file
from wellbeing.services.context import Context
from wellbeing.services.proofs import require_proved
from wellbeing.services.studies import require_own_study
from wellbeing.storage import bundle_queries, study_queries


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenBundle:
    """A bundle in the ledger, and whether it can be fetched here."""

    line: LedgerLine
    kept: bool


def ledger_of(ctx: Context, viewer: Viewer, study_id: str) -> tuple[SeenBundle, ...]:
    """Return the bundles of a study that the viewer works with, newest first.

    Raises:
        NotFoundError: it is not their study.
    """
    viewer.require(Role.RESEARCHER)
    require_own_study(ctx, viewer, study_id)
    with ctx.reading() as db:
        lines = bundle_queries.bundles_of_study(db, viewer.clinic_id, study_id)
    return tuple(
        SeenBundle(line=line, kept=kept_file(ctx, line) is not None) for line in lines
    )


def whole_ledger(ctx: Context, viewer: Viewer) -> tuple[LedgerLine, ...]:
    """Return every bundle of the clinic for an administrator, by study."""
    viewer.require(Role.ADMINISTRATOR)
    with ctx.reading() as db:
        studies = {
            each.plan.study_id
            for each in study_queries.versions_of(db, viewer.clinic_id)
        }
        return tuple(
            line
            for study_id in sorted(studies)
            for line in bundle_queries.bundles_of_study(db, viewer.clinic_id, study_id)
        )


def bundle_file(ctx: Context, viewer: Viewer, bundle_id: BundleId) -> tuple[str, Path]:
    """Return name and file of a bundle of a study that the viewer works with.

    Raises:
        NotFoundError: there is none, it is somebody else's, it is not kept here, or it
            was recalled.
        ProofNeededError: the viewer gave no password lately.
    """
    require_proved(ctx, viewer, Role.RESEARCHER)
    with ctx.reading() as db:
        line = own_bundle(db, viewer, bundle_id)
    file = kept_file(ctx, line)
    if file is None:
        raise NotFoundError("bundle")
    return line.file, file


def own_bundle(db: Connection, viewer: Viewer, bundle_id: BundleId) -> LedgerLine:
    """Return a bundle of a study that the viewer works with.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    line = bundle_queries.bundle_of(db, viewer.clinic_id, bundle_id)
    own = study_queries.studies_of_researcher(db, viewer.clinic_id, viewer.person_id)
    if line is None or line.study_id not in own:
        raise NotFoundError("bundle")
    return line

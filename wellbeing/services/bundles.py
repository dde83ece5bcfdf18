"""Making a bundle: whole or not at all, in the ledger, of those who still agree."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from wellbeing import __version__
from wellbeing.domain.audit import Event
from wellbeing.domain.errors import NoClinicError, WellbeingError
from wellbeing.domain.ids import new_id
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.studies import BundleId, size_class
from wellbeing.exports.bundle import BundleReport, bundle_name, write_bundle
from wellbeing.exports.extras import Extra
from wellbeing.privacy.deidentification import pseudonym
from wellbeing.privacy.linkage import Check, EarlierBundle
from wellbeing.privacy.study_data import TimeUnit
from wellbeing.privacy.study_ledger import LedgerLine, PassedCheck
from wellbeing.services.audit import record
from wellbeing.services.bundle_files import (
    drop_recalled,
    free_name,
    new_file,
    part_of,
    place_of,
    put_in_place,
    recover,
)
from wellbeing.services.bundle_preparation import Ready, Wanted, ready_now
from wellbeing.services.context import Context
from wellbeing.services.participants import participants
from wellbeing.services.proofs import require_proved
from wellbeing.services.studies import require_own_study
from wellbeing.services.study_folders import bundles_folder, make_private, only_one
from wellbeing.storage import bundle_queries, clinic_queries
from wellbeing.storage.bundle_queries import NewBundle

Progress = Callable[[float], None]
_TRIES = 3


class ConsentsChangedError(WellbeingError):
    """People took their consent back while a bundle was made, again and again."""

    def __init__(self) -> None:
        super().__init__(
            "Consents changed while the bundle was made, so nothing was written. "
            "Try again in a moment."
        )


def make_bundle(
    ctx: Context,
    viewer: Viewer,
    study_id: str,
    *,
    extras: Iterable[Extra] = (),
    time_unit: TimeUnit = TimeUnit.BLOCKS,
    progress: Progress = lambda _share: None,
) -> LedgerLine:
    """Make a bundle of a study of the viewer's; it is kept in the bundles' folder.

    Raises:
        ProofNeededError: the viewer gave no password lately.
        NotFoundError: it is not their study, or it is not open.
        BundleRefusedError: somebody in it could be found out; it says how.
        InvalidInputError: it is too early, or the study does not name weeks.
        BundleInTheMakingError, ConsentsChangedError: try again.
        StudyFolderError, StudyKeyMissingError, StudyKeyWrongError, DiskFullError: the
            place has to be mended.
    """
    require_proved(ctx, viewer, Role.RESEARCHER)
    require_own_study(ctx, viewer, study_id)
    folder = bundles_folder(ctx)
    make_private(folder)
    wanted = Wanted(
        clinic=viewer.clinic,
        study_id=study_id,
        maker=viewer.person_id,
        folder=folder,
        extras=frozenset(extras),
        time_unit=time_unit,
    )
    return _make(ctx, wanted, progress)


def export_bundle(
    ctx: Context,
    study_id: str,
    folder: Path,
    *,
    extras: Iterable[Extra] = (),
    time_unit: TimeUnit = TimeUnit.BLOCKS,
) -> LedgerLine:
    """Make a bundle in a folder, for whoever runs the server.

    Raises:
        NoClinicError: the database is empty.
        NotFoundError, BundleRefusedError and the others of ``make_bundle``.
    """
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
    if clinic is None:
        raise NoClinicError
    folder.mkdir(parents=True, exist_ok=True)
    wanted = Wanted(
        clinic=clinic,
        study_id=study_id,
        maker=None,
        folder=folder,
        extras=frozenset(extras),
        time_unit=time_unit,
    )
    return _make(ctx, wanted, lambda _share: None)


def _make(ctx: Context, wanted: Wanted, progress: Progress) -> LedgerLine:
    clinic_id = wanted.clinic.clinic_id
    with ctx.writing() as db:
        ready_now(ctx, db, wanted)  # Refused before a lock file of any name is made.
    with only_one(ctx, f"{clinic_id}.{wanted.study_id}"):
        recover(ctx, clinic_id, wanted.study_id, wanted.folder)
        drop_recalled(ctx, clinic_id, wanted.study_id)
        for _ in range(_TRIES):
            line = _try(ctx, wanted, progress)
            if line is not None:
                return line
    raise ConsentsChangedError


def _try(ctx: Context, wanted: Wanted, progress: Progress) -> LedgerLine | None:
    """Make a bundle; None: what it was made from is not so any more."""
    with ctx.writing() as db:
        ready = ready_now(ctx, db, wanted)
    bundle_id = BundleId(new_id(ctx.now()))
    part = part_of(wanted.folder, wanted.study_id, bundle_id)
    line = None
    try:
        with new_file(part) as out:
            report = _write(ctx, wanted, ready, out, progress)
        line = _enter(ctx, wanted, ready, bundle_id, report)
    finally:
        if line is None:
            part.unlink(missing_ok=True)
    if line is not None:
        put_in_place(part, place_of(wanted.folder, line))
    return line


def _write(
    ctx: Context, wanted: Wanted, ready: Ready, out: BinaryIO, progress: Progress
) -> BundleReport:
    plan, clinic_id = ready.found.plan, wanted.clinic.clinic_id
    # One transaction, so that everything in the bundle is of one moment.
    with ctx.reading() as db:
        return write_bundle(
            plan,
            lambda: participants(db, clinic_id, plan, ready.agreed),
            ready.key,
            ready.earlier,
            out,
            wanted.extras,
            progress,
            made_on=wanted.today(ctx),
            program_version=__version__,
            others=ready.others,
            questions=ctx.questions,
        )


def _enter(
    ctx: Context,
    wanted: Wanted,
    ready: Ready,
    bundle_id: BundleId,
    report: BundleReport,
) -> LedgerLine | None:
    """Write a bundle into the ledger, if all who have rows in it still agree."""
    names = {person: pseudonym(ready.key, person) for person in ready.agreed}
    people = {
        person: report.cells[name]
        for person, name in names.items()
        if name in report.members
    }
    plan, made_on = ready.found.plan, wanted.today(ctx)
    line = LedgerLine(
        bundle_id=bundle_id,
        study_id=plan.study_id,
        version=ready.found.version,
        made_on=made_on,
        through=wanted.through,
        maker=None,
        file=free_name(wanted.folder, bundle_name(plan, made_on)),
        sha256=report.sha256,
        size=size_class(report.participants),
        time_unit=plan.time_unit,
        extras=tuple(sorted(wanted.extras)),
        checks=tuple(_passed(one) for one in report.checks),
        recalled=False,
    )
    compared = EarlierBundle(
        sha256=report.sha256,
        time_unit=plan.time_unit,
        columns=report.columns,
        members=report.members,
        fingerprint=report.fingerprint,
    )
    with ctx.writing() as db:
        now = ready_now(ctx, db, wanted)
        if not ready.is_still_so(now, people):
            return None
        bundle_queries.add_bundle(
            db,
            wanted.clinic.clinic_id,
            NewBundle(
                line=line, comparison=compared, maker=wanted.maker, people=people
            ),
        )
        own, study = wanted.clinic.clinic_id, plan.study_id
        record(ctx, db, own, Event.BUNDLE_MADE, actor=wanted.maker, about=study)
    return line


def _passed(check: Check) -> PassedCheck:
    told = check.sentence
    if check.accepted:
        # The risk of the finer choice stands in the ledger, too.
        told += f" It does not hold: {check.measured:.0%}. The study accepts this."
    return PassedCheck(name=check.name, passed=check.passed, told=told)

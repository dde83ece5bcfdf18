"""Studies: a researcher writes one; an administrator opens, sends back, closes it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.studies import SizeClass, StudyState, size_class
from wellbeing.privacy.study_data import StudyPlan
from wellbeing.services.audit import note
from wellbeing.services.context import Context
from wellbeing.services.proofs import require_proved
from wellbeing.services.study_keys import destroy_key
from wellbeing.services.study_plans import NewStudy, checked_plan
from wellbeing.storage import consent_queries, own_instrument_queries, study_queries
from wellbeing.storage.study_queries import StudyVersion

_ENDED = "This study has ended. Write a new one under another short name."


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenStudy:
    """A version of a study as researchers and administrators see it.

    Attributes:
        agreed: how many agreed, as a class; None: it was never open, or it is not the
            viewer's own study.
        frozen: its freeze date has passed: a bundle that is made now stays.
    """

    plan: StudyPlan
    version: int
    state: StudyState
    agreed: SizeClass | None
    frozen: bool


def my_studies(ctx: Context, viewer: Viewer) -> tuple[SeenStudy, ...]:
    """Return the studies that the viewer works with, every version."""
    viewer.require(Role.RESEARCHER)
    today = _today(ctx, viewer)
    with ctx.reading() as db:
        own = study_queries.studies_of_researcher(db, *_who(viewer))
        return tuple(
            SeenStudy(
                plan=each.plan,
                version=each.version,
                state=each.state,
                agreed=_class(db, viewer, each),
                frozen=each.plan.freeze_date < today,
            )
            for each in study_queries.versions_of(db, viewer.clinic_id)
            if each.plan.study_id in own
        )


def studies_to_decide(ctx: Context, viewer: Viewer) -> tuple[SeenStudy, ...]:
    """Return the clinic's studies for an administrator: those that left their desk."""
    viewer.require(Role.ADMINISTRATOR)
    today = _today(ctx, viewer)
    with ctx.reading() as db:
        found = study_queries.versions_of(db, viewer.clinic_id)
    return tuple(
        SeenStudy(
            plan=each.plan,
            version=each.version,
            state=each.state,
            agreed=None,
            frozen=each.plan.freeze_date < today,
        )
        for each in found
        if each.state is not StudyState.DRAFT
    )


def write_study(ctx: Context, viewer: Viewer, new: NewStudy) -> int:
    """Write a study, change a draft, or begin a new version of an open study.

    A new version needs everybody's consent anew; until it is opened the version
    before it stays as it is. Keys of the clinic's own are asked for in the version that
    is the newest now.

    Returns:
        The number of the version, which is a draft.

    Raises:
        InvalidInputError, UnknownItemError, UnknownInstrumentError, NotShippedError:
            something about it cannot be taken as it is.
        NotFoundError: the name is that of a study of somebody else's.
    """
    viewer.require(Role.RESEARCHER)
    day = _today(ctx, viewer)
    with ctx.reading() as db:
        own = own_instrument_queries.confirmed(db, viewer.clinic_id)
    plan = checked_plan(ctx.questions, day, new, {one.id: one for one in own})
    try:
        with ctx.writing() as db:
            known = study_queries.lock_study(db, viewer.clinic_id, plan.study_id)
            if known is None:
                study_queries.add_study(
                    db, viewer.clinic_id, plan.study_id, viewer.person_id
                )
            elif known.ended:
                raise InvalidInputError(_ENDED)
            _require_own(db, viewer, plan.study_id)
            number = _next_version(db, viewer, plan.study_id)
            draft = StudyVersion(plan=plan, version=number, state=StudyState.DRAFT)
            study_queries.put_version(db, viewer.clinic_id, draft)
    except IntegrityError as error:
        sentence = "A study with this short name exists already. Choose another one."
        raise InvalidInputError(sentence) from error
    return number


def _next_version(db: Connection, viewer: Viewer, study_id: str) -> int:
    found = study_queries.versions_of(db, viewer.clinic_id, study_id)
    if not found:
        return 1
    newest = found[-1]
    if newest.state is StudyState.SUBMITTED:
        raise InvalidInputError(
            "This study lies with an administrator. Wait until it is opened or sent "
            "back."
        )
    return newest.version + (newest.state is not StudyState.DRAFT)


def submit_study(ctx: Context, viewer: Viewer, study_id: str) -> None:
    """Hand a draft to the administrators; a second click changes nothing."""
    viewer.require(Role.RESEARCHER)
    with ctx.writing() as db:
        study_queries.lock_study(db, viewer.clinic_id, study_id)
        _require_own(db, viewer, study_id)
        _move(db, viewer, study_id, StudyState.DRAFT, StudyState.SUBMITTED)


def open_study(ctx: Context, viewer: Viewer, seen: StudyPlan, version: int) -> None:
    """Open a study to the clinicians; an earlier version of it closes.

    Args:
        seen: what the viewer read. A study that is sent back keeps its number, and
            may be handed in again with other words.

    Raises:
        InvalidInputError: the viewer wrote it, or its freeze date has passed.
        NotFoundError: it does not wait for that, or it reads otherwise by now.
    """
    viewer.require(Role.ADMINISTRATOR)
    study_id = seen.study_id
    with ctx.writing() as db:
        study_queries.lock_study(db, viewer.clinic_id, study_id)
        if study_id in study_queries.studies_of_researcher(db, *_who(viewer)):
            raise InvalidInputError(
                "You wrote this study, so another administrator has to open it."
            )
        found = study_queries.versions_of(db, viewer.clinic_id, study_id)
        plans = {each.version: each.plan for each in found}
        if plans.get(version) != seen:
            raise NotFoundError("study")
        if seen.freeze_date < _today(ctx, viewer):
            raise InvalidInputError(
                "Its freeze date has passed. Send it back for a later one."
            )
        _move(db, viewer, study_id, StudyState.OPEN, StudyState.CLOSED, needed=False)
        change = (StudyState.SUBMITTED, StudyState.OPEN)
        if not study_queries.set_state(db, viewer.clinic_id, study_id, change, version):
            raise NotFoundError("study")
        note(ctx, db, viewer, Event.STUDY_OPENED, about=study_id)


def send_back(ctx: Context, viewer: Viewer, study_id: str) -> None:
    """Give a study that waits back to who wrote it."""
    viewer.require(Role.ADMINISTRATOR)
    with ctx.writing() as db:
        study_queries.lock_study(db, viewer.clinic_id, study_id)
        _move(db, viewer, study_id, StudyState.SUBMITTED, StudyState.DRAFT)


def close_study(ctx: Context, viewer: Viewer, study_id: str) -> None:
    """End a study for good: its key is destroyed, and no bundle can be made again.

    Raises:
        NotFoundError: there is no such study, or it was never handed in.
        StudyFolderError: the key cannot be removed; the study stays open.
        ProofNeededError: the viewer gave no password lately.
    """
    require_proved(ctx, viewer, Role.ADMINISTRATOR)
    with ctx.writing() as db:
        study_queries.lock_study(db, viewer.clinic_id, study_id)
        found = study_queries.versions_of(db, viewer.clinic_id, study_id)
        if all(each.state is StudyState.DRAFT for each in found):
            raise NotFoundError("study")
        for state in StudyState:
            _move(db, viewer, study_id, state, StudyState.CLOSED, needed=False)
        study_queries.end_study(db, viewer.clinic_id, study_id)
        note(ctx, db, viewer, Event.STUDY_CLOSED, about=study_id)
        destroy_key(ctx, viewer.clinic_id, study_id)


def require_own_study(ctx: Context, viewer: Viewer, study_id: str) -> None:
    """Let a researcher pass only to a study that they work with.

    Raises:
        NotFoundError: it is somebody else's, or there is none.
    """
    viewer.require(Role.RESEARCHER)
    with ctx.reading() as db:
        _require_own(db, viewer, study_id)


def _today(ctx: Context, viewer: Viewer) -> date:
    return ctx.now().astimezone(viewer.clinic.zone).date()


def _move(
    db: Connection,
    viewer: Viewer,
    study_id: str,
    before: StudyState,
    after: StudyState,
    *,
    needed: bool = True,
) -> None:
    change = (before, after)
    done = study_queries.set_state(db, viewer.clinic_id, study_id, change)
    if needed and not done:
        raise NotFoundError("study")


def _require_own(db: Connection, viewer: Viewer, study_id: str) -> None:
    if study_id not in study_queries.studies_of_researcher(db, *_who(viewer)):
        raise NotFoundError("study")


def _who(viewer: Viewer) -> tuple[ClinicId, PersonId]:
    return viewer.clinic_id, viewer.person_id


def _class(db: Connection, viewer: Viewer, found: StudyVersion) -> SizeClass | None:
    if found.state not in {StudyState.OPEN, StudyState.CLOSED}:
        return None
    which = viewer.clinic_id, found.plan.study_id, found.version
    return size_class(consent_queries.count_agreed(db, *which))

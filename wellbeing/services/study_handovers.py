"""Handing a study to another researcher: offered by one, taken by the other.

Until it is taken nothing changes. The key, the ledger and what participants were told
stay; the tokens of whoever worked with it before open nothing any more.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.studies import StudyState
from wellbeing.privacy.study_data import StudyPlan
from wellbeing.services.audit import note
from wellbeing.services.context import Context
from wellbeing.services.proofs import require_proved
from wellbeing.services.study_holders import (
    as_handed_in,
    can_work,
    holders,
    running,
    stands,
)
from wellbeing.storage import people_queries, study_offer_queries, study_queries
from wellbeing.storage.study_offer_queries import StudyOffer


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """A study that can be handed over, and to whom.

    Attributes:
        title: of its newest version; an administrator reads that of the newest one
            that was handed in.
        candidates: the researchers who may take it, by name; never the viewer.
        offered_to: the name of who has to decide; None: nobody.
    """

    study_id: str
    title: str
    candidates: dict[PersonId, str]
    offered_to: str | None


def handover_of(ctx: Context, viewer: Viewer, study_id: str) -> Handover:
    """Return to whom a study of the viewer's can be handed.

    Raises:
        NotFoundError: it is somebody else's, it has ended, or there is none.
    """
    viewer.require(Role.RESEARCHER)
    with ctx.reading() as db:
        _require_own(db, viewer, study_id)
        return _handover(db, viewer, running(db, viewer.clinic_id)[study_id])


def left_studies(ctx: Context, viewer: Viewer) -> tuple[Handover, ...]:
    """Return the studies that nobody works with any more, for an administrator.

    Drafts that were never handed in are left out, and so is the title of one that
    would follow: an administrator does not see them.
    """
    viewer.require(Role.ADMINISTRATOR)
    with ctx.reading() as db:
        people = people_queries.people_of(db, viewer.clinic_id)
        return tuple(
            _handover(db, viewer, plan)
            for study_id in running(db, viewer.clinic_id)
            if (plan := as_handed_in(db, viewer.clinic_id, study_id))
            and not holders(db, viewer.clinic_id, study_id, people)
        )


def offer_study(
    ctx: Context, viewer: Viewer, study_id: str, person_id: PersonId
) -> None:
    """Offer a study of the viewer's to another researcher.

    Raises:
        NotFoundError: it is somebody else's, it has ended, or nobody can take it.
        ProofNeededError: the viewer gave no password lately.
    """
    require_proved(ctx, viewer, Role.RESEARCHER)
    with ctx.writing() as db:
        study_queries.lock_study(db, viewer.clinic_id, study_id)
        _require_own(db, viewer, study_id)
        _offer(
            db,
            viewer,
            StudyOffer(study_id=study_id, to=person_id, by_administrator=False),
        )


def offer_left_study(
    ctx: Context, viewer: Viewer, study_id: str, person_id: PersonId
) -> None:
    """Offer a study that nobody works with any more to a researcher.

    Raises:
        NotFoundError: somebody works with it, it has ended, or they cannot take it.
        ProofNeededError: the viewer gave no password lately.
    """
    require_proved(ctx, viewer, Role.ADMINISTRATOR)
    with ctx.writing() as db:
        study_queries.lock_study(db, viewer.clinic_id, study_id)
        _require_left(db, viewer, study_id)
        _offer(
            db,
            viewer,
            StudyOffer(study_id=study_id, to=person_id, by_administrator=True),
        )


def withdraw_offer(ctx: Context, viewer: Viewer, study_id: str) -> None:
    """Withdraw the offer of a study of the viewer's, whoever made it."""
    viewer.require(Role.RESEARCHER)
    with ctx.writing() as db:
        study_queries.lock_study(db, viewer.clinic_id, study_id)
        _require_own(db, viewer, study_id)
        study_offer_queries.drop_offer(db, viewer.clinic_id, study_id)


def withdraw_left_offer(ctx: Context, viewer: Viewer, study_id: str) -> None:
    """Withdraw the offer of a study that nobody works with any more."""
    viewer.require(Role.ADMINISTRATOR)
    with ctx.writing() as db:
        study_queries.lock_study(db, viewer.clinic_id, study_id)
        _require_left(db, viewer, study_id)
        study_offer_queries.drop_offer(db, viewer.clinic_id, study_id)


def offered_to_me(ctx: Context, viewer: Viewer) -> tuple[StudyPlan, ...]:
    """Return the studies that wait for the viewer to take them, as they read now."""
    viewer.require(Role.RESEARCHER)
    with ctx.reading() as db:
        found = running(db, viewer.clinic_id)
        people = people_queries.people_of(db, viewer.clinic_id)
        return tuple(
            found[offer.study_id]
            for offer in study_offer_queries.offers_of(db, viewer.clinic_id)
            if offer.to == viewer.person_id
            and offer.study_id in found
            and stands(db, viewer.clinic_id, offer, people)
        )


def take_study(ctx: Context, viewer: Viewer, study_id: str) -> None:
    """Take a study that is offered to the viewer; a second click changes nothing.

    Raises:
        NotFoundError: it is not offered to them any more, or it has ended.
        InvalidInputError: an administrator has to decide about it first.
    """
    viewer.require(Role.RESEARCHER)
    own = viewer.clinic_id, study_id
    with ctx.writing() as db:
        known = study_queries.lock_study(db, *own)
        before = study_offer_queries.researchers_of(db, *own)
        if before == [viewer.person_id]:
            return
        offers = study_offer_queries.offers_of(db, *own)
        people = people_queries.people_of(db, viewer.clinic_id)
        holds = any(
            offer.to == viewer.person_id and stands(db, viewer.clinic_id, offer, people)
            for offer in offers
        )
        if known is None or known.ended or not holds:
            raise NotFoundError("study")
        versions = study_queries.versions_of(db, *own)
        if versions and versions[-1].state is StudyState.SUBMITTED:
            raise InvalidInputError(
                "This study lies with an administrator. Take it when it is opened or "
                "sent back."
            )
        study_offer_queries.drop_tokens(db, *own, before)
        study_offer_queries.hand_over(db, *own, viewer.person_id)
        study_offer_queries.drop_offer(db, *own)
        note(
            ctx,
            db,
            viewer,
            Event.STUDY_HANDED_OVER,
            concerning=before[0] if before else None,
            about=study_id,
        )


def decline_study(ctx: Context, viewer: Viewer, study_id: str) -> None:
    """Leave a study that is offered to the viewer where it is."""
    viewer.require(Role.RESEARCHER)
    own = viewer.clinic_id, study_id
    with ctx.writing() as db:
        study_queries.lock_study(db, *own)
        for offer in study_offer_queries.offers_of(db, *own):
            if offer.to == viewer.person_id:
                study_offer_queries.drop_offer(db, *own)


def _handover(db: Connection, viewer: Viewer, plan: StudyPlan) -> Handover:
    people = people_queries.people_of(db, viewer.clinic_id)
    offers = study_offer_queries.offers_of(db, viewer.clinic_id, plan.study_id)
    names = {person.person_id: person.name for person in people}
    return Handover(
        study_id=plan.study_id,
        title=plan.title,
        candidates={
            person.person_id: person.name
            for person in people
            if can_work(person) and person.person_id != viewer.person_id
        },
        offered_to=next((names.get(offer.to) for offer in offers), None),
    )


def _offer(db: Connection, viewer: Viewer, offer: StudyOffer) -> None:
    if offer.study_id not in running(db, viewer.clinic_id):
        raise NotFoundError("study")
    found = people_queries.people_of(db, viewer.clinic_id, offer.to)
    if offer.to == viewer.person_id or not any(map(can_work, found)):
        raise NotFoundError("researcher")
    study_offer_queries.put_offer(db, viewer.clinic_id, offer)


def _require_own(db: Connection, viewer: Viewer, study_id: str) -> None:
    own = study_queries.studies_of_researcher(db, viewer.clinic_id, viewer.person_id)
    if study_id not in own or study_id not in running(db, viewer.clinic_id):
        raise NotFoundError("study")


def _require_left(db: Connection, viewer: Viewer, study_id: str) -> None:
    people = people_queries.people_of(db, viewer.clinic_id)
    seen = as_handed_in(db, viewer.clinic_id, study_id)
    if seen is None or holders(db, viewer.clinic_id, study_id, people):
        raise NotFoundError("study")

"""Queries of who works with a study, and to whom it is offered. No consent, no rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, insert, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.storage.engine import upsert
from wellbeing.storage.study_tables import (
    BundleRow,
    StudyOfferRow,
    StudyResearcherRow,
    StudyTokenRow,
)

_OFFER: Table = StudyOfferRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyOffer:
    """A study that waits for somebody to take it.

    Attributes:
        to: to whom it is offered.
        by_administrator: nobody who works with the study was there to offer it.
    """

    study_id: str
    to: PersonId
    by_administrator: bool


def put_offer(db: Connection, clinic_id: ClinicId, offer: StudyOffer) -> None:
    """Offer a study to somebody; an offer to somebody else is replaced."""
    row = {
        "clinic_id": clinic_id,
        "study_id": offer.study_id,
        "person_id": offer.to,
        "by_administrator": offer.by_administrator,
    }
    upsert(db, _OFFER, [row])


def offers_of(
    db: Connection, clinic_id: ClinicId, study_id: str | None = None
) -> list[StudyOffer]:
    """Return every offer of the clinic, or the one of a study."""
    statement = select(
        _OFFER.c.study_id, _OFFER.c.person_id, _OFFER.c.by_administrator
    ).where(_OFFER.c.clinic_id == clinic_id)
    if study_id is not None:
        statement = statement.where(_OFFER.c.study_id == study_id)
    return [
        StudyOffer(
            study_id=row.study_id,
            to=PersonId(row.person_id),
            by_administrator=row.by_administrator,
        )
        for row in db.execute(statement.order_by(_OFFER.c.study_id))
    ]


def drop_offer(db: Connection, clinic_id: ClinicId, study_id: str) -> None:
    """Remove the offer of a study, if there is one."""
    db.execute(
        delete(_OFFER).where(
            _OFFER.c.clinic_id == clinic_id, _OFFER.c.study_id == study_id
        )
    )


def researchers_of(
    db: Connection, clinic_id: ClinicId, study_id: str
) -> list[PersonId]:
    """Return who works with a study, whatever their roles are by now."""
    statement = (
        select(StudyResearcherRow.person_id)
        .where(
            StudyResearcherRow.clinic_id == clinic_id,
            StudyResearcherRow.study_id == study_id,
        )
        .order_by(StudyResearcherRow.person_id)
    )
    return [PersonId(one) for one in db.scalars(statement)]


def hand_over(db: Connection, clinic_id: ClinicId, study_id: str, to: PersonId) -> None:
    """Make somebody the only one who works with a study."""
    db.execute(
        delete(StudyResearcherRow).where(
            StudyResearcherRow.clinic_id == clinic_id,
            StudyResearcherRow.study_id == study_id,
        )
    )
    row = {"clinic_id": clinic_id, "study_id": study_id, "person_id": to}
    db.execute(insert(StudyResearcherRow).values(**row))


def drop_tokens(
    db: Connection, clinic_id: ClinicId, study_id: str, people: Iterable[PersonId]
) -> None:
    """Remove the links that these people made to a study's bundles."""
    bundles = select(BundleRow.bundle_id).where(
        BundleRow.clinic_id == clinic_id, BundleRow.study_id == study_id
    )
    db.execute(
        delete(StudyTokenRow).where(
            StudyTokenRow.clinic_id == clinic_id,
            StudyTokenRow.person_id.in_(list(people)),
            StudyTokenRow.bundle_id.in_(bundles),
        )
    )

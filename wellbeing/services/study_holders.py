"""Who works with a study and still can: steps inside a transaction."""

from collections.abc import Iterable

from sqlalchemy import Connection

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Person, Role, Standing
from wellbeing.domain.studies import StudyState
from wellbeing.privacy.study_data import StudyPlan
from wellbeing.storage import study_offer_queries, study_queries
from wellbeing.storage.study_offer_queries import StudyOffer


def running(db: Connection, clinic_id: ClinicId) -> dict[str, StudyPlan]:
    """Return the newest version of each study that has not ended."""
    newest = {
        each.plan.study_id: each for each in study_queries.versions_of(db, clinic_id)
    }
    return {
        study_id: each.plan
        for study_id, each in newest.items()
        if each.state is not StudyState.CLOSED
    }


def as_handed_in(
    db: Connection, clinic_id: ClinicId, study_id: str
) -> StudyPlan | None:
    """Return a study as an administrator saw it last; None: none has seen it."""
    found = study_queries.versions_of(db, clinic_id, study_id)
    seen = [each.plan for each in found if each.state is not StudyState.DRAFT]
    return seen[-1] if seen else None


def can_work(person: Person) -> bool:
    """Tell whether somebody can work with studies now."""
    return person.standing is Standing.ACTIVE and Role.RESEARCHER in person.roles


def holders(
    db: Connection, clinic_id: ClinicId, study_id: str, people: Iterable[Person]
) -> set[PersonId]:
    """Return who works with a study and still can."""
    able = {person.person_id for person in people if can_work(person)}
    return able.intersection(
        study_offer_queries.researchers_of(db, clinic_id, study_id)
    )


def stands(
    db: Connection, clinic_id: ClinicId, offer: StudyOffer, people: Iterable[Person]
) -> bool:
    """Tell whether an offer holds: who came back keeps what an administrator gave."""
    back = holders(db, clinic_id, offer.study_id, people)
    return not (offer.by_administrator and back)

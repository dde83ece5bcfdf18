"""Queries of consents to studies. Who agreed is read for the bundle and the person."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, func, select, update

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Standing
from wellbeing.domain.studies import Decision, RoleGroup, Tenure
from wellbeing.domain.weeks import Week
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.study_tables import StudyConsentRow

_CONSENT: Table = StudyConsentRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """What one person decided about a version of a study.

    Attributes:
        week: in which they decided it last.
        role_group, tenure: None: not asked, or left out.
    """

    study_id: str
    version: int
    decision: Decision
    week: Week
    role_group: RoleGroup | None
    tenure: Tenure | None

    def attributes(self) -> dict[str, str]:
        """Return the attributes that were given."""
        given = {"role_group": self.role_group, "tenure": self.tenure}
        return {name: value.value for name, value in given.items() if value}


def put_consent(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, consent: Consent
) -> None:
    """Write what somebody decided; it replaces what they decided before."""
    row = {
        "clinic_id": clinic_id,
        "person_id": person_id,
        "study_id": consent.study_id,
        "version": consent.version,
        "decision": consent.decision,
        "week": str(consent.week),
        "role_group": consent.role_group,
        "tenure": consent.tenure,
    }
    upsert(db, _CONSENT, [row])


def consents_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[Consent]:
    """Return what a person decided, by study and version."""
    statement = (
        select(_CONSENT)
        .where(_CONSENT.c.clinic_id == clinic_id, _CONSENT.c.person_id == person_id)
        .order_by(_CONSENT.c.study_id, _CONSENT.c.version)
    )
    return [
        Consent(
            study_id=row.study_id,
            version=row.version,
            decision=row.decision,
            week=Week.parse(row.week),
            role_group=row.role_group,
            tenure=row.tenure,
        )
        for row in db.execute(statement)
    ]


def take_back(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, study_id: str, week: Week
) -> None:
    """Write that a person agrees no more to any version; attributes are forgotten."""
    db.execute(
        update(_CONSENT)
        .where(
            _CONSENT.c.clinic_id == clinic_id,
            _CONSENT.c.person_id == person_id,
            _CONSENT.c.study_id == study_id,
            _CONSENT.c.decision == Decision.AGREED,
        )
        .values(
            decision=Decision.TAKEN_BACK, week=str(week), role_group=None, tenure=None
        )
    )


def who_agreed(
    db: Connection, clinic_id: ClinicId, study_id: str, version: int
) -> dict[PersonId, dict[str, str]]:
    """Return who agrees to a version now, with the attributes that each gave.

    Whoever has left is left out. Roles do not count: if a bundle changed with a role
    that an administrator takes and gives, it would tell who takes part.
    """
    statement = (
        select(_CONSENT.c.person_id, _CONSENT.c.role_group, _CONSENT.c.tenure)
        .where(_agreed(clinic_id, study_id, version))
        .order_by(_CONSENT.c.person_id)
    )
    names = ("role_group", "tenure")
    return {
        PersonId(row.person_id): {
            name: getattr(row, name).value for name in names if getattr(row, name)
        }
        for row in db.execute(statement)
    }


def count_agreed(
    db: Connection, clinic_id: ClinicId, study_id: str, version: int
) -> int:
    """Return how many agree to a version now; for a class of sizes, never to show."""
    where = _agreed(clinic_id, study_id, version)
    return db.scalar(select(func.count()).select_from(_CONSENT).where(where)) or 0


def _agreed(clinic_id: ClinicId, study_id: str, version: int) -> Any:  # noqa: ANN401 (an SQL expression)
    works_here = (
        select(1)
        .select_from(PersonRow)
        .where(
            PersonRow.clinic_id == _CONSENT.c.clinic_id,
            PersonRow.person_id == _CONSENT.c.person_id,
            PersonRow.standing == Standing.ACTIVE,
        )
        .exists()
    )
    return and_(
        _CONSENT.c.clinic_id == clinic_id,
        _CONSENT.c.study_id == study_id,
        _CONSENT.c.version == version,
        _CONSENT.c.decision == Decision.AGREED,
        works_here,
    )

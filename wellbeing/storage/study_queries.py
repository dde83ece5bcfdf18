"""Queries of studies, their versions and who works with them. No consent, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.studies import StudyState
from wellbeing.domain.weeks import Week
from wellbeing.instruments.model import Instrument
from wellbeing.privacy.study_data import StudyPlan
from wellbeing.storage.engine import upsert
from wellbeing.storage.own_instrument_queries import confirmed
from wellbeing.storage.study_tables import (
    StudyResearcherRow,
    StudyRow,
    StudyVersionRow,
)

_VERSION: Table = StudyVersionRow.__table__  # type: ignore[assignment]
_LISTS = ("items", "instruments", "context", "attributes")
_WEEKS = ("from_week", "through_week")
_PLAN = tuple(c for c in _VERSION.c if c.name not in {"clinic_id", "version", "state"})


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyVersion:
    """What a study asks for in one of its versions, and where that stands."""

    plan: StudyPlan
    version: int
    state: StudyState


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyKey:
    """What the database knows of a study's key.

    Attributes:
        check: tells a wrong key; None: none was made yet.
        ended: it is destroyed for good.
    """

    check: str | None
    ended: bool


def add_study(
    db: Connection, clinic_id: ClinicId, study_id: str, researcher: PersonId
) -> None:
    """Write a new study without any version.

    Raises:
        IntegrityError: there is one of this name.
    """
    key = {"clinic_id": clinic_id, "study_id": study_id}
    db.execute(insert(StudyRow).values(**key, key_check=None, ended=False))
    db.execute(insert(StudyResearcherRow).values(**key, person_id=researcher))


def lock_study(db: Connection, clinic_id: ClinicId, study_id: str) -> StudyKey | None:
    """Return what is known of a study's key; nobody else changes the study meanwhile.

    Consents, versions and the ledger of a study are written under this lock only.
    SQLite's write transaction has it already.
    """
    row = db.execute(
        select(StudyRow.key_check, StudyRow.ended)
        .where(StudyRow.clinic_id == clinic_id, StudyRow.study_id == study_id)
        .with_for_update()
    ).first()
    return None if row is None else StudyKey(check=row.key_check, ended=row.ended)


def lock_studies(db: Connection, clinic_id: ClinicId) -> None:
    """Let nobody else change any study of the clinic meanwhile.

    Bundles of two studies that hold the same people are compared with each other, so
    they are written one after the other. Always before ``lock_study``: whoever holds
    one study and waits for all could wait for somebody who does the same.
    """
    db.execute(
        select(StudyRow.study_id)
        .where(StudyRow.clinic_id == clinic_id)
        .order_by(StudyRow.study_id)
        .with_for_update()
    ).all()


def set_key_check(
    db: Connection, clinic_id: ClinicId, study_id: str, check: str
) -> None:
    """Write what tells a study's key from another."""
    _change_study(db, clinic_id, study_id, key_check=check)


def end_study(db: Connection, clinic_id: ClinicId, study_id: str) -> None:
    """Write that a study has ended and its key is destroyed."""
    _change_study(db, clinic_id, study_id, ended=True)


def _change_study(
    db: Connection, clinic_id: ClinicId, study_id: str, **values: object
) -> None:
    db.execute(
        update(StudyRow)
        .where(StudyRow.clinic_id == clinic_id, StudyRow.study_id == study_id)
        .values(**values)
    )


def studies_of_researcher(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> set[str]:
    """Return the studies that somebody works with."""
    statement = select(StudyResearcherRow.study_id).where(
        StudyResearcherRow.clinic_id == clinic_id,
        StudyResearcherRow.person_id == person_id,
    )
    return set(db.scalars(statement))


def put_version(db: Connection, clinic_id: ClinicId, version: StudyVersion) -> None:
    """Write a version of a study; the same version is replaced."""
    row = {c.name: _column(c.name, getattr(version.plan, c.name)) for c in _PLAN}
    row |= {"clinic_id": clinic_id, "version": version.version, "state": version.state}
    upsert(db, _VERSION, [row])


def _column(name: str, value: Any) -> object:  # noqa: ANN401 (a field of a plan)
    if name == "own_keys":
        return " ".join(map(_key_name, value))
    if name in _LISTS:
        return " ".join(value)
    return str(value) if name in _WEEKS else value


def versions_of(
    db: Connection, clinic_id: ClinicId, study_id: str | None = None
) -> list[StudyVersion]:
    """Return all versions of the clinic's studies, or of one, oldest first."""
    statement = select(_VERSION.c.version, _VERSION.c.state, *_PLAN).where(
        _VERSION.c.clinic_id == clinic_id
    )
    if study_id is not None:
        statement = statement.where(_VERSION.c.study_id == study_id)
    rows = db.execute(statement.order_by(_VERSION.c.study_id, _VERSION.c.version)).all()
    own = any(row.own_keys for row in rows)
    found = confirmed(db, clinic_id) if own else ()
    keys = {_key_name(one): one for one in found}
    return [_version(row, keys) for row in rows]


def _version(row: Any, keys: Mapping[str, Instrument]) -> StudyVersion:  # noqa: ANN401 (a row)
    values = {c.name: getattr(row, c.name) for c in _PLAN}
    values |= {name: tuple(values[name].split()) for name in _LISTS}
    values |= {name: Week.parse(values[name]) for name in _WEEKS}
    values["own_keys"] = tuple(keys[one] for one in row.own_keys.split())
    return StudyVersion(plan=StudyPlan(**values), version=row.version, state=row.state)


def _key_name(key: Instrument) -> str:
    return f"{key.id}:{key.version}"


def set_state(
    db: Connection,
    clinic_id: ClinicId,
    study_id: str,
    change: tuple[StudyState, StudyState],
    version: int | None = None,
) -> bool:
    """Move a version from one state to another, or all that are in it.

    Returns:
        Whether anything was in that state: a second click finds nothing to do.
    """
    before, after = change
    statement = (
        update(_VERSION)
        .where(
            _VERSION.c.clinic_id == clinic_id,
            _VERSION.c.study_id == study_id,
            _VERSION.c.state == before,
        )
        .values(state=after)
    )
    if version is not None:
        statement = statement.where(_VERSION.c.version == version)
    return db.execute(statement).rowcount > 0

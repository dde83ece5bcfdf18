"""Queries of second factors and their recovery codes, and of whom they are asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, delete, func, insert, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Role
from wellbeing.storage.clinic_tables import PersonRoleRow, PersonRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.second_factor_tables import (
    InventedClinicRow,
    SecondFactorCodeRow,
    SecondFactorRow,
)

_FACTOR: Table = SecondFactorRow.__table__  # type: ignore[assignment]
_CODE: Table = SecondFactorCodeRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFactor:
    """A second factor as it is stored: locked under its person's data key.

    Attributes:
        secret: None: not confirmed yet, so no code is asked.
        pending: what a first code has to confirm; None: nothing is being set up.
        used: the mark of the last step that counted.
    """

    secret: bytes | None = field(default=None, repr=False)
    pending: bytes | None = field(default=None, repr=False)
    used: bytes | None = field(default=None, repr=False)


def factor_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> StoredFactor | None:
    """Return a person's second factor; None: they never began to set one up."""
    row = db.execute(
        select(_FACTOR.c.secret, _FACTOR.c.pending, _FACTOR.c.used).where(
            _FACTOR.c.clinic_id == clinic_id, _FACTOR.c.person_id == person_id
        )
    ).first()
    return None if row is None else StoredFactor(**row._mapping)  # noqa: SLF001 (public by its documentation)


def put_factor(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, factor: StoredFactor
) -> None:
    """Write a person's second factor, in place of an earlier one."""
    row = {
        "clinic_id": clinic_id,
        "person_id": person_id,
        "secret": factor.secret,
        "pending": factor.pending,
        "used": factor.used,
    }
    upsert(db, _FACTOR, [row])


def drop_factor(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> None:
    """Forget a person's second factor and its recovery codes."""
    for table in (_FACTOR, _CODE):
        db.execute(
            delete(table).where(
                table.c.clinic_id == clinic_id, table.c.person_id == person_id
            )
        )


def put_codes(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, hashes: Iterable[str]
) -> None:
    """Make these the only recovery codes of a person's second factor."""
    own = {"clinic_id": clinic_id, "person_id": person_id}
    db.execute(
        delete(_CODE).where(
            _CODE.c.clinic_id == clinic_id, _CODE.c.person_id == person_id
        )
    )
    db.execute(insert(_CODE), [own | {"code_hash": each} for each in hashes])


def take_code(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, code_hash: str
) -> bool:
    """Use a recovery code up; False: there is none like it, or somebody was faster."""
    taken = db.execute(
        delete(_CODE).where(
            _CODE.c.clinic_id == clinic_id,
            _CODE.c.person_id == person_id,
            _CODE.c.code_hash == code_hash,
        )
    )
    return taken.rowcount == 1


def count_codes(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> int:
    """Return how many recovery codes a person's second factor has left."""
    count = select(func.count()).select_from(_CODE)
    own = _CODE.c.clinic_id == clinic_id, _CODE.c.person_id == person_id
    return db.scalar(count.where(*own)) or 0


def roles_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> frozenset[Role]:
    """Return the roles that a person holds."""
    found = db.scalars(
        select(PersonRoleRow.role).where(
            PersonRoleRow.clinic_id == clinic_id, PersonRoleRow.person_id == person_id
        )
    )
    return frozenset(found)


def email_of(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> str:
    """Return the e-mail address of a person who is there."""
    return db.scalars(
        select(PersonRow.email).where(
            PersonRow.clinic_id == clinic_id, PersonRow.person_id == person_id
        )
    ).one()


def is_invented(db: Connection, clinic_id: ClinicId) -> bool:
    """Tell whether the demo invented a clinic."""
    row = InventedClinicRow.clinic_id
    return db.scalar(select(row).where(row == clinic_id)) is not None


def mark_invented(db: Connection, clinic_id: ClinicId) -> None:
    """Note that the demo invented a clinic."""
    db.execute(insert(InventedClinicRow).values(clinic_id=clinic_id))

"""Queries of the links by which programs fetch a bundle. Only hashes are stored."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, delete, insert, or_, select, update

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.studies import BundleId, StudyTokenId
from wellbeing.storage.study_tables import StudyTokenRow

_TOKEN: Table = StudyTokenRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyToken:
    """A link to one bundle, without what opens it.

    Attributes:
        uses_left: how often it still works; 0: never again.
    """

    token_id: StudyTokenId
    bundle_id: BundleId
    expires_at: datetime
    uses_left: int


def add_token(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    token: StudyToken,
    token_hash: str,
) -> None:
    """Write a new link of a person."""
    db.execute(
        insert(_TOKEN).values(
            clinic_id=clinic_id,
            person_id=person_id,
            token_id=token.token_id,
            bundle_id=token.bundle_id,
            token_hash=token_hash,
            expires_at=token.expires_at,
            uses_left=token.uses_left,
            address=None,
        )
    )


def tokens_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[StudyToken]:
    """Return a person's links, the one that ends last first."""
    names = ("token_id", "bundle_id", "expires_at", "uses_left")
    statement = (
        select(*(_TOKEN.c[name] for name in names))
        .where(_TOKEN.c.clinic_id == clinic_id, _TOKEN.c.person_id == person_id)
        .order_by(_TOKEN.c.expires_at.desc(), _TOKEN.c.token_id)
    )
    return [StudyToken(**row._mapping) for row in db.execute(statement)]  # noqa: SLF001 (public by its documentation)


def use_token(
    db: Connection, token_hash: str, address: str, now: datetime
) -> tuple[ClinicId, PersonId, BundleId] | None:
    """Use a link once, in one step, so that two at once do not share the last use.

    It belongs to the first address that uses it.

    Returns:
        Whose it is and what it opens; None: unknown, ended, used up, or used from
        another address before.
    """
    found = db.execute(
        update(_TOKEN)
        .where(
            _TOKEN.c.token_hash == token_hash,
            _TOKEN.c.expires_at > now,
            _TOKEN.c.uses_left > 0,
            or_(_TOKEN.c.address.is_(None), _TOKEN.c.address == address),
        )
        .values(uses_left=_TOKEN.c.uses_left - 1, address=address)
        .returning(_TOKEN.c.clinic_id, _TOKEN.c.person_id, _TOKEN.c.bundle_id)
    ).first()
    if found is None:
        return None
    return (
        ClinicId(found.clinic_id),
        PersonId(found.person_id),
        BundleId(found.bundle_id),
    )


def drop_token(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, token_id: StudyTokenId
) -> None:
    """Remove a link of a person; it opens nothing from now on."""
    db.execute(
        delete(_TOKEN).where(
            _TOKEN.c.clinic_id == clinic_id,
            _TOKEN.c.person_id == person_id,
            _TOKEN.c.token_id == token_id,
        )
    )

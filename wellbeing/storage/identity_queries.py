"""Queries of accounts at providers of single sign-on."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Standing
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.identity_tables import (
    IdentityRow,
    IdentityTicketRow,
    ProviderSessionRow,
    ProviderVisitRow,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """An account at a provider that is connected with a person."""

    issuer: str
    subject: str
    connected_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Whose an account at a provider is, and where theirs stands here."""

    person_id: PersonId
    standing: Standing


def person_behind(
    db: Connection, clinic_id: ClinicId, issuer: str, subject: str
) -> Known | None:
    """Return whose an account at a provider is; None: nobody's."""
    row = db.execute(
        select(PersonRow.person_id, PersonRow.standing)
        .join(
            IdentityRow,
            (IdentityRow.clinic_id == PersonRow.clinic_id)
            & (IdentityRow.person_id == PersonRow.person_id),
        )
        .where(
            IdentityRow.clinic_id == clinic_id,
            IdentityRow.issuer == issuer,
            IdentityRow.subject == subject,
        )
    ).first()
    if row is None:
        return None
    return Known(person_id=PersonId(row.person_id), standing=row.standing)


def identities_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[Identity]:
    """Return the accounts that are connected with a person."""
    statement = (
        select(IdentityRow.issuer, IdentityRow.subject, IdentityRow.connected_on)
        .where(IdentityRow.clinic_id == clinic_id, IdentityRow.person_id == person_id)
        .order_by(IdentityRow.issuer)
    )
    return [Identity(**row._mapping) for row in db.execute(statement)]  # noqa: SLF001 (public by its documentation)


def add_identity(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, identity: Identity
) -> None:
    """Connect an account with a person.

    Raises:
        IntegrityError: it, or another one of this provider, is connected meanwhile.
    """
    db.execute(
        insert(IdentityRow).values(
            clinic_id=clinic_id,
            person_id=person_id,
            issuer=identity.issuer,
            subject=identity.subject,
            connected_on=identity.connected_on,
        )
    )


def drop_identity(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, issuer: str
) -> bool:
    """Disconnect a person's account at a provider; False: there was none."""
    gone = db.execute(
        delete(IdentityRow).where(
            IdentityRow.clinic_id == clinic_id,
            IdentityRow.person_id == person_id,
            IdentityRow.issuer == issuer,
        )
    )
    return gone.rowcount == 1


def put_ticket(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    token_hash: str,
    expires_at: datetime,
) -> None:
    """Make this the only ticket of a person that works."""
    row = {
        "clinic_id": clinic_id,
        "person_id": person_id,
        "token_hash": token_hash,
        "expires_at": expires_at,
    }
    upsert(db, IdentityTicketRow.__table__, [row])  # type: ignore[arg-type]


def take_ticket(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    token_hash: str,
    now: datetime,
) -> bool:
    """Use a person's ticket up; False: they have no such, or it is too old."""
    taken = db.execute(
        delete(IdentityTicketRow).where(
            IdentityTicketRow.clinic_id == clinic_id,
            IdentityTicketRow.person_id == person_id,
            IdentityTicketRow.token_hash == token_hash,
            IdentityTicketRow.expires_at > now,
        )
    )
    return taken.rowcount == 1


def was_used(db: Connection, clinic_id: ClinicId, visit_hash: str) -> bool:
    """Tell whether a visit to a provider has been used."""
    statement = select(ProviderVisitRow.visit_hash).where(
        ProviderVisitRow.clinic_id == clinic_id,
        ProviderVisitRow.visit_hash == visit_hash,
    )
    return db.scalar(statement) is not None


def add_used(
    db: Connection, clinic_id: ClinicId, visit_hash: str, kept_until: datetime
) -> None:
    """Write down that a visit to a provider is used.

    Raises:
        IntegrityError: somebody else used it meanwhile.
    """
    row = {"clinic_id": clinic_id, "visit_hash": visit_hash, "kept_until": kept_until}
    db.execute(insert(ProviderVisitRow).values(row))


def drop_old_visits(db: Connection, now: datetime) -> None:
    """Forget used visits, and tickets, that are too old to work again anyway."""
    db.execute(delete(ProviderVisitRow).where(ProviderVisitRow.kept_until < now))
    db.execute(delete(IdentityTicketRow).where(IdentityTicketRow.expires_at < now))


def put_provider_of_session(
    db: Connection,
    clinic_id: ClinicId,
    token_hash: str,
    issuer: str,
    words: bytes | None,
) -> None:
    """Write which provider began a session."""
    db.execute(
        insert(ProviderSessionRow).values(
            clinic_id=clinic_id, token_hash=token_hash, issuer=issuer, words=words
        )
    )


def provider_of_session(
    db: Connection, clinic_id: ClinicId, token_hash: str
) -> tuple[str, bytes | None] | None:
    """Return the issuer that began a session, with its words; None: a password did."""
    row = db.execute(
        select(ProviderSessionRow.issuer, ProviderSessionRow.words).where(
            ProviderSessionRow.clinic_id == clinic_id,
            ProviderSessionRow.token_hash == token_hash,
        )
    ).first()
    return None if row is None else (row.issuer, row.words)

"""Queries of passwords, invitations and failed sign-ins."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Standing
from wellbeing.storage.account_tables import AttemptRow, InvitationRow
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.identity_tables import IdentityRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What signing in needs to know."""

    person_id: PersonId
    standing: Standing
    password_hash: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempts:
    """Failures counted since an instant."""

    failures: int
    since: datetime


def account(db: Connection, clinic_id: ClinicId, email: str) -> Account | None:
    """Return the account of an e-mail address, already in lower case."""
    row = db.execute(
        select(PersonRow.person_id, PersonRow.standing, PersonRow.password_hash).where(
            PersonRow.clinic_id == clinic_id, PersonRow.email == email
        )
    ).first()
    return None if row is None else Account(**row._mapping)  # noqa: SLF001 (public by its documentation)


def password_hash(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> str | None:
    """Return a person's password hash; None before the invitation is accepted."""
    return db.scalar(
        select(PersonRow.password_hash).where(
            PersonRow.clinic_id == clinic_id, PersonRow.person_id == person_id
        )
    )


def has_way_in(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> bool:
    """Tell whether somebody has a password, or an account at a provider."""
    connected = select(IdentityRow.subject).where(
        IdentityRow.clinic_id == clinic_id, IdentityRow.person_id == person_id
    )
    known = password_hash(db, clinic_id, person_id) is not None
    return known or db.scalar(connected) is not None


def set_password(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, hashed: str
) -> None:
    """Write a password hash and make the account active; never of who has left."""
    db.execute(
        update(PersonRow)
        .where(
            PersonRow.clinic_id == clinic_id,
            PersonRow.person_id == person_id,
            PersonRow.standing != Standing.LEFT,
        )
        .values(password_hash=hashed, standing=Standing.ACTIVE)
    )


def put_invitation(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    token_hash: str,
    expires_at: datetime,
) -> None:
    """Make this the only invitation of a person that works."""
    row = {
        "clinic_id": clinic_id,
        "person_id": person_id,
        "token_hash": token_hash,
        "expires_at": expires_at,
    }
    upsert(db, InvitationRow.__table__, [row])  # type: ignore[arg-type]


def invited(
    db: Connection, token_hash: str, now: datetime
) -> tuple[ClinicId, PersonId, str] | None:
    """Return clinic, person and e-mail behind an invitation that still works.

    One that was made while its person accepted another opens nothing.
    """
    row = db.execute(
        select(PersonRow.clinic_id, PersonRow.person_id, PersonRow.email)
        .join(
            InvitationRow,
            (InvitationRow.clinic_id == PersonRow.clinic_id)
            & (InvitationRow.person_id == PersonRow.person_id),
        )
        .where(
            InvitationRow.token_hash == token_hash,
            InvitationRow.expires_at > now,
            PersonRow.standing == Standing.INVITED,
        )
    ).first()
    if row is None:
        return None
    return ClinicId(row.clinic_id), PersonId(row.person_id), row.email


def drop_invitation(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> None:
    """Make a person's invitation useless."""
    db.execute(
        delete(InvitationRow).where(
            InvitationRow.clinic_id == clinic_id, InvitationRow.person_id == person_id
        )
    )


def take_invitation(db: Connection, token_hash: str) -> bool:
    """Use an invitation up; False if somebody was faster."""
    taken = db.execute(
        delete(InvitationRow).where(InvitationRow.token_hash == token_hash)
    )
    return taken.rowcount == 1


def attempts(db: Connection, clinic_id: ClinicId, key_hash: str) -> Attempts | None:
    """Return the failures counted under a key."""
    row = db.execute(
        select(AttemptRow.failures, AttemptRow.since).where(
            AttemptRow.clinic_id == clinic_id, AttemptRow.key_hash == key_hash
        )
    ).first()
    return None if row is None else Attempts(failures=row.failures, since=row.since)


def put_attempts(
    db: Connection, clinic_id: ClinicId, key_hash: str, counted: Attempts
) -> None:
    """Write the failures counted under a key."""
    row = {
        "clinic_id": clinic_id,
        "key_hash": key_hash,
        "failures": counted.failures,
        "since": counted.since,
    }
    upsert(db, AttemptRow.__table__, [row])  # type: ignore[arg-type]


def drop_attempts(db: Connection, *, before: datetime) -> None:
    """Forget failures that began before an instant."""
    db.execute(delete(AttemptRow).where(AttemptRow.since < before))


def drop_attempts_of(db: Connection, clinic_id: ClinicId, key_hash: str) -> None:
    """Forget the failures under a key."""
    db.execute(
        delete(AttemptRow).where(
            AttemptRow.clinic_id == clinic_id, AttemptRow.key_hash == key_hash
        )
    )


def lock_attempts(db: Connection) -> None:
    """Let nobody else count failures until this transaction ends.

    SQLite's write transaction has done so already.
    """
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("LOCK TABLE sign_in_attempt IN EXCLUSIVE MODE")


def set_recovery_code(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, code_hash: str
) -> None:
    """Write the hash of a person's recovery code."""
    db.execute(
        update(PersonRow)
        .where(PersonRow.clinic_id == clinic_id, PersonRow.person_id == person_id)
        .values(recovery_hash=code_hash)
    )


def whose_recovery_code(
    db: Connection, clinic_id: ClinicId, email: str, code_hash: str
) -> PersonId | None:
    """Return whose account a recovery code would open; None: it opens none."""
    found = db.scalar(
        select(PersonRow.person_id).where(
            PersonRow.clinic_id == clinic_id,
            PersonRow.email == email,
            PersonRow.recovery_hash == code_hash,
            PersonRow.standing == Standing.ACTIVE,
        )
    )
    return None if found is None else PersonId(found)


def take_recovery_code(
    db: Connection, clinic_id: ClinicId, email: str, *, old: str, new: str
) -> PersonId | None:
    """Replace a recovery code that is right; None when it is not."""
    found = db.scalar(
        update(PersonRow)
        .where(
            PersonRow.clinic_id == clinic_id,
            PersonRow.email == email,
            PersonRow.recovery_hash == old,
            PersonRow.standing == Standing.ACTIVE,
        )
        .values(recovery_hash=new)
        .returning(PersonRow.person_id)
    )
    return None if found is None else PersonId(found)

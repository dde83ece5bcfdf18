"""Queries of the clinic, its set-up link and its support contacts."""

from dataclasses import asdict, fields

from sqlalchemy import Connection, delete, func, insert, select, update

from wellbeing.domain.contacts import Contact
from wellbeing.domain.ids import ClinicId, ContactId
from wellbeing.domain.people import Clinic
from wellbeing.storage.clinic_tables import ClinicRow, ContactRow, SetupLinkRow

SETUP_LINKS = 4
"""How many set-up links work at once: each process that starts prints one."""


def the_clinic(db: Connection) -> Clinic | None:
    """Return the clinic of this database, or None before set-up."""
    row = db.execute(select(ClinicRow.__table__).limit(1)).first()
    return None if row is None else Clinic(**row._mapping)  # noqa: SLF001 (public by its documentation)


def add_clinic(db: Connection, clinic: Clinic) -> None:
    """Write a new clinic."""
    db.execute(
        insert(ClinicRow).values(
            clinic_id=clinic.clinic_id,
            name=clinic.name,
            country=clinic.country,
            time_zone=clinic.time_zone,
        )
    )


def change_clinic(db: Connection, clinic: Clinic) -> None:
    """Write name, country and time zone of a clinic."""
    db.execute(
        update(ClinicRow)
        .where(ClinicRow.clinic_id == clinic.clinic_id)
        .values(name=clinic.name, country=clinic.country, time_zone=clinic.time_zone)
    )


def lock_clinic(db: Connection, clinic_id: ClinicId) -> None:
    """Let nobody else change who administers the clinic until this transaction ends.

    SQLite's write transaction has done so already.
    """
    db.execute(
        select(ClinicRow.clinic_id)
        .where(ClinicRow.clinic_id == clinic_id)
        .with_for_update(key_share=True)
    )


def put_setup_link(db: Connection, clinic_id: ClinicId, token_hash: str) -> None:
    """Add a set-up link; of those before it the newest go on to work.

    Args:
        clinic_id: of the clinic that it would make; ids grow with time.
    """
    _lock_setup_links(db)
    newest = select(SetupLinkRow.clinic_id).order_by(SetupLinkRow.clinic_id.desc())
    kept = newest.limit(SETUP_LINKS - 1)
    db.execute(delete(SetupLinkRow).where(SetupLinkRow.clinic_id.not_in(kept)))
    db.execute(insert(SetupLinkRow).values(clinic_id=clinic_id, token_hash=token_hash))


def _lock_setup_links(db: Connection) -> None:
    # SQLite's write transaction lets nobody else at them already.
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("LOCK TABLE setup_link IN EXCLUSIVE MODE")


def setup_link(db: Connection, token_hash: str) -> ClinicId | None:
    """Return the id that the clinic behind a set-up link will get."""
    found = db.scalar(
        select(SetupLinkRow.clinic_id).where(SetupLinkRow.token_hash == token_hash)
    )
    return None if found is None else ClinicId(found)


def take_setup_link(db: Connection, token_hash: str) -> ClinicId | None:
    """Use a set-up link up, and with it all others.

    Returns:
        The id of the clinic; None: the link is unknown, or somebody was faster.
    """
    _lock_setup_links(db)
    found = setup_link(db, token_hash)
    if found is not None:
        db.execute(delete(SetupLinkRow))
    return found


def contacts_of(db: Connection, clinic_id: ClinicId) -> list[Contact]:
    """Return the clinic's support contacts in their order."""
    statement = (
        select(*(getattr(ContactRow, f.name) for f in fields(Contact)))
        .where(ContactRow.clinic_id == clinic_id)
        .order_by(ContactRow.position, ContactRow.contact_id)
    )
    return [Contact(**row._mapping) for row in db.execute(statement)]  # noqa: SLF001 (public by its documentation)


def next_position(db: Connection, clinic_id: ClinicId) -> int:
    """Return the place after the last support contact."""
    last = db.scalar(
        select(func.max(ContactRow.position)).where(ContactRow.clinic_id == clinic_id)
    )
    return 0 if last is None else last + 1


def add_contact(
    db: Connection, clinic_id: ClinicId, contact: Contact, position: int
) -> None:
    """Write a new support contact."""
    db.execute(
        insert(ContactRow).values(
            clinic_id=clinic_id, position=position, **asdict(contact)
        )
    )


def change_contact(db: Connection, clinic_id: ClinicId, contact: Contact) -> bool:
    """Write all of a support contact but its place in the list.

    Returns:
        Whether there was such a contact.
    """
    done = db.execute(
        update(ContactRow)
        .where(
            ContactRow.clinic_id == clinic_id,
            ContactRow.contact_id == contact.contact_id,
        )
        .values(**asdict(contact))
    )
    return bool(done.rowcount)


def drop_contact(db: Connection, clinic_id: ClinicId, contact_id: ContactId) -> None:
    """Remove a support contact."""
    db.execute(
        delete(ContactRow).where(
            ContactRow.clinic_id == clinic_id, ContactRow.contact_id == contact_id
        )
    )

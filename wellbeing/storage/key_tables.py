"""Tables of the keys of private texts. No row of them opens anything by itself."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.storage.base import NO_ROW_NUMBERS, Base, of_person


class PersonKeyRow(Base):
    """A person's data key, wrapped under what they know; and their public key."""

    __tablename__ = "person_key"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    public_key: Mapped[bytes]
    password_salt: Mapped[bytes]
    by_password: Mapped[bytes]
    by_code: Mapped[bytes | None]


class TextSecretRow(Base):
    """Half of what opens a person's key. Backups keep it in a file of its own."""

    __tablename__ = "text_secret"
    __table_args__ = (of_person(), NO_ROW_NUMBERS)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    secret: Mapped[bytes]

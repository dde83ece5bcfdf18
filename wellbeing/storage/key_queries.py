"""Queries of wrapped keys. What they return opens nothing by itself."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, bindparam, select, update

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.storage.account_tables import SessionRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.key_tables import PersonKeyRow, TextSecretRow

_KEY: Table = PersonKeyRow.__table__  # type: ignore[assignment]
_SECRET: Table = TextSecretRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wraps:
    """A person's data key as it is stored.

    Attributes:
        by_code: None: no recovery code opens it.
        shred: None: it was lost with a restore; nothing opens the key any more.
    """

    public_key: bytes
    password_salt: bytes
    by_password: bytes = field(repr=False)
    by_code: bytes | None = field(repr=False)
    shred: bytes | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionWrap:
    """The data key as one session holds it; the cookie is what is missing."""

    wrapped: bytes = field(repr=False)
    shred: bytes = field(repr=False)


def wraps_of(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> Wraps | None:
    """Return a person's wrapped key; None: they have none yet."""
    row = db.execute(
        select(
            _KEY.c.public_key,
            _KEY.c.password_salt,
            _KEY.c.by_password,
            _KEY.c.by_code,
            _SECRET.c.secret.label("shred"),
        )
        .select_from(
            _KEY.outerjoin(
                _SECRET,
                (_SECRET.c.clinic_id == _KEY.c.clinic_id)
                & (_SECRET.c.person_id == _KEY.c.person_id),
            )
        )
        .where(_KEY.c.clinic_id == clinic_id, _KEY.c.person_id == person_id)
    ).first()
    return None if row is None else Wraps(**row._mapping)  # noqa: SLF001 (public by its documentation)


def put_wraps(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, wraps: Wraps
) -> None:
    """Write a person's wrapped key and its secret, in place of earlier ones."""
    own = {"clinic_id": clinic_id, "person_id": person_id}
    row = own | {
        "public_key": wraps.public_key,
        "password_salt": wraps.password_salt,
        "by_password": wraps.by_password,
        "by_code": wraps.by_code,
    }
    upsert(db, _KEY, [row])
    upsert(db, _SECRET, [own | {"secret": wraps.shred}])


def set_code_wrap(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, by_code: bytes | None
) -> None:
    """Write the wrap under the recovery code; None: no code opens the key."""
    db.execute(
        update(_KEY)
        .where(_KEY.c.clinic_id == clinic_id, _KEY.c.person_id == person_id)
        .values(by_code=by_code)
    )


def public_key_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> bytes | None:
    """Return the key with which others write to a person; None: they have none."""
    return db.scalar(
        select(_KEY.c.public_key).where(
            _KEY.c.clinic_id == clinic_id, _KEY.c.person_id == person_id
        )
    )


# Asked after every check-in, so it is built once.
_SESSION_WRAP = (
    select(SessionRow.wrapped_key, _SECRET.c.secret)
    .join(
        _SECRET,
        (_SECRET.c.clinic_id == SessionRow.clinic_id)
        & (_SECRET.c.person_id == SessionRow.person_id),
    )
    .where(
        SessionRow.clinic_id == bindparam("clinic"),
        SessionRow.person_id == bindparam("person"),
        SessionRow.token_hash == bindparam("token"),
        SessionRow.wrapped_key.is_not(None),
    )
)


def session_wrap(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, token_hash: str
) -> SessionWrap | None:
    """Return the key as a person's session holds it; None: it holds none."""
    key = {"clinic": clinic_id, "person": person_id, "token": token_hash}
    row = db.execute(_SESSION_WRAP, key).first()
    return None if row is None else SessionWrap(wrapped=row[0], shred=row[1])


def set_session_wrap(
    db: Connection, clinic_id: ClinicId, token_hash: str, wrapped: bytes
) -> None:
    """Let a session hold the key."""
    db.execute(
        update(SessionRow)
        .where(SessionRow.clinic_id == clinic_id, SessionRow.token_hash == token_hash)
        .values(wrapped_key=wrapped)
    )


def drop_session_wraps(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, *, but: str
) -> None:
    """Let no session of a person hold the key any more, but one.

    Args:
        but: the hash of the token of the session that may.
    """
    db.execute(
        update(SessionRow)
        .where(
            SessionRow.clinic_id == clinic_id,
            SessionRow.person_id == person_id,
            SessionRow.token_hash != but,
        )
        .values(wrapped_key=None)
    )

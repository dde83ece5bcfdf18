"""Setting up a second factor: a secret is shown, and a first code confirms it.

Steps inside a transaction, as in ``factors``. A secret counts only where it was shown:
in one session, or one sign-in that waits, and for ten minutes. Who once saw one that
nobody confirmed, with a password that they had learned, has nothing of it: the next
who signs in is shown another.
"""

from sqlalchemy import Connection

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.services import one_time_codes, passwords, private_texts
from wellbeing.services.audit import record
from wellbeing.services.context import Context
from wellbeing.services.factors import (
    WrongCodeError,
    is_short,
    new_codes,
    opened,
    place,
)
from wellbeing.services.half_sessions import LASTS
from wellbeing.services.one_time_codes import NewSecret
from wellbeing.services.private_texts import OpenKeys
from wellbeing.storage import people_queries, second_factor_queries
from wellbeing.storage.second_factor_queries import StoredFactor


class KeyClosedError(WellbeingError):
    """The password opens the account but not the key that locks the secret."""

    def __init__(self) -> None:
        super().__init__(
            "Your password does not open your own key, so no second factor can be set "
            "up. Your recovery code may open it: go to “I lost my password”. If it "
            "does not, ask another administrator to start your account over."
        )


def begin(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    keys: OpenKeys | None,
    *,
    shown_in: str,
) -> NewSecret:
    """Return the secret that a first code has to confirm.

    The same for ten minutes in one place, so that it can be looked at twice.

    Args:
        ctx: the surroundings.
        db: an open write transaction.
        clinic_id, person_id: whose it is.
        keys: with which it is locked.
        shown_in: the hash of the token of the session, or of the sign-in that waits.

    Raises:
        KeyClosedError: there is no key to lock it with.
    """
    if keys is None:
        raise KeyClosedError
    own = clinic_id, person_id
    people_queries.lock_person(db, *own)
    found = second_factor_queries.factor_of(db, *own) or StoredFactor()
    secret = _pending(ctx, own, keys, found.pending, shown_in)
    if secret is None:
        secret, until = one_time_codes.new_secret(), ctx.now() + LASTS
        # When it ends is locked with it: the database does not tell the time of day.
        told = f"{secret} {int(until.timestamp())}"
        pending = private_texts.lock(keys, told, place(own, f"pending {shown_in}"))
        fresh = StoredFactor(secret=found.secret, pending=pending, used=found.used)
        second_factor_queries.put_factor(db, *own, fresh)
    email = second_factor_queries.email_of(db, *own)
    return one_time_codes.told(secret, email, "QR code")


def confirm(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    keys: OpenKeys | None,
    typed: str,
    *,
    shown_in: str,
) -> tuple[str, ...]:
    """Let the secret that ``begin`` returned count, and return new recovery codes.

    Raises:
        WrongCodeError: the code is not of the secret that was shown there less than
            ten minutes ago; what counted before still does.
    """
    own, plain = (clinic_id, person_id), passwords.plain_code(typed)
    people_queries.lock_person(db, *own)
    found = second_factor_queries.factor_of(db, *own) or StoredFactor()
    secret = _pending(ctx, own, keys, found.pending, shown_in)
    if keys is None or secret is None or not is_short(plain):
        raise WrongCodeError
    used = one_time_codes.accept(secret, plain, ctx.now(), None)
    if not used:
        raise WrongCodeError
    locked = private_texts.lock(keys, secret, place(own))
    second_factor_queries.put_factor(db, *own, StoredFactor(secret=locked, used=used))
    codes = new_codes(db, *own)
    record(ctx, db, clinic_id, Event.SECOND_FACTOR_SET, actor=person_id)
    return codes


def _pending(
    ctx: Context,
    own: tuple[ClinicId, PersonId],
    keys: OpenKeys | None,
    locked: bytes | None,
    shown_in: str,
) -> str | None:
    told = locked and opened(own, keys, locked, f"pending {shown_in}")
    if not told:
        return None
    secret, until = told.split()
    return secret if ctx.now().timestamp() < int(until) else None

"""The second factor of an account: asking for it, accepting a code.

These are steps inside a transaction of a service that has checked who it is.

The secret is locked under its person's data key, as a private text is. That key is
opened by the password that has just been right, so the secret can be read exactly when
a code is to be looked at. From the database alone it cannot be read: whoever has a dump
must first guess the password, through Argon2id. A stolen backup lacks the secrets of
``backup_secrets.py`` besides, so there not even the right password opens it. Of the
recovery codes only hashes are stored. Somebody who runs the server can read a code
while it is typed, or take a second factor out of the database: it protects against
people who have learned a password, not against them.

When the data key is lost with the password, the secret is lost with it: then a
recovery code of the second factor is asked for, or an administrator ends it.
"""

from sqlalchemy import Connection

from wellbeing.domain.errors import InvalidInputError, WellbeingError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.second_factor import is_asked
from wellbeing.services import one_time_codes, passwords, private_texts
from wellbeing.services.context import Context
from wellbeing.services.private_texts import OpenKeys, UnreadableTextError
from wellbeing.services.throttle import count_attempt, day_key, forgive
from wellbeing.storage import (
    people_queries,
    second_factor_queries,
    session_queries,
)
from wellbeing.storage.second_factor_queries import StoredFactor

CODES = 10
"""So many recovery codes belong to a second factor."""
_MOST_A_DAY = 30
"""Who knows the password could guess for weeks: 30 tries a day find a code in one of
11,000 days (three codes of a million count at any time)."""


class WrongCodeError(WellbeingError):
    """A code that is missing, does not fit, or has counted before: not told which."""

    def __init__(self) -> None:
        super().__init__(
            "The code of your second factor is missing, does not fit or was used "
            "before. Wait for the next one and try again."
        )


def is_on(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> bool:
    """Tell whether an account asks for a code."""
    found = second_factor_queries.factor_of(db, clinic_id, person_id)
    return found is not None and found.secret is not None


def require_on(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> None:
    """Make sure, until the transaction ends, that an account asks for a code.

    Raises:
        InvalidInputError: it does not.
    """
    people_queries.lock_person(db, clinic_id, person_id)
    if not is_on(db, clinic_id, person_id):
        raise InvalidInputError("You have no second factor. Set one up first.")


def is_asked_of(
    ctx: Context, db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> bool:
    """Tell whether somebody has to have a second factor; in a demo nobody has to."""
    roles = second_factor_queries.roles_of(db, clinic_id, person_id)
    return is_asked(
        ctx.settings.second_factor, roles
    ) and not second_factor_queries.is_invented(db, clinic_id)


def count(
    ctx: Context, clinic_id: ClinicId, whose: str, address: str
) -> tuple[str, ...]:
    """Count a try at a code, as those at passwords are, and by the day besides.

    Returns:
        What ``forgive_right`` takes when it was right.

    Raises:
        TooManyAttemptsError.
    """
    return count_attempt(ctx, clinic_id, whose, address, per_day=_MOST_A_DAY)


def forgive_right(
    db: Connection, clinic_id: ClinicId, whose: str, counted: tuple[str, ...]
) -> None:
    """Take back a counted try that was right."""
    forgive(db, clinic_id, counted)
    forgive(db, clinic_id, (day_key(whose),))


def accept(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    keys: OpenKeys | None,
    typed: str,
) -> None:
    """Take a code, or a recovery code, of somebody's second factor; it counts once.

    Args:
        keys: the person's, opened by the password; None: only a recovery code can be
            looked at.

    Raises:
        WrongCodeError: it does not count, or there is no second factor.
    """
    own, plain = (clinic_id, person_id), passwords.plain_code(typed)
    people_queries.lock_person(db, *own)
    found = second_factor_queries.factor_of(db, *own)
    if found is None or found.secret is None:
        raise WrongCodeError
    if not is_short(plain):
        if not second_factor_queries.take_code(db, *own, passwords.hash_code(plain)):
            raise WrongCodeError
        return
    secret = opened(own, keys, found.secret)
    used = secret and one_time_codes.accept(secret, plain, ctx.now(), found.used)
    if not used:
        raise WrongCodeError
    fresh = StoredFactor(secret=found.secret, pending=found.pending, used=used)
    second_factor_queries.put_factor(db, *own, fresh)


def new_codes(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> tuple[str, ...]:
    """Return new recovery codes of somebody's second factor; the old ones end."""
    codes = tuple(passwords.new_factor_code() for _ in range(CODES))
    hashes = [passwords.hash_code(code) for code in codes]
    second_factor_queries.put_codes(db, clinic_id, person_id, hashes)
    return codes


def end_sessions_without(
    ctx: Context, db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> None:
    """End the sessions of somebody who has to have a second factor and has none.

    For when a role is given: the next sign-in then begins with setting one up.
    """
    own = clinic_id, person_id
    if is_asked_of(ctx, db, *own) and not is_on(db, *own):
        session_queries.drop_sessions(db, *own)


def is_short(plain: str) -> bool:
    """Tell whether a plain code is one of an app, and no recovery code."""
    return len(plain) == one_time_codes.DIGITS and plain.isascii() and plain.isdecimal()


def opened(
    own: tuple[ClinicId, PersonId],
    keys: OpenKeys | None,
    locked: bytes,
    row: str = "secret",
) -> str | None:
    """Return what is locked; None: the keys do not open it, or it is another row's."""
    if keys is None:
        return None
    try:
        return private_texts.unlock(keys, locked, place(own, row))
    except UnreadableTextError:
        return None


def place(own: tuple[ClinicId, PersonId], row: str = "secret") -> bytes:
    """Return to what something of a second factor is bound when it is locked."""
    return private_texts.about(*own, "second factor", row)

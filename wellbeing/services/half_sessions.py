"""A sign-in whose password was right, and which waits for a code.

It is known by a token in a cookie of its own, which is no session: it opens no page, no
WebSocket and no download. It works once, in the browser that was given it, for ten
minutes. Steps inside a transaction, as in ``factors``.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.services import factors, passwords, private_texts
from wellbeing.services.context import Context
from wellbeing.services.private_texts import OpenKeys, session_secret
from wellbeing.storage import proof_queries
from wellbeing.storage.proof_queries import StoredHalf

LASTS = timedelta(minutes=10)
_LONGEST_TOKEN = 100


class CodeAskedError(WellbeingError):
    """The password is right, and not enough.

    Attributes:
        half: the token with which the sign-in goes on.
    """

    def __init__(self, half: str) -> None:
        self.half = half
        super().__init__("Your account also needs a code. Sign in on the page for it.")


class HalfEndedError(WellbeingError):
    """There is no such waiting sign-in any more, or there never was."""

    def __init__(self) -> None:
        super().__init__("This took too long, or is done already. Sign in again.")


@dataclass(frozen=True, kw_only=True, slots=True)
class HalfSession:
    """Who waits, and what their password has opened.

    Attributes:
        keys: None: the password did not open the key to private texts.
        sets_up: they have to have a second factor, and have none.
    """

    clinic_id: ClinicId
    person_id: PersonId
    keys: OpenKeys | None = field(repr=False)
    sets_up: bool


def begin_if_asked(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    keys: OpenKeys | None,
) -> str | None:
    """Return a token for the second step of a sign-in; None: there is none.

    Args:
        db: an open write transaction.
        clinic_id, person_id: whose password was right.
        keys: what it opened.
    """
    own = clinic_id, person_id
    if not factors.is_on(db, *own) and not factors.is_asked_of(ctx, db, *own):
        return None
    token, wrapped = passwords.new_token(), None
    if keys is not None:
        secret = session_secret(token)
        wrapped = private_texts.wrap(keys, secret, b"", _place(own))
    half = StoredHalf(clinic_id=clinic_id, person_id=person_id, wrapped_key=wrapped)
    until = ctx.now() + LASTS
    proof_queries.add_half(db, half, passwords.hash_token(token), until)
    return token


def holder_of(ctx: Context, db: Connection, token: str | None) -> HalfSession:
    """Return who waits behind a token.

    Raises:
        HalfEndedError: nobody does.
    """
    if not token or len(token) > _LONGEST_TOKEN:
        raise HalfEndedError
    found = proof_queries.half_of(db, passwords.hash_token(token), ctx.now())
    if found is None:
        raise HalfEndedError
    own, keys = (found.clinic_id, found.person_id), None
    if found.wrapped_key is not None:
        secret = session_secret(token)
        keys = private_texts.unwrap(found.wrapped_key, secret, b"", _place(own))
    return HalfSession(
        clinic_id=found.clinic_id,
        person_id=found.person_id,
        keys=keys,
        sets_up=not factors.is_on(db, *own),
    )


def take(db: Connection, token: str) -> None:
    """Use a waiting sign-in up.

    Raises:
        HalfEndedError: somebody was faster.
    """
    if not proof_queries.take_half(db, passwords.hash_token(token)):
        raise HalfEndedError


def _place(own: tuple[ClinicId, PersonId]) -> bytes:
    return private_texts.about(*own, "key", "half session")

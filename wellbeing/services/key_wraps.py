"""A person's key as it is stored: what opens it, and wrapping it anew. No database."""

from dataclasses import replace

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.services import private_texts
from wellbeing.services.private_texts import (
    OpenKeys,
    PasswordSecret,
    WrongKeyError,
    unwrap,
    wrap,
)
from wellbeing.storage.key_queries import SessionWrap, Wraps

Own = tuple[ClinicId, PersonId]
"""Whose key it is."""
_PASSWORD, _CODE, _SESSION = "password", "recovery code", "session"


def by_password(keys: OpenKeys, typed: PasswordSecret, shred: bytes, own: Own) -> bytes:
    """Return the wrap that a password or a passphrase opens."""
    return wrap(keys, typed.secret, shred, _place(own, _PASSWORD))


def by_code(keys: OpenKeys, code: str, shred: bytes, own: Own) -> bytes:
    """Return the wrap that a recovery code opens."""
    return wrap(keys, private_texts.code_secret(code), shred, _place(own, _CODE))


def by_session(keys: OpenKeys, secret: bytes, shred: bytes, own: Own) -> bytes:
    """Return the wrap that what a session's token comes to opens."""
    return wrap(keys, secret, shred, _place(own, _SESSION))


def opened(wraps: Wraps | None, typed: PasswordSecret, own: Own) -> OpenKeys | None:
    """Return the key that a password or a passphrase opens; None: it opens none."""
    if wraps is None or wraps.shred is None:
        return None
    return _unwrapped(wraps.by_password, typed.secret, wraps.shred, own, _PASSWORD)


def opened_by_code(wraps: Wraps | None, code: str, own: Own) -> OpenKeys | None:
    """Return the key that a recovery code opens; None: it opens none."""
    if wraps is None or wraps.shred is None or wraps.by_code is None:
        return None
    secret = private_texts.code_secret(code)
    return _unwrapped(wraps.by_code, secret, wraps.shred, own, _CODE)


def opened_by_session(held: SessionWrap, secret: bytes, own: Own) -> OpenKeys | None:
    """Return the key that a session holds; None: this token does not open it."""
    return _unwrapped(held.wrapped, secret, held.shred, own, _SESSION)


def rewrapped(wraps: Wraps, keys: OpenKeys, new: PasswordSecret, own: Own) -> Wraps:
    """Return the wraps with another password or passphrase; no text is touched."""
    fresh = by_password(keys, new, wraps.shred or b"", own)
    return replace(wraps, password_salt=new.salt, by_password=fresh)


def _unwrapped(
    wrapped: bytes, secret: bytes, shred: bytes, own: Own, kind: str
) -> OpenKeys | None:
    try:
        return unwrap(wrapped, secret, shred, _place(own, kind))
    except WrongKeyError:
        return None


def _place(own: Own, kind: str) -> bytes:
    return private_texts.about(*own, "key", kind)

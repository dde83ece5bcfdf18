"""Passwords and secret tokens: how they are judged, hashed and compared."""

import hashlib
import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from wellbeing.domain.errors import WeakPasswordError

_HASHER = PasswordHasher()  # Argon2id: 3 passes over 64 MiB in 4 lanes
HASHED_AT_ONCE = 3
"""So many passwords are hashed at once in a process: each takes 64 MiB."""
HASHING = BoundedSemaphore(HASHED_AT_ONCE)
"""Held around every use of Argon2; others wait for their turn."""
LONGEST = 200
"""So many characters of a password count; what comes after them is not looked at."""
_SHORTEST, _STRONG = 12, 3
_JUDGED = 72  # zxcvbn refuses longer texts
_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like another


def new_token() -> str:
    """Return 256 random bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(32)


def new_recovery_code() -> str:
    """Return 24 random letters and digits in groups of six: about 118 bits."""
    return _random_code(groups=4, letters=6)


def new_factor_code() -> str:
    """Return 27 random letters and digits in groups of three: about 133 bits."""
    return _random_code(groups=9, letters=3)


def _random_code(*, groups: int, letters: int) -> str:
    def group() -> str:
        return "".join(secrets.choice(_CODE_LETTERS) for _ in range(letters))

    return "-".join(group() for _ in range(groups))


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token; only this is ever stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_code(code: str) -> str:
    """Return the SHA-256 of a recovery code, typed with or without its dashes."""
    return hash_token(plain_code(code))


def plain_code(code: str) -> str:
    """Return the letters and digits of a recovery code, however it was typed."""
    return "".join(c for c in code.lower() if c.isalnum())


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password that has been judged."""
    with HASHING:
        return _HASHER.hash(password)


@cache
def _nobodys_hash() -> str:
    return hash_password(new_token())


def matches(hashed: str | None, password: str) -> bool:
    """Tell whether a password belongs to a hash; without one it takes as long."""
    there = hashed or _nobodys_hash()
    try:
        with HASHING:
            _HASHER.verify(there, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def judge(password: str, *personal: str) -> None:
    """Refuse a password that is too short, too long or easy to guess.

    There is no rule about digits or signs: length and rarity decide (zxcvbn).

    Args:
        password: as typed.
        personal: words that an attacker would try first, such as the name.

    Raises:
        WeakPasswordError: with what to do about it.
    """
    if len(password) < _SHORTEST:
        sentence = f"Use at least {_SHORTEST} characters. Four random words are good."
        raise WeakPasswordError(sentence)
    if len(password) > LONGEST:
        raise WeakPasswordError(f"Use at most {LONGEST} characters.")
    judged = zxcvbn(password[:_JUDGED], user_inputs=["wellbeing", *personal])
    if judged["score"] < _STRONG:
        sentence = "This is easy to guess. Add one or two words that do not belong."
        raise WeakPasswordError(sentence)

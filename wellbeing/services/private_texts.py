"""Encryption of what one person writes for themselves. No database, no viewer.

Every person has a random data key. A text is locked under it with AES-256-GCM, and
tied to its place, so that it cannot be moved to another row or another person. The
data key is stored only wrapped (AES key wrap, RFC 3394), under keys made of what the
person knows and of a secret of their own that backups leave out.
"""

import hmac
import os
from dataclasses import dataclass, field
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.services.passwords import HASHING, LONGEST, plain_code

KEY = 32
"""Bytes of every key and of every secret here."""
SALT = 16
_LOCKED, _SEALED = b"\x01", b"\x02"
_NONCE, _PUBLIC, _TAG = 12, 32, 16
# RFC 9106, second profile. The salt is not that of the sign-in's hash, so that
# neither tells anything about the other.
_PASSES, _MEMORY_KIB, _LANES = 3, 65536, 4


class UnreadableTextError(WellbeingError):
    """A text that this key does not open, or that is not as it was written."""

    def __init__(self) -> None:
        super().__init__(
            "This text cannot be read: it was written under another key, or it is "
            "damaged. You can delete it."
        )


class WrongKeyError(Exception):
    """A wrapped key that this does not open; what it means depends on the place."""


@dataclass(frozen=True, slots=True)
class OpenKeys:
    """A person's data key, while they are here."""

    data_key: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordSecret:
    """What a typed password comes to with a salt; it opens one wrap."""

    salt: bytes
    secret: bytes = field(repr=False)


def new_keys() -> OpenKeys:
    """Return a fresh random data key."""
    return OpenKeys(os.urandom(KEY))


def about(clinic_id: ClinicId, person_id: PersonId, kind: str, row: str) -> bytes:
    """Return the place of a text: whose it is, what it is, which row it stands in."""
    parts = (str(UUID(str(clinic_id))), str(UUID(str(person_id))), kind, row)
    return "\x1f".join(parts).encode()


def lock(keys: OpenKeys, text: str, about: bytes) -> bytes:
    """Encrypt a text for its author.

    Args:
        keys: the author's.
        text: any length.
        about: its place; the same is needed to read it.

    Returns:
        A version byte, the nonce (12 bytes), the encrypted text and its tag (16).
    """
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(keys, b"texts")).encrypt(nonce, text.encode(), _LOCKED + about)
    return _LOCKED + nonce + sealed


def unlock(keys: OpenKeys, blob: bytes, about: bytes) -> str:
    """Return a text that ``lock`` encrypted.

    Raises:
        UnreadableTextError: another key, another place, or not as it was written.
    """
    if blob[:1] != _LOCKED or len(blob) < 1 + _NONCE + _TAG:
        raise UnreadableTextError
    nonce, sealed = blob[1 : 1 + _NONCE], blob[1 + _NONCE :]
    return _open(_key(keys, b"texts"), nonce, sealed, _LOCKED + about)


def public_key(keys: OpenKeys) -> bytes:
    """Return the key (X25519, 32 bytes) with which others write to this person."""
    return _private_key(keys).public_key().public_bytes_raw()


def seal(public_key: bytes, text: str, about: bytes) -> bytes:
    """Encrypt a text for somebody else; only they can read it, not even the writer.

    Args:
        public_key: of the person who may read it.
        text: any length.
        about: its place, whose person is the reader.

    Returns:
        A version byte, a public key used once (32 bytes), the encrypted text and tag.
    """
    once = X25519PrivateKey.generate()
    used = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public_key))
    # The key is used for one text only, so a nonce of zeros never comes twice.
    sealed = AESGCM(_seal_key(shared, used, public_key)).encrypt(
        bytes(_NONCE), text.encode(), _SEALED + about
    )
    return _SEALED + used + sealed


def unseal(keys: OpenKeys, blob: bytes, about: bytes) -> str:
    """Return a text that somebody sealed for the owner of these keys.

    Raises:
        UnreadableTextError: another key, another place, or not as it was written.
    """
    if blob[:1] != _SEALED or len(blob) < 1 + _PUBLIC + _TAG:
        raise UnreadableTextError
    used, sealed = blob[1 : 1 + _PUBLIC], blob[1 + _PUBLIC :]
    private = _private_key(keys)
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(used))
    except ValueError as error:  # a point that makes every shared secret zero
        raise UnreadableTextError from error
    own = private.public_key().public_bytes_raw()
    return _open(_seal_key(shared, used, own), bytes(_NONCE), sealed, _SEALED + about)


def password_secret(password: str, salt: bytes | None = None) -> PasswordSecret:
    """Return what a password comes to: 0.12 s of Argon2id on purpose.

    Args:
        password: as judged and typed.
        salt: of the wrap to open; None: a fresh one, for a new wrap.
    """
    salt = salt or os.urandom(SALT)
    with HASHING:
        secret = hash_secret_raw(
            password[:LONGEST].encode(errors="surrogatepass"),
            salt,
            time_cost=_PASSES,
            memory_cost=_MEMORY_KIB,
            parallelism=_LANES,
            hash_len=KEY,
            type=Type.ID,
        )
    return PasswordSecret(salt=salt, secret=secret)


def code_secret(code: str) -> bytes:
    """Return what a recovery code comes to, typed with or without its dashes.

    It has 118 random bits, so it need not be made slow to guess.
    """
    return _derive(plain_code(code).encode(), b"code", b"")


def session_secret(token: str) -> bytes:
    """Return what a session's token comes to; the token is in the cookie alone."""
    return _derive(token.encode(), b"texts", b"")


def text_id_of(keys: OpenKeys, *parts: str) -> str:
    """Return the id of a text that its author writes only once; nobody can guess it.

    The same words tapped twice, or in two tabs, then are one row.
    """
    said = "\x1f".join(parts).encode()
    return hmac.new(_key(keys, b"ids"), said, "sha256").hexdigest()[:32]


def wrap(keys: OpenKeys, secret: bytes, shred: bytes, place: bytes) -> bytes:
    """Return the data key as it is stored (40 bytes).

    Args:
        keys: what to wrap.
        secret: of the password, the recovery code or the session.
        shred: the person's own secret that backups leave out: without it, what they
            know opens nothing.
        place: whose wrap it is and of which kind.
    """
    return aes_key_wrap(_derive(secret, b"wrap" + place, shred), keys.data_key)


def unwrap(wrapped: bytes, secret: bytes, shred: bytes, place: bytes) -> OpenKeys:
    """Return the data key that ``wrap`` wrapped.

    Raises:
        WrongKeyError: one of the three is another one.
    """
    try:
        found = aes_key_unwrap(_derive(secret, b"wrap" + place, shred), wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise WrongKeyError from error
    return OpenKeys(found)


def _open(key: bytes, nonce: bytes, sealed: bytes, place: bytes) -> str:
    try:
        return AESGCM(key).decrypt(nonce, sealed, place).decode()
    except InvalidTag as error:
        raise UnreadableTextError from error


def _key(keys: OpenKeys, use: bytes) -> bytes:
    return _derive(keys.data_key, use, b"")


def _private_key(keys: OpenKeys) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_key(keys, b"x25519"))


def _seal_key(shared: bytes, used: bytes, reader: bytes) -> bytes:
    return _derive(shared, b"seal" + used + reader, b"")


def _derive(secret: bytes, use: bytes, salt: bytes) -> bytes:
    made = HKDF(
        algorithm=SHA256(), length=KEY, salt=salt or None, info=b"wellbeing " + use
    )
    return made.derive(secret)

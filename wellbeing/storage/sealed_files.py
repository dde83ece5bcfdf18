r"""Files that one key opens: AES-256-GCM in chunks, in an order and with an end.

The STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015,
https://eprint.iacr.org/2015/189): the nonce of a chunk is its number and whether it
is the last. So a chunk that is changed, left out, moved, taken from another file, or
missing at the end is noticed, and each can be read without those before it.

    header  b"wellbeing sealed\n", version (1 byte), fingerprint (16), salt (32)
    chunk   65536 bytes (the last: 1 to 65536; none: an empty file), tag (16)

Each file has a key of its own, made of the key and the random salt (HKDF-SHA256), so
that no nonce ever comes twice under one key. The header is authenticated with every
chunk.
"""

import io
import os
from dataclasses import dataclass, field
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wellbeing.storage.backup_errors import (
    BackupDamagedError,
    BackupTooNewError,
    KeyNeededError,
    OtherKeyError,
)

KEY = 32
"""Bytes of a key."""
CHUNK = 1 << 16
"""Bytes of what is encrypted, in each chunk but the last."""
_MAGIC, _VERSION = b"wellbeing sealed\n", 1
_FINGERPRINT, _SALT, _TAG = 16, 32, 16
_HEADER = len(_MAGIC) + 1 + _FINGERPRINT + _SALT
_PREFIX = bytes(7)


@dataclass(frozen=True, slots=True)
class SealingKey:
    """What seals files and opens them."""

    secret: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """What the key is called; it tells nothing about it."""
        return _name(_fingerprint(self.secret))


def sealed_under(stream: IO[bytes]) -> str | None:
    """Return the fingerprint of the key that sealed a file; None: it is not sealed.

    The stream is where it was afterwards.
    """
    header = stream.read(_HEADER)
    stream.seek(-len(header), io.SEEK_CUR)
    if not header.startswith(_MAGIC):
        return None
    start = len(_MAGIC) + 1
    return _name(header[start : start + _FINGERPRINT])


class SealingWriter(io.RawIOBase):
    """Encrypts what is written, chunk by chunk. ``finish`` writes the last one.

    Without it the file cannot be opened: what is broken off is never taken for whole.
    """

    def __init__(self, out: IO[bytes], key: SealingKey) -> None:
        """Write the header."""
        salt = os.urandom(_SALT)
        self._header = _MAGIC + bytes([_VERSION]) + _fingerprint(key.secret) + salt
        self._cipher = AESGCM(_file_key(key.secret, salt))
        self._out, self._number, self._waiting = out, 0, bytearray()
        out.write(self._header)

    def writable(self) -> bool:
        """Tell that it can be written."""
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Encrypt what makes whole chunks; keep the rest back."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._out.write(self._cipher.encrypt(nonce, chunk, self._header))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Reads a sealed file anywhere; whatever it returns is as it was written.

    One chunk is in memory at a time.
    """

    def __init__(self, stream: IO[bytes], key: SealingKey | None) -> None:
        """Read the header and try the last chunk.

        Raises:
            BackupDamagedError: it is no sealed file, or not all of one.
            BackupTooNewError: a newer version sealed it.
            KeyNeededError, OtherKeyError: the key is missing, or another one.
        """
        self._stream = stream
        self._header = stream.read(_HEADER)
        if len(self._header) < _HEADER or not self._header.startswith(_MAGIC):
            raise BackupDamagedError
        if self._header[len(_MAGIC)] > _VERSION:
            raise BackupTooNewError
        needed = _name(self._header[len(_MAGIC) + 1 :][:_FINGERPRINT])
        if key is None:
            raise KeyNeededError(needed)
        if needed != key.fingerprint:
            raise OtherKeyError(needed, key.fingerprint)
        self._cipher = AESGCM(_file_key(key.secret, self._header[-_SALT:]))
        body = stream.seek(0, io.SEEK_END) - _HEADER
        self._chunks = -(-body // (CHUNK + _TAG))
        self._size = body - self._chunks * _TAG
        self._at, self._number, self._chunk = 0, -1, b""
        # A file that was cut has no last chunk, or an unfinished one.
        if self._chunks == 0 or self._size < (self._chunks - 1) * CHUNK:
            raise BackupDamagedError
        self._open(self._chunks - 1)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read anywhere."""
        return True

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere, counted in bytes of what was encrypted."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}
        self._at = max(0, start[whence] + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Decrypt the next bytes, up to the end of a chunk.

        Raises:
            BackupDamagedError: they are not as they were written.
        """
        if self._at >= self._size:
            return 0
        number, within = divmod(self._at, CHUNK)
        if number != self._number:
            self._open(number)
        some = self._chunk[within : within + len(buffer)]
        buffer[: len(some)] = some
        self._at += len(some)
        return len(some)

    def _open(self, number: int) -> None:
        self._stream.seek(_HEADER + number * (CHUNK + _TAG))
        sealed = self._stream.read(CHUNK + _TAG)
        nonce = _nonce(number, last=number == self._chunks - 1)
        try:
            self._chunk = self._cipher.decrypt(nonce, sealed, self._header)
        except InvalidTag as error:
            raise BackupDamagedError from error
        self._number = number


def seal(key: SealingKey, content: bytes) -> bytes:
    """Return a small file sealed."""
    out = io.BytesIO()
    writer = SealingWriter(out, key)
    writer.write(content)
    writer.finish()
    return out.getvalue()


def unseal(key: SealingKey | None, sealed: bytes) -> bytes:
    """Return what ``seal`` sealed.

    Raises:
        BackupDamagedError, BackupTooNewError, KeyNeededError, OtherKeyError.
    """
    return io.BufferedReader(SealedReader(io.BytesIO(sealed), key)).read()


def _nonce(number: int, *, last: bool) -> bytes:
    return _PREFIX + number.to_bytes(4, "big") + bytes([last])


def _fingerprint(secret: bytes) -> bytes:
    return _derive(secret, b"", b"wellbeing backup fingerprint")[:_FINGERPRINT]


def _file_key(secret: bytes, salt: bytes) -> bytes:
    return _derive(secret, salt, b"wellbeing backup file")


def _derive(secret: bytes, salt: bytes, use: bytes) -> bytes:
    made = HKDF(algorithm=SHA256(), length=KEY, salt=salt or None, info=use)
    return made.derive(secret)


def _name(fingerprint: bytes) -> str:
    letters = fingerprint.hex()[:16]
    return "-".join(letters[n : n + 4] for n in range(0, len(letters), 4))

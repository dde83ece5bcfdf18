"""The file of the key that backups are encrypted with."""

import base64
import os
from pathlib import Path

from wellbeing.domain.errors import InvalidInputError
from wellbeing.secret_files import from_file
from wellbeing.storage.sealed_files import KEY, SealingKey

_BEGINNING = "wellbeing-backup-key-1:"


def make_key(file: Path) -> SealingKey:
    """Write a new random key into a new file that its owner alone can read.

    Raises:
        InvalidInputError: there is a file of that name, or none can be made there.
    """
    key = SealingKey(os.urandom(KEY))
    text = _BEGINNING + base64.b64encode(key.secret).decode() + "\n"
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        sentence = f"{file} is there already and was left alone. Choose another name."
        raise InvalidInputError(sentence) from None
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        sentence = f"{file}: {reason}. Choose another place."
        raise InvalidInputError(sentence) from error
    return key


def read_key(file: Path) -> SealingKey:
    """Read a key that ``make_key`` wrote.

    Raises:
        InvalidInputError: it cannot be read, others could change or read it, or it is
            no key.
    """
    try:
        line = from_file(file.absolute().as_uri())
    except ValueError as error:
        sentence = f"The key of backups cannot be used: {error}."
        raise InvalidInputError(sentence) from error
    try:
        secret = base64.b64decode(line.removeprefix(_BEGINNING), validate=True)
    except ValueError:
        secret = b""
    if not line.startswith(_BEGINNING) or len(secret) != KEY:
        sentence = f"{file} is no key of backups. Make one: backup-key FILE."
        raise InvalidInputError(sentence)
    return SealingKey(secret)

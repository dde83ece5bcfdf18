"""Names and e-mail addresses as people type them."""

import re
import unicodedata

from wellbeing.domain.errors import InvalidInputError

_LONGEST_NAME, _LONGEST_EMAIL = 120, 254
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_FORMULA = "=+-@＝＋－＠"  # noqa: RUF001 (full-width signs, on purpose)


def clean_name(text: str) -> str:
    """Return a name without surrounding spaces, in composed form.

    Raises:
        InvalidInputError: it is empty, too long, or starts like a formula.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not name:
        raise InvalidInputError("Type a name.")
    if len(name) > _LONGEST_NAME:
        raise InvalidInputError(f"Use at most {_LONGEST_NAME} characters for a name.")
    if name[0] in _FORMULA:
        raise InvalidInputError("A name cannot begin with = + - or @.")
    if any(unicodedata.category(c).startswith("C") for c in name):
        raise InvalidInputError("The name holds characters that cannot be shown.")
    return name


def clean_email(text: str) -> str:
    """Return an e-mail address in lower case.

    Raises:
        InvalidInputError: it does not look like one.
    """
    email = text.strip().lower()
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise InvalidInputError("Type an e-mail address like ana@example.org.")
    if email[0] in _FORMULA:
        raise InvalidInputError("An e-mail address cannot begin with = + - or @.")
    return email

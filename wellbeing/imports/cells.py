"""What one cell means: weeks, days, whole numbers, choices, names, e-mails.

Each reader takes a cell as it stands, white space around it included, and raises a
``WellbeingError`` whose sentence says how to write it. Sentences repeat weeks and
choices, never names or answers.
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import TypeVar

from wellbeing.domain.errors import ImpossibleWeekError, InvalidInputError
from wellbeing.domain.weeks import Week
from wellbeing.imports.problems import echo, shortened

MOST_CHARACTERS = 120
"""How long a name, of a person or a team, may be."""

_EARLIEST = Week(2000, 1)
_MOST_IN_EMAIL = 254
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_WHOLE_WITH_POINT = re.compile(r"(-?[0-9]{1,9})\.0{1,9}")
_WHOLE_WITH_COMMA = re.compile(r"(-?[0-9]{1,9}),0{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OTHER_DAY = re.compile(r"[0-9]{1,4}([./-])[0-9]{1,2}\1([0-9]{1,4})?")
_EMAIL = re.compile(
    r"[^\s@,;:<>()\[\]\\\"]{1,64}@[^\s@,;:<>()\[\]\\\".]+(\.[^\s@,;:<>()\[\]\\\".]+)+"
)
_PARTS = re.compile(r"[\s,;+]+")
_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0"})
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Choice = TypeVar("Choice", bound=StrEnum)


def whole_number(text: str, *, lowest: int, highest: int, decimal_comma: bool) -> int:
    """Read a whole number; ``7.0`` is one, as many programs write it, ``6.5`` is not.

    Args:
        text: the cell.
        lowest: the smallest number taken.
        highest: the largest number taken.
        decimal_comma: whether ``7,0`` is a number, too.
    """
    text = text.strip()
    match = _WHOLE.fullmatch(text) or _WHOLE_WITH_POINT.fullmatch(text)
    if match is None and decimal_comma:
        match = _WHOLE_WITH_COMMA.fullmatch(text)
    if match is not None:
        value = int(match[match.lastindex or 0])
        if lowest <= value <= highest:
            return value
    sentence = (
        f"Write a whole number from {lowest} to {highest}, or leave the cell empty."
    )
    raise InvalidInputError(sentence)


def week(text: str) -> Week:
    """Read an ISO week such as ``2026-W47``."""
    text = text.strip()
    try:
        return _plausible(Week.parse(text.upper()), text)
    except ImpossibleWeekError:
        raise ImpossibleWeekError(shortened(text)) from None


def week_of_day(text: str) -> Week:
    """Read an ISO date such as ``2026-11-16`` and return its week."""
    text = text.strip()
    if _DAY.fullmatch(text):
        try:
            return _plausible(Week.of(date.fromisoformat(text)), text)
        except ValueError:
            sentence = f"{echo(text)} is not a day of the calendar."
            raise InvalidInputError(sentence) from None
    if _OTHER_DAY.fullmatch(text):
        sentence = (
            f"In a date written like {echo(text)} day and month can be confused. "
            "Write it like 2026-11-16."
        )
        raise InvalidInputError(sentence)
    sentence = f"{echo(text)} is not a date. Write it like 2026-11-16."
    raise InvalidInputError(sentence)


def week_or_day(text: str) -> Week:
    """Read an ISO week or an ISO date."""
    text = text.strip()
    if _DAY.fullmatch(text) or _OTHER_DAY.fullmatch(text):
        return week_of_day(text)
    return week(text)


def _plausible(read: Week, text: str) -> Week:
    if read < _EARLIEST:
        sentence = f"{echo(text)} lies before the year 2000. Check the year."
        raise InvalidInputError(sentence)
    return read


def yes_or_no(text: str) -> bool:
    """Read yes, true or 1; no, false or 0."""
    word = text.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    sentence = f"{echo(text.strip())} is neither yes nor no. Write yes or no."
    raise InvalidInputError(sentence)


def choice(kind: type[Choice], text: str) -> Choice:
    """Read one of the names of an enumeration; ``not this week`` is fine, too."""
    try:
        return kind("_".join(text.casefold().replace("-", " ").split()))
    except ValueError:
        sentence = f"{echo(text.strip())} is not possible here. Write {_any_of(kind)}."
        raise InvalidInputError(sentence) from None


def choices(kind: type[Choice], text: str) -> frozenset[Choice]:
    """Read names of an enumeration parted by white space, comma, semicolon or plus."""
    return frozenset(choice(kind, part) for part in _PARTS.split(text) if part)


def _any_of(kind: type[StrEnum]) -> str:
    *first, last = list(kind)
    return f"{', '.join(first)} or {last}"


def plain_text(raw: str) -> str:
    """Read a name: trimmed, composed (NFC), of reasonable length, and no formula."""
    text = unicodedata.normalize("NFC", raw.strip())
    if starts_like_formula(raw) or starts_like_formula(text):
        sentence = (
            "This cell begins with one of = + - @ or a tab, as a formula of a "
            "spreadsheet does. Write the plain text."
        )
        raise InvalidInputError(sentence)
    if len(text) > MOST_CHARACTERS:
        sentence = f"This is longer than {MOST_CHARACTERS} characters. Shorten it."
        raise InvalidInputError(sentence)
    if not text.isprintable() and any(_is_control(c) for c in text):
        sentence = (
            "Here is a line break or another invisible control character. Type it anew."
        )
        raise InvalidInputError(sentence)
    return text


def email(text: str) -> str:
    """Read an e-mail address; upper and lower case are the same, so lower is kept.

    The shape is checked modestly: whether mail arrives, only sending it can tell.
    """
    address = unicodedata.normalize("NFC", text.strip()).lower()
    sound = (
        len(address) <= _MOST_IN_EMAIL
        and _EMAIL.fullmatch(address) is not None
        and not starts_like_formula(address)
        and address.isprintable()
    )
    if not sound:
        sentence = "This is not an e-mail address. Write it like name@example.org."
        raise InvalidInputError(sentence)
    return address


def starts_like_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula.

    Full-width and small forms of the signs count, as some spreadsheets turn them into
    the plain ones.
    """
    first = unicodedata.normalize("NFKC", text[:1])
    return first in {"=", "+", "-", "@"} or text[:1] in {"\t", "\r", "\n"}


def _is_control(character: str) -> bool:
    """Whether a character is invisible and no part of how names are written."""
    return (
        unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs", "Co", "Cn"}
        or character in _DIRECTION_MARKS
        or character == "\ufeff"
    )

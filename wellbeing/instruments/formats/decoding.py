"""From bytes to text, and from text to JSON, or one sentence why not."""

import codecs
import json
import re
from collections import Counter
from collections.abc import Mapping

from wellbeing.instruments.formats.limits import MOST_BYTES
from wellbeing.instruments.formats.questionnaire import QuestionnaireRefusedError
from wellbeing.instruments.formats.texts import quoted

Json = object
"""What a JSON file may hold: an object, list, text, number, truth value or null."""

GUESSED = (
    "The file is not UTF-8 and was read as Windows-1252. Check letters such as ä or é."
)
LOST = (
    "Some characters were lost before the file came here; a question mark in a "
    "diamond stands for each. Check the texts."
)
_OTHER_FILES: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls); save it as .xlsx"),
    (b"%PDF-", "a PDF; ask for the REDCap, FHIR or template file"),
    (b"\x1f\x8b", "a compressed file; unpack it"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
    (b"Rar!", "a RAR archive; unpack it"),
    (b"\x89PNG", "a picture; ask for the REDCap, FHIR or template file"),
)
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def check_size(data: bytes) -> None:
    """Refuse a file that is empty or too large.

    Raises:
        QuestionnaireRefusedError: it is.
    """
    if not data.strip():
        raise QuestionnaireRefusedError("This file is empty.")
    if len(data) > MOST_BYTES:
        size = f"{MOST_BYTES // 1_000_000} MB"
        raise QuestionnaireRefusedError(f"This file is larger than {size}. Split it.")


def decoded(data: bytes, notes: list[str]) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or Windows-1252.

    Args:
        data: the file.
        notes: where a guess is noted.

    Raises:
        QuestionnaireRefusedError: it is no text.
    """
    for start, what in _OTHER_FILES:
        if data.startswith(start):
            raise QuestionnaireRefusedError(f"This is {what}.")
    if not data.startswith(_MARKS) and _CONTROL.search(data):
        sentence = "This file holds control characters, so it is no text. Save it anew."
        raise QuestionnaireRefusedError(sentence)
    text = _text(data, notes)
    if "\0" in text:
        sentence = "This file holds NUL characters, so it is no text. Save it anew."
        raise QuestionnaireRefusedError(sentence)
    if "\N{REPLACEMENT CHARACTER}" in text:
        notes.append(LOST)
    return text


def _text(data: bytes, notes: list[str]) -> str:
    try:
        return data.decode("utf-16" if data.startswith(_MARKS) else "utf-8-sig")
    except UnicodeDecodeError:
        if data.startswith(_MARKS):
            raise QuestionnaireRefusedError("This file is broken UTF-16.") from None
    notes.append(GUESSED)
    # Windows-1252 leaves five bytes open; Latin-1 takes every byte, and ``plain``
    # turns its invisible characters into what Windows-1252 means by them.
    return data.decode("latin-1")


def json_of(text: str) -> Json:
    """Read JSON strictly: no key twice in an object, no NaN, no endless nesting.

    Raises:
        QuestionnaireRefusedError: it is no such JSON.
    """
    try:
        read: Json = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        sentence = (
            f"This file is no sound JSON: line {error.lineno}, column {error.colno}. "
            "It may be cut off."
        )
        raise QuestionnaireRefusedError(sentence) from None
    except RecursionError:
        sentence = "This file nests lists and objects too deeply."
        raise QuestionnaireRefusedError(sentence) from None
    except ValueError:
        sentence = "This file holds a number that is too long to be read."
        raise QuestionnaireRefusedError(sentence) from None
    return read


def _object(pairs: list[tuple[str, Json]]) -> Mapping[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        sentence = f"An object of this file has the key {quoted(twice)} twice."
        raise QuestionnaireRefusedError(sentence)
    return found


def _constant(name: str) -> Json:
    sentence = f"This file holds {name}, which is no number of JSON."
    raise QuestionnaireRefusedError(sentence)

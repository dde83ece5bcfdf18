"""Plain text: what texts of files become. No markup gets through as markup."""

import html
import math
import re

from wellbeing.instruments.formats.limits import (
    LARGEST_NUMBER,
    LONGEST_CODE,
    LONGEST_TEXT,
)
from wellbeing.instruments.formats.questionnaire import NotRepresentableError, Number

_LONGEST_ECHO = 40
# The invisible characters 80 to 9F stand in files that were Windows-1252 once.
_ONCE_WINDOWS = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_TIDY = str.maketrans({"\t": " ", "\v": " ", "\f": " ", "\u2028": "\n", "\u2029": "\n"})
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?/?>")
_FORMATTING = frozenset(
    [
        "b",
        "big",
        "center",
        "em",
        "font",
        "i",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "s",
        "strike",
        "tt",
    ]
)
_BREAKING = frozenset(
    [
        "br",
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
        "hr",
    ]
)
_BLANKS = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"[ \n]*\n[ \n]*")
_NUMBER = re.compile(r"[-+]?[0-9]{1,17}(\.[0-9]{1,17})?([eE][-+]?[0-9]{1,2})?")


def plain(text: str) -> str:
    """Return a text without white space around it, with line feeds as line ends.

    Tabs become spaces, and characters that a wrong decoding made invisible become what
    they were. Nothing else is changed: ``<b>`` stays these three letters.

    Raises:
        NotRepresentableError: it is too long or holds invisible control characters.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TIDY)
    text = text.translate(_ONCE_WINDOWS).strip()
    if len(text) > LONGEST_TEXT:
        sentence = f"A text is longer than {LONGEST_TEXT} characters."
        raise NotRepresentableError(sentence)
    if _FORBIDDEN.search(text):
        raise NotRepresentableError("A text holds an invisible control character.")
    return text


def code_of(text: str) -> str:
    """Return an id or a code: plain, on one line, of reasonable length.

    Raises:
        NotRepresentableError: it is empty, too long or holds a line break.
    """
    code = plain(text)
    if not code:
        raise NotRepresentableError("An id or a code is missing.")
    if len(code) > LONGEST_CODE or "\n" in code:
        sentence = f"A code has more than {LONGEST_CODE} characters or a line break."
        raise NotRepresentableError(sentence)
    return code


def without_markup(text: str) -> str:
    """Return a text of a format that allows HTML, as plain text.

    Tags that only format are taken away, those that break lines become line breaks,
    and every other tag (links, pictures, scripts) stays there as the letters it is made
    of. Then entities such as ``&nbsp;`` become their characters, once.
    """
    if "<" not in text and "&" not in text:
        return plain(text)
    bare = html.unescape(_TAG.sub(_bare, plain(text)))
    lines = _BLANK_LINES.sub("\n", _BLANKS.sub(" ", bare))
    return plain(lines)


def _bare(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if name in _BREAKING:
        return "\n"
    return "" if name in _FORMATTING else tag[0]


def number_of(text: str) -> Number:
    """Read a number with a decimal point.

    Raises:
        NotRepresentableError: it is none, or too far from zero.
    """
    written = text.strip()
    if not _NUMBER.fullmatch(written):
        sentence = f"{quoted(written)} is not a number. Write it like 2 or 0.5."
        raise NotRepresentableError(sentence)
    return bounded(float(written))


def bounded(number: float) -> Number:
    """Return a number as an int if it is whole.

    Raises:
        NotRepresentableError: it is too far from zero, or not a number at all.
    """
    if not math.isfinite(number) or abs(number) > LARGEST_NUMBER:
        sentence = f"A number lies further from zero than {LARGEST_NUMBER}."
        raise NotRepresentableError(sentence)
    return int(number) if number == int(number) else float(number)


def quoted(text: str) -> str:
    """Return a text in quotation marks, short and with nothing invisible in it."""
    shown = text[:_LONGEST_ECHO]
    if len(text) > _LONGEST_ECHO:
        shown = shown[:-1] + "\N{HORIZONTAL ELLIPSIS}"
    return f"“{visible(shown)}”"


def visible(text: str) -> str:
    """Return a text with a replacement mark for what cannot be seen."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)

"""From the bytes of a file to a stream of text, or the reason why not."""

import codecs
import io
import re

from wellbeing.imports.problems import Problem

_HOW = "Save it as “CSV UTF-8” from the spreadsheet, then try again."
_OTHER_FILES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old workbook"),
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def open_text(data: bytes, max_bytes: int) -> io.TextIOWrapper | Problem:
    """Open a file as text: UTF-8 with or without its mark, or UTF-16 with it.

    The stream decodes as it is read and keeps line ends as they are, so that memory
    stays near the size of the file.

    Args:
        data: the file.
        max_bytes: the largest size that is taken.
    """
    if len(data) > max_bytes:
        size = f"{max_bytes // 1_000_000} MB"
        return Problem(1, None, f"This file is larger than {size}. Split it.")
    for start, what in _OTHER_FILES:
        if data.startswith(start):
            return Problem(1, None, f"This is {what}, not a table in text. {_HOW}")
    encoding = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
    return _fault(data, encoding) or io.TextIOWrapper(
        io.BytesIO(data), encoding=encoding, newline=""
    )


def _fault(data: bytes, encoding: str) -> Problem | None:
    """Return why the bytes are not text in an encoding, if so."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return _undecodable(data, encoding, error.start)
    at = text.find("\0")
    if at >= 0:
        sentence = f"This file holds NUL characters, so it is no table. {_HOW}"
        return Problem(_line_of(text[:at]), None, sentence)
    if not text or text.isspace():
        sentence = "This file is empty. The first row names the columns."
        return Problem(1, None, sentence)
    return None


def _undecodable(data: bytes, encoding: str, at: int) -> Problem:
    head = data[:at].decode(encoding, errors="ignore")
    if encoding == "utf-16":
        sentence = f"This line is broken UTF-16. {_HOW}"
    elif _CONTROL.search(data):
        sentence = f"This file is not text, so it is no table. {_HOW}"
    else:
        sentence = (
            "This line is not UTF-8 (perhaps Latin-1 or Windows-1252), so letters "
            f"such as ä or é would be guessed. {_HOW}"
        )
    return Problem(_line_of(head), None, sentence)


def _line_of(head: str) -> int:
    """Return the number of the line that follows a text, whatever ends its lines."""
    return head.count("\n") + head.count("\r") - head.count("\r\n") + 1

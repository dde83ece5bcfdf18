"""Zip archives from strangers, unpacked in memory within limits. Nothing is written."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from wellbeing.instruments.formats.limits import MOST_PARTS, MOST_RATIO, MOST_UNPACKED
from wellbeing.instruments.formats.questionnaire import QuestionnaireRefusedError
from wellbeing.instruments.formats.texts import quoted

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_SMALL = 100_000
"""A part up to this size may be packed however well: it does no harm."""

_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    OverflowError,
)


def is_archive(data: bytes) -> bool:
    """Whether a file begins as a zip archive or a workbook does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unpacked(data: bytes) -> Mapping[str, bytes]:
    """Return the parts of an archive by name, folders left out.

    The sizes an archive declares are checked first, then again while it is unpacked,
    because they may be false.

    Raises:
        QuestionnaireRefusedError: it is broken, encrypted, too large, or names a part
            outside itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _parts(archive)
    except _FAULTS:
        sentence = "This archive is broken or cut off. Save it anew."
        raise QuestionnaireRefusedError(sentence) from None


def _parts(archive: zipfile.ZipFile) -> Mapping[str, bytes]:
    listed = archive.infolist()
    if len(listed) > MOST_PARTS:
        sentence = f"This archive has more than {MOST_PARTS} parts."
        raise QuestionnaireRefusedError(sentence)
    parts: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for one in listed:
        _check(one, left)
        if one.is_dir():
            continue
        if one.filename in parts:
            sentence = f"The archive holds {quoted(one.filename)} twice."
            raise QuestionnaireRefusedError(sentence)
        with archive.open(one) as part:
            parts[one.filename] = part.read(left + 1)
        left -= len(parts[one.filename])
        if left < 0:
            raise _too_large()
    return parts


def _check(one: zipfile.ZipInfo, left: int) -> None:
    name = one.filename
    steps = name.replace("\\", "/").split("/")
    if ".." in steps or not steps[0] or ":" in steps[0] or "\\" in name:
        sentence = f"The archive names a part outside itself: {quoted(name)}."
        raise QuestionnaireRefusedError(sentence)
    if one.flag_bits & _ENCRYPTED or one.compress_type not in _METHODS:
        sentence = "This archive is encrypted or packed in an unusual way."
        raise QuestionnaireRefusedError(f"{sentence} Pack it as an ordinary zip.")
    bomb = one.file_size > _SMALL and one.file_size > MOST_RATIO * one.compress_size
    if one.file_size > left or bomb:
        raise _too_large()


def _too_large() -> QuestionnaireRefusedError:
    size = f"{MOST_UNPACKED // 1_000_000} MB"
    sentence = (
        f"Unpacked, this archive has more than {size}, or one part of it is more than "
        f"{MOST_RATIO} times larger than packed."
    )
    return QuestionnaireRefusedError(sentence)

"""A file that tells about a key: a definition, or a questionnaire to begin from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wellbeing.domain.errors import InvalidInputError
from wellbeing.instruments.beginning import begin
from wellbeing.instruments.formats.archive import is_archive
from wellbeing.instruments.formats.decoding import check_size, decoded, json_of
from wellbeing.instruments.formats.read import read_questionnaire
from wellbeing.instruments.own import PREFIX, own_key
from wellbeing.instruments.own_fields import (
    KeyFields,
    ScaleFields,
    fields_of,
    spans,
)
from wellbeing.instruments.reading import read_toml

MOST_BYTES = 200_000
"""The largest definition that is read."""

_TOML = re.compile(r"^\[\[scales\]\]\s*(#.*)?$", re.MULTILINE)
_NOT_OURS = ("bands", "norms", "reliability")

EMPTY = KeyFields(
    short="",
    title="",
    citation="",
    doi="",
    holder="",
    allows="",
    wording="",
    sheet="",
    window_days=0,
    shortest_interval_days=28,
    codes="",
    count=1,
    reversed="",
    scales=(ScaleFields(name="total", items="1", rule_source="", higher_means=""),),
)
"""What a key is begun with that is typed without any file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRead:
    """What was understood of a file about a key; nothing of it is written.

    Attributes:
        texts: of the items, to type beside; none of a definition, which has no words.
        labels: of the answers, lowest first, as the file has them.
        notes: what was guessed or left out, as sentences.
    """

    fields: KeyFields
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    notes: tuple[str, ...]


def read_key_file(data: bytes, *, form: str = "", language: str = "") -> FileRead:
    """Return what a file tells about a key.

    Args:
        data: a definition in TOML or JSON, or a REDCap dictionary, FHIR Questionnaire
            or template.
        form: which form of a REDCap dictionary; empty: all of them.
        language: which wording of a questionnaire; empty: its main one.

    Raises:
        QuestionnaireRefusedError: it is neither, broken or too large.
        DefinitionFaultError, KeyRefusedError: it cannot become a key.
    """
    check_size(data)
    values = None if is_archive(data) else _definition(data)
    if values is not None:
        return _of_definition(values)
    read = read_questionnaire(data, form=form or None, language=language or None)
    found = begin(read)
    count = len(found.texts)
    [only] = EMPTY.scales
    return FileRead(
        fields=replace(
            EMPTY,
            title=found.title,
            codes=", ".join(map(str, found.codes)),
            count=count,
            reversed=spans(found.reversed),
            scales=(replace(only, items=spans(range(1, count + 1)), needs=count),),
        ),
        texts=found.texts,
        labels=found.labels,
        notes=found.notes,
    )


def _definition(data: bytes) -> Mapping[str, Any] | None:
    """Return a definition, as TOML or JSON gives it; None: the file is none."""
    text = decoded(data, [])
    if text.lstrip().startswith("{"):
        found = json_of(text)
        is_key = isinstance(found, dict) and "scales" in found and "codes" in found
        values = found if isinstance(found, dict) and is_key else None
    elif _TOML.search(text):
        _check_length(data)
        try:
            values = read_toml(text, "The file")
        except RecursionError:
            values = {}
    else:
        return None
    if values is not None:
        _check_length(data)
    return values


def _check_length(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        size = f"{MOST_BYTES // 1000} kB"
        raise InvalidInputError(f"A key is a file of at most {size}.")


def _of_definition(values: Mapping[str, Any]) -> FileRead:
    """Return a definition as it would be typed, under an id of the clinic's own."""
    notes = []
    values = dict(values)
    name, scales = values.get("id"), values.get("scales")
    kept = [dict(one) for one in _tables(scales)]
    if any(kind in scale for scale in kept for kind in _NOT_OURS):
        notes.append(
            "Bands, norms and reliabilities were left out: nobody here has checked "
            "them."
        )
    for scale in kept:
        for kind in _NOT_OURS:
            scale.pop(kind, None)
        if isinstance(name, str) and not name.startswith(PREFIX):
            scale["id"] = f"{PREFIX}{scale.get('id')}"
    if isinstance(name, str) and not name.startswith(PREFIX):
        values["id"] = f"{PREFIX}{name}"
    if isinstance(scales, list) and len(kept) == len(scales):
        values["scales"] = kept
    checked = own_key(values, 1)
    return FileRead(
        fields=fields_of(checked.instrument),
        texts=(),
        labels=(),
        notes=(*notes, *checked.notes),
    )


def _tables(value: object) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else []
    return [one for one in found if isinstance(one, dict)]

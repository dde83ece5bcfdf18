"""A questionnaire as a REDCap data dictionary (CSV)."""

import csv
import html
import io
import re

from wellbeing.instruments.formats.questionnaire import (
    Condition,
    Item,
    ItemType,
    Number,
    Questionnaire,
    ShowIf,
    UnwritableError,
)
from wellbeing.instruments.formats.texts import quoted

HEADER = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
"""The columns of a dictionary, in REDCap's order."""

_TYPES = {
    ItemType.CHOICE: "radio",
    ItemType.INTEGER: "text",
    ItemType.NUMBER: "text",
    ItemType.SLIDER: "slider",
    ItemType.TEXT: "notes",
    ItemType.NOTE: "descriptive",
}
_CHECKED = {ItemType.INTEGER: "integer", ItemType.NUMBER: "number"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_CODE = re.compile(r"[A-Za-z0-9._-]+")
_FORM = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_MARKS = 3
# What means something within a label: a field piped in, or the end of a choice.
_ENTITIES = str.maketrans({"[": "&#91;", "{": "&#123;", "|": "&#124;"})


def write(questionnaire: Questionnaire) -> bytes:
    """Return a dictionary of one form, named after the title.

    REDCap has no place for scores, so they are not in it; a code is not a score.

    A cell that a spreadsheet could take for a formula begins with a space, which
    REDCap and the reader here take away.

    Raises:
        UnwritableError: an id, code, mark or condition has no place in REDCap.
    """
    form = _FORM.sub("_", questionnaire.title.lower()).strip("_") or "form"
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    for item in questionnaire.items:
        writer.writerow([_harmless(cell) for cell in _cells(item, form)])
    return file.getvalue().encode()


def _harmless(cell: str) -> str:
    risky = cell[:1] in _FORMULA and not _NUMBER.fullmatch(cell)
    return f" {cell}" if risky else cell


def _cells(item: Item, form: str) -> list[str]:
    if not _NAME.fullmatch(item.id):
        sentence = (
            f"{quoted(item.id)} is no name of a field in REDCap. Names are lower-case "
            "letters, digits and underscores."
        )
        raise UnwritableError(sentence)
    return [
        item.id,
        form,
        _label(item.heading),
        _TYPES[item.type],
        _label(item.text),
        _choices(item),
        _label(item.hint),
        _CHECKED.get(item.type, ""),
        _number(item.lowest),
        _number(item.highest),
        "",
        _logic(item.show_if),
        "y" if item.required else "",
        *[""] * 5,
    ]


def _label(text: str) -> str:
    """Return a text whose signs mean nothing to REDCap."""
    escaped = html.escape(text, quote=False).translate(_ENTITIES)
    return escaped.replace("\n", "<br>")


def _number(number: Number | None) -> str:
    return "" if number is None else str(number)


def _choices(item: Item) -> str:
    if item.type is ItemType.SLIDER:
        return _slider_labels(item)
    for option in item.options:
        if not _CODE.fullmatch(option.code):
            sentence = f"{quoted(option.code)} of {quoted(item.id)} is no REDCap code."
            raise UnwritableError(sentence)
    return " | ".join(f"{o.code}, {_label(o.label)}" for o in item.options)


def _slider_labels(item: Item) -> str:
    lowest, highest = item.lowest or 0, item.highest or 0
    places = [lowest, (lowest + highest) / 2, highest]
    labels = [""] * _MARKS
    for mark in item.options:
        if mark.score not in places:
            sentence = f"REDCap has no mark at {mark.code} of {quoted(item.id)}."
            raise UnwritableError(sentence)
        labels[places.index(mark.score)] = _label(mark.label)
    if item.step is not None:
        raise UnwritableError(f"REDCap has no steps for {quoted(item.id)}.")
    return " | ".join(labels) if any(labels) else ""


def _logic(show_if: ShowIf | None) -> str:
    if show_if is None:
        return ""
    joiner = " or " if show_if.any_of else " and "
    return joiner.join(_test(one) for one in show_if.conditions)


def _test(one: Condition) -> str:
    sign, joiner = ("<>", " and ") if one.is_not else ("=", " or ")
    tests = [f"[{one.item}] {sign} '{code}'" for code in one.codes]
    return tests[0] if len(tests) == 1 else f"({joiner.join(tests)})"

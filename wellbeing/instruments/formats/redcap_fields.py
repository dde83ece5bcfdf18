"""One row of a REDCap dictionary as an item: types, choices, sliders, validation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wellbeing.instruments.formats.collecting import suggested
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    NotRepresentableError,
    Number,
    Option,
)
from wellbeing.instruments.formats.redcap_branching import show_if_of
from wellbeing.instruments.formats.tables import Row
from wellbeing.instruments.formats.texts import (
    bounded,
    code_of,
    number_of,
    quoted,
    without_markup,
)

_TYPES = {
    "radio": ItemType.CHOICE,
    "dropdown": ItemType.CHOICE,
    "yesno": ItemType.CHOICE,
    "truefalse": ItemType.CHOICE,
    "slider": ItemType.SLIDER,
    "text": ItemType.TEXT,
    "notes": ItemType.TEXT,
    "descriptive": ItemType.NOTE,
}
_NOT_TAKEN = {
    "calc": "It is computed. Scores come from the scoring key of an instrument.",
    "checkbox": "It takes several answers at once. Only one answer an item is taken.",
    "file": "It takes a file or a signature.",
    "sql": "Its options come from a query to REDCap's own database.",
}
_FIXED = {
    "yesno": (("1", "Yes"), ("0", "No")),
    "truefalse": (("1", "True"), ("0", "False")),
}
_WHOLE = frozenset({"integer", "int"})
_DECIMAL = re.compile(r"(number|float)(_[1-4]dp)?(_comma_decimal)?")
_PIPED = re.compile(r"\[([a-z][a-z0-9_-]*)(?:\([^)\[\]]*\))?(?::[a-z0-9_:-]+)?\]")
_EMBEDDED = re.compile(r"\{([a-z][a-z0-9_]*)(?::[a-z]+)?\}")
_SMART = re.compile(r"[a-z]+(-[a-z]+)+")
_SLIDER_ENDS = (0, 100)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What one row of a form may ask of the others.

    Attributes:
        names: of all fields of the form.
        codes: the codes of each of its choices.
    """

    names: frozenset[str]
    codes: Mapping[str, tuple[str, ...]]


def item_of(row: Row, dictionary: Dictionary, heading: str) -> Item:
    """Return the item that a row describes.

    Args:
        row: with the columns of ``redcap.COLUMNS``.
        dictionary: the other fields of its form.
        heading: the section header above it, if it is the first item there.

    Raises:
        NotRepresentableError: it cannot be taken over.
    """
    kind = _kind(row)
    if row.text("matrix_ranking").lower() == "y":
        raise NotRepresentableError("It is part of a ranking.")
    lowest, highest = _bounds(row, kind)
    return Item(
        id=code_of(row.text("field_name")),
        text=_said(row.text("field_label"), dictionary),
        type=kind,
        options=_options(row, kind, lowest, highest, dictionary),
        heading=_static(heading, dictionary),
        hint=_said(row.text("field_note"), dictionary),
        required=row.text("required_field").lower() == "y",
        lowest=lowest,
        highest=highest,
        show_if=show_if_of(row.text("branching_logic"), dictionary.codes),
    )


def _kind(row: Row) -> ItemType:
    written = row.text("field_type").lower()
    if written not in _TYPES:
        sentence = f"Its type {quoted(written)} is not known."
        raise NotRepresentableError(_NOT_TAKEN.get(written, sentence))
    kind = _TYPES[written]
    checked = row.text("text_validation_type_or_show_slider_number").lower()
    if written != "text":
        return kind
    if row.text("select_choices_or_calculations"):
        raise NotRepresentableError("Its answers are looked up elsewhere.")
    if checked in _WHOLE:
        return ItemType.INTEGER
    if _DECIMAL.fullmatch(checked):
        return ItemType.NUMBER
    if checked:
        sentence = f"It takes {quoted(checked)} only, which is not taken here."
        raise NotRepresentableError(sentence)
    return kind


def _bounds(row: Row, kind: ItemType) -> tuple[Number | None, Number | None]:
    lowest, highest = _SLIDER_ENDS if kind is ItemType.SLIDER else (None, None)
    if kind not in {ItemType.SLIDER, ItemType.INTEGER, ItemType.NUMBER}:
        return None, None
    checked = row.text("text_validation_type_or_show_slider_number").lower()
    ends: list[Number | None] = []
    for column, usual in (("min", lowest), ("max", highest)):
        cell = row.text(f"text_validation_{column}")
        if checked.endswith("comma_decimal"):
            cell = cell.replace(",", ".")
        ends.append(number_of(cell) if cell else usual)
    return ends[0], ends[1]


def choices(row: Row) -> tuple[Option, ...]:
    """Return the options of a choice: parted by ``|``, code before the first comma.

    A code that is a whole number is suggested as the score, to be confirmed.

    Raises:
        NotRepresentableError: one of them has no code.
    """
    fixed = _FIXED.get(row.text("field_type").lower())
    if fixed is not None:
        return tuple(suggested(code, label) for code, label in fixed)
    options: list[Option] = []
    for part in row.text("select_choices_or_calculations").split("|"):
        code, comma, label = part.partition(",")
        if not part.strip():
            continue
        if not comma:
            sentence = f"Its choice {quoted(part.strip())} has no code and comma."
            raise NotRepresentableError(sentence)
        options.append(suggested(code_of(code), without_markup(label)))
    return tuple(options)


def _options(
    row: Row,
    kind: ItemType,
    lowest: Number | None,
    highest: Number | None,
    dictionary: Dictionary,
) -> tuple[Option, ...]:
    if kind is ItemType.CHOICE:
        options = choices(row)
        for option in options:
            _static(option.label, dictionary)
        return options
    if kind is ItemType.SLIDER and lowest is not None and highest is not None:
        places = (lowest, (lowest + highest) / 2, highest)
        labels = row.text("select_choices_or_calculations").split("|")
        if len(labels) > len(places):
            raise NotRepresentableError("A slider has at most three labels.")
        pairs = zip(places, labels, strict=False)
        return tuple(
            mark(place, _said(label, dictionary))
            for place, label in pairs
            if label.strip()
        )
    return ()


def mark(place: float, label: str) -> Option:
    """Return the labelled mark of a slider; its score is its place."""
    number = bounded(place)
    return Option(code=str(number), label=label, score=number)


def _said(text: str, dictionary: Dictionary) -> str:
    return _static(without_markup(text), dictionary)


def _static(text: str, dictionary: Dictionary) -> str:
    """Return a text that shows no answer and no field within it.

    Raises:
        NotRepresentableError: it does.
    """
    for name in (*_PIPED.findall(text), *_EMBEDDED.findall(text)):
        if name in dictionary.names or _SMART.fullmatch(name):
            sentence = f"Its text shows {quoted(name)}, which is filled in by REDCap."
            raise NotRepresentableError(sentence)
    return text

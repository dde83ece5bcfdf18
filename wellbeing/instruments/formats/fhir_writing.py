"""A questionnaire as FHIR R4 JSON."""

import json
from collections.abc import Iterable, Iterator

from wellbeing.instruments.formats.decoding import Json
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    Number,
    Option,
    Questionnaire,
    ShowIf,
    UnwritableError,
)
from wellbeing.instruments.formats.texts import quoted

Element = dict[str, Json]

_CORE = "http://hl7.org/fhir/StructureDefinition"
_CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
_TYPES = {
    ItemType.CHOICE: "choice",
    ItemType.INTEGER: "integer",
    ItemType.NUMBER: "decimal",
    ItemType.SLIDER: "decimal",
    ItemType.TEXT: "text",
    ItemType.NOTE: "display",
}


def write(questionnaire: Questionnaire) -> bytes:
    """Return a FHIR R4 Questionnaire; headings become groups.

    Scores that nobody has confirmed are not written: elsewhere they would count.

    Raises:
        UnwritableError: a condition or a mark of a slider has no place in FHIR.
    """
    file: Element = {"resourceType": "Questionnaire", "status": "draft"}
    address, _, version = questionnaire.source.partition("|")
    texts = {
        "url": address,
        "version": version,
        "language": questionnaire.language or "",
        "title": questionnaire.title,
        "copyright": questionnaire.copyright,
    }
    file |= {key: text for key, text in texts.items() if text}
    file["item"] = _grouped(questionnaire.items)
    return (json.dumps(file, ensure_ascii=False, indent=1) + "\n").encode()


def _grouped(items: Iterable[Item]) -> list[Element]:
    """Return items; those from a heading to the next one lie in a group."""
    items = list(items)
    names = _Names({item.id for item in items})
    top: list[Element] = []
    here = top
    for item in items:
        if item.heading:
            here = []
            group: Element = {"linkId": names.new(item.id, "group"), "type": "group"}
            top.append(group | {"text": item.heading, "item": here})
        here.append(_element(item, names))
    return top


class _Names:
    """The linkIds that are taken, and new ones."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken

    def new(self, item_id: str, part: str) -> str:
        """Return a linkId for a part of an item."""
        name = f"{item_id[:200]}-{part}"
        while name in self._taken:
            name += "-"
        self._taken.add(name)
        return name


def _element(item: Item, names: _Names) -> Element:
    element: Element = {"linkId": item.id, "text": item.text, "type": _TYPES[item.type]}
    if extensions := list(_extensions(item)):
        element["extension"] = extensions
    if item.required and item.type is not ItemType.NOTE:
        element["required"] = True
    if item.type is ItemType.CHOICE:
        element["answerOption"] = [_option(option) for option in item.options]
    if item.show_if is not None:
        element |= _shown(item.id, item.show_if)
    if parts := list(_parts(item, names)):
        element["item"] = parts
    return element


def _extensions(item: Item) -> Iterator[Element]:
    if item.type is ItemType.SLIDER:
        yield _control("slider")
    numbers: dict[str, Number | None] = {
        "minValue": item.lowest,
        "maxValue": item.highest,
        "questionnaire-sliderStepValue": item.step,
    }
    for name, number in numbers.items():
        if number is not None:
            yield {"url": f"{_CORE}/{name}", **_value(number)}


def _value(number: Number) -> Element:
    return {"valueInteger" if isinstance(number, int) else "valueDecimal": number}


def _control(code: str) -> Element:
    concept = {"coding": [{"system": _CONTROLS, "code": code}]}
    url = f"{_CORE}/questionnaire-itemControl"
    return {"url": url, "valueCodeableConcept": concept}


def _option(option: Option) -> Element:
    element: Element = {"valueCoding": {"code": option.code, "display": option.label}}
    if option.score is not None and not option.to_confirm:
        score = {"url": f"{_CORE}/ordinalValue", "valueDecimal": option.score}
        element["extension"] = [score]
    return element


def _parts(item: Item, names: _Names) -> Iterator[Element]:
    """Yield what stands below an item: its hint, and the ends of a slider."""
    ends = {item.lowest: "lower", item.highest: "upper"}
    texts = {"help": item.hint} if item.hint else {}
    for mark in item.options if item.type is ItemType.SLIDER else ():
        if mark.score not in ends:
            sentence = (
                f"FHIR has no place for the mark {quoted(mark.label)} between the ends "
                f"of {quoted(item.id)}."
            )
            raise UnwritableError(sentence)
        texts[ends[mark.score]] = mark.label
    for code, text in texts.items():
        name = names.new(item.id, code)
        control = [_control(code)]
        yield {"linkId": name, "text": text, "type": "display", "extension": control}


def _shown(item_id: str, show_if: ShowIf) -> Element:
    single = len(show_if.conditions) == 1
    for one in show_if.conditions:
        several = len(one.codes) > 1 and not (single or show_if.any_of)
        if one.is_not or several:
            sentence = f"FHIR has no place for the condition of {quoted(item_id)}."
            raise UnwritableError(sentence)
    tests = [
        {"question": one.item, "operator": "=", "answerCoding": {"code": code}}
        for one in show_if.conditions
        for code in one.codes
    ]
    every = not show_if.any_of and not (single and len(tests) > 1)
    return {"enableWhen": tests, "enableBehavior": "all" if every else "any"}

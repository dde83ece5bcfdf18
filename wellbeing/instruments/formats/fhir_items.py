"""One item of a FHIR questionnaire: its type, bounds, hint, and why it is not taken."""

from wellbeing.instruments.formats.fhir_elements import (
    Element,
    child,
    controls,
    elements,
    extension,
    extensions,
    flag,
    link_of,
    number_in,
    said,
    string,
)
from wellbeing.instruments.formats.fhir_options import SCORES, YES_NO, Terms, options_of
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    NotRepresentableError,
    Number,
    Option,
    ShowIf,
)
from wellbeing.instruments.formats.texts import bounded, plain, quoted

_TYPES = {
    "boolean": ItemType.CHOICE,
    "choice": ItemType.CHOICE,
    "coding": ItemType.CHOICE,
    "integer": ItemType.INTEGER,
    "decimal": ItemType.NUMBER,
    "string": ItemType.TEXT,
    "text": ItemType.TEXT,
    "display": ItemType.NOTE,
}
_NOT_TAKEN = {
    "calculatedExpression": "It is computed. Scores come from the scoring key.",
    "cqf-calculatedValue": "It is computed. Scores come from the scoring key.",
    "enableWhenExpression": "It is shown by the result of an expression.",
    "answerExpression": "Its options are the result of an expression.",
    "candidateExpression": "Its options are the result of an expression.",
    "answerOptionsToggleExpression": "Its options change with other answers.",
    "contextExpression": "It is filled in by a program.",
    "subQuestionnaire": "Another questionnaire is inserted here.",
    "externallydefined": "Its options come from a server.",
}
_READ = frozenset(
    {
        *SCORES,
        "questionnaire-itemControl",
        "questionnaire-hidden",
        "questionnaire-unit",
        "questionnaire-sliderStepValue",
        "minValue",
        "maxValue",
        "translation",
        "lang",
        "content",
    }
)
_ONLY_LOOKS = frozenset(
    {
        "questionnaire-choiceOrientation",
        "questionnaire-displayCategory",
        "questionnaire-optionPrefix",
        "rendering-markdown",
        "rendering-style",
        "rendering-styleSensitive",
        "rendering-xhtml",
    }
)
_HINTS = frozenset({"help", "flyover", "prompt", "unit"})
_ENDS = frozenset({"lower", "upper"})


def is_part(item: Element) -> bool:
    """Whether a child says something about its parent, and is no item itself."""
    return item.get("type") == "display" and bool(controls(item) & (_HINTS | _ENDS))


def unread(names: set[str]) -> list[str]:
    """Return the names of the extensions that mean something and are not read."""
    known = _READ | _ONLY_LOOKS
    return sorted(n for n in names - known if _reason(n) is None)


def _reason(name: str) -> str | None:
    return _NOT_TAKEN.get(name.rpartition("questionnaire-")[2])


def is_hidden(item: Element) -> bool:
    """Whether nobody is asked an item."""
    one = extension(item, "questionnaire-hidden")
    return one is not None and one.get("valueBoolean") is True


def check_taken(item: Element) -> None:
    """Refuse what no item or group may be.

    Raises:
        NotRepresentableError: it is; the sentence says why.
    """
    if item.get("modifierExtension"):
        raise NotRepresentableError("An extension changes its meaning.")
    for name, _ in extensions(item):
        reason = _reason(name)
        if reason:
            raise NotRepresentableError(reason)
    for name, _ in extensions(child(item, "_text")):
        if name in {"cqf-expression", "cqf-calculatedValue"}:
            raise NotRepresentableError("Its text is the result of an expression.")
    if flag(item, "repeats"):
        sentence = "It takes several answers. Only one answer an item is taken."
        raise NotRepresentableError(sentence)
    if flag(item, "readOnly"):
        raise NotRepresentableError("It cannot be answered: it is read-only.")


def item_of(item: Element, terms: Terms, heading: str, show_if: ShowIf | None) -> Item:
    """Return the item that an element describes.

    Args:
        item: the element; no group.
        terms: the sets of options and the language.
        heading: the texts of the groups that begin with it.
        show_if: when it is shown, the groups around it included.

    Raises:
        NotRepresentableError: it cannot be taken over.
    """
    check_taken(item)
    kind = _kind(item)
    lowest, highest = _number(item, "minValue"), _number(item, "maxValue")
    numeric = kind in {ItemType.INTEGER, ItemType.NUMBER, ItemType.SLIDER}
    return Item(
        id=link_of(item),
        text=plain(said(item, "text", terms.language)),
        type=kind,
        options=_options(item, kind, terms, lowest, highest),
        heading=heading,
        hint=_hint(item, terms),
        required=flag(item, "required") and kind is not ItemType.NOTE,
        lowest=lowest if numeric else None,
        highest=highest if numeric else None,
        step=_number(item, "questionnaire-sliderStepValue")
        if kind is ItemType.SLIDER
        else None,
        show_if=show_if,
    )


def _kind(item: Element) -> ItemType:
    written = string(item, "type")
    constraint = string(item, "answerConstraint")
    if written == "open-choice" or constraint in {"optionsOrString", "optionsOrType"}:
        raise NotRepresentableError("It takes own words beside its options.")
    kind = _TYPES.get(written)
    if kind is None:
        sentence = f"It asks for {quoted(written)}, which is not taken here."
        raise NotRepresentableError(sentence)
    offered = any(k in item for k in ("answerOption", "option", "answerValueSet"))
    if offered and kind in {ItemType.INTEGER, ItemType.NUMBER, ItemType.TEXT}:
        return ItemType.CHOICE
    if "slider" in controls(item) and kind in {ItemType.INTEGER, ItemType.NUMBER}:
        return ItemType.SLIDER
    return kind


def _number(item: Element, name: str) -> Number | None:
    one = extension(item, name)
    return None if one is None else number_in(one)


def _options(
    item: Element,
    kind: ItemType,
    terms: Terms,
    lowest: Number | None,
    highest: Number | None,
) -> tuple[Option, ...]:
    if kind is ItemType.CHOICE:
        return codes_of(item, terms)
    if kind is not ItemType.SLIDER:
        return ()
    places = {"lower": lowest, "upper": highest}
    return tuple(
        Option(
            code=str(place),
            label=plain(said(part, "text", terms.language)),
            score=bounded(place),
        )
        for end, place in places.items()
        for part in elements(item, "item")
        if end in controls(part) and place is not None
    )


def codes_of(item: Element, terms: Terms) -> tuple[Option, ...]:
    """Return the options of a choice; those of a boolean are yes and no.

    Raises:
        NotRepresentableError: they do not stand in the file.
    """
    if string(item, "type") == "boolean":
        return YES_NO
    return options_of(item, terms)


def _hint(item: Element, terms: Terms) -> str:
    lines = [
        plain(said(part, "text", terms.language))
        for part in elements(item, "item")
        if is_part(part) and controls(part) & _HINTS
    ]
    unit = child(extension(item, "questionnaire-unit") or {}, "valueCoding")
    lines.append(plain(string(unit, "display") or string(unit, "code")))
    return "\n".join(line for line in lines if line)

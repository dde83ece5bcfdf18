"""Parts of a FHIR resource in JSON: typed access, extensions, translations."""

from collections.abc import Iterator, Mapping

from wellbeing.instruments.formats.decoding import Json
from wellbeing.instruments.formats.questionnaire import (
    NotRepresentableError,
    Number,
    QuestionnaireRefusedError,
)
from wellbeing.instruments.formats.texts import bounded, code_of, quoted

Element = Mapping[str, Json]


def elements(element: Element, key: str) -> list[Element]:
    """Return a list of objects; empty: not there.

    Raises:
        QuestionnaireRefusedError: it is something else.
    """
    value = element.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise _wrong(element, key, "a list of objects")
    return value


def child(element: Element, key: str) -> Element:
    """Return an object; empty: not there.

    Raises:
        QuestionnaireRefusedError: it is something else.
    """
    value = element.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(element, key, "an object")
    return value


def string(element: Element, key: str) -> str:
    """Return a text; empty: not there.

    Raises:
        QuestionnaireRefusedError: it is something else.
    """
    value = element.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(element, key, "a text")
    return value


def flag(element: Element, key: str) -> bool:
    """Return a truth value; false: not there.

    Raises:
        QuestionnaireRefusedError: it is something else.
    """
    value = element.get(key, False)
    # Some programs write the words as texts.
    value = (
        {"true": True, "false": False}.get(value, value)
        if isinstance(value, str)
        else value
    )
    if not isinstance(value, bool):
        raise _wrong(element, key, "true or false")
    return value


def _wrong(element: Element, key: str, what: str) -> QuestionnaireRefusedError:
    link = element.get("linkId")
    where = f"linkId {quoted(link)}, " if isinstance(link, str) else ""
    sentence = f"{where}{key}: this is not {what}, as FHIR wants it."
    return QuestionnaireRefusedError(sentence[:1].upper() + sentence[1:])


def link_of(item: Element) -> str:
    """Return the linkId of an item, without white space around it.

    Raises:
        QuestionnaireRefusedError: it has none that can be an id.
    """
    try:
        return code_of(string(item, "linkId"))
    except NotRepresentableError as error:
        text = quoted(string(item, "text"))
        sentence = f"The linkId of an item cannot be read; its text is {text}. {error}"
        raise QuestionnaireRefusedError(sentence) from None


def name_of(url: str) -> str:
    """Return the last part of the address of an extension."""
    return url.rstrip("/").rpartition("/")[2]


def extensions(element: Element) -> Iterator[tuple[str, Element]]:
    """Yield each extension of an element with the last part of its address."""
    for one in elements(element, "extension"):
        yield name_of(string(one, "url")), one


def extension(element: Element, *names: str) -> Element | None:
    """Return the first extension with one of some names."""
    return next((one for name, one in extensions(element) if name in names), None)


def number_in(one: Element) -> Number | None:
    """Return the number that an extension holds.

    Raises:
        NotRepresentableError: it lies too far from zero.
    """
    for key in ("valueDecimal", "valueInteger"):
        value = one.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return bounded(value)
    return None


def controls(element: Element) -> set[str]:
    """Return the codes that say how an item is to be drawn."""
    found: set[str] = set()
    for name, one in extensions(element):
        if name == "questionnaire-itemControl":
            concept = child(one, "valueCodeableConcept")
            found |= {string(c, "code") for c in elements(concept, "coding")}
    return found


def said(element: Element, key: str, language: str | None) -> str:
    """Return a text in a language.

    Args:
        element: what has the text.
        key: the name of the text.
        language: None: as it stands; else the translation.

    Raises:
        NotRepresentableError: there is a text, and it is not translated.
    """
    text = string(element, key)
    if language is None or not text.strip():
        return text
    for name, one in extensions(child(element, f"_{key}")):
        parts = dict(extensions(one)) if name == "translation" else {}
        if parts and string(parts.get("lang", {}), "valueCode") == language:
            content = parts.get("content", {})
            return string(content, "valueString") or string(content, "valueMarkdown")
    sentence = f"It is not translated into {quoted(language)}: {quoted(text)}."
    raise NotRepresentableError(sentence)


def everything(element: Element) -> Iterator[Element]:
    """Yield an element and all that is in it, at any depth."""
    waiting: list[Json] = [element]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def languages_of(resource: Element) -> list[str]:
    """Return the languages that something of a resource is translated into."""
    found = {
        string(one, "valueCode")
        for element in everything(resource)
        if isinstance(element.get("url"), str)
        and name_of(string(element, "url")) == "translation"
        for name, one in extensions(element)
        if name == "lang"
    }
    return sorted(found - {""})

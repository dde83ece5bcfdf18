"""The options of a FHIR item, and their scores as far as the file says them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from wellbeing.instruments.formats.fhir_elements import (
    Element,
    child,
    elements,
    extension,
    number_in,
    said,
    string,
)
from wellbeing.instruments.formats.limits import MOST_OPTIONS
from wellbeing.instruments.formats.questionnaire import (
    NotRepresentableError,
    Number,
    Option,
)
from wellbeing.instruments.formats.texts import code_of, plain

SCORES = (
    "itemWeight",
    "ordinalValue",
    "questionnaire-ordinalValue",
    "valueset-ordinalValue",
    "codesystem-ordinalValue",
    "iso21090-CO-value",
    "extension-score",
)
"""The extensions that hold a score, by the names they have had."""

YES_NO = (Option(code="true", label="Yes"), Option(code="false", label="No"))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for all items: the sets of options, and the language.

    Attributes:
        resources: value sets and code systems in the file, by ``#id`` and address.
        language: of the wording; None: as it stands.
        known: what each set was found to offer, as many items may share it.
    """

    resources: Mapping[str, Element]
    language: str | None
    known: dict[str, tuple[Option, ...]] = field(default_factory=dict)


def options_of(item: Element, terms: Terms) -> tuple[Option, ...]:
    """Return the options of an item; none: it has none.

    The score is that of ``itemWeight`` or ``ordinalValue`` under any of their names,
    on the option, on its coding, or on the concept of its value set. Without one it is
    None, whatever the code looks like.

    Raises:
        NotRepresentableError: they stand elsewhere, or one is no code and text.
    """
    listed = elements(item, "answerOption") or elements(item, "option")
    if listed:
        return tuple(_option(one, terms) for one in listed)
    reference = string(item, "answerValueSet")
    reference = reference or string(child(item, "options"), "reference")
    if not reference:
        return ()
    if reference not in terms.known:
        some = tuple(islice(_concepts(reference, terms), MOST_OPTIONS + 1))
        terms.known[reference] = some
    return terms.known[reference]


def _option(one: Element, terms: Terms) -> Option:
    coding = child(one, "valueCoding")
    if coding:
        return _coded(coding, terms, _score(one))
    score = _score(one)
    text = said(one, "valueString", terms.language)
    if text:
        code = string(one, "valueString")
        return Option(code=code_of(code), label=plain(text), score=score)
    number = one.get("valueInteger")
    if isinstance(number, int) and not isinstance(number, bool):
        return Option(code=str(number), label=str(number), score=score)
    kinds = ", ".join(sorted(key for key in one if key.startswith("value")))
    sentence = f"An option is no code, text or whole number, but: {kinds or 'nothing'}."
    raise NotRepresentableError(sentence)


def _coded(coding: Element, terms: Terms, score: Number | None) -> Option:
    code = string(coding, "code") or string(coding, "display")
    label = said(coding, "display", terms.language) or code
    if score is None:
        score = _score(coding)
    return Option(code=code_of(code), label=plain(label), score=score)


def _score(element: Element) -> Number | None:
    one = extension(element, *SCORES)
    return None if one is None else number_in(one)


def _concepts(reference: str, terms: Terms) -> Iterator[Option]:
    found = terms.resources.get(reference.partition("|")[0])
    if found is None:
        sentence = f"Its options do not stand in the file, but at {reference[:200]}."
        raise NotRepresentableError(sentence)
    expansion = elements(child(found, "expansion"), "contains")
    if expansion:
        yield from (_of_concept(one, terms) for one in expansion)
        return
    compose = child(found, "compose")
    if elements(compose, "exclude"):
        raise NotRepresentableError("Its value set takes codes out of another one.")
    for include in elements(compose, "include"):
        if include.get("filter") or include.get("valueSet"):
            raise NotRepresentableError("Its value set picks codes by a rule.")
        listed = elements(include, "concept") or _system(include, terms)
        yield from (_of_concept(one, terms) for one in listed)


def _system(include: Element, terms: Terms) -> list[Element]:
    """Return all codes of a code system that stands in the file."""
    address = string(include, "system")
    found = terms.resources.get(address, {})
    listed = elements(found, "concept")
    if not listed or any("concept" in one for one in listed):
        sentence = f"Its value set takes the codes of {address[:200] or 'nothing'}."
        raise NotRepresentableError(sentence)
    return listed


def _of_concept(concept: Element, terms: Terms) -> Option:
    if concept.get("abstract") or concept.get("contains"):
        raise NotRepresentableError("Its options are a tree.")
    return _coded(concept, terms, None)


def terms_of(
    resource: Element, others: Mapping[str, Element], language: str | None
) -> Terms:
    """Return the sets of options that stand in a file.

    Args:
        resource: the questionnaire.
        others: value sets beside it, by their addresses.
        language: of the wording; None: as it stands.
    """
    found = dict(others)
    for one in elements(resource, "contained"):
        for key in (f"#{string(one, 'id').lstrip('#')}", string(one, "url")):
            if key.strip("#"):
                found[key] = one
    return Terms(found, language)

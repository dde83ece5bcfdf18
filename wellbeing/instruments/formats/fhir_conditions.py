"""FHIR's enableWhen, as far as one level of it can be kept."""

from collections.abc import Mapping

from wellbeing.instruments.formats.conditions import tidy
from wellbeing.instruments.formats.fhir_elements import (
    Element,
    child,
    elements,
    flag,
    string,
)
from wellbeing.instruments.formats.questionnaire import (
    Condition,
    NotRepresentableError,
    ShowIf,
)
from wellbeing.instruments.formats.texts import quoted

Codes = Mapping[str, tuple[str, ...]]
"""The codes of each choice, by its linkId."""


def show_if_of(item: Element, codes: Codes) -> ShowIf | None:
    """Read ``enableWhen``: equal, unequal and exists, over choices.

    Unequal wants an answer in FHIR, so it becomes "one of the other codes".

    Raises:
        NotRepresentableError: it says something else.
    """
    tests = elements(item, "enableWhen")
    if not tests:
        return None
    behavior = string(item, "enableBehavior")
    older = not any("operator" in test for test in tests)
    if len(tests) > 1 and not behavior and not older:
        sentence = "It does not say whether all of its conditions count or any."
        raise NotRepresentableError(sentence)
    any_of = behavior == "any" or (older and not behavior)
    return tidy([_condition(test, codes) for test in tests], any_of=any_of)


def _condition(test: Element, codes: Codes) -> Condition:
    asked = string(test, "question").strip()
    known = codes.get(asked)
    if not known:
        sentence = f"It is shown on an answer to {quoted(asked)}, which is no choice."
        raise NotRepresentableError(sentence)
    operator = string(test, "operator") or ("exists" if "hasAnswer" in test else "=")
    if operator == "exists":
        key = "hasAnswer" if "hasAnswer" in test else "answerBoolean"
        return Condition(item=asked, codes=known, is_not=not flag(test, key))
    code = _answer(test)
    if operator == "=":
        return Condition(item=asked, codes=(code,))
    others = tuple(one for one in known if one != code)
    if operator == "!=" and others and code in known:
        return Condition(item=asked, codes=others)
    sentence = f"It is shown if {quoted(asked)} {operator[:20]} {quoted(code)}."
    raise NotRepresentableError(sentence)


def _answer(test: Element) -> str:
    coding = child(test, "answerCoding")
    if coding:
        return (string(coding, "code") or string(coding, "display")).strip()
    for key in ("answerString", "answerInteger", "answerBoolean"):
        value = test.get(key)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int):
            return str(value).strip()
    raise NotRepresentableError("It is shown on an answer that is no code.")

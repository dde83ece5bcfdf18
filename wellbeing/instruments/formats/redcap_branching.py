"""REDCap's branching logic, as far as one level of it can be kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wellbeing.instruments.formats.conditions import tidy
from wellbeing.instruments.formats.limits import MOST_DEPTH
from wellbeing.instruments.formats.questionnaire import (
    Condition,
    NotRepresentableError,
    ShowIf,
)
from wellbeing.instruments.formats.texts import quoted

_TOKEN = re.compile(
    r"""\s*(?:\[\s*(?P<field>[A-Za-z][A-Za-z0-9_]*)\s*\]
    |'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<number>-?[0-9]+(?:\.[0-9]+)?)
    |(?P<sign><>|!=|=)|(?P<join>and|or)\b|(?P<bracket>[()]))""",
    re.VERBOSE | re.IGNORECASE,
)
_VALUES = frozenset({"single", "double", "number"})
_TESTED = 3
"""Tokens of one comparison: field, sign, value."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def show_if_of(logic: str, codes: Mapping[str, tuple[str, ...]]) -> ShowIf | None:
    """Read branching logic: equal and unequal, joined by ``and`` or by ``or``.

    Both may stand in one logic if what is in brackets asks one and the same field. A
    test for an empty answer becomes one for any of the codes. As in REDCap, an item
    that is not answered is unequal to every code.

    Args:
        logic: the cell.
        codes: the codes of each choice of the same form, by the name of its field.

    Raises:
        NotRepresentableError: it says something else.
    """
    logic = " ".join(logic.split())
    if not logic:
        return None
    reading = _Reading(logic, _tokens(logic), codes)
    shown = reading.joined(0)
    if reading.at < len(reading.tokens):
        raise _not_understood(logic)
    return shown


@dataclass(slots=True)
class _Reading:
    """A logic being read, from left to right."""

    logic: str
    tokens: list[_Token]
    codes: Mapping[str, tuple[str, ...]]
    at: int = 0

    def _next_is(self, *texts: str) -> bool:
        here = self.tokens[self.at : self.at + 1]
        marks = {"join", "bracket"}
        return any(t.kind in marks and t.text.lower() in texts for t in here)

    def joined(self, depth: int) -> ShowIf:
        """Read what one pair of brackets holds."""
        parts = [self._part(depth)]
        joiners: set[str] = set()
        while self._next_is("and", "or"):
            joiners.add(self.tokens[self.at].text.lower())
            self.at += 1
            parts.append(self._part(depth))
        any_of = "or" in joiners
        mixed = any(len(p.conditions) > 1 and p.any_of is not any_of for p in parts)
        if len(joiners) > 1 or (mixed and len(parts) > 1):
            sentence = f"Its branching logic mixes and with or: {quoted(self.logic)}."
            raise NotRepresentableError(sentence)
        if len(parts) == 1:
            return parts[0]
        return tidy((c for p in parts for c in p.conditions), any_of=any_of)

    def _part(self, depth: int) -> ShowIf:
        if self._next_is("(") and depth < MOST_DEPTH:
            self.at += 1
            inside = self.joined(depth + 1)
            if not self._next_is(")"):
                raise _not_understood(self.logic)
            self.at += 1
            return inside
        test = self.tokens[self.at : self.at + _TESTED]
        kinds = ["value" if t.kind in _VALUES else t.kind for t in test]
        if kinds != ["field", "sign", "value"]:
            raise _not_understood(self.logic)
        self.at += _TESTED
        return tidy([_condition(test, self.codes, self.logic)], any_of=False)


def _condition(
    test: list[_Token], codes: Mapping[str, tuple[str, ...]], logic: str
) -> Condition:
    field, sign, value = (token.text.strip() for token in test)
    known = codes.get(field)
    if not known:
        sentence = (
            f"Its branching logic asks {quoted(field)}, which is no choice of the same "
            f"form: {quoted(logic)}."
        )
        raise NotRepresentableError(sentence)
    unequal = sign != "="
    if not value:
        return Condition(item=field, codes=known, is_not=not unequal)
    return Condition(item=field, codes=(value,), is_not=unequal)


def _tokens(logic: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(logic):
        match = _TOKEN.match(logic, at)
        if match is None or match.lastgroup is None:
            raise _not_understood(logic)
        tokens.append(_Token(match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


def _not_understood(logic: str) -> NotRepresentableError:
    sentence = (
        f"Its branching logic is more than = and <> over choices: {quoted(logic)}."
    )
    return NotRepresentableError(sentence)

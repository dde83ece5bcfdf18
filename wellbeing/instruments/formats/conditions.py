"""When an item is shown: tidied, merged, and as one line of the own template."""

import re
from collections.abc import Iterable
from itertools import islice

from wellbeing.instruments.formats.limits import MOST_CONDITIONS
from wellbeing.instruments.formats.questionnaire import (
    Condition,
    NotRepresentableError,
    ShowIf,
)
from wellbeing.instruments.formats.texts import quoted

_TOKEN = re.compile(r'\s*(?:"((?:[^"]|"")*)"|(!=|=|,)|([^\s=!,"]+))')
_BARE = re.compile(r'[^\s=!,"]+')
_JOINERS = frozenset({"and", "or"})
_HOW = "Write it like: id = code, or: id = code, code and other_id != code."


def tidy(conditions: Iterable[Condition], *, any_of: bool) -> ShowIf:
    """Return conditions in their simplest form.

    What asks the same item twice becomes one condition where that means the same, and
    a single condition is never marked ``any_of``.

    Raises:
        NotRepresentableError: they are too many.
    """
    conditions = tuple(islice(conditions, MOST_CONDITIONS + 1))
    if len(conditions) > MOST_CONDITIONS:
        sentence = f"It is shown on more than {MOST_CONDITIONS} conditions."
        raise NotRepresentableError(sentence)
    found: dict[tuple[str, bool, int], Condition] = {}
    for n, one in enumerate(conditions):
        joined = any_of is not one.is_not
        key = (one.item, one.is_not, -1 if joined else n)
        before = found[key].codes if key in found else ()
        codes = tuple(dict.fromkeys((*before, *one.codes)))
        found[key] = Condition(item=one.item, codes=codes, is_not=one.is_not)
    single = tuple(dict.fromkeys(found.values()))
    return ShowIf(conditions=single, any_of=any_of and len(single) > 1)


def both(outer: ShowIf | None, inner: ShowIf | None) -> ShowIf | None:
    """Return when something is shown that lies within something shown conditionally.

    Raises:
        NotRepresentableError: they cannot be joined on one level.
    """
    if outer is None or inner is None:
        return outer or inner
    if outer.any_of or inner.any_of:
        sentence = "It is shown under two conditions, one within the other."
        raise NotRepresentableError(sentence)
    return tidy((*outer.conditions, *inner.conditions), any_of=False)


def written(show_if: ShowIf | None) -> str:
    """Return a condition as one line of the own template; empty: always shown."""
    if show_if is None:
        return ""
    return (" or " if show_if.any_of else " and ").join(
        f"{_word(one.item)} {'!=' if one.is_not else '='} "
        f"{', '.join(_word(code) for code in one.codes)}"
        for one in show_if.conditions
    )


def _word(text: str) -> str:
    if _BARE.fullmatch(text) and text not in _JOINERS:
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def parse(line: str) -> ShowIf | None:
    """Read the line that ``written`` writes.

    Raises:
        NotRepresentableError: it is not understood, or mixes ``and`` with ``or``.
    """
    if not line.strip():
        return None
    conditions: list[Condition] = []
    joiners: set[str] = set()
    tokens = _tokens(line)
    at = 0
    while True:
        condition, at = _condition(tokens, at, line)
        conditions.append(condition)
        if at == len(tokens):
            break
        if tokens[at] not in {("bare", "and"), ("bare", "or")}:
            raise _not_understood(line)
        joiners.add(tokens[at][1])
        at += 1
    if len(joiners) > 1:
        raise NotRepresentableError("A condition mixes and with or. Use one of them.")
    return tidy(conditions, any_of="or" in joiners)


def _condition(
    tokens: list[tuple[str, str]], at: int, line: str
) -> tuple[Condition, int]:
    kinds = [kind for kind, _ in tokens[at : at + 3]]
    if len(kinds) < len("i=c") or kinds[1] != "sign" or tokens[at + 1][1] == ",":
        raise _not_understood(line)
    item, sign = tokens[at][1], tokens[at + 1][1]
    codes = [tokens[at + 2][1]]
    at += 3
    while at + 1 < len(tokens) and tokens[at] == ("sign", ","):
        codes.append(tokens[at + 1][1])
        kinds.append(tokens[at + 1][0])
        at += 2
    if "sign" in (kinds[0], *kinds[2:]):
        raise _not_understood(line)
    return Condition(item=item, codes=tuple(codes), is_not=sign == "!="), at


def _tokens(line: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, line = 0, line.strip()
    while at < len(line):
        match = _TOKEN.match(line, at)
        if match is None:
            raise _not_understood(line)
        inside, sign, bare = match.groups()
        if inside is not None:
            tokens.append(("quoted", inside.replace('""', '"')))
        else:
            tokens.append(("sign", sign) if sign else ("bare", bare))
        at = match.end()
    return tokens


def _not_understood(line: str) -> NotRepresentableError:
    sentence = f"The condition {quoted(line)} is not understood. {_HOW}"
    return NotRepresentableError(sentence)

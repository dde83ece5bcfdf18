"""Matching a wording that a clinic brings with the key of its instrument."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NoReturn

from wellbeing.domain.errors import InvalidInputError
from wellbeing.instruments.errors import spoken
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    Option,
    Questionnaire,
)
from wellbeing.instruments.formats.texts import quoted
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.registry import instruments
from wellbeing.instruments.wording import (
    Choice,
    CodedBy,
    Coding,
    MatchedBy,
    Proposal,
    WordedItem,
)


class WordingMismatchError(InvalidInputError):
    """A questionnaire that is not the one of the key; nothing was written."""


def propose(
    instrument: Instrument, read: Questionnaire, *, turned: bool = False
) -> Proposal:
    """Match a questionnaire with a key.

    Items find their places by the ids of the key, else by the numbers at the end of
    their ids, else by their order. Answers keep the codes of the file where these
    are the key's, else they are matched in order.

    Args:
        instrument: whose key it has to fit.
        read: what a reader understood of the file.
        turned: a person's word that the file counts the other way round.

    Raises:
        WordingMismatchError: it does not fit; the sentence names the item.
    """
    found = _questions(read)
    if len(found) != len(instrument.items):
        raise WordingMismatchError(
            f"This file has {len(found)} items to answer, and {instrument.title} has "
            f"{len(instrument.items)}. Bring the whole sheet and nothing else."
        )
    ordered, matched_by = _in_place(instrument, found)
    coded = [_coded(instrument, item) for item, _ in ordered]
    _check_labels([item for item, _ in ordered], [codes for _, codes in coded])
    ends = dict(zip(instrument.codes, reversed(instrument.codes), strict=True))
    items = tuple(
        WordedItem(
            position=position,
            text=item.text,
            heading=heading,
            hint=item.hint,
            choices=tuple(
                Choice(code=ends[code] if turned else code, label=option.label)
                for option, code in zip(item.options, codes, strict=True)
            ),
        )
        for position, ((item, heading), (_, codes)) in enumerate(
            zip(ordered, coded, strict=True), start=1
        )
    )
    sources = [item for item, _ in ordered]
    return Proposal(
        items=items,
        file_ids=tuple(item.id for item in sources),
        matched_by=matched_by,
        codings=_codings(sources, items),
        coded_by=max((way for way, _ in coded), key=_WAYS.index),
        language=read.language or "",
        copyright=read.copyright,
        notes=read.notes,
    )


_Found = list[tuple[Item, str]]
"""Items to answer, each with what stands above it."""


def _questions(read: Questionnaire) -> _Found:
    """Return the items to answer; notes become headings of what follows."""
    found: _Found = []
    above: list[str] = []
    for item in read.items:
        if item.heading:
            above.append(item.heading)
        if item.type is ItemType.NOTE:
            above.append(item.text)
            continue
        if item.type is not ItemType.CHOICE:
            _refuse(item, f"takes a {item.type}, and here each takes one of a list")
        if item.show_if is not None:
            _refuse(item, "is shown on a condition, and here each is always asked")
        found.append((item, "\n\n".join(above)))
        above = []
    return found


def _refuse(item: Item, what: str) -> NoReturn:
    raise WordingMismatchError(
        f"Item {quoted(item.id)} {what}. Mend the file; nothing was written."
    )


@cache
def _owners() -> Mapping[str, str]:
    return {item: one.id for one in instruments() for item in one.item_ids}


def _in_place(instrument: Instrument, found: _Found) -> tuple[_Found, MatchedBy]:
    by_id: dict[str, tuple[Item, str]] = {}
    own = set(instrument.item_ids)
    for item, above in found:
        owner = _owners().get(item.id.casefold(), instrument.id)
        if owner != instrument.id:
            _refuse(item, f"belongs to {owner}, not to {instrument.id}")
        if item.id.casefold() in by_id:
            _refuse(item, "stands twice")
        by_id[item.id.casefold()] = item, above
    if set(by_id) == own:
        return [by_id[name] for name in instrument.item_ids], MatchedBy.ID
    if own & set(by_id):
        strange = next(item for name, (item, _) in by_id.items() if name not in own)
        _refuse(strange, f"is no item of {instrument.id}, and others of the file are")
    numbers = {_number_in(item.id): (item, above) for item, above in found}
    wanted = range(1, len(found) + 1)
    if set(numbers) == set(wanted):
        return [numbers[n] for n in wanted], MatchedBy.NUMBER
    return found, MatchedBy.ORDER


def _number_in(name: str) -> int | None:
    digits = name[len(name.rstrip("0123456789")) :]
    return int(digits) if digits.isascii() and digits else None


_WAYS = tuple(CodedBy)
"""From the strongest to the weakest."""


def _coded(instrument: Instrument, item: Item) -> tuple[CodedBy, tuple[int, ...]]:
    """Return the code by the key of each option of an item, in its order."""
    wanted = instrument.codes
    if len(item.options) != len(wanted):
        what = f"offers {len(item.options)} answers, and the key has {len(wanted)}"
        _refuse(item, f"{what}: {spoken(wanted)}")
    for option in item.options:
        if not option.label:
            _refuse(item, f"has an answer without words, coded {quoted(option.code)}")
    codes, scores = _codes(item.options), _scores(item.options)
    for way, numbers in ((CodedBy.CODE, codes), (CodedBy.SCORE, scores)):
        if numbers is not None and set(numbers) == set(wanted):
            return way, numbers
    numbers = scores if codes is None else codes
    if numbers is None or len(set(numbers)) < len(numbers):
        odd = next((o.code for o in item.options if not _is_whole(o.code)), "")
        what = f"has answers whose codes are no numbers, such as {quoted(odd)}"
        if not odd:
            what = "has answers that count the same"
        _refuse(item, f"{what}; the codes of the key are {spoken(wanted)}")
    by_size = dict(zip(sorted(numbers), wanted, strict=True))
    return CodedBy.ORDER, tuple(by_size[number] for number in numbers)


def _is_whole(code: str) -> bool:
    digits = code.removeprefix("-")
    return digits.isascii() and digits.isdigit()


def _codes(options: Sequence[Option]) -> tuple[int, ...] | None:
    if not all(_is_whole(o.code) for o in options):
        return None
    return tuple(int(o.code) for o in options)


def _scores(options: Sequence[Option]) -> tuple[int, ...] | None:
    scores = [o.score for o in options]
    if any(s is None or s != int(s) for s in scores):
        return None
    return tuple(int(s) for s in scores if s is not None)


def _check_labels(items: Sequence[Item], coded: Sequence[tuple[int, ...]]) -> None:
    """Refuse a file in which the same words count differently: it was reversed."""
    first: dict[str, tuple[int, str]] = {}
    for item, codes in zip(items, coded, strict=True):
        for option, code in zip(item.options, codes, strict=True):
            known, where = first.setdefault(option.label.casefold(), (code, item.id))
            if known != code:
                _refuse(
                    item,
                    f"counts {quoted(option.label)} as {code}, and item "
                    f"{quoted(where)} as {known}. The key itself reverses items: give "
                    "every item the same codes",
                )


def _codings(
    sources: Sequence[Item], items: Sequence[WordedItem]
) -> tuple[Coding, ...]:
    groups: dict[tuple[object, ...], list[tuple[Item, WordedItem]]] = {}
    for source, item in zip(sources, items, strict=True):
        named = tuple((o.label, o.code) for o in source.options)
        groups.setdefault((named, item.choices), []).append((source, item))
    return tuple(
        Coding(
            positions=tuple(item.position for _, item in group),
            in_file=tuple((o.label, o.code) for o in group[0][0].options),
            choices=group[0][1].choices,
        )
        for group in groups.values()
    )

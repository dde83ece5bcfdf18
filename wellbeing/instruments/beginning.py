"""What a questionnaire file tells about a key: a beginning, for a person to go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    Option,
    Questionnaire,
)
from wellbeing.instruments.formats.texts import quoted
from wellbeing.instruments.own import KeyRefusedError


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """What was understood of a file; no word of it becomes part of the key.

    Attributes:
        texts: of the items, in the order of the file.
        codes: what the answers count, lowest first.
        labels: of the answers of the first item, as ``codes``.
        reversed: places of items whose answers count the other way round in the file.
        notes: what was guessed, as sentences.
    """

    title: str
    texts: tuple[str, ...]
    codes: tuple[int, ...]
    labels: tuple[str, ...]
    reversed: tuple[int, ...]
    notes: tuple[str, ...]


def begin(read: Questionnaire) -> Beginning:
    """Return what a questionnaire says about a key.

    Codes are the scores of the answers where the file has them, else its codes.
    Items whose answers count the other way round than those of the first item are
    taken for reversed: files like that have reversed them already.

    Raises:
        KeyRefusedError: its items cannot share one list of codes, one sentence each.
    """
    asked = [item for item in read.items if item.type is not ItemType.NOTE]
    problems: list[str] = []
    counted = [_counted(item, problems) for item in asked]
    first = counted[0] if counted else {}
    turned = []
    for place, (item, counts) in enumerate(zip(asked, counted, strict=True), start=1):
        if not counts or not first:
            continue
        if sorted(counts.values()) != sorted(first.values()):
            problems.append(
                f"Item {quoted(item.id)} counts {_listed(counts)} and the first item "
                f"{_listed(first)}. All items of a key share one list of codes."
            )
        elif counts.keys() == first.keys() and counts != first:
            ends = min(first.values()) + max(first.values())
            if counts != {label: ends - code for label, code in first.items()}:
                problems.append(
                    f"Item {quoted(item.id)} counts the same words in another order "
                    "than the first item, and not the other way round. Mend the file."
                )
            turned.append(place)
    if not asked:
        problems.append("There is no item to answer in this file.")
    if problems:
        raise KeyRefusedError(tuple(problems))
    words = {o.label.casefold(): o.label for o in asked[0].options if o.label}
    by_code = sorted((code, words.get(label, label)) for label, code in first.items())
    return Beginning(
        title=read.title,
        texts=tuple(item.text for item in asked),
        codes=tuple(code for code, _ in by_code),
        labels=tuple(label for _, label in by_code),
        reversed=tuple(turned),
        notes=(*read.notes, *_notes(asked, turned)),
    )


def _counted(item: Item, problems: list[str]) -> Mapping[str, int]:
    """Return the labels of an item with what they count; empty: that is a problem."""
    name = quoted(item.id)
    if item.type is not ItemType.CHOICE:
        problems.append(
            f"Item {name} takes a {item.type}, and here each takes one of a list."
        )
        return {}
    if item.show_if is not None:
        problems.append(
            f"Item {name} is shown on a condition, and here each is always asked."
        )
    found: dict[str, int] = {}
    for option in item.options:
        counts = _counts(option)
        if counts is None:
            problems.append(
                f"Item {name}, answer {quoted(option.label or option.code)}: its code "
                f"{quoted(option.code)} is no whole number and it has no whole score. "
                "Give it one in the file."
            )
            return {}
        label = (option.label or option.code).casefold()
        if label in found or counts in found.values():
            problems.append(
                f"Item {name} has two answers with the same words or the same code "
                f"{counts}."
            )
            return {}
        found[label] = counts
    return found


def _counts(option: Option) -> int | None:
    if option.score is not None:
        return int(option.score) if option.score == int(option.score) else None
    digits = option.code.removeprefix("-")
    return int(option.code) if digits.isascii() and digits.isdigit() else None


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(map(str, sorted(counts.values())))


def _notes(asked: Sequence[Item], turned: Sequence[int]) -> list[str]:
    notes = []
    options = [option for item in asked for option in item.options]
    if any(o.score is not None and str(o.score) != o.code for o in options):
        notes.append(
            "The file gives its answers scores that are not their codes. The scores "
            "are taken as the codes of the key."
        )
    if any(o.score is None or o.to_confirm for o in options):
        notes.append(
            "The file does not say what its answers count, so its codes are taken. "
            "Compare them with the manual: many sheets count from 0, many from 1."
        )
    if turned:
        places = ", ".join(map(str, turned))
        notes.append(
            f"At items {places} the same words count the other way round: the file "
            "has reversed them already. The key reverses them instead, so bring the "
            "wording from a file in which every item has the same codes."
        )
    return notes

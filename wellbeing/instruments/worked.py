"""Worked examples: whether a key gives the scores that somebody computed by hand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from wellbeing.domain.errors import InvalidInputError
from wellbeing.instruments.errors import spoken
from wellbeing.instruments.formats.texts import quoted
from wellbeing.instruments.model import Instrument, Scale
from wellbeing.instruments.scoring import score_one

MISSING, NO_SCORE = "-", "none"
"""What is typed for an item without an answer, and for a scale without a score."""

_NUMBER = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,6})?")
_WITH_COMMA = re.compile(r"-?[0-9]+,[0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """Answers, and the scores that somebody computed from them without this program.

    Attributes:
        answers: in the order of the sheet, as people give them; None: not answered.
        expected: id of a scale to its score as it was written; ``none``: no score.
        source: where the example comes from.
    """

    answers: tuple[int | None, ...]
    expected: Mapping[str, str]
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What one item adds; counts is None without an answer."""

    position: int
    answer: int | None
    reversed: bool
    counts: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """How one scale of an example came about.

    Attributes:
        expected: as it was written; None: nothing was.
        agrees: whether the score, rounded as it was written, is the one expected.
    """

    scale: Scale
    steps: tuple[Step, ...]
    score: float | None
    expected: str | None
    agrees: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Unproved:
    """What would go unnoticed if the key were wrong there.

    Attributes:
        reversed: places of reversed items that might as well not be.
        scales: ids of scales without an expected score.
        members: places of items whose scales no example shows.
    """

    reversed: tuple[int, ...]
    scales: tuple[str, ...]
    members: tuple[int, ...]


def answers_of(instrument: Instrument, text: str) -> tuple[int | None, ...]:
    """Read answers as they are typed: codes in the order of the sheet, - for none.

    Raises:
        InvalidInputError: too many, too few, or one that is no code.
    """
    given = re.split(r"[\s,;]+", text.strip(" \t\r\n,;"))
    count = len(instrument.items)
    if len(given) != count:
        raise InvalidInputError(
            f"These are {len(given) if given != [''] else 0} answers, and the key has "
            f"{count} items. Write {MISSING} where there is no answer."
        )
    codes = {str(code): code for code in instrument.codes}
    for place, one in enumerate(given, start=1):
        if one not in codes and one != MISSING:
            raise InvalidInputError(
                f"Answer {place} is {quoted(one)}; the codes are "
                f"{spoken(instrument.codes)}. Write a code, or {MISSING} for none."
            )
    return tuple(codes.get(one) for one in given)


def expected_of(instrument: Instrument, typed: Mapping[str, str]) -> dict[str, str]:
    """Read expected scores as they are typed; scales left empty are left out.

    Raises:
        InvalidInputError: none at all, no number, or outside the range of its scale.
    """
    found = {}
    for scale in instrument.scales:
        text = typed.get(scale.id, "").strip()
        if not text:
            continue
        if _WITH_COMMA.fullmatch(text):
            better = text.replace(",", ".")
            raise InvalidInputError(f"Write {better} with a point instead of a comma.")
        if text != NO_SCORE and not _NUMBER.fullmatch(text):
            raise InvalidInputError(
                f"{quoted(text)} is no score. Write a number such as 23 or 2.5, or "
                f"{NO_SCORE} where too little is answered."
            )
        if text != NO_SCORE and not scale.lowest <= float(text) <= scale.highest:
            raise InvalidInputError(
                f"{scale.id} lies between {scale.lowest:g} and {scale.highest:g} by "
                f"this key, and {text} does not. One of them is wrong."
            )
        found[scale.id] = text
    if not found:
        raise InvalidInputError("Write the score that you expect for one scale.")
    return found


def fits(instrument: Instrument, example: Example) -> bool:
    """Tell whether an example can be tried with a key: its items, codes and scales."""
    own = {scale.id for scale in instrument.scales}
    return (
        len(example.answers) == len(instrument.items)
        and {*example.answers} <= {None, *instrument.codes}
        and {*example.expected} <= own
    )


def work(instrument: Instrument, example: Example) -> tuple[Work, ...]:
    """Return how each scale of an example comes about.

    Args:
        example: one that ``fits``.
    """
    ends = instrument.codes[0] + instrument.codes[-1]
    steps = {}
    for item, answer in zip(instrument.items, example.answers, strict=True):
        turned = ends - answer if item.reversed and answer is not None else answer
        steps[item.id] = Step(
            position=item.position,
            answer=answer,
            reversed=item.reversed,
            counts=turned,
        )
    scores = _scores(instrument, example)
    return tuple(
        Work(
            scale=scale,
            steps=tuple(steps[item] for item in scale.items),
            score=scores[scale.id],
            expected=example.expected.get(scale.id),
            agrees=_agrees(example.expected.get(scale.id), scores[scale.id]),
        )
        for scale in instrument.scales
    )


def agrees(instrument: Instrument, example: Example) -> bool:
    """Tell whether a key gives every score that an example expects."""
    scores = _scores(instrument, example)
    return all(_agrees(text, scores[scale]) for scale, text in example.expected.items())


def unproved(instrument: Instrument, examples: Sequence[Example]) -> Unproved:
    """Return what examples that agree with a key would not notice.

    The key is changed in one place at a time: an item reversed or no longer, taken
    from a scale or put into another. What then still agrees with all is unproved.
    """
    told = {scale for e in examples for scale, t in e.expected.items() if t != NO_SCORE}

    def unnoticed(changed: Instrument) -> bool:
        return all(agrees(changed, example) for example in examples)

    return Unproved(
        reversed=tuple(
            item.position
            for at, item in enumerate(instrument.items)
            if item.reversed and unnoticed(_turned(instrument, at))
        ),
        scales=tuple(s.id for s in instrument.scales if s.id not in told),
        members=tuple(
            item.position
            for item in instrument.items
            if any(map(unnoticed, _moved(instrument, item.id)))
        ),
    )


def _scores(instrument: Instrument, example: Example) -> Mapping[str, float | None]:
    given = zip(instrument.item_ids, example.answers, strict=True)
    return score_one(instrument, dict(given))


def _agrees(expected: str | None, score: float | None) -> bool:
    if expected is None:
        return True
    if expected == NO_SCORE or score is None:
        return expected == NO_SCORE and score is None
    decimals = len(expected.partition(".")[2])
    # Half of the last place that was written, and what a float may be beside it.
    allowed = Fraction(1, 2 * 10**decimals) + Fraction(1, 10**9)
    return abs(Fraction(score) - Fraction(expected)) <= allowed


def _turned(instrument: Instrument, at: int) -> Instrument:
    items = list(instrument.items)
    items[at] = replace(items[at], reversed=not items[at].reversed)
    return replace(instrument, items=tuple(items))


def _moved(instrument: Instrument, item: str) -> Iterator[Instrument]:
    """Yield the key with an item taken from each scale of it, or put into another."""
    for at, scale in enumerate(instrument.scales):
        chosen = {*scale.items} ^ {item}
        if not chosen:
            continue
        others = tuple(one for one in instrument.item_ids if one in chosen)
        needs = min(scale.needs, len(others))
        scales = list(instrument.scales)
        scales[at] = replace(scale, items=others, needs=needs)
        yield replace(instrument, scales=tuple(scales))

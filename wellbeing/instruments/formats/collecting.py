"""A questionnaire in the making: what is taken, what is not, and how they fit."""

from dataclasses import dataclass, field, replace

from wellbeing.instruments.formats.limits import MOST_ITEMS, MOST_OPTIONS, MOST_ROWS
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    LeftOut,
    NotRepresentableError,
    Option,
    Questionnaire,
    QuestionnaireRefusedError,
    ShowIf,
)
from wellbeing.instruments.formats.texts import quoted

_NUMERIC = frozenset({ItemType.INTEGER, ItemType.NUMBER, ItemType.SLIDER})


@dataclass(slots=True)
class Collected:
    """What a reader has found so far.

    Attributes:
        places: the id of each item seen, taken or not, to where it stands.
        items: those taken.
        left_out: those not taken, and what else was not.
        notes: sentences for the person who reads the file.
    """

    places: dict[str, str] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _order: dict[str, int] = field(default_factory=dict)

    def see(self, item_id: str, where: str) -> None:
        """Note an id, whether or not its item can be taken.

        Raises:
            QuestionnaireRefusedError: it stands twice, or there are too many.
        """
        if item_id in self.places:
            sentence = (
                f"The id {quoted(item_id)} stands twice: {self.places[item_id]} and "
                f"{where}. Give each item its own."
            )
            raise QuestionnaireRefusedError(sentence)
        self.places[item_id] = where
        if len(self.places) > MOST_ROWS:
            sentence = f"This file has more than {MOST_ROWS} items. Split it."
            raise QuestionnaireRefusedError(sentence)

    def leave_out(self, where: str, reason: str, *, asked: bool = True) -> None:
        """Note what is not taken, and why."""
        self.left_out.append(LeftOut(where=where, reason=reason, asked=asked))

    def take(self, item: Item) -> None:
        """Take an item whose id was seen.

        Raises:
            NotRepresentableError: its own parts do not fit together.
            QuestionnaireRefusedError: there are too many items.
        """
        self.items.append(fitting(item))
        if len(self.items) > MOST_ITEMS:
            sentence = f"This file has more than {MOST_ITEMS} items. Split it."
            raise QuestionnaireRefusedError(sentence)

    def finish(
        self, title: str, language: str | None = None, **about: str
    ) -> Questionnaire:
        """Return the questionnaire, without items whose condition cannot be kept.

        Raises:
            QuestionnaireRefusedError: nothing is left that can be asked.
        """
        self._drop_second_level()
        self._order = {where: n for n, where in enumerate(self.places.values())}
        if all(item.type is ItemType.NOTE for item in self.items):
            raise QuestionnaireRefusedError(self._nothing())
        return Questionnaire(
            title=title,
            language=language,
            items=tuple(self.items),
            left_out=tuple(sorted(self.left_out, key=self._place)),
            notes=tuple(self.notes),
            **about,
        )

    def _place(self, one: LeftOut) -> int:
        return self._order.get(one.where, len(self._order))

    def _nothing(self) -> str:
        if not self.left_out:
            return "There are no questions in this file."
        first = self.left_out[0]
        sentence = "Nothing in this file can be asked here; the first thing, at "
        return f"{sentence}{first.where}: {first.reason}"

    def _drop_second_level(self) -> None:
        """Leave out what is shown on something that is conditional or not there.

        Once is not enough: what is left out the first time may be asked about itself.
        """
        while True:
            known = {item.id: item for item in self.items}
            kept: list[Item] = []
            heading = ""
            for item in self.items:
                reason = _unfit(item.show_if, known)
                if reason is None:
                    kept.append(_under(heading, item))
                    heading = ""
                else:
                    self.leave_out(self.places[item.id], reason)
                    heading = item.heading or heading
            if len(kept) == len(self.items):
                return
            self.items = kept


def _under(heading: str, item: Item) -> Item:
    """Return an item that takes over the heading of one that is gone."""
    return replace(item, heading=heading) if heading and not item.heading else item


def _unfit(show_if: ShowIf | None, known: dict[str, Item]) -> str | None:
    for one in () if show_if is None else show_if.conditions:
        asked = known.get(one.item)
        name = quoted(one.item)
        if asked is None:
            return f"It is shown on an answer to {name}, which is not among the items."
        if asked.type is not ItemType.CHOICE:
            return f"It is shown on an answer to {name}, which is not a choice."
        if asked.show_if is not None:
            return f"It is shown on an answer to {name}, which is conditional itself."
        strange = set(one.codes) - {option.code for option in asked.options}
        if strange:
            code = quoted(min(strange))
            return f"It is shown if {name} is {code}, which is none of its options."
    return None


def fitting(item: Item) -> Item:
    """Return an item, having checked that its own parts fit together.

    A heading over nothing but an empty text becomes that text.

    Raises:
        NotRepresentableError: they do not.
    """
    if not item.text and item.heading:
        item = replace(item, text=item.heading, heading="")
    if not item.text:
        raise NotRepresentableError("It has no text.")
    _check_options(item)
    bounds = (item.lowest, item.highest)
    if item.type is ItemType.SLIDER and None in bounds:
        raise NotRepresentableError("A slider needs its lowest and highest number.")
    if item.type not in _NUMERIC and (bounds != (None, None) or item.step is not None):
        raise NotRepresentableError("Only a number may have bounds.")
    if None not in bounds and not _in_order(item):
        raise NotRepresentableError("Its lowest number is not below its highest.")
    return item


def _in_order(item: Item) -> bool:
    lowest, highest = item.lowest or 0, item.highest or 0
    return lowest < highest or (item.type is not ItemType.SLIDER and lowest == highest)


def _check_options(item: Item) -> None:
    if item.type is ItemType.CHOICE and not item.options:
        raise NotRepresentableError("It is a choice, and there is nothing to choose.")
    if item.options and item.type not in {ItemType.CHOICE, ItemType.SLIDER}:
        raise NotRepresentableError("It has options, and is not a choice.")
    if len(item.options) > MOST_OPTIONS:
        raise NotRepresentableError(f"It has more than {MOST_OPTIONS} options.")
    codes: set[str] = set()
    for option in item.options:
        if option.code in codes:
            sentence = f"Two of its options have the code {quoted(option.code)}."
            raise NotRepresentableError(sentence)
        codes.add(option.code)


def suggested(code: str, label: str) -> Option:
    """Return an option whose score a file does not say.

    A code that is a whole number is suggested as its score, to be confirmed by a
    person: codes of published files count from 1 instead of 0, or backwards.
    """
    whole = code.removeprefix("-")
    sound = whole.isascii() and whole.isdigit() and str(int(whole)) == whole
    if sound and len(whole) <= len("999999"):
        return Option(code=code, label=label, score=int(code), to_confirm=True)
    return Option(code=code, label=label)

"""What a questionnaire is to a reader of files, and how a file is refused.

These types know no format. They carry wording that a clinic brought; none of it is kept
in the repository.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wellbeing.domain.errors import InvalidInputError, WellbeingError

Number = int | float


class ItemType(StrEnum):
    """What is answered to an item.

    ``choice``: exactly one of its options; ``integer`` and ``number``: within its
    bounds; ``slider``: a number from ``lowest`` to ``highest``, its options being the
    marks that have a label; ``text``: own words; ``note``: nothing, it is only shown.
    """

    CHOICE = "choice"
    INTEGER = "integer"
    NUMBER = "number"
    SLIDER = "slider"
    TEXT = "text"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One answer that is offered.

    Attributes:
        code: what is stored when it is chosen; unique within its item.
        label: what is shown.
        score: what it counts; None: the file does not say.
        to_confirm: whether the score is only the code, taken for a score because it is
            a whole number. Files disagree on that, so a person has to confirm it.
    """

    code: str
    label: str
    score: Number | None = None
    to_confirm: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """That an item of the type choice was answered with one of some codes.

    Attributes:
        item: the id of the item that is looked at.
        codes: the codes, at least one.
        is_not: whether the opposite is meant: another code, or no answer.
    """

    item: str
    codes: tuple[str, ...]
    is_not: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowIf:
    """When an item is shown: if all conditions hold, or if any of them does."""

    conditions: tuple[Condition, ...]
    any_of: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One question, or a note between questions. All texts are plain text.

    Attributes:
        id: as the file has it; unique within the questionnaire.
        text: the question.
        type: what is answered.
        options: in the order of the file; for a choice at least one.
        heading: what stands above this item and what follows it; empty: nothing new.
        hint: what stands below it in small print.
        required: whether the file wants it answered. Here every item may be skipped.
        lowest: the smallest number taken; None: not bounded.
        highest: the largest number taken; None: not bounded.
        step: how far the marks of a slider lie apart; None: not said.
        show_if: None: it is always shown.
    """

    id: str
    text: str
    type: ItemType
    options: tuple[Option, ...] = ()
    heading: str = ""
    hint: str = ""
    required: bool = False
    lowest: Number | None = None
    highest: Number | None = None
    step: Number | None = None
    show_if: ShowIf | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """Something of a file that is not in the questionnaire.

    Attributes:
        where: the line, linkId or cell.
        reason: why, as a sentence.
        asked: whether it belongs to what is asked, so that leaving it out needs a
            person's word. A record id, a hidden field and an attachment do not.
    """

    where: str
    reason: str
    asked: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Questionnaire:
    """What was understood of a file.

    Attributes:
        title: empty if the file has none.
        language: as the file says, such as ``de``; None: it does not say.
        items: in the order of the file.
        left_out: what is not among the items, in the order of the file.
        notes: what was guessed or set aside, as sentences.
        copyright: what the file says about rights; has to be shown with the items.
        source: the address and version under which it was published.
    """

    title: str
    items: tuple[Item, ...]
    language: str | None = None
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    copyright: str = ""
    source: str = ""

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """The ids of the items that have a score a person has to confirm."""
        return tuple(i.id for i in self.items if any(o.to_confirm for o in i.options))

    @property
    def needs_word(self) -> tuple[LeftOut, ...]:
        """What is left out although it is asked: only on a person's word."""
        return tuple(one for one in self.left_out if one.asked)


class QuestionnaireRefusedError(InvalidInputError):
    """A file that is no questionnaire, or one that cannot be read."""


class NeedsLeavingOutError(QuestionnaireRefusedError):
    """A file of which something cannot be represented, and nobody said to go on.

    Its sentence names the first such thing; ``left_out`` has them all.
    """

    def __init__(
        self, left_out: Sequence[LeftOut], how: str = "say to leave them out"
    ) -> None:
        self.left_out = tuple(left_out)
        count = len(self.left_out)
        first = self.left_out[0]
        noun = "thing" if count == 1 else "things"
        super().__init__(
            f"{count} {noun} in this file cannot be taken over, the first at "
            f"{first.where}: {first.reason} Mend the file, or {how}."
        )


class UnwritableError(WellbeingError):
    """A questionnaire that a format cannot hold."""


class NotRepresentableError(WellbeingError):
    """An item that cannot be taken over; its sentence is the reason."""

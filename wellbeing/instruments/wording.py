"""What a wording is: the words of an instrument in one language, and a proposal."""

from dataclasses import dataclass
from enum import StrEnum


class MatchedBy(StrEnum):
    """How the items of a file found their places on the sheet."""

    ID = "id"
    NUMBER = "number"
    ORDER = "order"


class CodedBy(StrEnum):
    """How the answers of a file found their codes by the key."""

    CODE = "code"
    SCORE = "score"
    ORDER = "order"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """An answer that is offered: its code by the key, and its label."""

    code: int
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WordedItem:
    """An item of the key with its words.

    Attributes:
        position: its place on the sheet, from 1.
        heading: what stands above it and what follows; empty: nothing new.
        hint: what stands below it in small print.
        choices: in the order in which they are shown.
    """

    position: int
    text: str
    heading: str
    hint: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """The words of an instrument in one language, as a clinic holds them.

    Attributes:
        instrument: its id.
        key_version: of the key that they were matched with.
        language: a code such as ``de``.
        copyright: the line that is shown with the items.
        licence: the terms under which the clinic says it may use them.
        items: in the order of the sheet.
    """

    instrument: str
    key_version: str
    language: str
    copyright: str
    licence: str
    items: tuple[WordedItem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Coding:
    """A list of answers in a file, and what each of them counts by the key.

    Attributes:
        positions: of the items that offer it.
        in_file: label and code, as the file has them.
        choices: the same answers, with the code of the key.
    """

    positions: tuple[int, ...]
    in_file: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What a file would become; a person has to look at it and to confirm it.

    Attributes:
        file_ids: of the items, in the order of the sheet, as the file has them.
        codings: each distinct list of answers.
        coded_by: the weakest way that any item needed; by order means lowest with
            lowest.
    """

    items: tuple[WordedItem, ...]
    file_ids: tuple[str, ...]
    matched_by: MatchedBy
    codings: tuple[Coding, ...]
    coded_by: CodedBy
    language: str
    copyright: str
    notes: tuple[str, ...]

"""What helps, as the field describes it: rows that lead to a contact or a screen."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TypeVar

from wellbeing.content.reading import Section, read, refuse
from wellbeing.domain.contacts import ContactKind
from wellbeing.domain.indicators import Indicator

_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One thing that helps.

    Attributes:
        contacts: the kinds of the clinic's contacts it leads to.
        page: the screen it leads to; empty: none.
        hard: the indicators for which it is suggested when they are hard.
    """

    id: str
    name: str
    about: str
    contacts: tuple[ContactKind, ...]
    page: str
    hard: tuple[Indicator, ...]


def _members(section: Section, key: str, kind: type[_Kind]) -> tuple[_Kind, ...]:
    texts = section.texts(key) if key in section.values else ()
    known = {m.value for m in kind}
    if not known.issuperset(texts):
        refuse(section.at(key), f"must be among {', '.join(sorted(known))}")
    return tuple(kind(text) for text in texts)


def parse_way(section: Section) -> Way:
    """Make a row of a table.

    Raises:
        ValueError: something is missing, mistyped or unknown, or the row leads
            nowhere; it names the key.
    """
    section.only("id", "name", "about", "contacts", "page", "hard")
    way = Way(
        id=section.text("id"),
        name=section.text("name"),
        about=section.text("about"),
        contacts=_members(section, "contacts", ContactKind),
        page=section.text("page") if "page" in section.values else "",
        hard=_members(section, "hard", Indicator),
    )
    if not way.contacts and not way.page:
        refuse(section.where, "leads nowhere: it needs contacts or a page")
    return way


@cache
def all_ways() -> tuple[Way, ...]:
    """Return every row in the order in which to show them."""
    root = read("support_kinds")
    root.only("ways")
    return tuple(parse_way(section) for section in root.sections("ways"))

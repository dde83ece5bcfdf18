"""Prompts for reflections: a question for each week, and the next ones to skip to."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from wellbeing.content.reading import Section, read, refuse
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.reflections import Area
from wellbeing.domain.weeks import Week

_DAYS = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """A question to write about.

    Attributes:
        fits: indicators on whose hard side it may help to think about it.
    """

    area: Area
    text: str
    fits: frozenset[Indicator]


def _prompt(area: Area, section: Section) -> Prompt:
    section.only("text", "fits")
    names = section.take("fits", list)
    known = {i.value: i for i in Indicator}
    for name in names:
        if name not in known:
            refuse(section.at("fits"), f"is no indicator: {name}")
    fits = frozenset(known[name] for name in names)
    return Prompt(area=area, text=section.text("text"), fits=fits)


@cache
def prompts() -> tuple[Prompt, ...]:
    """Return every prompt, one of each area, then the next one of each.

    Raises:
        ValueError: the file is faulty; it names the key.
    """
    root = read("reflection_prompts")
    root.only(*(area.value for area in Area))
    by_area = [
        [_prompt(area, section) for section in root.sections(area.value)]
        for area in Area
    ]
    most = max(map(len, by_area))
    return tuple(found[n] for n in range(most) for found in by_area if n < len(found))


def prompt_in(
    week: Week,
    *,
    hard: Collection[Indicator] = (),
    skipped: int = 0,
    area: Area | None = None,
) -> Prompt:
    """Return a prompt for a week: those that fit what is hard come first.

    It follows from the week and from what was skipped alone, so that a reload shows
    the same one; the next week begins with another.

    Args:
        week: in which somebody writes.
        hard: indicators on their hard side.
        skipped: so many prompts were not wanted; after the last the first comes again.
        area: only prompts on it; None: on any.
    """
    offered = [p for p in prompts() if area in {None, p.area}]
    fitting = [p for p in offered if p.fits.intersection(hard)]
    others = [p for p in offered if p not in fitting]
    turn = week.monday.toordinal() // _DAYS
    ordered = [*_from(turn, fitting), *_from(turn, others)]
    return ordered[skipped % len(ordered)]


def _from(turn: int, found: list[Prompt]) -> list[Prompt]:
    begin = turn % len(found) if found else 0
    return found[begin:] + found[:begin]

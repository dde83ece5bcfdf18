"""The guides to a peer check-in: steps for both, and questions on an area."""

from dataclasses import dataclass
from functools import cache

from wellbeing.content.reading import Section, read
from wellbeing.domain.peer_check_ins import Guide
from wellbeing.domain.reflections import Area


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A step of a guide, and about how many minutes it takes."""

    minutes: int
    title: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GuideText:
    """A guide as it is read.

    Attributes:
        minutes: about how long it takes; the steps add up to it.
    """

    minutes: int
    intro: str
    steps: tuple[Step, ...]


def _step(section: Section) -> Step:
    section.only("minutes", "title", "text")
    return Step(
        minutes=section.take("minutes", int),
        title=section.text("title"),
        text=section.text("text"),
    )


@cache
def guide_text(guide: Guide) -> GuideText:
    """Return a guide.

    Raises:
        ValueError: the file is faulty; it names the key.
    """
    section = read("peer_guides").section(guide.value)
    section.only("minutes", "intro", "steps")
    return GuideText(
        minutes=section.take("minutes", int),
        intro=section.text("intro"),
        steps=tuple(_step(each) for each in section.sections("steps")),
    )


def questions_on(area: Area) -> tuple[str, ...]:
    """Return questions for a talk about an area."""
    return read("peer_guides").section("questions").texts(area.value)

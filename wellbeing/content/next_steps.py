"""One kind next step for a week: always the same one for the same week."""

from collections.abc import Collection
from enum import StrEnum

from wellbeing.content.reading import read
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week


class Occasion(StrEnum):
    """What a week was like when no indicator is on its hard side."""

    USUAL = "usual"
    FIRST_WEEKS = "first_weeks"
    NOT_THIS_WEEK = "not_this_week"


def steps_for(subject: Indicator | Occasion) -> tuple[str, ...]:
    """Return every step for an indicator on its hard side, or for an occasion."""
    root = read("next_steps")
    section = root.section("hard") if isinstance(subject, Indicator) else root
    return section.texts(subject.value)


def next_step(
    week: Week,
    *,
    hard: Collection[Indicator] = (),
    otherwise: Occasion = Occasion.USUAL,
) -> str:
    """Return one step for a week.

    It follows from the week alone, so that a reload shows the same one; the next
    week shows the next one.

    Args:
        week: the week of the check-in.
        hard: indicators on their hard side; with several, their steps take turns.
        otherwise: what the week was like when there is none.
    """
    steps = [s for i in Indicator if i in hard for s in steps_for(i)]
    steps = steps or list(steps_for(otherwise))
    return steps[week.monday.toordinal() // 7 % len(steps)]

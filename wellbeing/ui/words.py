"""Meanings as sentences."""

from wellbeing.content.load import indicator_text, say
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.indicators import Direction, direction_of
from wellbeing.services.meanings import Meaning, Placed, Position


def meaning_sentences(meaning: Meaning, kind: Kind) -> tuple[str, ...]:
    """Return what a week means, in one or two sentences."""
    if kind is Kind.NOT_THIS_WEEK:
        return (say("meaning.not_this_week"),)
    if kind is Kind.WITHDRAWN:
        return (say("meaning.withdrawn"),)
    return placed_sentence(meaning.overall), placed_sentence(meaning.fatigue)


def placed_sentence(placed: Placed) -> str:
    """Return one sentence on a score against the usual range."""
    text = indicator_text(placed.indicator)
    above = direction_of(placed.indicator) is Direction.HIGHER_IS_HARDER
    if placed.position is Position.BETTER:
        above = not above
    return say(
        f"meaning.{placed.position}",
        name=text.name,
        higher_means=text.higher_means,
        value=None if placed.value is None else round(placed.value),
        low=None if placed.usual is None else round(placed.usual.low),
        high=None if placed.usual is None else round(placed.usual.high),
        side=say("meaning.above") if above else say("meaning.below"),
        than_usual=say("meaning.higher") if above else say("meaning.lower"),
        learned=placed.weeks_learned,
        outside=placed.outside,
    )

"""The columns of the wide table: questions, numbers about the week, scores, attributes.

Of a published item there is its place on the sheet and who holds the rights; its
wording is nowhere in the program.
"""

from collections.abc import Iterator, Sequence

from wellbeing.content.load import lead_in, rating_ends, say
from wellbeing.domain.questions import QuestionSet, Response
from wellbeing.exports.columns import Column, Kind
from wellbeing.exports.scales import WEEKLY, BundleScale
from wellbeing.instruments.model import Instrument
from wellbeing.privacy.attribute_cells import ANY, NOT_GIVEN, Cells
from wellbeing.privacy.deidentification import CONTEXT_TOP
from wellbeing.privacy.study_data import StudyPlan, TimeUnit

CONTEXT = "work_context"

__all__ = [
    "CONTEXT",
    "WEEKLY",
    "attribute_columns",
    "context_column",
    "instrument_columns",
    "item_column",
    "own_key_words",
    "score_column",
]


def item_column(
    plan: StudyPlan,
    questions: QuestionSet,
    item: str,
    scales: Sequence[BundleScale],
    *,
    in_turn: bool,
) -> Column:
    """Return the column of a weekly question, with its wording.

    Raises:
        ValueError: there is no such question.
    """
    question = questions.find(item)
    if question is None:
        message = f"{item} is none of the weekly questions"
        raise ValueError(message)
    means = plan.time_unit is TimeUnit.BLOCKS
    how = "item_turn" if in_turn else "item_mean" if means else "item_week"
    low, high = question.response.limits
    words = dict(
        zip(
            map(str, question.response.codes),
            questions.labels[question.response],
            strict=True,
        )
    )
    if question.response is Response.RATING:
        words = dict(zip((str(low), str(high)), rating_ends(), strict=True))
    return Column(
        name=item,
        label=say(
            f"bundle.{how}", lead_in=lead_in(question.response), text=question.text
        ),
        kind=Kind.NUMBER if means else Kind.INTEGER,
        lowest=low,
        highest=high,
        labels=words,
        scales=tuple(s.column for s in scales if item in s.items),
        missing=say("bundle.missing_item"),
        source=say("bundle.own_items", version=questions.version),
    )


def context_column(plan: StudyPlan, name: str) -> Column:
    """Return the column of a number about the week."""
    how = "week" if plan.time_unit is TimeUnit.WEEKS else "mean"
    top, text = CONTEXT_TOP[name], say(f"bundle.col_{name}")
    return Column(
        name=name,
        label=say(f"bundle.context_{how}", text=text, top=top),
        kind=Kind.INTEGER,
        unit=text,
        lowest=0,
        highest=top,
        missing=say("bundle.missing_item"),
    )


def instrument_columns(
    instrument: Instrument, scales: Sequence[BundleScale]
) -> tuple[Column, ...]:
    """Return the columns of a published instrument's items: place and rights only."""
    return tuple(
        Column(
            name=item.id,
            label=say(
                "bundle.published_item",
                title=instrument.title,
                position=item.position,
                sheet=instrument.sheet,
            ),
            kind=Kind.INTEGER,
            lowest=instrument.codes[0],
            highest=instrument.codes[-1],
            reversed=item.reversed,
            scales=tuple(s.column for s in scales if item.id in s.items),
            missing=say("bundle.missing_item"),
            source=" ".join(_sources(instrument)),
        )
        for item in instrument.items
    )


def own_key_words(instrument: Instrument) -> str:
    """Return what is to be said of a clinic's own key."""
    return say("own_instruments.in_bundle", examples=instrument.examples)


def _sources(instrument: Instrument) -> Iterator[str]:
    yield instrument.citation
    yield say("bundle.published_holder", holder=instrument.licence.holder)
    if instrument.examples is not None:
        yield own_key_words(instrument)


def score_column(scale: BundleScale) -> Column:
    """Return the column of a score, with the rule that it follows."""
    if scale.title:
        label = say(
            "bundle.score_published",
            title=scale.title,
            scale=scale.name,
            lowest=f"{scale.lowest:g}",
            highest=f"{scale.highest:g}",
            higher=scale.higher_means,
        )
    else:
        label = say(
            "bundle.score_indicator", name=scale.name, higher=scale.higher_means
        )
    own = ""
    if scale.own_examples is not None:
        own = " " + say("own_instruments.in_bundle", examples=scale.own_examples)
    return Column(
        name=scale.column,
        label=label,
        kind=Kind.NUMBER,
        lowest=scale.lowest,
        highest=scale.highest,
        scoring=scale.rule,
        missing=say("bundle.missing_score"),
        source=scale.source + own,
    )


def attribute_columns(cells: Cells) -> Iterator[Column]:
    """Return the columns of the attributes, with the values that merging left."""
    for at, name in enumerate(cells.names):
        values = sorted({released[at] for released in cells.released.values()})
        yield Column(
            name=name,
            label=say(f"bundle.col_{name}"),
            kind=Kind.TEXT,
            labels={value: _attribute(value) for value in values},
        )


def _attribute(value: str) -> str:
    if value == ANY:
        return say("bundle.attribute_any")
    if value == NOT_GIVEN:
        return say("bundle.attribute_not_given")
    parts = value.split("_or_")
    return " or ".join(part.replace("_", " ") for part in parts).capitalize()

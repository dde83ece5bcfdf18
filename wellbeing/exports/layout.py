"""Which tables and columns a bundle has: follows from the study's plan alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wellbeing.content.load import choice_text, say
from wellbeing.domain.check_ins import Missing
from wellbeing.domain.questions import QuestionSet
from wellbeing.exports.columns import Column, Kind, Table
from wellbeing.exports.scales import BundleScale, scales_of
from wellbeing.exports.variables import (
    CONTEXT,
    WEEKLY,
    attribute_columns,
    context_column,
    instrument_columns,
    item_column,
    score_column,
)
from wellbeing.privacy.attribute_cells import Cells
from wellbeing.privacy.deidentification import NO_CHECK_IN, turn_items
from wellbeing.privacy.study_data import StudyPlan, TimeUnit

NO_RESPONSE, OTHER_BLOCK = "no_response", "other_block"
TOO_FEW, OTHER_KEY = "too_few_answers", "other_key"


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The tables of one bundle.

    Attributes:
        time: what the column that counts periods is called.
        unit: words for a period.
        scales: every score, in the order of its columns.
        groups: questionnaire to the columns of its questions in the wide table.
        reasons: every reason why a number may be missing, with its words.
    """

    plan: StudyPlan
    questions: QuestionSet
    cells: Cells
    time: str
    unit: str
    scales: tuple[BundleScale, ...]
    groups: Mapping[str, tuple[Column, ...]]
    reasons: Mapping[str, str]
    responses: Table
    scores: Table
    wide: Table

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in the order of their files."""
        return self.responses, self.scores, self.wide

    def column_names(self) -> frozenset[str]:
        """Return the names of all columns, as a ledger keeps them."""
        return frozenset(f"{t.name}.{n}" for t in self.tables for n in t.header)


def layout_of(plan: StudyPlan, questions: QuestionSet, cells: Cells) -> Layout:
    """Return the tables of a bundle.

    A score is there if every question it is made of is.

    Args:
        plan: what the study asked for.
        questions: the weekly questions; they must hold every item of the plan.
        cells: the attributes, merged.

    Raises:
        UnknownInstrumentError: the plan names an instrument that is not shipped.
    """
    weeks = plan.time_unit is TimeUnit.WEEKS
    time = "week_number" if weeks else "block"
    unit = say(f"bundle.unit_{plan.time_unit}")
    scales = scales_of(plan)
    groups = _groups(plan, questions, scales)
    reasons = _reasons(unit)
    who = (
        Column(
            name="participant_id",
            label=say("bundle.col_participant"),
            kind=Kind.TEXT,
        ),
        Column(
            name=time,
            label=say(f"bundle.col_{time}"),
            kind=Kind.INTEGER,
            unit=unit,
            lowest=1,
            highest=plan.through_week.minus(plan.from_week) + 1,
        ),
    )
    names = {WEEKLY: say("bundle.weekly"), CONTEXT: say("bundle.context")}
    names |= {i: plan.key(i).title for i in plan.instruments}
    instrument = _text("instrument_id", "col_instrument", labels=names)
    asked = [c for columns in groups.values() for c in columns]
    wide = (
        *attribute_columns(cells),
        *asked,
        *(score_column(scale) for scale in scales),
    )
    return Layout(
        plan=plan,
        questions=questions,
        cells=cells,
        time=time,
        unit=unit,
        scales=scales,
        groups=groups,
        reasons=reasons,
        responses=Table(
            name="responses",
            title=say("bundle.table_responses", unit=unit),
            key=("participant_id", time, "instrument_id", "item_id"),
            columns=(*who, *_long(instrument, asked, reasons)),
        ),
        scores=Table(
            name="scores",
            title=say("bundle.table_scores", unit=unit),
            key=("participant_id", time, "instrument_id", "scale_id"),
            columns=(*who, *_scores(instrument, scales, reasons, unit)),
        ),
        wide=Table(
            name="wide",
            title=say("bundle.table_wide", unit=unit),
            key=("participant_id", time),
            columns=(*who, *wide),
            holds_reasons=True,
        ),
    )


def _groups(
    plan: StudyPlan, questions: QuestionSet, scales: Sequence[BundleScale]
) -> dict[str, tuple[Column, ...]]:
    turn = turn_items(plan, questions)
    weekly = tuple(
        item_column(plan, questions, item, scales, in_turn=item in turn)
        for item in plan.items
    )
    context = tuple(context_column(plan, name) for name in plan.context)
    groups = {WEEKLY: weekly, CONTEXT: context}
    for one in plan.instruments:
        groups[one] = instrument_columns(plan.key(one), scales)
    return groups


def _long(
    instrument: Column, asked: Sequence[Column], reasons: Mapping[str, str]
) -> Iterator[Column]:
    yield instrument
    missing = say("bundle.missing_version")
    yield _text("instrument_version", "col_version", missing=missing)
    yield _text("item_id", "col_item", labels={c.name: c.label for c in asked})
    yield Column(
        name="value",
        label=say("bundle.col_value"),
        kind=Kind.NUMBER,
        lowest=min((c.lowest or 0 for c in asked), default=None),
        highest=max((c.highest or 0 for c in asked), default=None),
        missing=say("bundle.missing_value"),
    )
    used = {r: words for r, words in reasons.items() if r not in _NOT_LONG}
    yield _text(
        "missing_reason",
        "col_reason",
        labels=used,
        missing=say("bundle.missing_reason"),
    )


def _scores(
    instrument: Column,
    scales: Sequence[BundleScale],
    reasons: Mapping[str, str],
    unit: str,
) -> Iterator[Column]:
    yield instrument
    named = {s.id: score_column(s).label for s in scales}
    yield _text("scale_id", "col_scale", labels=named)
    yield Column(
        name="score",
        label=say("bundle.col_score"),
        kind=Kind.NUMBER,
        lowest=min((s.lowest for s in scales), default=None),
        highest=max((s.highest for s in scales), default=None),
        missing=say("bundle.missing_value"),
    )
    yield Column(name="n_items", label=say("bundle.col_items"), kind=Kind.INTEGER)
    yield Column(
        name="n_answered",
        label=say("bundle.col_answered", unit=unit),
        kind=Kind.INTEGER,
    )
    yield _text("scoring_version", "col_scoring")
    used = {r: reasons[r] for r in (TOO_FEW, OTHER_KEY)}
    yield _text(
        "missing_reason",
        "col_reason",
        labels=used,
        missing=say("bundle.missing_reason"),
    )


_NOT_LONG = frozenset({NO_RESPONSE, OTHER_BLOCK, TOO_FEW, OTHER_KEY})


def _reasons(unit: str) -> dict[str, str]:
    own = {reason.value: choice_text(reason) for reason in Missing}
    return own | {
        NO_CHECK_IN: say("bundle.reason_no_check_in"),
        NO_RESPONSE: say("bundle.reason_no_response", unit=unit),
        OTHER_BLOCK: say("bundle.reason_other_block"),
        TOO_FEW: say("bundle.reason_too_few_answers"),
        OTHER_KEY: say("bundle.reason_other_key"),
    }


def _text(
    name: str,
    key: str,
    *,
    labels: Mapping[str, str] | None = None,
    missing: str = "",
) -> Column:
    return Column(
        name=name,
        label=say(f"bundle.{key}"),
        kind=Kind.TEXT,
        labels=labels or {},
        missing=missing,
    )

"""The scores of a bundle: computed from the exported values, by the one rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wellbeing.content.load import indicator_text
from wellbeing.domain.indicators import SCALES, SCORING_VERSION, Indicator
from wellbeing.instruments.model import Instrument, Method, Scale
from wellbeing.privacy.study_data import StudyPlan

WEEKLY = "weekly_questions"
DECIMALS = 6
"""Of an exported score: equal scores stay equal whatever program computes them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BundleScale:
    """One score of a bundle.

    Attributes:
        instrument: id of the questionnaire it belongs to.
        id: of the scale.
        column: what it is called in the wide table.
        title: of the questionnaire; empty for our own indicators.
        items: the columns it is made of.
        version: of the scoring rule.
        rule: the rule as a program can apply it.
        own_examples: how many examples agree with a clinic's own key; else None.
    """

    instrument: str
    id: str
    column: str
    title: str
    name: str
    higher_means: str
    items: tuple[str, ...]
    lowest: float
    highest: float
    version: str
    rule: Mapping[str, Any]
    source: str
    own_examples: int | None = None


def scales_of(plan: StudyPlan) -> tuple[BundleScale, ...]:
    """Return every score of a bundle, our own first."""
    found = []
    have = set(plan.items)
    for indicator in Indicator:
        items = indicator_items(indicator)
        if have.issuperset(items):
            found.append(_indicator(indicator, items))
    for name in plan.instruments:
        instrument = plan.key(name)
        found += [_published(instrument, scale) for scale in instrument.scales]
    return tuple(found)


def indicator_items(indicator: Indicator) -> tuple[str, ...]:
    """Return the weekly items an indicator is made of."""
    if indicator is Indicator.COMPASSION_FATIGUE:
        parts = Indicator.BURNOUT, Indicator.SECONDARY_TRAUMA
        return tuple(item for part in parts for item in SCALES[part].items)
    return SCALES[indicator].items


def _indicator(indicator: Indicator, items: tuple[str, ...]) -> BundleScale:
    text = indicator_text(indicator)
    if indicator is Indicator.COMPASSION_FATIGUE:
        parts = Indicator.BURNOUT, Indicator.SECONDARY_TRAUMA
        rule: dict[str, Any] = {
            "method": "mean_of_scores",
            "scores": [f"score_{part}" for part in parts],
            "needs": len(parts),
        }
    else:
        scale = SCALES[indicator]
        rule = {
            "method": Method.RESCALED.value,
            "items": list(items),
            "reversed": [],
            "codes": [scale.lowest, scale.highest],
            "needs": scale.needs,
            "range": [0, 100],
        }
    return BundleScale(
        instrument=WEEKLY,
        id=indicator.value,
        column=f"score_{indicator}",
        title="",
        name=text.name,
        higher_means=text.higher_means,
        items=items,
        lowest=0,
        highest=100,
        version=SCORING_VERSION,
        rule=rule,
        source="",
    )


def _published(instrument: Instrument, scale: Scale) -> BundleScale:
    turned = {item.id for item in instrument.items if item.reversed}
    return BundleScale(
        instrument=instrument.id,
        id=scale.id,
        column=f"score_{scale.id}" if scale.id in instrument.item_ids else scale.id,
        title=instrument.title,
        name=scale.id.removeprefix(f"{instrument.id}_").replace("_", " "),
        higher_means=scale.higher_means,
        items=scale.items,
        lowest=scale.lowest,
        highest=scale.highest,
        version=instrument.version,
        rule={
            "method": scale.method.value,
            "items": list(scale.items),
            "reversed": [item for item in scale.items if item in turned],
            "codes": [instrument.codes[0], instrument.codes[-1]],
            "needs": scale.needs,
            "range": [scale.lowest, scale.highest],
        },
        source=instrument.citation,
        own_examples=instrument.examples,
    )

"""The attack report of a bundle, for programs."""

from dataclasses import asdict

from wellbeing.content.load import say
from wellbeing.domain.indicators import SCORING_VERSION
from wellbeing.exports.about import About
from wellbeing.exports.codebook import as_json
from wellbeing.exports.layout import Layout
from wellbeing.exports.readme import finer_sentences

_SHARE_DECIMALS = 4


def report_json(layout: Layout, about: About) -> str:
    """Return report.json: the plan, what was done to the data, what attacks found.

    Shares are from 0 to 1; ``limit`` is the least for people, cells and differences,
    and the most for what is matched or unique.
    """
    plan = layout.plan
    return as_json(
        {
            "made_on": about.made_on.isoformat(),
            "program": f"Wellbeing {about.version}",
            "plan": {
                "study_id": plan.study_id,
                "title": plan.title,
                "purpose": plan.purpose,
                "responsible": plan.responsible,
                "ethics_reference": plan.ethics_reference,
                "told": plan.told,
                "from_week": str(plan.from_week),
                "through_week": str(plan.through_week),
                "freeze_date": plan.freeze_date.isoformat(),
                "items": list(plan.items),
                "instruments": list(plan.instruments),
                "context": list(plan.context),
                "attributes": list(plan.attributes),
                "time_unit": plan.time_unit.value,
            },
            "versions": {
                "questions": layout.questions.version,
                "scoring": SCORING_VERSION,
                "instruments": {
                    s.instrument: s.version for s in layout.scales if s.title
                },
            },
            "rows": dict(about.rows),
            "attributes_merged": list(about.notes),
            "share_of_periods_left_out": round(about.cut, _SHARE_DECIMALS),
            "share_of_sheets_left_out": round(about.sheets_cut, _SHARE_DECIMALS),
            "checks": [
                {
                    **{k: v for k, v in asdict(check).items() if k != "reason"},
                    "measured": round(check.measured, _SHARE_DECIMALS),
                }
                for check in about.checks
            ],
            "best_guess_with_three_answers": {
                "column": about.telling,
                "right": round(about.guesses, _SHARE_DECIMALS),
                "by_chance": round(1 / about.people, _SHARE_DECIMALS),
            },
            "compared_with": list(about.earlier),
            "finer_detail": " ".join(finer_sentences(layout, about)),
            "not_anonymous": say("bundle.not_anonymous"),
        }
    )

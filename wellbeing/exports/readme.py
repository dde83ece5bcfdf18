"""The texts of a bundle for people: README, terms of use, how to cite."""

import json
from collections.abc import Iterator

from wellbeing.content.load import say
from wellbeing.domain.indicators import SCORING_VERSION
from wellbeing.domain.studies import size_class
from wellbeing.exports.about import About
from wellbeing.exports.layout import Layout
from wellbeing.exports.templates import fill
from wellbeing.exports.variables import own_key_words
from wellbeing.privacy.linkage import Check
from wellbeing.privacy.study_data import TimeUnit

_FEW = 10


def readme(layout: Layout, about: About, files: dict[str, str], extras: str) -> str:
    """Return README.md.

    Args:
        files: each file of the bundle with what it is.
        extras: what is to be said of the files made on request.
    """
    plan = layout.plan
    merging = "\n".join(f"  - {note}" for note in about.notes)
    cut = "cut" if about.cut else "not_cut"
    return fill(
        "README.md",
        title=_line(plan.title),
        study=plan.study_id,
        finer="".join(f"\n\n{one}" for one in finer_sentences(layout, about)),
        purpose=_cell(plan.purpose),
        responsible=_cell(plan.responsible),
        ethics=_cell(plan.ethics_reference),
        told=_cell(plan.told),
        weeks=f"{plan.from_week} to {plan.through_week}",
        frozen=plan.freeze_date.isoformat(),
        made=about.made_on.isoformat(),
        version=about.version,
        questions=layout.questions.version,
        scoring=SCORING_VERSION,
        instruments=_cell("; ".join(_instruments(layout)) or say("bundle.none")),
        people=size_class(about.people).value.replace("_", " "),
        files="\n".join(f"- `{name}`: {what}" for name, what in files.items()),
        time=say(f"bundle.time_{plan.time_unit}"),
        unit=layout.unit,
        response="\n".join(_response(about)),
        reasons="\n".join(f"- `{r}`: {words}" for r, words in layout.reasons.items()),
        values=say(f"bundle.values_{plan.time_unit}"),
        merging=merging or f"  {say('bundle.nothing_merged')}",
        detail=say(f"bundle.detail_{plan.time_unit}"),
        cut=say(f"bundle.{cut}", share=f"{about.cut:.0%}"),
        sheets_cut=f"\n- {_sheets_cut(about)}" if plan.instruments else "",
        checks="\n".join(_checks(about)),
        guesses=f"{about.guesses:.0%}",
        chance=f"{1 / about.people:.0%}",
        extras=extras,
    )


def licence(layout: Layout) -> str:
    """Return LICENSE.txt."""
    plan = layout.plan
    return fill("LICENSE.txt", study=plan.study_id, responsible=_line(plan.responsible))


def citation(layout: Layout, about: About) -> str:
    """Return CITATION.cff. A JSON text is a YAML text, whatever stands in it."""
    plan = layout.plan
    lines = [
        "cff-version: 1.2.0",
        "type: dataset",
        f"title: {json.dumps(plan.title, ensure_ascii=False)}",
        "message: If you report on these data, cite them like this.",
        "authors:",
        f"  - name: {json.dumps(plan.responsible, ensure_ascii=False)}",
        f"version: {json.dumps(plan.study_id)}",
        f"date-released: {about.made_on.isoformat()}",
    ]
    return "\n".join(lines) + "\n"


def finer_sentences(layout: Layout, about: About) -> list[str]:
    """Return what each finer choice of the study risks, with what was measured."""
    shares = {c.name: f"{c.measured:.0%}" for c in about.checks}
    told = []
    if layout.plan.time_unit is TimeUnit.WEEKS:
        gaps, ratings = shares["matched_by_gaps"], shares["matched_by_three_ratings"]
        told.append(say("bundle.finer", gaps=gaps, ratings=ratings))
    if layout.plan.instruments:
        found = shares["matched_by_three_sheet_answers"]
        told.append(say("bundle.finer_sheets", found=found))
    return told


def _sheets_cut(about: About) -> str:
    words = "sheets_cut" if about.sheets_cut else "sheets_not_cut"
    return say(f"bundle.{words}", share=f"{about.sheets_cut:.0%}")


def _instruments(layout: Layout) -> Iterator[str]:
    for name in layout.plan.instruments:
        one = layout.plan.key(name)
        own = f"; {own_key_words(one)}" if one.examples is not None else ""
        yield (
            f"{one.title} (`{one.id}`, key version {one.version}; {one.citation}{own})"
        )


def _response(about: About) -> Iterator[str]:
    yield "| number | people |"
    yield "| ---: | --- |"
    for number, people in enumerate(about.by_period, 1):
        yield f"| {number} | {_class(people)} |"


def _class(people: int) -> str:
    if people < _FEW:
        return say("bundle.few")
    return f"{people // _FEW * _FEW} to {people // _FEW * _FEW + _FEW - 1}"


def _checks(about: About) -> Iterator[str]:
    yield "| tried | measured | limit | result |"
    yield "| --- | ---: | ---: | --- |"
    for check in about.checks:
        measured, limit = _figure(check, check.measured), _figure(check, check.limit)
        result = "holds" if check.passed else "fails, chosen by name"
        yield f"| {check.sentence} | {measured} | {limit} | {result} |"


def _figure(check: Check, value: float) -> str:
    if check.name.startswith("matched"):
        return f"{value:.1%}"
    if check.name == "people" and value != check.limit:
        return size_class(round(value)).value.replace("_", " ")
    return f"{value:.0f}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")

"""The viewer's own weeks as files: CSV, and the parts of the archive about them."""

import csv
import io
from typing import Any

from wellbeing.content.load import choice_text, indicator_text, rating_ends, say
from wellbeing.domain.check_ins import CheckIn, Kind, Missing
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.questions import Question, QuestionSet, Response
from wellbeing.domain.weeks import Week
from wellbeing.imports.check_ins import write_check_ins
from wellbeing.services.archive import Files, as_json
from wellbeing.services.context import Context
from wellbeing.storage import check_in_queries, tag_queries


def my_check_in_weeks(ctx: Context, viewer: Viewer) -> tuple[Week, ...]:
    """Return the weeks in which the viewer has answers, newest first."""
    viewer.require(Role.CLINICIAN)
    with ctx.reading() as db:
        rows = check_in_queries.scores_of(db, viewer.clinic_id, viewer.person_id)
    kept = (Week.parse(row[0]) for row in rows if row[1] is not Kind.WITHDRAWN)
    return tuple(sorted(kept, reverse=True))


def my_weeks_csv(ctx: Context, viewer: Viewer) -> bytes:
    """Return every week's indicators as CSV: UTF-8, comma, empty where missing.

    Columns: week (ISO), week_start (its Monday), kind, one column an indicator
    (0 to 100, six decimals at most), scoring_version, tags.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        found = check_in_queries.check_ins_of(db, *own)
        tags = tag_queries.tags_of(db, *own)
    names = [i.value for i in Indicator]
    header = ["week", "week_start", "kind", *names, "scoring_version", "tags"]
    rows = [
        [
            str(c.week),
            c.week.monday.isoformat(),
            c.kind.value,
            *(_number(c.scores[i]) for i in Indicator),
            c.scoring_version,
            " ".join(tags.get(c.week, ())),
        ]
        for c in found
    ]
    return _csv([header, *rows])


def check_in_files(ctx: Context, viewer: Viewer) -> Files:
    """Return the archive's files about check-ins; none if there can be none."""
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        check_ins = check_in_queries.check_ins_of(db, *own)
        tags = tag_queries.tags_of(db, *own)
    files = {}
    if Role.CLINICIAN in viewer.roles or check_ins:
        files["check_ins.csv"] = write_check_ins(
            check_ins, viewer.email, {w: frozenset(t) for w, t in tags.items()}
        )
        files["check_ins.json"] = as_json([_as_json(c) for c in check_ins])
    if Role.CLINICIAN in viewer.roles:
        files["weeks.csv"] = my_weeks_csv(ctx, viewer)
    return files


def _as_json(check_in: CheckIn) -> dict[str, Any]:
    context = check_in.context
    return {
        "week": str(check_in.week),
        "week_start": check_in.week.monday.isoformat(),
        "kind": check_in.kind,
        "absence": check_in.absence,
        "no_client_work": check_in.no_client_work,
        "question_version": check_in.question_version,
        "scoring_version": check_in.scoring_version,
        "answers": {
            a.item: {"value": a.value, "missing": a.missing} for a in check_in.answers
        },
        "scores": {i.value: check_in.scores[i] for i in Indicator},
        "context": {
            "sessions": context.sessions,
            "trauma_sessions": context.trauma_sessions,
            "admin_hours": context.admin_hours,
            "days_off": context.days_off,
            "support_used": sorted(context.support_used),
        },
    }


def about_check_ins(questions: QuestionSet) -> str:
    """Return what the archive says about indicators, questions and codes."""
    lines = [say("archive.about"), ""]
    for indicator in Indicator:
        text = indicator_text(indicator)
        lines.append(
            f"- `{indicator}`: {text.name}, 0 to 100, {text.higher_means} when higher. "
            f"{text.made_of}"
        )
    lines += ["", say("archive.questions"), ""]
    for question in questions.questions:
        lines.append(
            f"- `{question.id}`: {question.text} {_coding(questions, question)}"
        )
    lines += ["", say("archive.missing"), ""]
    lines += [f"- `{reason}`: {choice_text(reason)}" for reason in Missing]
    lines += ["", say("archive.kinds"), ""]
    lines += [f"- `{kind}`: {choice_text(kind)}" for kind in Kind]
    lines += ["", say("archive.context")]
    return "\n".join(lines)


def _coding(questions: QuestionSet, question: Question) -> str:
    if question.response is Response.RATING:
        low, high = rating_ends()
        return say("check_in.ends", lowest=low, highest=high)
    labels = questions.labels[question.response]
    codes = zip(question.response.codes, labels, strict=True)
    return ", ".join(f"{code} {label}" for code, label in codes) + "."


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()

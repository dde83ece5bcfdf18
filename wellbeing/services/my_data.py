"""What is stored about the viewer: to download, and to delete."""

import csv
import io
import json
import zipfile
from typing import Any

from wellbeing import __version__
from wellbeing.content.load import choice_text, indicator_text, rating_ends, say
from wellbeing.domain.check_ins import CheckIn, Kind, Missing
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.questions import Question, QuestionSet, Response
from wellbeing.domain.weeks import Week
from wellbeing.imports.check_ins import write_check_ins
from wellbeing.services.accounts import check_own_password
from wellbeing.services.context import Context
from wellbeing.services.my_instruments import responses_for_archive
from wellbeing.services.people import keep_an_administrator
from wellbeing.storage import (
    check_in_queries,
    clinic_queries,
    draft_queries,
    people_queries,
    preference_queries,
    response_queries,
    session_queries,
    tag_queries,
    team_queries,
)

# A zip file keeps a time for each member; this one says nothing about anybody.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


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


def my_archive(ctx: Context, viewer: Viewer) -> bytes:
    """Return one zip with everything that is stored about the viewer.

    ``about_me.json`` (account, roles, teams, choices, sessions, drafts),
    ``check_ins.csv`` (loads back with the import), ``check_ins.json`` (the same
    with scores and versions), ``weeks.csv`` (scores and tags),
    ``questionnaires.json`` (answers and scores of published instruments, and taps not
    saved; if there are any), ``README.md`` (what each field means). People without
    the role clinician get the first and the last.
    """
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        [person] = people_queries.people_of(db, *own)
        names = {t.team_id: t.name for t in team_queries.teams_of(db, own[0])}
        counted, baseline = preference_queries.preferences(db, *own)
        sessions = session_queries.sessions_of(db, *own)
        check_ins = check_in_queries.check_ins_of(db, *own)
        tags = tag_queries.tags_of(db, *own)
        drafts = draft_queries.drafts_of(db, *own)
        responses = response_queries.responses_of(db, own)
        tapped = response_queries.tapped_of(db, own)
    about = {
        "written_by": f"Wellbeing {__version__}",
        "clinic": {
            "name": viewer.clinic.name,
            "country": viewer.clinic.country,
            "time_zone": viewer.clinic.time_zone,
        },
        "name": person.name,
        "email": person.email,
        "account": person.standing.value,
        "roles": sorted(person.roles),
        "memberships": [
            {
                "team": m.team.name,
                "from_week": str(m.from_week),
                "to_week": None if m.to_week is None else str(m.to_week),
            }
            for m in person.memberships
        ],
        "leads": sorted(names[team] for team in person.leads),
        "counted_in_team_trends": counted,
        "usual_range_learned_from": None if baseline is None else str(baseline),
        "tags": {str(week): list(found) for week, found in sorted(tags.items())},
        "drafts_not_saved": {str(week): dict(d) for week, d in sorted(drafts.items())},
        "sessions": [
            {"started_at": s.started_at.isoformat(), "last_hour": s.seen_at.isoformat()}
            for s in sessions
        ],
    }
    files = {
        "about_me.json": _json(about),
        "README.md": _readme(ctx.questions).encode(),
    }
    if Role.CLINICIAN in viewer.roles or check_ins:
        files["check_ins.csv"] = write_check_ins(
            check_ins, viewer.email, {w: frozenset(t) for w, t in tags.items()}
        )
        files["check_ins.json"] = _json([_as_json(c) for c in check_ins])
    if Role.CLINICIAN in viewer.roles:
        files["weeks.csv"] = my_weeks_csv(ctx, viewer)
    if responses or tapped:
        files["questionnaires.json"] = _json(responses_for_archive(responses, tapped))
    return _zip(files)


def delete_account(ctx: Context, viewer: Viewer, *, password: str) -> None:
    """Delete the viewer and everything of theirs, at once and for good.

    Raises:
        WrongPasswordError, TooManyAttemptsError: it may not be them.
        LastAdministratorError: nobody would be left to administer the clinic.
    """
    check_own_password(ctx, viewer, password)
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, viewer.clinic_id)
        people_queries.drop_person(db, viewer.clinic_id, viewer.person_id)
        if Role.ADMINISTRATOR in viewer.roles:
            keep_an_administrator(db, viewer)


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


def _readme(questions: QuestionSet) -> str:
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
    lines += ["", say("archive.context"), "", say("archive.questionnaires")]
    return "\n".join(lines) + "\n"


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


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content)
    return out.getvalue()

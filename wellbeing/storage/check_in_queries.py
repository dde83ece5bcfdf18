"""Queries of check-ins. Each that reads answers names the person."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from wellbeing.domain.check_ins import (
    CONTEXT_LIMITS,
    Answer,
    CheckIn,
    Kind,
    SupportUsed,
    WorkContext,
)
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week
from wellbeing.storage.check_in_tables import AnswerRow, CheckInRow
from wellbeing.storage.engine import upsert

_CHECK_IN: Table = CheckInRow.__table__  # type: ignore[assignment]
_ANSWER: Table = AnswerRow.__table__  # type: ignore[assignment]
_COLUMNS = [c for c in _CHECK_IN.c if c.name not in ("clinic_id", "person_id")]


def _whose(table: Table, clinic_id: ClinicId, person_id: PersonId) -> Any:  # noqa: ANN401 (an SQL expression)
    return (table.c.clinic_id == clinic_id) & (table.c.person_id == person_id)


def _key(clinic_id: ClinicId, person_id: PersonId, week: Week) -> dict[str, Any]:
    return {"clinic_id": clinic_id, "person_id": person_id, "week": str(week)}


def check_in_row(
    clinic_id: ClinicId, person_id: PersonId, check_in: CheckIn
) -> dict[str, Any]:
    """Return a check-in as a row of its table."""
    context = check_in.context
    return _key(clinic_id, person_id, check_in.week) | {
        "kind": check_in.kind,
        "absence": check_in.absence,
        "no_client_work": check_in.no_client_work,
        "sessions": context.sessions,
        "trauma_sessions": context.trauma_sessions,
        "admin_hours": context.admin_hours,
        "days_off": context.days_off,
        "support_used": " ".join(sorted(context.support_used)),
        "question_version": check_in.question_version,
        "scoring_version": check_in.scoring_version,
        **{i.value: check_in.scores[i] for i in Indicator},
    }


def put_check_ins(
    db: Connection,
    clinic_id: ClinicId,
    check_ins: Iterable[tuple[PersonId, CheckIn]],
) -> None:
    """Write check-ins; one that stands for the same person and week is replaced."""
    pairs = list(check_ins)
    # The row of the check-in comes first: its lock lets a second tab wait its turn.
    upsert(db, _CHECK_IN, [check_in_row(clinic_id, p, c) for p, c in pairs])
    _drop_answers(db, [_key(clinic_id, p, c.week) for p, c in pairs])
    upsert(db, _ANSWER, _answer_rows(clinic_id, pairs))


def add_check_ins(
    db: Connection,
    clinic_id: ClinicId,
    check_ins: Iterable[tuple[PersonId, CheckIn]],
) -> None:
    """Write check-ins of weeks that have none yet: bulk loading.

    Raises:
        IntegrityError: one of the weeks has a check-in already.
    """
    pairs = list(check_ins)
    if not pairs:
        return
    db.execute(insert(_CHECK_IN), [check_in_row(clinic_id, p, c) for p, c in pairs])
    answers = _answer_rows(clinic_id, pairs)
    if answers:
        db.execute(insert(_ANSWER), answers)


def lock_check_ins(db: Connection) -> None:
    """Let nobody else write check-ins until this transaction ends.

    SQLite's write transaction has done so already.
    """
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("LOCK TABLE check_in IN SHARE ROW EXCLUSIVE MODE")


def _answer_rows(
    clinic_id: ClinicId, pairs: Iterable[tuple[PersonId, CheckIn]]
) -> list[dict[str, Any]]:
    return [
        {**key, "item": a.item, "value": a.value, "missing": a.missing}
        for person, check_in in pairs
        for key in (_key(clinic_id, person, check_in.week),)
        for a in check_in.answers
    ]


def _drop_answers(db: Connection, keys: list[dict[str, Any]]) -> None:
    # An answer to a question that is no longer asked must not stay behind.
    if keys:
        db.execute(_DROP_ANSWERS, [{f"old_{n}": v for n, v in k.items()} for k in keys])


def _check_in(row: Any, answers: tuple[Answer, ...]) -> CheckIn:  # noqa: ANN401 (a row)
    return CheckIn(
        week=Week.parse(row.week),
        kind=row.kind,
        absence=row.absence,
        no_client_work=row.no_client_work,
        answers=answers,
        context=_context(row),
        scores={i: getattr(row, i.value) for i in Indicator},
        question_version=row.question_version,
        scoring_version=row.scoring_version,
    )


def _context(row: Any) -> WorkContext:  # noqa: ANN401 (a row)
    return WorkContext(
        sessions=row.sessions,
        trauma_sessions=row.trauma_sessions,
        admin_hours=row.admin_hours,
        days_off=row.days_off,
        support_used=frozenset(SupportUsed(k) for k in row.support_used.split()),
    )


def _own(table: Table) -> Any:  # noqa: ANN401 (an SQL expression)
    return (table.c.clinic_id == bindparam("clinic")) & (
        table.c.person_id == bindparam("person")
    )


# What every look at a screen and every save asks is built once.
_ONE = select(*_COLUMNS).where(
    _own(_CHECK_IN), _CHECK_IN.c.week == bindparam("in_week")
)
_ITS_ANSWERS = select(_ANSWER.c.item, _ANSWER.c.value, _ANSWER.c.missing).where(
    _own(_ANSWER), _ANSWER.c.week == bindparam("in_week")
)
_DROP_ANSWERS = delete(_ANSWER).where(
    *(_ANSWER.c[n] == bindparam(f"old_{n}") for n in ("clinic_id", "person_id", "week"))
)
_SCORES = (
    select(
        _CHECK_IN.c.week, _CHECK_IN.c.kind, *(_CHECK_IN.c[i.value] for i in Indicator)
    )
    .where(_own(_CHECK_IN))
    .order_by(_CHECK_IN.c.week)
)
_CONTEXTS = select(
    _CHECK_IN.c.week,
    *(_CHECK_IN.c[name] for name in CONTEXT_LIMITS),
    _CHECK_IN.c.support_used,
).where(
    _own(_CHECK_IN),
    _CHECK_IN.c.week >= bindparam("since"),
    _CHECK_IN.c.kind != Kind.WITHDRAWN,
)


def check_in_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, week: Week
) -> CheckIn | None:
    """Return a person's check-in of a week, with its answers."""
    key = {"clinic": clinic_id, "person": person_id, "in_week": str(week)}
    row = db.execute(_ONE, key).first()
    if row is None:
        return None
    found = db.execute(_ITS_ANSWERS, key)
    answers = (Answer(item=a.item, value=a.value, missing=a.missing) for a in found)
    return _check_in(row, tuple(answers))


def check_ins_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[CheckIn]:
    """Return all check-ins of a person with their answers, oldest first."""
    answers: dict[str, list[Answer]] = {}
    for a in db.execute(
        select(_ANSWER.c.week, _ANSWER.c.item, _ANSWER.c.value, _ANSWER.c.missing)
        .where(_whose(_ANSWER, clinic_id, person_id))
        .order_by(_ANSWER.c.week, _ANSWER.c.item)
    ):
        one = Answer(item=a.item, value=a.value, missing=a.missing)
        answers.setdefault(a.week, []).append(one)
    rows = db.execute(
        select(*_COLUMNS)
        .where(_whose(_CHECK_IN, clinic_id, person_id))
        .order_by(_CHECK_IN.c.week)
    )
    return [_check_in(row, tuple(answers.get(row.week, ()))) for row in rows]


def weeks_taken(
    db: Connection, clinic_id: ClinicId, people: Iterable[PersonId]
) -> set[tuple[PersonId, str]]:
    """Return which of these people have a check-in in which week."""
    statement = select(_CHECK_IN.c.person_id, _CHECK_IN.c.week).where(
        _CHECK_IN.c.clinic_id == clinic_id, _CHECK_IN.c.person_id.in_(list(people))
    )
    return {(PersonId(row.person_id), row.week) for row in db.execute(statement)}


def scores_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> Sequence[Any]:
    """Return (week, kind, every indicator in its order) a check-in, oldest first.

    Rows as they come: a person's charts read all their weeks at every look.
    """
    return db.execute(_SCORES, {"clinic": clinic_id, "person": person_id}).all()


def contexts_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, since: Week
) -> dict[Week, WorkContext]:
    """Return the work context of a person's weeks from one week on."""
    key = {"clinic": clinic_id, "person": person_id, "since": str(since)}
    return {Week.parse(row.week): _context(row) for row in db.execute(_CONTEXTS, key)}

"""Queries of what one person tapped and saved of instruments. Each names the person."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from wellbeing.domain.check_ins import Answer
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.responses import Response
from wellbeing.domain.weeks import Week
from wellbeing.storage.engine import upsert
from wellbeing.storage.instrument_tables import (
    ResponseAnswerRow,
    ResponseDraftRow,
    ResponseRow,
    ResponseScoreRow,
)

_DRAFT: Table = ResponseDraftRow.__table__  # type: ignore[assignment]
_RESPONSE: Table = ResponseRow.__table__  # type: ignore[assignment]
_ANSWER: Table = ResponseAnswerRow.__table__  # type: ignore[assignment]
_SCORE: Table = ResponseScoreRow.__table__  # type: ignore[assignment]

Tapped = dict[str, int | None]
"""Item to code as last tapped; None: cleared."""

Own = tuple[ClinicId, PersonId]
"""Whose they are."""


def _whose(table: Table, own: Own) -> Any:  # noqa: ANN401 (an SQL expression)
    return (table.c.clinic_id == own[0]) & (table.c.person_id == own[1])


def _key(own: Own, instrument: str, week: Week) -> dict[str, Any]:
    return {
        "clinic_id": own[0],
        "person_id": own[1],
        "instrument": instrument,
        "week": str(week),
    }


def put_tapped(
    db: Connection,
    own: Own,
    instrument: str,
    since: Week,
    tapped: Mapping[str, int | None],
) -> None:
    """Keep tapped items; each replaces what was tapped before.

    Args:
        since: the first week of the round.
    """
    key = _key(own, instrument, since)
    rows = [key | {"item": i, "value": value} for i, value in sorted(tapped.items())]
    upsert(db, _DRAFT, rows)


def tapped_of(db: Connection, own: Own) -> dict[tuple[str, Week], Tapped]:
    """Return all that a person tapped and has not saved, by instrument and round."""
    statement = select(
        _DRAFT.c.instrument, _DRAFT.c.week, _DRAFT.c.item, _DRAFT.c.value
    ).where(_whose(_DRAFT, own))
    found: dict[tuple[str, Week], Tapped] = {}
    for row in db.execute(statement):
        of = found.setdefault((row.instrument, Week.parse(row.week)), {})
        of[row.item] = row.value
    return found


def take_tapped(db: Connection, own: Own, instrument: str, since: Week) -> Tapped:
    """Return what was tapped in a round and forget it, in one step.

    A tap that arrives meanwhile is neither returned nor forgotten.
    """
    statement = (
        delete(_DRAFT)
        .where(
            _whose(_DRAFT, own),
            _DRAFT.c.instrument == instrument,
            _DRAFT.c.week == str(since),
        )
        .returning(_DRAFT.c.item, _DRAFT.c.value)
    )
    return {row.item: row.value for row in db.execute(statement)}


def drop_tapped_before(db: Connection, own: Own, instrument: str, since: Week) -> None:
    """Forget what was tapped in earlier rounds: it can never be saved."""
    db.execute(
        delete(_DRAFT).where(
            _whose(_DRAFT, own),
            _DRAFT.c.instrument == instrument,
            _DRAFT.c.week < str(since),
        )
    )


def drop_all_tapped_before(db: Connection, clinic_id: ClinicId, week: Week) -> None:
    """Forget what anybody tapped in rounds that have ended: it can never be saved."""
    db.execute(
        delete(_DRAFT).where(_DRAFT.c.clinic_id == clinic_id, _DRAFT.c.week < str(week))
    )


def uses_of(db: Connection, own: Own, instrument: str | None = None) -> list[Response]:
    """Return a person's responses without answers and scores, oldest first.

    Args:
        instrument: None: every instrument.
    """
    return [_response(row, (), {}) for row in _rows(db, _RESPONSE, own, instrument)]


def responses_of(
    db: Connection,
    own: Own,
    instrument: str | None = None,
    week: Week | None = None,
) -> list[Response]:
    """Return a person's responses, oldest first.

    Args:
        instrument: None: to every instrument.
        week: None: of every week.
    """
    which = own, instrument, week
    answers: dict[tuple[str, str], list[Answer]] = {}
    for a in _rows(db, _ANSWER, *which):
        one = Answer(item=a.item, value=a.value, missing=a.missing)
        answers.setdefault((a.instrument, a.week), []).append(one)
    scores: dict[tuple[str, str], dict[str, float | None]] = {}
    for s in _rows(db, _SCORE, *which):
        scores.setdefault((s.instrument, s.week), {})[s.scale] = s.value
    return [
        _response(
            row,
            tuple(answers.get((row.instrument, row.week), ())),
            scores.get((row.instrument, row.week), {}),
        )
        for row in _rows(db, _RESPONSE, *which)
    ]


def _rows(
    db: Connection,
    table: Table,
    own: Own,
    instrument: str | None,
    week: Week | None = None,
) -> Iterable[Any]:
    where = _whose(table, own)
    if instrument is not None:
        where &= table.c.instrument == instrument
    if week is not None:
        where &= table.c.week == str(week)
    return db.execute(
        select(table).where(where).order_by(table.c.week, *table.primary_key)
    )


def _response(
    row: Any,  # noqa: ANN401 (a row)
    answers: tuple[Answer, ...],
    scores: Mapping[str, float | None],
) -> Response:
    return Response(
        instrument=row.instrument,
        week=Week.parse(row.week),
        given=row.given,
        language=row.language,
        key_version=row.key_version,
        answers=answers,
        scores=scores,
    )


def put_response(db: Connection, own: Own, response: Response) -> None:
    """Write a response; one that stands for the same week is replaced."""
    drop_response(db, own, response.instrument, response.week)
    key = _key(own, response.instrument, response.week)
    about = {
        "given": response.given,
        "language": response.language,
        "key_version": response.key_version,
    }
    db.execute(insert(_RESPONSE).values(key | about))
    answers = [
        key | {"item": a.item, "value": a.value, "missing": a.missing}
        for a in response.answers
    ]
    if answers:
        db.execute(insert(_ANSWER), answers)
    scores = [
        key | {"scale": scale, "value": value}
        for scale, value in response.scores.items()
    ]
    if scores:
        db.execute(insert(_SCORE), scores)


def drop_response(db: Connection, own: Own, instrument: str, week: Week) -> None:
    """Remove a response and, by the tables' rules, its answers and scores."""
    db.execute(
        delete(_RESPONSE).where(
            _whose(_RESPONSE, own),
            _RESPONSE.c.instrument == instrument,
            _RESPONSE.c.week == str(week),
        )
    )


def drop_tapped_on(db: Connection, clinic_id: ClinicId, instrument: str) -> None:
    """Forget what anybody tapped on an instrument and did not save."""
    db.execute(
        delete(_DRAFT).where(
            _DRAFT.c.clinic_id == clinic_id, _DRAFT.c.instrument == instrument
        )
    )

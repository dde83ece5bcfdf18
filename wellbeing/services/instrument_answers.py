"""Answers of the viewer to published instruments: taps, saving, setting aside."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from wellbeing.domain.check_ins import Answer, Missing
from wellbeing.domain.drafts import overlay
from wellbeing.domain.errors import NotFoundError, UnknownItemError, WellbeingError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.responses import Given, Response, Rhythm, Sitting, sitting
from wellbeing.domain.weeks import Week
from wellbeing.instruments.errors import spoken
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.scoring import score_one
from wellbeing.services.context import Context
from wellbeing.services.instrument_schedules import weeks_apart
from wellbeing.storage import (
    instrument_queries,
    own_instrument_queries,
    people_queries,
    response_queries,
)


class TakesNoAnswersError(WellbeingError):
    """An instrument that is not asked for now, or not yet again."""

    def __init__(self) -> None:
        super().__init__(
            "This questionnaire takes no answers now, so nothing was changed. "
            "Your scores so far stay where they are."
        )


class ImpossibleAnswerError(WellbeingError):
    """A code that the key does not have."""

    def __init__(self, *, item: str, codes: tuple[int, ...]) -> None:
        self.item, self.codes = item, codes
        super().__init__(f"{item} takes {spoken(codes)}.")


class NothingToSaveError(WellbeingError):
    """An instrument was to be saved of which no item has an answer."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing is answered yet, so nothing was saved. Answer one question, "
            "or choose “Not this time”."
        )


def sitting_now(
    ctx: Context,
    viewer: Viewer,
    instrument: Instrument,
    rhythm: Rhythm | None,
    earlier: Sequence[Response],
) -> Sitting | None:
    """Return where the viewer's answers to an instrument go now, if anywhere.

    Answers that were scored by another version of the key stay as they are.
    """
    found = sitting(
        rhythm,
        earlier,
        ctx.this_week(viewer.clinic),
        apart=weeks_apart(instrument),
        open_weeks=ctx.closing.open_weeks(ctx.now(), viewer.clinic.zone),
    )
    before = found.before if found else None
    answered = before is not None and before.given is Given.ANSWERED
    if before and answered and before.key_version != instrument.version:
        return None
    return found


def require_sitting(
    ctx: Context, db: Connection, viewer: Viewer, instrument: Instrument
) -> Sitting:
    """Return where the viewer's answers to an instrument go now.

    Raises:
        TakesNoAnswersError: nowhere.
    """
    own = viewer.clinic_id, viewer.person_id
    earlier = response_queries.uses_of(db, own, instrument.id)
    rhythm = instrument_queries.rhythms_of(db, viewer.clinic_id).get(instrument.id)
    found = sitting_now(ctx, viewer, instrument, rhythm, earlier)
    if found is None:
        raise TakesNoAnswersError
    if found.before is None:
        return found
    [before] = response_queries.responses_of(db, own, instrument.id, found.before.week)
    return replace(found, before=before)


def keep(
    ctx: Context,
    viewer: Viewer,
    instrument_id: str,
    tapped: Mapping[str, int | None],
) -> None:
    """Keep tapped items on the server, so that nothing is lost before saving.

    Args:
        tapped: item to code; None clears the item.

    Raises:
        TakesNoAnswersError: the instrument takes none now.
        UnknownItemError, ImpossibleAnswerError: an answer that cannot be.
    """
    viewer.require(Role.CLINICIAN)
    instrument = _instrument(ctx, viewer, instrument_id)
    for item, code in tapped.items():
        if item not in instrument.item_ids:
            raise UnknownItemError(item)
        if code is not None and (type(code) is not int or code not in instrument.codes):
            raise ImpossibleAnswerError(item=item, codes=instrument.codes)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        now = require_sitting(ctx, db, viewer, instrument)
        response_queries.put_tapped(db, own, instrument.id, now.since, tapped)


def save(ctx: Context, viewer: Viewer, instrument_id: str, language: str) -> Response:
    """Save what was tapped as one response; again and again is the same.

    Args:
        language: of the wording that was answered.

    Raises:
        TakesNoAnswersError: the instrument takes none now.
        NothingToSaveError: no item has an answer.
        NotFoundError: there is no wording in that language any more.
    """
    viewer.require(Role.CLINICIAN)
    instrument = _instrument(ctx, viewer, instrument_id)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        people_queries.lock_person(db, *own)
        now = require_sitting(ctx, db, viewer, instrument)
        languages = [
            w.language
            for w in instrument_queries.wordings_of(db, viewer.clinic_id)
            if w.instrument == instrument.id
        ]
        if language not in languages:
            raise NotFoundError("wording")
        kept = response_queries.take_tapped(db, own, instrument.id, now.since)
        if now.before and now.before.given is Given.ANSWERED and not kept:
            return now.before
        fields = overlay(now.before.values() if now.before else {}, kept)
        if not fields:
            raise NothingToSaveError
        given = {item: fields.get(item) for item in instrument.item_ids}
        response = Response(
            instrument=instrument.id,
            week=now.week,
            given=Given.ANSWERED,
            language=language,
            key_version=instrument.version,
            answers=tuple(_answer(item, code) for item, code in given.items()),
            scores=score_one(instrument, given),
        )
        _put(db, viewer, now, response)
    return response


def not_this_time(ctx: Context, viewer: Viewer, instrument_id: str) -> None:
    """Set an instrument aside for this round; no reason is asked or kept.

    Raises:
        TakesNoAnswersError: it takes no answers now.
    """
    viewer.require(Role.CLINICIAN)
    instrument = _instrument(ctx, viewer, instrument_id)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        people_queries.lock_person(db, *own)
        now = require_sitting(ctx, db, viewer, instrument)
        if now.before and now.before.given is Given.ANSWERED:
            return
        response_queries.take_tapped(db, own, instrument.id, now.since)
        aside = _empty(instrument, now.week, Given.NOT_THIS_TIME)
        _put(db, viewer, now, aside)


def withdraw(ctx: Context, viewer: Viewer, instrument_id: str, week: Week) -> None:
    """Erase answers and scores of a response, of any week, and taps on top of it.

    What stays is that it was withdrawn, so that it is not asked for again at once.

    Raises:
        NotFoundError: there is no such response.
    """
    viewer.require(Role.CLINICIAN)
    instrument = _instrument(ctx, viewer, instrument_id)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        people_queries.lock_person(db, *own)
        found = response_queries.uses_of(db, own, instrument.id)
        if week not in {r.week for r in found if r.given is Given.ANSWERED}:
            raise NotFoundError("response")
        rhythm = instrument_queries.rhythms_of(db, viewer.clinic_id).get(instrument.id)
        now = sitting_now(ctx, viewer, instrument, rhythm, found)
        if now and now.week == week:
            response_queries.take_tapped(db, own, instrument.id, now.since)
        empty = _empty(instrument, week, Given.WITHDRAWN)
        response_queries.put_response(db, own, empty)


def _instrument(ctx: Context, viewer: Viewer, instrument_id: str) -> Instrument:
    with ctx.reading() as db:
        own = viewer.clinic_id, instrument_id
        return own_instrument_queries.instrument_of(db, *own)


def _answer(item: str, code: int | None) -> Answer:
    if code is None:
        return Answer(item=item, missing=Missing.SKIPPED)
    return Answer(item=item, value=code)


def _empty(instrument: Instrument, week: Week, given: Given) -> Response:
    return Response(
        instrument=instrument.id,
        week=week,
        given=given,
        language="",
        key_version=instrument.version,
        scores={},
    )


def _put(db: Connection, viewer: Viewer, now: Sitting, response: Response) -> None:
    own = viewer.clinic_id, viewer.person_id
    if now.before and now.before.week != response.week:
        # Set aside or withdrawn in an earlier week of the round: one use, one row.
        response_queries.drop_response(db, own, response.instrument, now.before.week)
    response_queries.put_response(db, own, response)
    response_queries.drop_tapped_before(db, own, response.instrument, now.since)

"""The weekly check-in of the viewer: drafts, saving, not this week, withdrawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from wellbeing.domain.check_ins import (
    Absence,
    CheckIn,
    Kind,
    Missing,
    all_missing,
)
from wellbeing.domain.drafts import check_field, fields_of, finish, overlay
from wellbeing.domain.errors import NotFoundError, WeekClosedError
from wellbeing.domain.indicators import NO_SCORES, SCORING_VERSION
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.questions import Question
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.storage import (
    check_in_queries,
    draft_queries,
    people_queries,
    preference_queries,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckInForm:
    """What the check-in screen shows.

    Attributes:
        week: the week that is being filled in.
        open_weeks: the weeks that take answers now, this one first.
        closes_at: when this week stops taking changes, an instant in UTC.
        questions: what is asked this week, in a stable order.
        fields: what is answered so far, saved or not.
        saved: the check-in as it is saved, or None.
        unsaved: something was tapped since it was saved.
        team_trends: whether the scores count in team trends; None: not asked yet.
    """

    week: Week
    open_weeks: tuple[Week, ...]
    closes_at: datetime
    questions: tuple[Question, ...]
    fields: Mapping[str, int]
    saved: CheckIn | None
    unsaved: bool
    team_trends: bool | None


def check_in_form(
    ctx: Context, viewer: Viewer, week: Week | None = None
) -> CheckInForm:
    """Return the check-in of a week that is open, this week if none is named.

    A week that has closed meanwhile gives this week instead.
    """
    viewer.require(Role.CLINICIAN)
    zone = viewer.clinic.zone
    open_weeks = ctx.closing.open_weeks(ctx.now(), zone)
    chosen = week if week in open_weeks else open_weeks[0]
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        drafted = draft_queries.draft_of(db, *own, chosen)
        saved = check_in_queries.check_in_of(db, *own, chosen)
        counted, _ = preference_queries.preferences(db, *own)
    before = {} if saved is None else fields_of(saved)
    fields = overlay(before, drafted)
    return CheckInForm(
        week=chosen,
        open_weeks=open_weeks,
        closes_at=ctx.closing.closes_at(chosen, zone),
        questions=ctx.questions.asked_in(chosen),
        fields=fields,
        saved=saved,
        unsaved=fields != before,
        team_trends=counted,
    )


def keep(
    ctx: Context, viewer: Viewer, week: Week, tapped: Mapping[str, int | None]
) -> None:
    """Keep tapped fields on the server, so that nothing is lost before saving.

    Args:
        tapped: field to value; None clears the field.

    Raises:
        WeekClosedError: the week takes no changes now.
        UnknownItemError, AnswerOutOfRangeError: a field that cannot be.
    """
    viewer.require(Role.CLINICIAN)
    _require_open(ctx, viewer, week)
    for field, value in tapped.items():
        check_field(ctx.questions, field, value)
    with ctx.writing() as db:
        draft_queries.put_draft(db, viewer.clinic_id, viewer.person_id, week, tapped)


def save(ctx: Context, viewer: Viewer, week: Week, kind: Kind) -> CheckIn:
    """Save what was tapped as the check-in of a week; again and again is the same.

    Raises:
        WeekClosedError: the week takes no changes now.
        NothingAnsweredError: no question has an answer.
    """
    viewer.require(Role.CLINICIAN)
    _require_open(ctx, viewer, week)
    own = viewer.clinic_id, viewer.person_id
    if kind not in (Kind.FULL, Kind.SHORT):
        message = f"{kind} is not saved from answers"
        raise ValueError(message)
    with ctx.writing() as db:
        people_queries.lock_person(db, *own)
        drafted = draft_queries.take_draft(db, *own, week)
        before = check_in_queries.check_in_of(db, *own, week)
        if before is not None and before.kind is Kind.FULL:
            kind = Kind.FULL
        if before is not None and before.kind is kind and not drafted:
            return before
        fields = overlay({} if before is None else fields_of(before), drafted)
        check_in = finish(ctx.questions, week, fields, kind)
        _put(db, viewer, check_in)
    return check_in


def not_this_week(
    ctx: Context, viewer: Viewer, week: Week, absence: Absence | None
) -> CheckIn:
    """Save that somebody does not check in this week, with a reason or none.

    What was answered before is replaced; nothing counts as zero.

    Raises:
        WeekClosedError: the week takes no changes now.
    """
    viewer.require(Role.CLINICIAN)
    _require_open(ctx, viewer, week)
    check_in = _empty(ctx, week, Kind.NOT_THIS_WEEK, Missing.SKIPPED, absence)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        people_queries.lock_person(db, *own)
        draft_queries.take_draft(db, *own, week)
        _put(db, viewer, check_in)
    return check_in


def withdraw(ctx: Context, viewer: Viewer, week: Week) -> None:
    """Erase the answers of a check-in, of any week.

    What stays is that the week was withdrawn, so that a gap in the person's own
    chart can be told from a forgotten week. Tags of the week stay.

    Raises:
        NotFoundError: there is no check-in in that week.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        people_queries.lock_person(db, *own)
        if check_in_queries.check_in_of(db, *own, week) is None:
            raise NotFoundError("check-in")
        draft_queries.take_draft(db, *own, week)
        empty = _empty(ctx, week, Kind.WITHDRAWN, Missing.WITHDRAWN, None)
        _put(db, viewer, empty)


def choose_team_trends(ctx: Context, viewer: Viewer, *, counted: bool) -> None:
    """Decide whether one's scores may count in team trends."""
    viewer.require(Role.CLINICIAN)
    with ctx.writing() as db:
        preference_queries.set_team_trends(
            db, viewer.clinic_id, viewer.person_id, counted=counted
        )


def team_trends_choice(ctx: Context, viewer: Viewer) -> bool | None:
    """Return whether one's scores may count in team trends; None: not asked yet."""
    viewer.require(Role.CLINICIAN)
    with ctx.reading() as db:
        return preference_queries.preferences(db, viewer.clinic_id, viewer.person_id)[0]


def _require_open(ctx: Context, viewer: Viewer, week: Week) -> None:
    if not ctx.closing.is_open(week, ctx.now(), viewer.clinic.zone):
        raise WeekClosedError(str(week))


def _empty(
    ctx: Context, week: Week, kind: Kind, reason: Missing, absence: Absence | None
) -> CheckIn:
    return CheckIn(
        week=week,
        kind=kind,
        absence=absence,
        answers=all_missing(ctx.questions, reason),
        scores=NO_SCORES,
        question_version=ctx.questions.version,
        scoring_version=SCORING_VERSION,
    )


def _put(db: Connection, viewer: Viewer, check_in: CheckIn) -> None:
    check_in_queries.put_check_ins(db, viewer.clinic_id, [(viewer.person_id, check_in)])

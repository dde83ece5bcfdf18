"""The viewer's own support log: what they used in a week, how long, how helpful.

There is one truth on what was used. An answered check-in names the kinds; a log of the
week is written into it, and adds the rest. Only a week without an answered check-in
has its kinds from the log. Nothing here is for anybody but the viewer.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from wellbeing.domain.check_ins import SupportUsed
from wellbeing.domain.drafts import USED
from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.support import SupportEntry
from wellbeing.domain.weeks import Week
from wellbeing.services.archive import Files, as_json
from wellbeing.services.context import Context
from wellbeing.storage import (
    check_in_queries,
    draft_queries,
    people_queries,
    support_queries,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedWeek:
    """What is known of a week.

    Attributes:
        entries: one a kind, in the order of the kinds; those that only the check-in
            names have no length and no rating.
        told: something was said; without entries that means "nothing used".
        logged: there is a log of the week, which can be deleted.
    """

    week: Week
    entries: tuple[SupportEntry, ...]
    told: bool
    logged: bool


def support_in(ctx: Context, viewer: Viewer, week: Week) -> LoggedWeek:
    """Return what the viewer used in a week, from its log and its check-in."""
    viewer.require(Role.CLINICIAN)
    known = {known.week: known for known in _weeks(ctx, viewer)}
    nothing = LoggedWeek(week=week, entries=(), told=False, logged=False)
    return known.get(week, nothing)


def my_support(ctx: Context, viewer: Viewer) -> tuple[LoggedWeek, ...]:
    """Return every week of which the viewer said what they used, newest first."""
    viewer.require(Role.CLINICIAN)
    return tuple(known for known in reversed(_weeks(ctx, viewer)) if known.told)


def log_support(
    ctx: Context, viewer: Viewer, week: Week, entries: Collection[SupportEntry]
) -> None:
    """Make these all that the viewer used in a week, past or present.

    The check-in of the week names the same kinds from now on; one that is still to
    be filled in finds them chosen already.

    Args:
        entries: one a kind; none says that nothing was used.

    Raises:
        NotFoundError: the week has not begun.
    """
    viewer.require(Role.CLINICIAN)
    if week > ctx.this_week(viewer.clinic):
        raise NotFoundError("week")
    if len({e.kind for e in entries}) < len(entries):
        message = "a kind stands twice"
        raise ValueError(message)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        people_queries.lock_person(db, *own)
        support_queries.put_week(db, *own, week, entries)
        _tell_check_in(ctx, db, viewer, week, {e.kind for e in entries})


def forget_support(ctx: Context, viewer: Viewer, week: Week) -> None:
    """Delete all that the viewer said about support in a week."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        people_queries.lock_person(db, *own)
        support_queries.drop_week(db, *own, week)
        _tell_check_in(ctx, db, viewer, week, ())


def support_files(ctx: Context, viewer: Viewer) -> Files:
    """Return the archive's file of the support log; none if there is no log."""
    with ctx.reading() as db:
        log = support_queries.log_of(db, viewer.clinic_id, viewer.person_id)
    if not log:
        return {}
    told = {
        str(week): [
            {"kind": e.kind, "lasted": e.lasted, "helped": e.helped} for e in entries
        ]
        for week, entries in log.items()
    }
    return {"support_log.json": as_json(told)}


def _tell_check_in(
    ctx: Context,
    db: Connection,
    viewer: Viewer,
    week: Week,
    used: Iterable[SupportUsed],
) -> None:
    """Let the check-in of the week name these kinds, and what is drafted of it."""
    own, used = (viewer.clinic_id, viewer.person_id), set(used)
    saved = support_queries.tell_check_in(db, *own, week, used)
    if not ctx.closing.is_open(week, ctx.now(), viewer.clinic.zone):
        return
    drafted = draft_queries.draft_of(db, *own, week)
    there = saved or check_in_queries.check_in_of(db, *own, week) is not None
    fields = {
        USED + kind: 1 if kind in used else None
        for kind in SupportUsed
        if USED + kind in drafted or (kind in used and not there)
    }
    draft_queries.put_draft(db, *own, week, fields)


def _weeks(ctx: Context, viewer: Viewer) -> list[LoggedWeek]:
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        log = support_queries.log_of(db, *own)
        named = support_queries.told_in_check_ins(db, *own)
    return [
        _known(week, log.get(week), named.get(week)) for week in sorted({*log, *named})
    ]


def _known(
    week: Week,
    logged: tuple[SupportEntry, ...] | None,
    named: frozenset[SupportUsed] | None,
) -> LoggedWeek:
    details = {e.kind: e for e in logged or ()}
    used = frozenset(details) if named is None else named
    return LoggedWeek(
        week=week,
        entries=tuple(
            details.get(kind, SupportEntry(kind=kind))
            for kind in SupportUsed
            if kind in used
        ),
        told=logged is not None or bool(named),
        logged=logged is not None,
    )

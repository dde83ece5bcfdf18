"""The closing job: makes the figures of every period that has ended, once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from wellbeing.domain.actions import ActionId, Helps
from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.people import Clinic
from wellbeing.domain.weeks import Week
from wellbeing.privacy.closing import Closing, close_period
from wellbeing.privacy.panel import Panel
from wellbeing.privacy.periods import Calendar, Period
from wellbeing.privacy.policy import policy_in
from wellbeing.privacy.release import Figure, Value, figure_of
from wellbeing.privacy.roll_up import overviews
from wellbeing.privacy.scales import ReleaseScale
from wellbeing.privacy.units import UnitId
from wellbeing.services.context import Context
from wellbeing.services.quarters import Due, begin_quarter
from wellbeing.storage import (
    action_queries,
    clinic_queries,
    closing_queries,
    policy_queries,
    release_writes,
)

_YES_OR_NO = ReleaseScale(levels=2)


class ReleasesMissingError(WellbeingError):
    """There are panels, and no release that they were made for."""

    def __init__(self) -> None:
        super().__init__(
            "The release tables are empty, although periods were closed before. "
            "Restore them from the backup: nothing is closed a second time."
        )


def close(ctx: Context, through: Week | None = None) -> tuple[Period, ...]:
    """Close every period that has ended, oldest first; return those closed now.

    A period is closed once. Two processes at the same time take turns; one that is
    killed leaves nothing behind that the next one would not make again.

    Args:
        ctx: the context.
        through: close no period that ends after this week; None: all that have ended.

    Raises:
        ReleasesMissingError: the release tables were lost.
    """
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
    closed: list[Period] = []
    while clinic is not None and _has_calendar(ctx, clinic):
        period = _close_next(ctx, clinic, through)
        if period is None:
            break
        closed.append(period)
    return tuple(closed)


def last_closed(ctx: Context) -> datetime | None:
    """Return from when on the newest closed period could be closed; None: none is."""
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
    if clinic is None:
        return None
    with ctx.reading_releases() as out:
        period = release_writes.last_period(out, clinic.clinic_id)
    return None if period is None else period.closes_at(clinic.zone)


def _has_calendar(ctx: Context, clinic: Clinic) -> bool:
    """Tell whether the clinic's weeks are counted; the first check-in begins them."""
    with ctx.writing_releases() as out:
        release_writes.lock_releases(out)
        if release_writes.calendar_of(out, clinic.clinic_id) is not None:
            return True
        with ctx.reading() as db:
            if closing_queries.has_panels(db, clinic.clinic_id):
                raise ReleasesMissingError
            first = closing_queries.first_check_in(db, clinic.clinic_id)
        if first is None or not Period(first).has_closed(ctx.now(), clinic.zone):
            return False
        # Written before anything else, so that a lost release file is noticed.
        release_writes.add_calendar(out, clinic.clinic_id, Calendar(first))
        return True


def _close_next(ctx: Context, clinic: Clinic, through: Week | None) -> Period | None:
    # The release tables are locked from the first look on: whoever comes second
    # finds the period closed.
    with ctx.writing_releases() as out:
        release_writes.lock_releases(out)
        due = _next_due(ctx, out, clinic, through)
        if due is None:
            return None
        if due.period == due.quarter:
            with ctx.writing() as db:
                before = release_writes.teams_of_units(
                    out, due.clinic_id, due.quarter_before
                )
                units = begin_quarter(db, due, before)
            release_writes.add_units(out, due.clinic_id, due.quarter, units)
        with ctx.reading() as db:
            _release(db, out, due)
        return due.period


def _next_due(
    ctx: Context, out: Connection, clinic: Clinic, through: Week | None
) -> Due | None:
    calendar = release_writes.calendar_of(out, clinic.clinic_id)
    last = release_writes.last_period(out, clinic.clinic_id)
    if calendar is None:
        return None
    period = Period(calendar.first_week) if last is None else last.plus(1)
    if not period.has_closed(ctx.now(), clinic.zone):
        return None
    if through is not None and period.last_week > through:
        return None
    with ctx.reading() as db:
        choices = policy_queries.policies_of(db, clinic.clinic_id)
    policy = policy_in(choices, calendar.quarter_of(period).first_week)
    return Due(clinic=clinic, calendar=calendar, period=period, policy=policy)


def _release(db: Connection, out: Connection, due: Due) -> None:
    policy, clinic_id = due.policy, due.clinic_id
    may = closing_queries.who_may_be_counted(db, clinic_id)
    panels = {
        unit: Panel(people=panel.people & may, since=panel.since)
        for unit, panel in closing_queries.panels_of(db, clinic_id, due.quarter).items()
    }
    units = release_writes.units_of(out, clinic_id, due.quarter)
    empty = Panel(people=frozenset(), since=due.quarter)
    panels = {unit: panels.get(unit, empty) for unit in units}
    closing = Closing(
        policy=policy,
        quarter=due.quarter,
        period=due.period,
        panels=panels,
        levels=closing_queries.levels_since(
            db, clinic_id, due.quarter.through(due.period)
        ),
        before=release_writes.limiting_figures(
            out, clinic_id, due.quarter, due.quarter_before
        ),
    )
    figures = dict(close_period(closing))
    release_writes.add_period(out, clinic_id, due.period, due.quarter, policy)
    release_writes.add_figures(out, clinic_id, due.period, figures)
    release_writes.add_overviews(out, clinic_id, due.period, overviews(figures, units))
    _release_actions(db, out, due, panels)


def _release_actions(
    db: Connection, out: Connection, due: Due, panels: Mapping[UnitId, Panel]
) -> None:
    """Say once of each action how many it helps, when enough of the panel told."""
    answers = action_queries.answers_to(db, due.clinic_id, due.quarter_before)
    known = release_writes.released_actions(out, due.clinic_id, answers)
    figures: dict[ActionId, Figure] = {}
    for action, (unit, said) in answers.items():
        panel = panels.get(unit)
        if action in known or panel is None:
            continue
        values = [
            Value(int(helps is Helps.HELPS), fresh=True)
            for person, helps in said.items()
            if person in panel.people
        ]
        if len(values) >= due.policy.fresh_needed(len(panel.people)):
            figure = figure_of(due.policy, _YES_OR_NO, values, ())
            if figure.band is not None:
                figures[action] = figure
    release_writes.add_action_figures(out, due.clinic_id, due.period, figures)

"""What goes with the viewer's own better weeks; nobody else's can be asked for."""

from dataclasses import dataclass

from wellbeing.domain.better_weeks import (
    OUTCOMES,
    Comparison,
    SupportWeek,
    compare,
    compared_through,
    next_comparison,
    weeks_answered,
)
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.services.support_log import my_support
from wellbeing.storage import check_in_queries

_COLUMNS = {outcome: 2 + list(Indicator).index(outcome) for outcome in OUTCOMES}


@dataclass(frozen=True, kw_only=True, slots=True)
class BetterWeeks:
    """The picture, or how far it is away.

    Attributes:
        answered: weeks with a score.
        through: the last week that is compared; None: too few weeks.
        next: with the answers of this week or of a later one it is made anew.
        comparisons: all that could be made; most of them tell nothing.
    """

    answered: int
    through: Week | None
    next: Week
    comparisons: tuple[Comparison, ...]


def better_weeks(ctx: Context, viewer: Viewer) -> BetterWeeks:
    """Compare the weeks after each kind of support with the weeks after others."""
    viewer.require(Role.CLINICIAN)
    with ctx.reading() as db:
        rows = check_in_queries.scores_of(db, viewer.clinic_id, viewer.person_id)
    told = {
        w.week: frozenset(e.kind for e in w.entries) for w in my_support(ctx, viewer)
    }
    weeks = [
        SupportWeek(
            week=week,
            values={outcome: row[n] for outcome, n in _COLUMNS.items()},
            used=told.get(week),
        )
        for row in rows
        for week in (Week.parse(row[0]),)
    ]
    return BetterWeeks(
        answered=weeks_answered(weeks),
        through=compared_through(weeks),
        next=next_comparison(weeks, ctx.this_week(viewer.clinic)),
        comparisons=compare(weeks),
    )

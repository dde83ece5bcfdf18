"""The viewer's own weeks: indicators over time, usual range, early signs, tags."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wellbeing.charts.my_weeks import WeekPoint
from wellbeing.content.load import choice_text
from wellbeing.domain.check_ins import Kind, Tag, WorkContext
from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.usual_range import SIGNAL_INDICATORS
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.services.meanings import History, Meaning, history_of, meaning_in
from wellbeing.storage import check_in_queries, preference_queries, tag_queries


class Period(StrEnum):
    """How far back the charts reach."""

    HALF_YEAR = "half_year"
    YEAR = "year"
    ALL = "all"

    @property
    def weeks(self) -> int | None:
        """The number of weeks, or None for all of them."""
        return {Period.HALF_YEAR: 26, Period.YEAR: 52}.get(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class MyWeeks:
    """All that the screen of one's own weeks shows.

    Attributes:
        weeks: the weeks of the chosen period, oldest first, empty ones included.
        panels: for each chosen indicator, one point a week.
        meaning: of the newest week that has a check-in, or None without any.
        baseline_from: the week from which the usual range is learned, if chosen.
        tags, contexts: by week, where there are any.
        kinds: what kind of check-in each week has; a week without one is absent.
    """

    weeks: tuple[Week, ...]
    panels: Mapping[Indicator, tuple[WeekPoint, ...]]
    meaning: Meaning | None
    baseline_from: Week | None
    tags: Mapping[Week, tuple[Tag, ...]]
    contexts: Mapping[Week, WorkContext]
    kinds: Mapping[Week, Kind]


def my_weeks(
    ctx: Context,
    viewer: Viewer,
    *,
    period: Period = Period.HALF_YEAR,
    indicators: Iterable[Indicator] = SIGNAL_INDICATORS,
) -> MyWeeks:
    """Return the viewer's own weeks; nobody else's can be asked for."""
    viewer.require(Role.CLINICIAN)
    this = ctx.this_week(viewer.clinic)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        rows = check_in_queries.scores_of(db, *own)
        tags = tag_queries.tags_of(db, *own)
        _, baseline = preference_queries.preferences(db, *own)
        history = history_of(rows, baseline)
        weeks = _span(history, this, period)
        contexts = check_in_queries.contexts_of(db, *own, weeks[0])
    words = {w: ", ".join(choice_text(t) for t in found) for w, found in tags.items()}
    return MyWeeks(
        weeks=weeks,
        panels={i: _panel(history, i, weeks, words) for i in indicators},
        meaning=meaning_in(history, history.weeks[-1]) if history.weeks else None,
        baseline_from=baseline,
        tags={w: found for w, found in tags.items() if w >= weeks[0]},
        contexts=contexts,
        kinds=dict(zip(history.weeks, history.kinds, strict=True)),
    )


def meaning_of(ctx: Context, viewer: Viewer, week: Week) -> Meaning:
    """Return what a week's check-in means against the viewer's usual range.

    Raises:
        NotFoundError: there is no check-in in that week.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        rows = check_in_queries.scores_of(db, *own)
        _, baseline = preference_queries.preferences(db, *own)
    history = history_of([row for row in rows if row[0] <= str(week)], baseline)
    if week not in history.weeks:
        raise NotFoundError("check-in")
    return meaning_in(history, week, with_step=True)


def reset_baseline(ctx: Context, viewer: Viewer, start: Week | None) -> None:
    """Learn the usual range anew from a week on; None: from the first week again."""
    viewer.require(Role.CLINICIAN)
    with ctx.writing() as db:
        preference_queries.set_baseline(db, viewer.clinic_id, viewer.person_id, start)


def tag_week(ctx: Context, viewer: Viewer, week: Week, tags: Collection[Tag]) -> None:
    """Make these the viewer's notes to themselves on a week, past or present.

    Raises:
        NotFoundError: the week has not begun.
    """
    viewer.require(Role.CLINICIAN)
    if week > ctx.this_week(viewer.clinic):
        raise NotFoundError("week")
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        tag_queries.put_tags(db, *own, week, [Tag(t) for t in tags])


def _span(history: History, this: Week, period: Period) -> tuple[Week, ...]:
    first = min(history.weeks[0], this) if history.weeks else this
    if period.weeks is not None:
        first = max(first, this.plus(1 - period.weeks))
    return tuple(first.through(this))


def _panel(
    history: History,
    indicator: Indicator,
    weeks: Sequence[Week],
    tags: Mapping[Week, str],
) -> tuple[WeekPoint, ...]:
    # Of a long history only what is shown is looked at: a week has one value at most.
    values = dict(history.series(indicator)[-len(weeks) :])
    reading = history.reading(indicator)
    usual = reading.usual_range
    signs: set[Week] = set()
    if indicator in SIGNAL_INDICATORS:
        signs = {s.week for s in reading.signs[-len(weeks) :] if s.early_sign}

    def point(week: Week) -> WeekPoint:
        known = usual is not None and week >= usual.through_week
        return WeekPoint(
            week=week,
            value=values.get(week),
            low=usual.low if usual is not None and known else None,
            high=usual.high if usual is not None and known else None,
            early_sign=week in signs,
            tags=tags.get(week, ""),
        )

    return tuple(point(week) for week in weeks)

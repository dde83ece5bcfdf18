"""The viewer's own weeks: indicators over time, usual range, early signs, tags."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wellbeing.charts.my_weeks import WeekPoint
from wellbeing.content.load import choice_text
from wellbeing.content.next_steps import Occasion, next_step
from wellbeing.domain.check_ins import Kind, Tag, WorkContext
from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.indicators import Direction, Indicator, direction_of
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.usual_range import (
    SIGNAL_INDICATORS,
    Reading,
    UsualRange,
    read_series,
    weeks_outside,
)
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.storage import check_in_queries, preference_queries

_INDICATORS = tuple(Indicator)


class Period(StrEnum):
    """How far back the charts reach."""

    HALF_YEAR = "half_year"
    YEAR = "year"
    ALL = "all"

    @property
    def weeks(self) -> int | None:
        """The number of weeks, or None for all of them."""
        return {Period.HALF_YEAR: 26, Period.YEAR: 52}.get(self)


class Position(StrEnum):
    """Where one week's score lies against the person's usual range."""

    NO_SCORE = "no_score"
    LEARNING = "learning"
    WITHIN = "within"
    BACK = "back"
    HARDER = "harder"
    BETTER = "better"
    EARLY_SIGN = "early_sign"


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """One indicator in one week, against the usual range.

    Attributes:
        value: the score, 0 to 100, or None.
        usual: the usual range, or None while it is being learned.
        weeks_learned: how many of the eight weeks it needs are there.
        outside: in how many of the last three scored weeks it was on the harder
            side of the range.
    """

    indicator: Indicator
    value: float | None
    position: Position
    usual: UsualRange | None
    weeks_learned: int
    outside: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """What a week means: overall, compassion fatigue, and one kind next step."""

    week: Week
    overall: Placed
    fatigue: Placed
    next_step: str


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _History:
    weeks: Sequence[Week]
    kinds: Sequence[Kind]
    scores: Sequence[tuple[Any, ...]]
    baseline_from: Week | None

    def series(self, indicator: Indicator) -> list[tuple[Week, float]]:
        column = 2 + _INDICATORS.index(indicator)
        pairs = zip(self.weeks, self.scores, strict=True)
        return [(w, row[column]) for w, row in pairs if row[column] is not None]

    def read(self, indicator: Indicator) -> Reading:
        return read_series(
            self.series(indicator),
            direction_of(indicator),
            baseline_from=self.baseline_from,
        )


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
        tags = check_in_queries.tags_of(db, *own)
        _, baseline = preference_queries.preferences(db, *own)
        history = _history(rows, baseline)
        weeks = _span(history, this, period)
        contexts = check_in_queries.contexts_of(db, *own, weeks[0])
    words = {w: ", ".join(choice_text(t) for t in found) for w, found in tags.items()}
    return MyWeeks(
        weeks=weeks,
        panels={i: _panel(history, i, weeks, words) for i in indicators},
        meaning=_meaning(history, history.weeks[-1]) if history.weeks else None,
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
    history = _history([row for row in rows if row[0] <= str(week)], baseline)
    if week not in history.weeks:
        raise NotFoundError("check-in")
    return _meaning(history, week)


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
        check_in_queries.put_tags(db, *own, week, [Tag(t) for t in tags])


def _history(rows: Sequence[tuple[Any, ...]], baseline: Week | None) -> _History:
    return _History(
        weeks=[Week.parse(row[0]) for row in rows],
        kinds=[Kind(row[1]) for row in rows],
        scores=rows,
        baseline_from=baseline,
    )


def _span(history: _History, this: Week, period: Period) -> tuple[Week, ...]:
    first = min(history.weeks[0], this) if history.weeks else this
    if period.weeks is not None:
        first = max(first, this.plus(1 - period.weeks))
    return tuple(first.through(this))


def _panel(
    history: _History,
    indicator: Indicator,
    weeks: Sequence[Week],
    tags: Mapping[Week, str],
) -> tuple[WeekPoint, ...]:
    values = dict(history.series(indicator))
    reading = history.read(indicator)
    usual = reading.usual_range
    signs: set[Week] = set()
    if indicator in SIGNAL_INDICATORS:
        signs = {s.week for s in reading.signs if s.early_sign}

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


def _place(history: _History, indicator: Indicator, week: Week) -> Placed:
    series, reading = history.series(indicator), history.read(indicator)
    value = series[-1][1] if series and series[-1][0] == week else None
    direction, usual = direction_of(indicator), reading.usual_range
    signal = indicator in SIGNAL_INDICATORS
    sign = signal and any(s.week == week and s.early_sign for s in reading.signs)
    if value is None:
        position = Position.NO_SCORE
    elif usual is None or week <= usual.through_week:
        position = Position.LEARNING
    elif sign:
        position = Position.EARLY_SIGN
    else:
        position = _against(value, usual, direction)
        before = series[-2][1] if len(series) > 1 else value
        was = _against(before, usual, direction)
        if position is Position.WITHIN and was is Position.HARDER:
            position = Position.BACK
    return Placed(
        indicator=indicator,
        value=value,
        position=position,
        usual=usual,
        weeks_learned=reading.weeks_learned,
        outside=weeks_outside(series, reading, direction),
    )


def _against(value: float, usual: UsualRange, direction: Direction) -> Position:
    higher_is_harder = direction is Direction.HIGHER_IS_HARDER
    if value > usual.high:
        return Position.HARDER if higher_is_harder else Position.BETTER
    if value < usual.low:
        return Position.BETTER if higher_is_harder else Position.HARDER
    return Position.WITHIN


def _meaning(history: _History, week: Week) -> Meaning:
    placed = {i: _place(history, i, week) for i in Indicator}
    harder = (Position.HARDER, Position.EARLY_SIGN)
    hard = [i for i, p in placed.items() if p.position in harder]
    overall = placed[Indicator.OVERALL]
    occasion = Occasion.USUAL
    if history.kinds[history.weeks.index(week)] is Kind.NOT_THIS_WEEK:
        occasion = Occasion.NOT_THIS_WEEK
    elif overall.position is Position.LEARNING:
        occasion = Occasion.FIRST_WEEKS
    return Meaning(
        week=week,
        overall=overall,
        fatigue=placed[Indicator.COMPASSION_FATIGUE],
        next_step=next_step(week, hard=hard, otherwise=occasion),
    )

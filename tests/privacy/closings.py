"""A year of closings of the invented organisation, by the functions of privacy."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from statistics import fmean

from tests.privacy.organisations import (
    FIRST_WEEK,
    WEEKS,
    Organisation,
    invent,
    person_id,
    team_id,
)
from wellbeing.domain.ids import PersonId
from wellbeing.domain.indicators import SCALES as QUESTION_SCALES
from wellbeing.domain.indicators import Indicator, scale_score
from wellbeing.privacy.closing import Closing, close_period
from wellbeing.privacy.panel import Panel, next_panel
from wellbeing.privacy.periods import PERIOD_WEEKS, Calendar, Period
from wellbeing.privacy.policy import RULES, Policy
from wellbeing.privacy.release import Figure
from wellbeing.privacy.scales import level_of, scale_of
from wellbeing.privacy.units import TeamPosts, Unit, UnitId, partition

SHOWN = Indicator.OVERALL
SCALE = scale_of(SHOWN)
CALENDAR = Calendar(FIRST_WEEK)
PERIODS = tuple(Period(FIRST_WEEK).plus(n) for n in range(WEEKS // PERIOD_WEEKS))

Answer = tuple[PersonId, Period]
"""The value somebody has of a period: what an attacker wants to know."""

Levels = Mapping[PersonId, Mapping[Period, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What people answered of one indicator.

    Attributes:
        levels: everybody's values of it.
        present: who answered anything at all, by period.
    """

    indicator: Indicator
    levels: Levels
    present: Mapping[Period, frozenset[PersonId]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """A figure and everything that an attacker could know about how it was made.

    Attributes:
        before: the figures that limit how far this one may move.
        counted: whose value is in it, and of which period it is.
        steady: who of them answered in every period of the quarter so far.
    """

    unit: Unit
    period: Period
    policy: Policy
    figure: Figure
    before: tuple[Figure, ...]
    counted: tuple[Answer, ...]
    steady: frozenset[PersonId]


@dataclass(kw_only=True, slots=True)
class _Year:
    """What a closing leaves behind for the next one."""

    units: tuple[Unit, ...] = ()
    panels: dict[UnitId, Panel] = field(default_factory=dict)
    shown: dict[UnitId, list[Release]] = field(default_factory=dict)


def close_year(
    organisation: Organisation,
    policy: Policy = RULES,
    answers: Answers | None = None,
) -> tuple[Release, ...]:
    """Close every period of the year in turn; releases in order of time.

    Args:
        organisation: who worked where.
        policy: the rules.
        answers: what they answered; None: the ratings.
    """
    told, year = answers or answers_of(organisation), _Year()
    releases: list[Release] = []
    for period in PERIODS:
        if CALENDAR.quarter_of(period) == period:
            _begin_quarter(organisation, policy, told, period, year)
        for release in _close(policy, told, period, year):
            if release.figure.band is not None:
                year.shown.setdefault(release.unit.unit_id, []).append(release)
            releases.append(release)
    return tuple(releases)


def answers_of(organisation: Organisation) -> Answers:
    """Return the ratings as what was answered."""
    levels = levels_of(organisation)
    present = {
        period: frozenset(p for p, own in levels.items() if period in own)
        for period in PERIODS
    }
    return Answers(indicator=SHOWN, levels=levels, present=present)


@cache
def year_of(seed: int) -> tuple[Release, ...]:
    """Return the releases of an organisation under the rules; kept for all tests."""
    return close_year(invent(seed))


def levels_of(organisation: Organisation) -> Levels:
    """Return everybody's values, one a period in which they answered at all."""
    found: dict[PersonId, Mapping[Period, int]] = {}
    for row in range(organisation.people):
        own: dict[Period, int] = {}
        for n, period in enumerate(PERIODS):
            weeks = organisation.ratings[row, n * PERIOD_WEEKS : (n + 1) * PERIOD_WEEKS]
            scores = [_score(int(rating)) for rating in weeks if rating]
            if scores:
                own[period] = level_of(SCALE, fmean(scores))
        found[person_id(row)] = own
    return found


def by_unit(releases: Iterable[Release]) -> list[list[Release]]:
    """Return the releases of each unit, in order of time."""
    units: dict[UnitId, list[Release]] = {}
    for release in releases:
        units.setdefault(release.unit.unit_id, []).append(release)
    return list(units.values())


def teams_at(organisation: Organisation, week: int) -> tuple[TeamPosts, ...]:
    """Return the teams and their posts in a week of the year."""
    working = organisation.teams[organisation.employed[:, week]]
    return tuple(
        TeamPosts(
            team_id=team_id(team),
            name=f"Team {team:02d}",
            site=f"Site {site}",
            posts=int((working == team).sum()),
        )
        for team, site in enumerate(organisation.sites)
    )


def counted_in(levels: Levels, panel: Panel, period: Period) -> tuple[Answer, ...]:
    """Say whose value of which period is in a figure, by the words of the rules.

    Whoever of the panel had a value in the quarter's first period counts with their
    newest one of the quarter.
    """
    answers, quarter = [], CALENDAR.quarter_of(period)
    for person in sorted(panel.people):
        if quarter in levels[person]:
            newest = max(p for p in levels[person] if p <= period)
            answers.append((person, newest))
    return tuple(answers)


def limits_of(shown: Iterable[Release], period: Period) -> tuple[Figure, ...]:
    """Return the figures that limit a unit's next one, by the words of the rules.

    Those shown in the quarter; if there is none, the last one of the quarter before.
    """
    quarter = CALENDAR.quarter_of(period)
    recent = [r for r in shown if r.period >= quarter.plus(-3)]
    ours = tuple(r.figure for r in recent if r.period >= quarter)
    return ours or tuple(r.figure for r in recent[-1:])


def _begin_quarter(
    organisation: Organisation,
    policy: Policy,
    told: Answers,
    quarter: Period,
    year: _Year,
) -> None:
    week = quarter.first_week.minus(FIRST_WEEK)
    before = year.panels
    together = [{team.team_id for team in unit.teams} for unit in year.units]
    year.units = partition(policy, teams_at(organisation, week), together)
    year.panels = {}
    for unit in year.units:
        teams = {team.team_id for team in unit.teams}
        eligible = {
            person_id(row)
            for row in range(organisation.people)
            if organisation.employed[row, week]
            and team_id(int(organisation.teams[row])) in teams
            and person_id(row) in told.present[quarter]
        }
        panel = next_panel(policy, quarter, eligible, before.get(unit.unit_id))
        year.panels[unit.unit_id] = panel


def _close(
    policy: Policy, told: Answers, period: Period, year: _Year
) -> Iterator[Release]:
    before = {
        unit.unit_id: limits_of(year.shown.get(unit.unit_id, ()), period)
        for unit in year.units
    }
    closing = Closing(
        policy=policy,
        quarter=CALENDAR.quarter_of(period),
        period=period,
        panels=year.panels,
        levels=[(p, {told.indicator: own}) for p, own in told.levels.items()],
        before={(unit, told.indicator): shown for unit, shown in before.items()},
    )
    figures = dict(close_period(closing))
    so_far = [p for p in PERIODS if closing.quarter <= p <= period]
    for unit in year.units:
        counted = counted_in(told.levels, year.panels[unit.unit_id], period)
        yield Release(
            unit=unit,
            period=period,
            policy=policy,
            figure=figures[unit.unit_id, told.indicator],
            before=before[unit.unit_id],
            counted=counted,
            steady=frozenset(
                p for p, _ in counted if all(at in told.levels[p] for at in so_far)
            ),
        )


def _score(rating: int) -> float:
    score = scale_score(QUESTION_SCALES[SHOWN], {"overall": rating})
    if score is None:
        raise ValueError(rating)
    return score

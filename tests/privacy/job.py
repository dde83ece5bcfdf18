"""The invented organisation in a database, closed by the real closing job."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean
from uuid import UUID

import numpy as np
from sqlalchemy import Connection

from tests.privacy.closings import (
    CALENDAR,
    PERIODS,
    Answers,
    Levels,
    close_year,
    teams_at,
)
from tests.privacy.organisations import (
    FIRST_WEEK,
    LOWEST,
    WEEKS,
    Organisation,
    person_id,
    row_of,
    team_id,
)
from wellbeing.domain.check_ins import CheckIn, Kind
from wellbeing.domain.drafts import finish
from wellbeing.domain.ids import ClinicId, PersonId, TeamId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Clinic, Role, Team
from wellbeing.domain.questions import QuestionSet
from wellbeing.privacy.periods import Period
from wellbeing.privacy.release import Figure
from wellbeing.privacy.scales import TEAM_INDICATORS, level_of, scale_of
from wellbeing.privacy.units import UnitId
from wellbeing.services.context import Context
from wellbeing.storage import (
    check_in_queries,
    clinic_queries,
    people_queries,
    preference_queries,
    release_queries,
    team_queries,
)

CLINIC_ID = ClinicId(UUID(int=3 << 64))
AFTER_THE_YEAR = datetime(2027, 1, 8, tzinfo=UTC)
_SKIPPED = 0.06
_FIRST_LEAD = 1 << 32

Figures = dict[tuple[Period, UnitId, Indicator], Figure]

Written = tuple[PersonId, CheckIn]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """Somebody who leads a team, works in it, and answers like nobody else."""

    person: PersonId
    team: int


def invent_check_ins(
    organisation: Organisation, questions: QuestionSet, seed: int
) -> list[Written]:
    """Return a check-in for each rating; all other answers are invented around it."""
    rng = np.random.default_rng(seed)
    found = []
    for row, column in np.argwhere(organisation.ratings > 0):
        rating = int(organisation.ratings[row, column])
        fields = {"overall": rating}
        for question in questions.asked_in(FIRST_WEEK.plus(int(column))):
            low, high = question.response.limits
            if question.id != "overall" and rng.random() > _SKIPPED:
                drawn = (rating - LOWEST) / 9 * (high - low) + rng.normal(0, 1)
                fields[question.id] = int(np.clip(round(drawn) + low, low, high))
        week = FIRST_WEEK.plus(int(column))
        written = finish(questions, week, fields, Kind.FULL)
        found.append((person_id(int(row)), written))
    return found


def leads_of(organisation: Organisation) -> list[Lead]:
    """Invent a lead of every team."""
    teams = range(len(organisation.sites))
    return [Lead(person=person_id(_FIRST_LEAD + n), team=n) for n in teams]


def write(
    ctx: Context, organisation: Organisation, check_ins: Sequence[Written]
) -> None:
    """Write clinic, teams, people, their leads, and all check-ins into a database."""
    clinic = Clinic(
        clinic_id=CLINIC_ID, name="Riverside", country="DE", time_zone="Europe/Berlin"
    )
    with ctx.writing() as db:
        clinic_queries.add_clinic(db, clinic)
        for team in teams_at(organisation, 0):
            new = Team(team_id=team.team_id, name=team.name)
            team_queries.add_teams(db, CLINIC_ID, [new])
            team_queries.change_team(
                db, CLINIC_ID, team.team_id, name=team.name, site=team.site
            )
        for row, employed in enumerate(organisation.employed):
            own, there = (CLINIC_ID, person_id(row)), np.flatnonzero(employed)
            first, last = (FIRST_WEEK.plus(int(there[n])) for n in (0, -1))
            _add_person(db, person_id(row), Role.CLINICIAN)
            team_queries.add_membership(
                db,
                *own,
                team_id(int(organisation.teams[row])),
                first,
                None if there[-1] == WEEKS - 1 else last,
            )
        check_in_queries.add_check_ins(db, CLINIC_ID, check_ins)


def write_leads(
    ctx: Context, leads: Sequence[Lead], check_ins: Sequence[Written]
) -> None:
    """Write leads who are clinicians of their team, and what they answered."""
    with ctx.writing() as db:
        for lead in leads:
            own = CLINIC_ID, lead.person
            _add_person(db, lead.person, Role.CLINICIAN, Role.LEAD)
            people_queries.set_leads(db, *own, [team_id(lead.team)])
            team_queries.add_membership(db, *own, team_id(lead.team), FIRST_WEEK)
        check_in_queries.add_check_ins(db, CLINIC_ID, check_ins)


def lowest_check_ins(
    questions: QuestionSet, leads: Sequence[Lead]
) -> Iterator[Written]:
    """Yield a check-in of every week with the lowest rating, for each lead."""
    for lead in leads:
        for week in range(WEEKS):
            fields = {"overall": LOWEST}
            yield (
                lead.person,
                finish(questions, FIRST_WEEK.plus(week), fields, Kind.FULL),
            )


def released(ctx: Context, teams: Iterable[TeamId]) -> Figures:
    """Return every figure of these teams that somebody could read."""
    figures: Figures = {}
    with ctx.door.open() as db:
        for team in teams:
            units = release_queries.units_of_team(db, CLINIC_ID, team)
            for unit in {name.unit_id for name in units.values()}:
                of_unit = release_queries.figures_of_unit(db, CLINIC_ID, unit)
                for (period, indicator), figure in of_unit.items():
                    figures[period, unit, indicator] = figure
    return figures


def figures_by_functions(
    organisation: Organisation, check_ins: Sequence[Written]
) -> Figures:
    """Return the same figures by the functions of privacy, without a database."""
    figures: Figures = {}
    for indicator in TEAM_INDICATORS:
        answers = answers_of_check_ins(organisation, check_ins, indicator)
        for release in close_year(organisation, answers=answers):
            figures[release.period, release.unit.unit_id, indicator] = release.figure
    return figures


def answers_of_check_ins(
    organisation: Organisation, check_ins: Sequence[Written], indicator: Indicator
) -> Answers:
    """Return what was answered of one indicator."""
    scores: dict[tuple[PersonId, Period], list[float]] = {}
    present: dict[Period, set[PersonId]] = {period: set() for period in PERIODS}
    for person, check_in in check_ins:
        period = CALENDAR.period_of(check_in.week)
        if any(check_in.scores[i] is not None for i in TEAM_INDICATORS):
            present[period].add(person)
        score = check_in.scores[indicator]
        if score is not None:
            scores.setdefault((person, period), []).append(score)
    levels: dict[PersonId, dict[Period, int]] = {
        person_id(row): {} for row in range(organisation.people)
    }
    for (person, period), own in scores.items():
        levels[person][period] = level_of(scale_of(indicator), fmean(own))
    found: Levels = levels
    return Answers(
        indicator=indicator,
        levels=found,
        present={period: frozenset(people) for period, people in present.items()},
    )


def _add_person(db: Connection, person: PersonId, *roles: Role) -> None:
    number = row_of(person)
    people_queries.add_person(
        db,
        CLINIC_ID,
        person,
        name=f"Person {number}",
        email=f"person.{number}@example.org",
        roles=roles,
    )
    preference_queries.set_team_trends(db, CLINIC_ID, person, counted=True)

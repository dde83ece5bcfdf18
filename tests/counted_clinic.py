"""A clinic whose people are counted in team trends, and what they answer."""

from tests.clinic import make_clinic, make_person, make_team
from wellbeing.domain.check_ins import Answer, CheckIn, Kind
from wellbeing.domain.indicators import SCORING_VERSION, score
from wellbeing.domain.people import Role
from wellbeing.domain.weeks import Week
from wellbeing.privacy.periods import Period
from wellbeing.services.seats import seat_of
from wellbeing.services.team_trends import team_picture
from wellbeing.storage import check_in_queries, preference_queries

FIRST = Week(2026, 5)
"""The week of the first check-in, from which periods are counted."""
PERIODS = [Period(FIRST.plus(4 * n)) for n in range(8)]


class House:
    """One clinic with a team of twelve whom Dora leads, and what they answer."""

    def __init__(self, ctx, clock, size=12):
        self.ctx, self.clock = ctx, clock
        self.clinic = make_clinic(ctx)
        self.north = make_team(ctx, self.clinic, "North")
        self.people = [
            make_person(ctx, self.clinic, f"P{n}", Role.CLINICIAN, team=self.north)
            for n in range(size)
        ]
        self.dora = make_person(
            ctx, self.clinic, "Dora", Role.LEAD, leads=(self.north,)
        )
        for one in self.people:
            self.counts(one)

    def counts(self, viewer, *, counted=True):
        with self.ctx.writing() as db:
            preference_queries.set_team_trends(
                db, viewer.clinic_id, viewer.person_id, counted=counted
            )

    def answer(self, viewers, week, **answers):
        """Write the check-ins of some people for a week."""
        values = {"overall": 6, "rest": 2} | answers
        check_in = CheckIn(
            week=week,
            kind=Kind.FULL,
            answers=tuple(Answer(item=i, value=v) for i, v in values.items()),
            scores=score(values),
            question_version="1",
            scoring_version=SCORING_VERSION,
        )
        with self.ctx.writing() as db:
            check_in_queries.add_check_ins(
                db, self.clinic.clinic_id, [(v.person_id, check_in) for v in viewers]
            )

    def everybody_answers(self, period, **answers):
        self.answer(self.people, period.first_week, **answers)

    def end(self, period):
        """Make it the hour at which a period closes."""
        self.clock.instant = period.closes_at(self.clinic.zone)

    def figures(self, viewer=None):
        """Return what the lead sees: period and indicator to a figure."""
        viewer = viewer or self.dora
        picture = team_picture(
            self.ctx.door, seat_of(self.ctx, viewer), self.north.team_id
        )
        return {
            (one.period, indicator): figure
            for one in picture.periods
            for indicator, figure in one.figures.items()
        }

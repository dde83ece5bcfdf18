"""The real closing job on a database makes the figures that were attacked."""

import pytest
import sqlalchemy as sa

from tests.clinic import Clock, open_context
from tests.databases import (
    copy_sqlite,
    postgresql_database,
    sqlite_url,
    with_door,
)
from tests.privacy import job
from tests.privacy.closings import PERIODS
from tests.privacy.organisations import invent, team_id
from wellbeing.content.load import weekly_questions
from wellbeing.services.closing import close
from wellbeing.storage.check_in_tables import CheckInRow

SEED = 5


@pytest.fixture(scope="module")
def organisation():
    return invent(SEED, sites=2)


@pytest.fixture(scope="module")
def teams(organisation):
    return [team_id(n) for n in range(len(organisation.sites))]


@pytest.fixture(scope="module")
def check_ins(organisation):
    return job.invent_check_ins(organisation, weekly_questions(), SEED)


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def url(request, tmp_path_factory):
    """A migrated database of either engine."""
    template = request.getfixturevalue(f"{request.param}_template")
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("year") / "wellbeing.db"
        copy_sqlite(template, file)
        yield sqlite_url(file)
        return
    server = request.getfixturevalue("postgresql_server")
    with postgresql_database(server, template) as made:
        yield made


@pytest.fixture(scope="module")
def ctx(url, organisation, check_ins):
    context = open_context(url, Clock(job.AFTER_THE_YEAR))
    job.write(context, organisation, check_ins)
    leads = job.leads_of(organisation)
    lowest = job.lowest_check_ins(context.questions, leads)
    job.write_leads(context, leads, list(lowest))
    with with_door(context) as opened:
        yield opened
    context.dispose()


@pytest.fixture(scope="module")
def figures(ctx, teams):
    assert close(ctx) == PERIODS
    return job.released(ctx, teams)


def test_the_job_releases_what_the_functions_say_and_no_lead_is_in_it(
    figures, organisation, check_ins
):
    assert figures == job.figures_by_functions(organisation, check_ins)


def test_most_figures_are_shown_so_that_the_comparison_means_something(figures):
    shown = [figure.band for figure in figures.values() if figure.band is not None]
    assert len(shown) > 0.8 * len(figures)
    assert len(set(shown)) > 5


def test_answers_that_change_after_a_close_change_no_figure(ctx, teams, figures):
    with ctx.writing() as db:
        db.execute(sa.update(CheckInRow).values(overall=0.0))
    assert close(ctx) == ()
    assert job.released(ctx, teams) == figures

"""The invented clinic."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from tests import databases
from tests.clinic import LAST_WEEK, Clock, open_context
from tests.studies import with_folders
from wellbeing.domain.check_ins import Absence, Kind, SupportUsed
from wellbeing.domain.contacts import ContactKind
from wellbeing.domain.errors import DatabaseNotEmptyError, InvalidInputError
from wellbeing.domain.people import Role, Standing
from wellbeing.services import (
    accounts,
    intentions,
    kind_notes,
    my_keys,
    my_weeks,
    passwords,
    peer_appointments,
    peer_check_ins,
    people,
    practice_log,
    reflections,
    small_successes,
)
from wellbeing.services.better_weeks import better_weeks
from wellbeing.services.bundles import export_bundle
from wellbeing.services.clinic import support_contacts
from wellbeing.services.demo import fill_demo
from wellbeing.services.demo_people import team_sizes
from wellbeing.services.demo_studies import STUDY_ID
from wellbeing.services.meanings import Position
from wellbeing.services.setup import clinic_exists
from wellbeing.storage import (
    check_in_queries,
    clinic_queries,
    people_queries,
    preference_queries,
    tag_queries,
)

pytestmark = pytest.mark.full_argon2  # the demo is made once, before any test of it


@pytest.fixture(scope="module")
def demo_ctx(tmp_path_factory):
    """The usual demo, made once on SQLite: tests here only read it."""
    url = databases.sqlite_url(tmp_path_factory.mktemp("demo") / "demo.db")
    databases.migrate(url)
    context = open_context(url, Clock())
    yield context
    context.dispose()


@pytest.fixture(scope="module")
def demo(demo_ctx):
    return fill_demo(demo_ctx)


@pytest.fixture(scope="module")
def viewers(demo_ctx, demo):
    """Whoever can be signed in as, by the first part of their address."""
    found = {}
    for n, one in enumerate(demo.sign_ins):
        token = accounts.sign_in(
            demo_ctx, email=one.email, password=demo.password, address=f"192.0.2.{n}"
        )
        name = one.email.partition("@")[0]
        found[name] = accounts.viewer_of_token(demo_ctx, token)
    return found


@pytest.fixture(scope="module")
def everybody(demo_ctx, viewers):
    return people.all_people(demo_ctx, viewers["administrator"])


@pytest.fixture(scope="module")
def past(demo_ctx, viewers, everybody):
    """Everybody's check-ins by e-mail."""
    clinic_id = viewers["administrator"].clinic_id
    with demo_ctx.reading() as db:
        return {
            p.email: check_in_queries.check_ins_of(db, clinic_id, p.person_id)
            for p in everybody
        }


def content(ctx) -> list[tuple]:
    """All that one seed decides, without ids and hashes."""
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
        assert clinic is not None
        found = people_queries.people_of(db, clinic.clinic_id)
        return [
            (
                *(p.name, p.email, p.standing, p.roles),
                [(m.team.name, m.from_week, m.to_week) for m in p.memberships],
                preference_queries.preferences(db, clinic.clinic_id, p.person_id),
                check_in_queries.check_ins_of(db, clinic.clinic_id, p.person_id),
                tag_queries.tags_of(db, clinic.clinic_id, p.person_id),
            )
            for p in found
        ]


def test_the_demo_holds_what_it_says(demo, everybody, past):
    assert (demo.people, demo.teams) == (60, 9)
    assert len(everybody) == 60
    assert sum(map(len, past.values())) == demo.check_ins > 1400
    weeks = {c.week for own in past.values() for c in own}
    assert (min(weeks), max(weeks)) == (demo.first_week, demo.last_week)
    assert demo.last_week == LAST_WEEK
    assert demo.last_week.minus(demo.first_week) == 39


def test_everybody_named_can_sign_in_and_has_their_roles(viewers):
    assert {name: viewer.roles for name, viewer in viewers.items()} == {
        "administrator": {Role.ADMINISTRATOR},
        "lead": {Role.LEAD},
        "researcher": {Role.RESEARCHER},
        "team.lead": {Role.CLINICIAN, Role.LEAD},
        "early.sign": {Role.CLINICIAN},
        "clinician": {Role.CLINICIAN},
        "several.roles": {Role.CLINICIAN, Role.RESEARCHER, Role.ADMINISTRATOR},
    }


def test_the_demo_password_is_strong(demo):
    passwords.judge(demo.password, "clinician@example.org", demo.clinic)


def test_one_clinician_sees_an_early_sign_now(demo_ctx, viewers):
    mine = my_weeks.my_weeks(demo_ctx, viewers["early.sign"])
    assert mine.meaning is not None
    positions = {mine.meaning.overall.position, mine.meaning.fatigue.position}
    assert Position.EARLY_SIGN in positions


@pytest.mark.parametrize("name", ["clinician", "early.sign"])
def test_clinicians_have_texts_that_the_printed_password_opens(
    demo_ctx, demo, viewers, name
):
    viewer = viewers[name]
    keys = my_keys.open_texts(
        demo_ctx, viewer, password=demo.password, secret=bytes(32)
    )
    written = reflections.journal(demo_ctx, viewer, keys)
    assert written.written == 3
    assert not reflections.has_unreadable(demo_ctx, viewer, keys)
    assert len(intentions.intentions_of(demo_ctx, viewer, keys)) == 3
    assert len(intentions.intentions_back(demo_ctx, viewer, keys)) == 1
    assert len(small_successes.small_successes(demo_ctx, viewer, keys)) == 2
    assert len(practice_log.practice_log(demo_ctx, viewer, keys)) == 3
    assert [note.text for note in kind_notes.my_notes(demo_ctx, viewer, keys)] != [None]
    told = peer_check_ins.my_texts(demo_ctx, viewer, keys)
    [texts] = told.values()
    assert texts.intention
    assert texts.mine
    assert texts.theirs
    [times] = peer_appointments.my_times(demo_ctx, viewer).values()
    assert times.agreed is not None


def test_teams_have_4_to_18_people_and_everybody_is_in_one_at_most(everybody):
    now = [m.team.name for p in everybody for m in p.memberships if m.to_week is None]
    sizes = Counter(now)
    assert len(sizes) == 9
    assert min(sizes.values()) == 4
    assert max(sizes.values()) == 18
    for person in everybody:
        stays = sorted(person.memberships, key=lambda m: m.from_week)
        for before, after in pairwise(stays):
            assert before.to_week < after.from_week


def test_some_joined_moved_or_left_and_some_never_answer(demo, everybody, past):
    clinicians = [p for p in everybody if Role.CLINICIAN in p.roles]
    joined = [p for p in clinicians if p.memberships[0].from_week > demo.first_week]
    moved = [p for p in clinicians if len(p.memberships) == 2]
    left = [p for p in clinicians if p.standing is Standing.LEFT]
    silent = [p for p in clinicians if not past[p.email]]
    assert all([joined, moved, left, silent])
    for person in clinicians:
        weeks = [c.week for c in past[person.email]]
        last = max((m.to_week or LAST_WEEK) for m in person.memberships)
        first = min(m.from_week for m in person.memberships)
        assert all(first <= week <= last for week in weeks)


def test_weeks_are_missing_short_absent_or_without_client_work(past):
    found = [c for own in past.values() for c in own]
    assert {c.kind for c in found} == {Kind.FULL, Kind.SHORT, Kind.NOT_THIS_WEEK}
    assert {c.absence for c in found} == {None, *Absence}
    assert any(c.no_client_work for c in found)
    assert any(c.context.sessions is not None for c in found)
    # Four in five check in, as in a clinic that takes part well.
    assert 0.6 < len(found) / (56 * 40) < 0.9


def test_most_let_their_scores_count_and_some_were_not_asked_yet(ctx):
    fill_demo(ctx, weeks=1)
    choices = Counter(row[5][0] for row in content(ctx))
    assert choices[True] > choices[False] > 0
    assert choices[None] > 0


def test_the_clinic_offers_three_contacts_of_its_own(demo_ctx, viewers):
    contacts = support_contacts(demo_ctx, viewers["clinician"])
    assert {c.kind for c in contacts} == set(ContactKind)
    assert any(c.agreed for c in contacts)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_same_seed_gives_the_same_people_and_answers(ctx, tmp_path):
    url = databases.sqlite_url(tmp_path / "second.db")
    databases.migrate(url)
    second = open_context(url, Clock())
    fill_demo(ctx, people=15, weeks=12, seed=5)
    fill_demo(second, people=15, weeks=12, seed=5)
    assert content(ctx) == content(second)
    second.dispose()


def test_another_seed_gives_other_people(demo, ctx):
    other = fill_demo(ctx, weeks=1, seed=2)
    assert {one.name for one in other.sign_ins}.isdisjoint(
        {one.name for one in demo.sign_ins}
    )


def test_a_database_with_a_clinic_is_left_alone(ctx, cast):
    before = people.all_people(ctx, cast.ada)
    with pytest.raises(DatabaseNotEmptyError):
        fill_demo(ctx, people=10, weeks=1)
    assert people.all_people(ctx, cast.ada) == before


@pytest.mark.parametrize(
    "asked",
    [{"people": 9}, {"people": 5185}, {"weeks": 0}, {"weeks": 521}],
    ids=str,
)
def test_sizes_that_make_no_clinic_are_refused(ctx, asked):
    with pytest.raises(InvalidInputError, match="Choose from"):
        fill_demo(ctx, **asked)
    assert not clinic_exists(ctx)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("people_count", [10, 37, 170])
def test_a_demo_of_any_size_works(ctx, clock, people_count):
    clock.instant += timedelta(days=400)
    assert fill_demo(ctx, people=people_count, weeks=2).people == people_count


@pytest.mark.parametrize("members", [*range(7, 60), 162, 163, 1000, 5181])
def test_team_sizes_sum_to_the_members_and_stay_between_4_and_18(members):
    sizes = team_sizes(Random(members), members)  # noqa: S311 (a seed)
    assert sum(sizes) == members
    assert min(sizes) >= 4
    assert max(sizes) <= 18


def test_somebody_of_the_demo_is_told_what_goes_with_better_weeks(demo_ctx, viewers):
    found = better_weeks(demo_ctx, viewers["early.sign"])
    assert {c.kind for c in found.comparisons if c.tells and c.better} == {
        SupportUsed.PEER
    }


def test_a_bundle_of_the_demos_study_passes_every_check(demo_ctx, demo, tmp_path):
    assert demo.people == 60
    ctx = with_folders(demo_ctx, tmp_path)
    line = export_bundle(ctx, STUDY_ID, tmp_path / "out")
    assert all(check.passed for check in line.checks)
    assert (tmp_path / "out" / line.file).exists()

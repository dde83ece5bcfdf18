"""Bulk loading of people and check-ins."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.clinic import LAST_WEEK, THIS_WEEK, make_team
from wellbeing.domain.check_ins import Absence, Kind, Tag
from wellbeing.domain.errors import (
    ImportRefusedError,
    NoClinicError,
    NotAllowedError,
)
from wellbeing.domain.keeping import NOTICE
from wellbeing.domain.people import Role, Standing
from wellbeing.domain.weeks import Week
from wellbeing.imports.check_ins import write_check_ins
from wellbeing.services import check_ins, keeping, people
from wellbeing.services.invitations import accept_invitation, invite
from wellbeing.services.loading import (
    clinic_of_operator,
    load_check_ins,
    load_my_check_ins,
    load_people,
    load_people_into,
)
from wellbeing.storage import check_in_queries, tag_queries

SAMPLES = Path(__file__).parents[2] / "data/samples"


def table(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def saved(ctx, viewer):
    with ctx.reading() as db:
        return check_in_queries.check_ins_of(db, viewer.clinic_id, viewer.person_id)


def tags(ctx, viewer):
    with ctx.reading() as db:
        return tag_queries.tags_of(db, viewer.clinic_id, viewer.person_id)


def refused(load, *given) -> tuple[str, ...]:
    with pytest.raises(ImportRefusedError) as caught:
        load(*given, dry_run=False)
    return caught.value.problems


@pytest.fixture
def past(ctx, cast, clock):
    """Alice's own weeks of every kind, as she saved them."""
    for week, kind in ((44, Kind.FULL), (45, Kind.SHORT), (46, Kind.FULL)):
        clock.turn_to(Week(2026, week))
        tapped = {"overall": 6, "exhaustion_1": 2, "sessions": 12, "used_peer": 1}
        check_ins.keep(ctx, cast.alice, Week(2026, week), tapped)
        check_ins.save(ctx, cast.alice, Week(2026, week), kind)
    clock.turn_to(THIS_WEEK)
    check_ins.not_this_week(ctx, cast.alice, THIS_WEEK, Absence.LEAVE)
    check_ins.withdraw(ctx, cast.alice, Week(2026, 44))
    return saved(ctx, cast.alice)


PEOPLE = table(
    "name,email,team,from_week,roles,leads",
    "Emil  Sato,EMIL@example.org,North,2026-W40,,",
    "Gisela Amsel,gisela@example.org,South,2026-12-07,clinician+lead,North;South",
)


def test_people_are_added_with_team_week_and_roles_and_without_a_password(ctx, cast):
    assert load_people(ctx, cast.ada, PEOPLE, dry_run=False).people == 2
    found = {p.email: p for p in people.all_people(ctx, cast.ada)}
    emil, gisela = found["emil@example.org"], found["gisela@example.org"]
    assert (emil.name, emil.standing) == ("Emil Sato", Standing.INVITED)
    assert emil.roles == {Role.CLINICIAN}
    assert [(m.team, m.from_week) for m in emil.memberships] == [
        (cast.north, Week(2026, 40))
    ]
    assert gisela.leads == {cast.north.team_id, cast.south.team_id}
    assert gisela.memberships[0].from_week == Week(2026, 50)


def test_the_sample_of_people_loads_where_its_teams_exist(ctx, cast):
    for name in ("Harbour", "Meadow", "Night desk"):
        make_team(ctx, cast.clinic, name)
    data = (SAMPLES / "people.csv").read_bytes()
    assert load_people(ctx, cast.ada, data, dry_run=False).people == 12


def test_a_dry_run_finds_the_same_and_writes_nothing(ctx, cast):
    before = people.all_people(ctx, cast.ada)
    assert load_people(ctx, cast.ada, PEOPLE, dry_run=True).people == 2
    assert people.all_people(ctx, cast.ada) == before
    again = PEOPLE.replace(b"emil", b"bob").replace(b"EMIL", b"bob")
    with pytest.raises(ImportRefusedError):
        load_people(ctx, cast.ada, again, dry_run=True)


@pytest.mark.parametrize("viewer", ["alice", "dora", "rita"])
def test_only_an_administrator_loads_people(ctx, cast, viewer):
    with pytest.raises(NotAllowedError):
        load_people(ctx, getattr(cast, viewer), PEOPLE, dry_run=True)


def test_every_line_of_people_that_cannot_be_is_told_and_none_is_written(ctx, cast):
    data = table(
        "name,email,team,from_week,roles,leads",
        "Emil Sato,emil@example.org,North,2026-W40,,",
        "Bob Again,bob@example.org,North,2026-W40,,",
        "Hana Kaya,hana@example.org,Nort,2026-W40,,",
        "Ilse Soto,ilse@example.org,Moon base,2026-W40,,",
        "Omar Desai,omar@example.org,North,2026-W40,lead,",
        "Dinah Amsel,dinah@example.org,North,2026-W40,lead,Sout",
    )
    before = people.all_people(ctx, cast.ada)
    assert refused(load_people, ctx, cast.ada, data) == (
        (
            "Line 3, column email: Somebody already has this e-mail address. "
            "Take the line out."
        ),
        (
            "Line 4, column team: There is no team “Nort”. "
            "Write “North”, or make the team first."
        ),
        (
            "Line 5, column team: There is no team “Moon base”. "
            "Make it first, or mend the name."
        ),
        "Line 6, column leads: Somebody with the role lead leads a team. Name it here.",
        (
            "Line 7, column leads: There is no team “Sout”. "
            "Write “South”, or make the team first."
        ),
    )
    assert people.all_people(ctx, cast.ada) == before


def test_one_report_tells_what_is_wrong_with_cells_and_with_what_they_name(ctx, cast):
    told = refused(
        load_people,
        ctx,
        cast.ada,
        table(
            "name,email,team,from_week,roles",
            "Emil Sato,emil@example.org,Moon base,2026-W40,",
            "Hana Kaya,no address,North,2026-W40,",
            "Bob Again,bob@example.org,North,2026-W40,",
        ),
    )
    assert [one.partition(":")[0] for one in told] == [
        "Line 2, column team",
        "Line 3, column email",
        "Line 4, column email",
    ]
    data = table(
        "email,week,overall",
        "nobody@example.org,2026-W40,7",
        "alice@example.org,2026-W40,77",
    )
    told = refused(load_check_ins, ctx, cast.clinic, data)
    assert [one.partition(":")[0] for one in told] == [
        "Line 2, column email",
        "Line 3, column overall",
    ]


def test_what_the_reader_refuses_is_reported_by_line(ctx, cast):
    data = (SAMPLES / "people_with_problems.csv").read_bytes()
    told = refused(load_people, ctx, cast.ada, data)
    assert told[0].startswith("Line 2, column team: There is no team ")
    assert told[1].startswith("Line 3, column email: ")
    assert len(told) == 10


def test_a_person_of_a_file_gets_in_by_an_invitation(ctx, cast):
    load_people(ctx, cast.ada, PEOPLE, dry_run=False)
    found = {p.email: p for p in people.all_people(ctx, cast.ada)}
    link = invite(ctx, cast.ada, found["emil@example.org"].person_id)
    token = link.rsplit("/", 1)[1]
    assert accept_invitation(ctx, token, "copper lantern drifting otter").token


def test_the_operator_needs_a_clinic_to_load_into(ctx):
    with pytest.raises(NoClinicError):
        clinic_of_operator(ctx)


def test_the_operator_loads_people_into_the_clinic_that_is_there(ctx, cast):
    clinic = clinic_of_operator(ctx)
    assert clinic == cast.clinic
    assert load_people_into(ctx, clinic, PEOPLE, dry_run=False).people == 2


WEEKS = table(
    "email,week,overall,exhaustion_1,exhaustion_2,rest,sessions,tags",
    "alice@example.org,2026-W40,7,1,2,3,18,training",
    "alice@example.org,2026-W41,5,2,3,1,,",
    "bob@example.org,2026-W40,8,0,1,4,20,",
)


def test_check_ins_of_many_are_written_with_scores_and_tags(ctx, cast):
    loaded = load_check_ins(ctx, cast.clinic, WEEKS, dry_run=False)
    assert (loaded.check_ins, loaded.people, loaded.notes) == (3, 2, ())
    first, second = saved(ctx, cast.alice)
    assert (first.week, first.context.sessions) == (Week(2026, 40), 18)
    assert first.scores["exhaustion"] == 37.5
    assert second.values()["rest"] == 1
    assert tags(ctx, cast.alice) == {Week(2026, 40): (Tag.TRAINING,)}


def test_a_dry_run_of_check_ins_writes_nothing(ctx, cast):
    assert load_check_ins(ctx, cast.clinic, WEEKS, dry_run=True).check_ins == 3
    assert saved(ctx, cast.alice) == []
    assert tags(ctx, cast.alice) == {}


def test_loading_a_file_twice_leaves_everything_out_the_second_time(ctx, cast):
    load_check_ins(ctx, cast.clinic, WEEKS, dry_run=False)
    before = saved(ctx, cast.alice)
    loaded = load_check_ins(ctx, cast.clinic, WEEKS, dry_run=False)
    assert (loaded.check_ins, loaded.people) == (0, 0)
    assert loaded.notes == tuple(
        f"Line {n} is saved already and was left out." for n in (2, 3, 4)
    )
    assert saved(ctx, cast.alice) == before


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (b"2026-W41,5,2", b"2026-W41,6,2"),
        (b"2026-W41,5,2", b"2026-W41,,2"),
        (b"7,1,2,3,18", b"7,1,2,3,19"),
    ],
    ids=["another answer", "one answer less", "another context"],
)
def test_a_week_that_contradicts_what_is_saved_stops_the_file(
    ctx, cast, written, instead
):
    load_check_ins(ctx, cast.clinic, WEEKS, dry_run=False)
    before = saved(ctx, cast.alice)
    line = 2 if b"18" in written else 3
    data = WEEKS.replace(written, instead) + b"\nbob@example.org,2026-W39,5,,,,,"
    assert refused(load_check_ins, ctx, cast.clinic, data) == (
        f"Line {line}: This contradicts what is saved for the week. Take the line out.",
    )
    assert saved(ctx, cast.alice) == before
    assert len(saved(ctx, cast.bob)) == 1


def test_a_withdrawn_week_is_not_brought_back_by_a_file(ctx, cast, past):
    data = table("email,week,overall", "alice@example.org,2026-W44,6")
    assert len(refused(load_check_ins, ctx, cast.clinic, data)) == 1
    assert saved(ctx, cast.alice) == past


def test_an_unknown_address_stops_the_file_without_being_repeated(ctx, cast):
    data = WEEKS + b"\nnobody@example.org,2026-W40,7,1,2,3,18,"
    told = refused(load_check_ins, ctx, cast.clinic, data)
    assert told == (
        (
            "Line 5, column email: Nobody in the clinic has this e-mail address. "
            "Add the person first."
        ),
    )
    assert saved(ctx, cast.alice) == []


def test_check_ins_of_somebody_who_has_left_are_loaded(ctx, cast):
    people.end_access(ctx, cast.ada, cast.bob.person_id)
    assert load_check_ins(ctx, cast.clinic, WEEKS, dry_run=False).people == 2
    assert len(saved(ctx, cast.bob)) == 1


def test_tags_are_added_and_never_removed(ctx, cast):
    load_check_ins(ctx, cast.clinic, WEEKS, dry_run=False)
    for other in (b"good_news", b""):
        data = WEEKS.replace(b"training", other)
        load_check_ins(ctx, cast.clinic, data, dry_run=False)
    noted = {Week(2026, 40): (Tag.TRAINING, Tag.GOOD_NEWS)}
    assert tags(ctx, cast.alice) == noted


def test_a_week_to_come_stops_the_file(ctx, cast):
    data = table("email,week,overall", "alice@example.org,2026-W48,6")
    assert "has not begun" in refused(load_check_ins, ctx, cast.clinic, data)[0]


def test_weeks_that_are_kept_no_longer_stop_the_file_unless_they_are_saved(ctx, cast):
    first = "email,week,overall", "alice@example.org,2026-W20,6"
    load_check_ins(ctx, cast.clinic, table(*first), dry_run=False)
    short = ctx.settings.model_copy(update={"keep_months": 6})
    ctx = replace(ctx, settings=short)
    keeping.remove_old(ctx)
    ctx.now.turn(days=NOTICE.days)
    # The app has not come to remove anything yet.
    more = "bob@example.org,2026-W22,6", "bob@example.org,2026-W23,6"
    assert refused(load_check_ins, ctx, cast.clinic, table(*first, *more)) == (
        "Line 3, column week: Nothing before 2026-W23 is kept. Take the line out.",
    )
    assert saved(ctx, cast.bob) == []
    data = table(*first, more[1])
    assert load_check_ins(ctx, cast.clinic, data, dry_run=False).check_ins == 1
    own = table(first[0], "alice@example.org,2026-W22,6")
    assert len(refused(load_my_check_ins, ctx, cast.alice, own)) == 1


def test_ones_own_download_changes_nothing_where_it_came_from(ctx, cast, past):
    data = write_check_ins(past, cast.alice.email, {LAST_WEEK: {Tag.TRAINING}})
    loaded = load_my_check_ins(ctx, cast.alice, data, dry_run=False)
    assert (loaded.check_ins, len(loaded.notes)) == (0, 4)
    assert saved(ctx, cast.alice) == past
    assert tags(ctx, cast.alice) == {LAST_WEEK: (Tag.TRAINING,)}


def test_ones_own_download_loads_back_unchanged_into_an_empty_account(ctx, cast, past):
    noted = {LAST_WEEK: {Tag.TRAINING, Tag.CRISIS}}
    data = write_check_ins(past, cast.bob.email, noted)
    assert load_my_check_ins(ctx, cast.bob, data, dry_run=False).check_ins == 4
    assert saved(ctx, cast.bob) == past
    assert tags(ctx, cast.bob) == {LAST_WEEK: (Tag.CRISIS, Tag.TRAINING)}


def test_nobody_loads_check_ins_of_another(ctx, cast, past):
    data = write_check_ins(past, cast.alice.email)
    told = refused(load_my_check_ins, ctx, cast.bob, data)
    assert len(told) == 4
    assert saved(ctx, cast.bob) == []


@pytest.mark.parametrize("viewer", ["ada", "dora", "rita"])
def test_only_a_clinician_loads_check_ins_on_the_web(ctx, cast, viewer):
    with pytest.raises(NotAllowedError):
        load_my_check_ins(ctx, getattr(cast, viewer), WEEKS, dry_run=True)

"""What is old goes when it was told to, and what goes tells nothing about anybody."""

import json
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.clinic import THIS_WEEK, TUESDAY, give_keys, make_person
from tests.counted_clinic import House
from tests.peers import pair
from tests.second_factors import just_proved
from tests.studies import STUDY, open_study, with_folders
from wellbeing.cli.main import main
from wellbeing.domain.audit import Event
from wellbeing.domain.check_ins import SupportUsed, Tag
from wellbeing.domain.keeping import NOTICE
from wellbeing.domain.people import Role, Standing
from wellbeing.domain.support import SupportEntry
from wellbeing.domain.weeks import Week
from wellbeing.services import (
    closing,
    consents,
    keeping,
    my_weeks,
    people,
    small_successes,
    studies,
)
from wellbeing.services.accounts import begin_session, viewer_of_token
from wellbeing.services.closing import ReleasesMissingError
from wellbeing.storage import (
    audit_queries,
    people_queries,
    support_queries,
    tag_queries,
)
from wellbeing.storage.keeping_queries import RATINGS, TEXTS
from wellbeing.storage.metadata import METADATA
from wellbeing.storage.private_text_queries import texts_of
from wellbeing.storage.schema import RELEASES, move

MONTHS = 6
OLD = THIS_WEEK.plus(-34)
"""Long past what the clinic of these tests keeps."""
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

ELSEWHERE = {
    # Each goes by another rule, which stands where it is carried out.
    "audit_record": "after two years (audit.drop_old_records)",
    "audit_end": "is one row a clinic",
    "bundle": "stays: the ledger of bundles",
    "bundle_recall": "stays: the ledger of bundles",
    "provider_visit": "when it cannot be used any more (identity_queries)",
    "draft": "when its week closes (forgetting.forget_old)",
    "gathering": "some time after it is over (gathering_offers.tidy)",
    "gathering_joined": "with the gathering",
    "invitation": "when it has ended (keeping_queries.drop_useless_links)",
    "panel_member": "when the next quarter but one begins (closing_queries.put_panels)",
    "setup_link": "when the clinic is set up",
    "reminder_message": "after eight weeks (reminder_sending)",
    "reminder_stop_link": "after some weeks (reminder_sending)",
    "response_draft": "when its round is over (forgetting.forget_old)",
    "sign_in_attempt": "after a day (forgetting.forget_old)",
    "study_token": "when it has ended (keeping_queries.drop_useless_links)",
    "web_session": "when it has ended (forgetting.forget_old)",
}
PARTS = {"answer", "response_answer", "response_score", "support_entry"}
"""What goes with the row of the week that it belongs to."""
UNTIL_DELETED = {
    "peer_note": "a text; 30 days after its reader has left",
    "peer_round": "a week of the clinic, of nobody",
    "private_text": "a text; 30 days after its author has left",
    "study_offer": "until it is taken or withdrawn, or the account goes",
    "study_consent": "until it is taken back, or the account goes",
    "team_action": "what a lead says about a group stays beside its figures",
}


@pytest.fixture
def ctx(ctx):
    """A clinic that keeps ratings for half a year: fewer periods to close."""
    return with_setting(ctx, keep_months=MONTHS)


def count(ctx, name):
    with ctx.reading() as db:
        table = METADATA.tables[name]
        return db.scalar(sa.select(sa.func.count()).select_from(table))


def everything(ctx):
    with ctx.reading() as db:
        return [
            sorted(map(repr, db.execute(sa.select(table))))
            for table in METADATA.tables.values()
        ]


def weeks_in(ctx, name, viewer):
    table = METADATA.tables[name]
    with ctx.reading() as db:
        mine = sa.select(table.c.week).where(table.c.person_id == viewer.person_id)
        return sorted(set(db.scalars(mine)))


def recorded(ctx, event):
    with ctx.reading() as db:
        table = METADATA.tables["audit_record"]
        found = sa.select(table.c.about).where(table.c.event == event)
        return list(db.scalars(found.order_by(table.c.number)))


def tell(ctx):
    """Let the app announce how long it keeps things, and let the notice pass."""
    keeping.remove_old(ctx)
    ctx.now.turn(days=NOTICE.days)


def with_setting(ctx, **values):
    return replace(ctx, settings=ctx.settings.model_copy(update=values))


@pytest.fixture
def house(ctx, clock) -> House:
    """Three people whose first weeks are older than what is kept."""
    made = House(ctx, clock, size=3)
    for week in (OLD, OLD.plus(1), THIS_WEEK.plus(-1)):
        made.answer(made.people, week)
    return made


def test_old_weeks_stay_until_the_notice_has_passed_and_then_go(ctx, house):
    alice = house.people[0]
    keeping.remove_old(ctx)
    assert len(weeks_in(ctx, "check_in", alice)) == 3
    told = keeping.my_keeping(ctx, alice)
    assert told.rule is None
    assert told.ahead is not None
    assert (told.oldest, told.goes_on) == (OLD, TUESDAY.date() + NOTICE)
    assert not told.is_held
    ctx.now.turn(days=NOTICE.days - 1)
    keeping.remove_old(ctx)
    assert len(weeks_in(ctx, "check_in", alice)) == 3
    ctx.now.turn(days=1)
    keeping.remove_old(ctx)
    assert weeks_in(ctx, "check_in", alice) == [str(THIS_WEEK.plus(-1))]
    assert weeks_in(ctx, "answer", alice) == [str(THIS_WEEK.plus(-1))]


@ON_SQLITE
def test_a_week_goes_on_the_day_that_its_person_was_told(ctx, house):
    alice = house.people[0]
    house.answer([alice], THIS_WEEK.plus(-18))
    tell(ctx)
    keeping.remove_old(ctx)
    told = keeping.my_keeping(ctx, alice)
    assert told.oldest == THIS_WEEK.plus(-18)
    assert told.goes_on is not None
    ctx.now.instant = TUESDAY.replace(
        year=told.goes_on.year, month=told.goes_on.month, day=told.goes_on.day
    ) - timedelta(days=1)
    keeping.remove_old(ctx)
    assert str(told.oldest) in weeks_in(ctx, "check_in", alice)
    ctx.now.turn(days=1)
    keeping.remove_old(ctx)
    assert str(told.oldest) not in weeks_in(ctx, "check_in", alice)


def test_what_goes_with_a_week_goes_of_everybody_and_nothing_newer(ctx, cast):
    alice, bob = cast.alice, cast.bob
    pair(ctx, alice, bob)
    entry = SupportEntry(kind=SupportUsed.PEER, lasted=None, helped=3)
    own = alice.clinic_id, alice.person_id
    both = {"clinic_id": own[0], "peer_id": bob.person_id, "person_id": own[1]}
    first, second = sorted((alice.person_id, bob.person_id))
    two = {"clinic_id": own[0], "first_id": first, "second_id": second}
    record = both | {"guide": "weekly", "areas": "", "given": "", "received": ""}
    with ctx.writing() as db:
        for week in (OLD, THIS_WEEK):
            support_queries.put_week(db, *own, week, [entry])
            tag_queries.put_tags(db, *own, week, [Tag.CRISIS])
            written = {"week": str(week)}
            for name, row in (
                ("peer_contact", two),
                ("peer_record", record),
                ("peer_sentence", both | {"own": True, "sealed": b"x"}),
                ("peer_note", both | {"sealed": b"x"}),
            ):
                db.execute(METADATA.tables[name].insert().values(**row, **written))
    tell(ctx)
    keeping.remove_old(ctx)
    for name in (*("support_week", "support_entry", "week_tag"), "peer_record"):
        assert weeks_in(ctx, name, alice) == [str(THIS_WEEK)]
    assert count(ctx, "peer_contact") == 1
    assert count(ctx, "peer_pair") == 1
    # A kind note is a text: it stays until its reader deletes it.
    assert len(weeks_in(ctx, "peer_note", alice)) == 2


def test_a_second_time_and_two_at_once_change_nothing_and_record_nothing(ctx, house):
    assert house.people
    tell(ctx)
    both = [threading.Thread(target=keeping.remove_old, args=(ctx,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    keeping.remove_old(ctx)
    assert len(recorded(ctx, Event.OLD_DATA_REMOVED)) == 1
    assert len(recorded(ctx, Event.KEEPING_CHANGED)) == 1
    with ctx.reading() as db:
        assert audit_queries.faults_of_chain(db) == []


@ON_SQLITE
def test_the_record_is_the_same_whether_or_not_anybody_had_anything(ctx, cast, clock):
    tell(ctx)
    keeping.remove_old(ctx)
    assert count(ctx, "check_in") == 0
    # On 15 December six months are kept: from the first Monday of June on.
    assert recorded(ctx, Event.OLD_DATA_REMOVED) == ["before 2026-W23"]
    clock.turn_to(Week(2027, 1))
    keeping.remove_old(ctx)
    assert recorded(ctx, Event.OLD_DATA_REMOVED) == [
        "before 2026-W23",
        "before 2026-W28",
    ]
    assert cast.clinic.name not in str(recorded(ctx, Event.OLD_DATA_REMOVED))


@ON_SQLITE
def test_a_dry_run_changes_nothing_and_tells_no_small_count(ctx, house):
    tell(ctx)
    before = everything(ctx)
    found = keeping.what_would_go(ctx)
    assert everything(ctx) == before
    assert found.rule is not None
    assert set(found.sizes) == set(RATINGS.values())
    assert found.sizes["check_ins"] == "fewer than 10"
    assert found.leavers == "fewer than 10"
    for n in range(3, 10):
        house.answer(house.people[:1], OLD.plus(n))
    assert keeping.what_would_go(ctx).sizes["check_ins"] == "about 10"


@ON_SQLITE
def test_before_the_first_announcement_and_without_a_clinic_nothing_would_go(ctx):
    assert keeping.what_would_go(ctx).before is None
    keeping.remove_old(ctx)
    make_person(ctx, House(ctx, ctx.now, size=0).clinic, "Zoe", Role.CLINICIAN)
    assert keeping.what_would_go(ctx).before is None


@pytest.fixture
def counted(ctx, clock) -> House:
    """Twelve people with a figure of every period since long ago."""
    made = House(ctx, clock)
    for week in OLD.through(THIS_WEEK)[::4]:
        made.answer(made.people, week)
    closing.close(ctx)
    return made


@ON_SQLITE
def test_the_figures_of_leads_stay_as_they_are_and_closing_goes_on(ctx, counted):
    before = counted.figures()
    tell(ctx)
    keeping.remove_old(ctx)
    assert weeks_in(ctx, "check_in", counted.people[0])[0] > str(OLD)
    now = counted.figures()
    assert {key: now[key] for key in before} == before
    counted.answer(counted.people, THIS_WEEK.plus(4))
    ctx.now.turn(weeks=8)
    assert closing.close(ctx)


@ON_SQLITE
def test_nothing_goes_while_figures_cannot_be_made(ctx, counted):
    tell(ctx)
    before = count(ctx, "check_in")
    move(ctx.releases, "base", down=True, schema=RELEASES)
    move(ctx.releases, "head", schema=RELEASES)
    with pytest.raises(ReleasesMissingError):
        keeping.remove_old(ctx)
    assert count(ctx, "check_in") == before
    assert counted.people


@ON_SQLITE
def test_own_weeks_read_as_if_they_had_begun_with_the_oldest_that_is_left(ctx, clock):
    house = House(ctx, clock, size=1)
    [alice] = house.people
    kept = []
    for n in range(-34, 0):
        week = THIS_WEEK.plus(n)
        house.answer([alice], week, overall=3 + n % 4)
        kept.append(week)
    tell(ctx)
    keeping.remove_old(ctx)
    left = weeks_in(ctx, "check_in", alice)
    first = min(week for week in kept if str(week) in left)
    shown = my_weeks.my_weeks(ctx, alice, period=my_weeks.Period.ALL)
    assert shown.weeks[0] == first
    assert shown.meaning is not None
    my_weeks.reset_baseline(ctx, alice, first)
    again = my_weeks.my_weeks(ctx, alice, period=my_weeks.Period.ALL)
    assert again.panels == shown.panels


@pytest.fixture
def study_ctx(ctx, tmp_path):
    return with_folders(ctx, tmp_path)


def test_a_study_that_is_not_frozen_keeps_the_weeks_it_asks_for_and_no_others(
    study_ctx, cast, clock
):
    ctx = study_ctx
    house = House.__new__(House)
    house.ctx, house.clinic = ctx, cast.clinic
    weeks = [OLD, OLD.plus(1), OLD.plus(2)]
    for week in weeks:
        house.answer([cast.alice, cast.bob], week)
    # Frozen in the midst of a month, of which it is recorded already.
    freeze = TUESDAY.date() + timedelta(days=35)
    open_study(
        ctx, cast, from_week=OLD.plus(1), through_week=OLD.plus(1), freeze_date=freeze
    )
    consents.agree(ctx, cast.alice, STUDY, 1)
    tell(ctx)
    keeping.remove_old(ctx)
    assert weeks_in(ctx, "check_in", cast.alice) == [str(OLD.plus(1))]
    assert weeks_in(ctx, "check_in", cast.bob) == []
    told = keeping.my_keeping(ctx, cast.alice)
    assert (told.oldest, told.is_held) == (OLD.plus(1), True)
    recorded_once = recorded(ctx, Event.OLD_DATA_REMOVED)
    assert len(recorded_once) == 1
    clock.turn(days=8)
    keeping.remove_old(ctx)
    assert weeks_in(ctx, "check_in", cast.alice) == []
    assert recorded(ctx, Event.OLD_DATA_REMOVED) == recorded_once


@ON_SQLITE
def test_a_study_that_was_ended_early_keeps_no_weeks_any_more(study_ctx, cast):
    ctx = study_ctx
    house = House.__new__(House)
    house.ctx, house.clinic = ctx, cast.clinic
    house.answer([cast.alice], OLD)
    freeze = TUESDAY.date() + timedelta(days=100)
    open_study(ctx, cast, from_week=OLD, through_week=OLD, freeze_date=freeze)
    consents.agree(ctx, cast.alice, STUDY, 1)
    tell(ctx)
    keeping.remove_old(ctx)
    assert weeks_in(ctx, "check_in", cast.alice) == [str(OLD)]
    with ctx.writing() as db:
        token = begin_session(
            ctx, db, cast.clinic.clinic_id, cast.ada.person_id, proved=True
        )
    studies.close_study(ctx, viewer_of_token(ctx, token), STUDY)
    keeping.remove_old(ctx)
    assert weeks_in(ctx, "check_in", cast.alice) == []


@ON_SQLITE
def test_old_weeks_that_come_within_a_month_go_and_are_not_recorded_again(ctx, house):
    tell(ctx)
    keeping.remove_old(ctx)
    alice = house.people[0]
    house.answer([alice], OLD)
    before = recorded(ctx, Event.OLD_DATA_REMOVED)
    keeping.remove_old(ctx)
    assert str(OLD) not in weeks_in(ctx, "check_in", alice)
    assert recorded(ctx, Event.OLD_DATA_REMOVED) == before


def test_texts_and_keys_of_somebody_who_left_go_after_thirty_days(ctx, cast):
    tell(ctx)
    this = ctx.this_week(cast.clinic)
    for one in (cast.alice, cast.bob):
        keys = give_keys(ctx, one)
        small_successes.note_success(ctx, one, keys, this, "A calm hour")
    just_proved(ctx, cast.ada)
    people.end_access(ctx, cast.ada, cast.alice.person_id)
    keeping.remove_old(ctx)
    ctx.now.turn(days=29)
    keeping.remove_old(ctx)
    assert len(texts(ctx, cast.alice)) == 1
    ctx.now.turn(days=1)
    keeping.remove_old(ctx)
    assert texts(ctx, cast.alice) == []
    assert len(texts(ctx, cast.bob)) == 1
    for name in TEXTS:
        assert holds_nothing_of(ctx, name, cast.alice)
    assert "texts" in recorded(ctx, Event.OLD_DATA_REMOVED)


def texts(ctx, viewer):
    with ctx.reading() as db:
        table = METADATA.tables["private_text"]
        kinds = sa.select(table.c.kind).where(table.c.person_id == viewer.person_id)
        found = set(db.scalars(kinds))
        own = viewer.clinic_id, viewer.person_id
        return [text for kind in found for text in texts_of(db, *own, kind)]


def holds_nothing_of(ctx, name, viewer):
    table = METADATA.tables[name]
    with ctx.reading() as db:
        mine = sa.select(1).where(table.c.person_id == viewer.person_id)
        return db.execute(mine).first() is None


def leave_a_text(ctx, cast):
    """Let alice note something and leave, and the job see that she has left."""
    tell(ctx)
    keys = give_keys(ctx, cast.alice)
    this = ctx.this_week(cast.clinic)
    small_successes.note_success(ctx, cast.alice, keys, this, "A calm hour")
    just_proved(ctx, cast.ada)
    people.end_access(ctx, cast.ada, cast.alice.person_id)
    keeping.remove_old(ctx)


@ON_SQLITE
def test_whoever_is_let_in_again_in_time_keeps_their_texts(ctx, cast):
    leave_a_text(ctx, cast)
    ctx.now.turn(days=20)
    with ctx.writing() as db:
        own = cast.clinic.clinic_id, cast.alice.person_id
        people_queries.set_standing(db, *own, Standing.ACTIVE)
    keeping.remove_old(ctx)
    ctx.now.turn(days=20)
    keeping.remove_old(ctx)
    assert len(texts(ctx, cast.alice)) == 1
    # Leaving a second time, the days are counted from then.
    with ctx.writing() as db:
        token = begin_session(
            ctx, db, cast.clinic.clinic_id, cast.ada.person_id, proved=True
        )
    people.end_access(ctx, viewer_of_token(ctx, token), cast.alice.person_id)
    keeping.remove_old(ctx)
    assert len(texts(ctx, cast.alice)) == 1


def let_in_at_the_last_look(ctx, viewer):
    """Let an administrator undo it just before it is asked a last time who has left."""
    person = METADATA.tables["person"]
    active = sa.update(person).where(person.c.person_id == viewer.person_id)

    def undo(db, _cursor, statement, *_rest):
        if statement.startswith("SELECT person.standing"):
            db.execute(active.values(standing=Standing.ACTIVE))

    sa.event.listen(ctx.engine, "before_cursor_execute", undo)
    return undo


@ON_SQLITE
@pytest.mark.parametrize("days", [30, 800])
def test_whoever_is_let_in_while_the_job_runs_keeps_texts_and_account(ctx, cast, days):
    leave_a_text(ctx, cast)
    ctx.now.turn(days=days)
    undo = let_in_at_the_last_look(ctx, cast.alice)
    keeping.remove_old(ctx)
    sa.event.remove(ctx.engine, "before_cursor_execute", undo)
    assert len(texts(ctx, cast.alice)) == 1
    assert any(p.name == "Alice" for p in people.all_people(ctx, cast.ada))
    assert recorded(ctx, Event.ACCOUNT_DELETED) == []


@ON_SQLITE
def test_the_account_of_somebody_who_left_goes_with_their_last_week(ctx, cast):
    tell(ctx)
    just_proved(ctx, cast.ada)
    people.end_access(ctx, cast.ada, cast.alice.person_id)
    keeping.remove_old(ctx)
    left = ctx.now().date()
    assert left == date(2026, 12, 15)
    ctx.now.instant = TUESDAY.replace(year=2027, month=6, day=30)
    keeping.remove_old(ctx)
    assert any(p.name == "Alice" for p in people.all_people(ctx, cast.ada))
    ctx.now.turn(days=1)
    keeping.remove_old(ctx)
    everybody = people.all_people(ctx, cast.ada)
    assert not any(p.name == "Alice" for p in everybody)
    assert all(p.standing is Standing.ACTIVE for p in everybody)
    assert recorded(ctx, Event.ACCOUNT_DELETED) == [""]


@ON_SQLITE
def test_a_stricter_setting_is_told_first_and_a_longer_one_holds_at_once(ctx, house):
    alice = house.people[0]
    longer = with_setting(ctx, keep_months=24)
    tell(longer)
    keeping.remove_old(longer)
    keeping.remove_old(ctx)
    told = keeping.my_keeping(ctx, alice)
    assert told.rule is not None
    assert told.ahead is not None
    assert (told.rule.months, told.ahead.months) == (24, MONTHS)
    assert told.goes_on == told.ahead.from_day
    assert str(OLD) in weeks_in(ctx, "check_in", alice)
    keeping.remove_old(longer)
    assert keeping.my_keeping(ctx, alice).ahead is None
    tell(ctx)
    keeping.remove_old(ctx)
    assert str(OLD) not in weeks_in(ctx, "check_in", alice)
    told_again = [about.split(",")[0] for about in recorded(ctx, Event.KEEPING_CHANGED)]
    assert told_again == ["24 months", "6 months", "24 months", "6 months"]


@ON_SQLITE
def test_drafts_sessions_and_links_go_though_nobody_signs_in(ctx, cast):
    own = {"clinic_id": cast.clinic.clinic_id, "person_id": cast.alice.person_id}
    with ctx.writing() as db:
        db.execute(
            METADATA.tables["invitation"].insert(),
            own | {"token_hash": "f" * 64, "expires_at": ctx.now()},
        )
        db.execute(
            METADATA.tables["draft"].insert(),
            own | {"week": str(THIS_WEEK.plus(-9)), "field": "rest", "value": 1},
        )
    ctx.now.turn(days=40)
    keeping.remove_old(ctx)
    for name in ("invitation", "draft", "web_session"):
        assert count(ctx, name) == 0


def test_what_is_said_to_go_with_its_reader_or_author_is_among_what_goes():
    told = {name for name, why in UNTIL_DELETED.items() if why.startswith("a text")}
    assert told == {"peer_note", "private_text"}
    assert told < set(TEXTS)


def test_every_table_has_a_time_after_which_its_rows_go_or_somebody_they_belong_to():
    """A table with a week, or without an owner, needs a decision: see above."""
    for name, table in METADATA.tables.items():
        owners = {key.column.table.name for key in table.foreign_keys}
        assert owners or name in ELSEWHERE or name == "clinic", name
        if "week" in table.c:
            assert name in {*RATINGS, *ELSEWHERE, *PARTS, *UNTIL_DELETED}, name


@ON_SQLITE
def test_a_lead_and_an_administrator_are_told_what_everybody_is(ctx, cast):
    keeping.remove_old(ctx)
    found = [keeping.my_keeping(ctx, one) for one in (cast.dora, cast.ada, cast.alice)]
    assert found[0] == found[1] == found[2]


@ON_SQLITE
def test_the_command_tells_first_and_then_does_it(
    ctx, house, migrated_database_url, monkeypatch, capsys
):
    def run(*arguments):
        capsys.readouterr()
        assert main(["remove-old", *arguments]) == 0
        return capsys.readouterr().out

    monkeypatch.setenv("WELLBEING_DATABASE_URL", migrated_database_url)
    monkeypatch.setenv("WELLBEING_KEEP_MONTHS", str(MONTHS))
    assert "Nothing goes yet" in run("--dry-run")
    keeping.remove_old(ctx)
    # For the command it is the real today: make the rule hold since long ago.
    with ctx.writing() as db:
        rule = METADATA.tables["keeping_rule"]
        db.execute(rule.update().values(from_day=date(2020, 1, 1)))
    told = run("--dry-run")
    assert "check ins: fewer than 10" in told
    assert str(OLD) in weeks_in(ctx, "check_in", house.people[0])
    found = json.loads(run("--dry-run", "--json"))
    assert (found["keep_months"], found["removed"]) == (MONTHS, False)
    assert "All tables were written anew" in run("--rewrite")
    assert str(OLD) not in weeks_in(ctx, "check_in", house.people[0])

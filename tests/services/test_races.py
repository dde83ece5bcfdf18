"""Two tabs, two people, fifty people: at the same moment, on both databases."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tests.clinic import PASSWORD, THIS_WEEK, make_clinic, make_person
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.errors import LastAdministratorError
from wellbeing.domain.people import Role
from wellbeing.services import accounts, check_ins, my_keys, people
from wellbeing.services.passwords import hash_token
from wellbeing.storage import account_queries, people_queries
from wellbeing.storage.check_in_tables import AnswerRow, CheckInRow

ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def at_once(*actions):
    """Do things at the same moment; return what each returned."""
    together = threading.Barrier(len(actions))

    def one(action):
        together.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [f.result() for f in [pool.submit(one, a) for a in actions]]


def wait_for_locks(ctx, waiting):
    """Wait until so many transactions of this database wait for a lock."""
    statement = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    for _ in range(200):
        with ctx.reading() as db:
            if db.exec_driver_sql(statement).scalar() >= waiting:
                return
        time.sleep(0.05)
    pytest.fail("nobody waits")


def count(ctx, table):
    with ctx.reading() as db:
        return len(db.execute(select(table.__table__)).all())


def test_two_tabs_that_save_at_once_make_one_check_in(ctx, cast):
    check_ins.keep(ctx, cast.alice, THIS_WEEK, {"overall": 6, "rest": 2})

    def save():
        return check_ins.save(ctx, cast.alice, THIS_WEEK, Kind.FULL).values()

    assert at_once(*[save] * 4) == [{"overall": 6, "rest": 2}] * 4
    assert (count(ctx, CheckInRow), count(ctx, AnswerRow)) == (1, 16)


def test_taps_of_two_tabs_on_different_items_all_stay(ctx, cast):
    items = [q.id for q in ctx.questions.asked_in(THIS_WEEK)]
    at_once(
        *[
            lambda item=item: check_ins.keep(ctx, cast.alice, THIS_WEEK, {item: 3})
            for item in items
        ]
    )
    assert check_ins.check_in_form(ctx, cast.alice).fields == dict.fromkeys(items, 3)


def test_a_tap_that_arrives_while_saving_is_never_lost(ctx, cast):
    alice = cast.alice
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 5})
    for n in range(15):
        value = n % 5
        at_once(
            lambda: check_ins.save(ctx, alice, THIS_WEEK, Kind.FULL),
            lambda value=value: check_ins.keep(ctx, alice, THIS_WEEK, {"rest": value}),
            lambda value=value: check_ins.keep(
                ctx, alice, THIS_WEEK, {"support": value}
            ),
        )
        found = check_ins.check_in_form(ctx, alice).fields
        assert found == {"overall": 5, "rest": value, "support": value}


@ON_POSTGRESQL
def test_a_tap_between_taking_the_draft_and_the_commit_stays_a_draft(ctx, cast):
    alice = cast.alice
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 5})
    check_ins.save(ctx, alice, THIS_WEEK, Kind.FULL)
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 6})
    with ThreadPoolExecutor(2) as pool:
        with ctx.writing() as db:  # holds up the save after it has taken the draft
            db.execute(select(CheckInRow.week).with_for_update())
            saving = pool.submit(check_ins.save, ctx, alice, THIS_WEEK, Kind.FULL)
            wait_for_locks(ctx, 1)
            tapping = pool.submit(
                check_ins.keep, ctx, alice, THIS_WEEK, {"rest": 1, "overall": 7}
            )
            wait_for_locks(ctx, 2)
        saving.result()
        tapping.result()
    form = check_ins.check_in_form(ctx, alice)
    assert form.fields == {"overall": 7, "rest": 1}


@ON_POSTGRESQL
def test_what_one_tab_withdraws_does_not_come_back_through_another(ctx, cast):
    alice = cast.alice
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 5})
    check_ins.save(ctx, alice, THIS_WEEK, Kind.FULL)
    with ThreadPoolExecutor(2) as pool:
        with ctx.writing() as db:  # holds both up just before they write
            db.execute(select(CheckInRow.week).with_for_update())
            withdrawing = pool.submit(check_ins.withdraw, ctx, alice, THIS_WEEK)
            wait_for_locks(ctx, 1)
            check_ins.keep(ctx, alice, THIS_WEEK, {"rest": 1})
            saving = pool.submit(check_ins.save, ctx, alice, THIS_WEEK, Kind.FULL)
            wait_for_locks(ctx, 2)
        withdrawing.result()
        saving.result()
    assert check_ins.check_in_form(ctx, alice).fields == {"rest": 1}


@ON_POSTGRESQL
def test_recovering_takes_the_locks_in_the_order_of_signing_in(ctx, cast):
    """First the tries, then the person: the other way round two could deadlock."""
    code = my_keys.new_recovery_code(ctx, cast.alice, password=PASSWORD)
    given = {"email": cast.alice.email, "code": code, "address": ""}

    def recover():
        return my_keys.recover(ctx, password="seven quiet harbours", **given)[0]

    def hold_tries():
        with ctx.writing() as db:
            account_queries.lock_attempts(db)

    with ThreadPoolExecutor(2) as pool:
        with ctx.writing() as db:
            own = cast.clinic.clinic_id, cast.alice.person_id
            people_queries.lock_person(db, *own)
            recovering = pool.submit(recover)
            wait_for_locks(ctx, 1)
            holding = pool.submit(hold_tries)
            wait_for_locks(ctx, 2)
        assert recovering.result()
        holding.result()


@ON_POSTGRESQL
def test_two_administrators_who_resign_at_once_do_not_both_go(ctx, cast):
    boss = make_person(ctx, cast.clinic, "Ben", Role.ADMINISTRATOR, leads=(cast.north,))
    with ctx.writing() as db:
        people_queries.set_leads(
            db, cast.clinic.clinic_id, cast.ada.person_id, [cast.north.team_id]
        )

    def resign(viewer):
        try:
            people.set_roles(ctx, viewer, viewer.person_id, roles=[])
        except LastAdministratorError:
            return "stays"
        return "gone"

    with ThreadPoolExecutor(2) as pool:
        with ctx.writing() as db:  # holds both up after they gave up their role
            db.exec_driver_sql("SELECT 1 FROM team_lead FOR UPDATE")
            both = [pool.submit(resign, v) for v in (boss, cast.ada)]
            wait_for_locks(ctx, 2)
        found = sorted(f.result() for f in both)
    assert found == ["gone", "stays"]


@ON_POSTGRESQL
def test_two_administrators_who_move_somebody_at_once_leave_them_in_one_team(ctx, cast):
    boss = make_person(ctx, cast.clinic, "Ben", Role.ADMINISTRATOR)
    alice, south = cast.alice.person_id, cast.south.team_id
    with ThreadPoolExecutor(2) as pool:
        with ctx.writing() as db:  # holds both up before they end the old membership
            db.exec_driver_sql("SELECT 1 FROM membership FOR UPDATE")
            both = [
                pool.submit(people.move, ctx, viewer, alice, south, THIS_WEEK.plus(n))
                for viewer, n in ((boss, 1), (cast.ada, 2))
            ]
            wait_for_locks(ctx, 2)
        for one in both:
            one.result()
    found = next(p for p in people.all_people(ctx, boss) if p.person_id == alice)
    ahead = [m for m in found.memberships if m.to_week is None]
    assert len(ahead) == 1


def test_colleagues_behind_one_address_sign_in_at_once_and_are_forgiven(ctx, cast):
    colleagues = (cast.alice, cast.bob, cast.charlie, cast.dora)
    at_once(
        *[
            lambda v=v: accounts.sign_in(
                ctx, email=v.email, password=PASSWORD, address="192.0.2.7"
            )
            for v in colleagues
        ]
    )
    key = hash_token("address 192.0.2.7")
    with ctx.reading() as db:
        counted = account_queries.attempts(db, cast.clinic.clinic_id, key)
    assert counted is None or counted.failures == 0


def test_fifty_people_who_save_in_the_same_second_have_fifty_check_ins(ctx):
    clinic = make_clinic(ctx)
    everybody = [
        make_person(ctx, clinic, f"Person{n}", Role.CLINICIAN) for n in range(50)
    ]
    for n, viewer in enumerate(everybody):
        fields = {"overall": n % 10 + 1, "rest": n % 5}
        check_ins.keep(ctx, viewer, THIS_WEEK, fields)
    at_once(
        *[lambda v=v: check_ins.save(ctx, v, THIS_WEEK, Kind.FULL) for v in everybody]
    )
    assert (count(ctx, CheckInRow), count(ctx, AnswerRow)) == (50, 50 * 16)
    for n, viewer in enumerate(everybody):
        saved = check_ins.check_in_form(ctx, viewer).saved
        assert saved is not None
        assert saved.values() == {"overall": n % 10 + 1, "rest": n % 5}

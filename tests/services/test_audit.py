"""The audit record: whole, kept by the database, and read by whom it concerns."""

import re
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.clinic import PASSWORD
from wellbeing.domain.audit import FIRST_SEAL, PRIVATE, Event, next_record
from wellbeing.domain.errors import NotAllowedError
from wellbeing.domain.ids import ClinicId, PersonId, new_id
from wellbeing.domain.people import Role
from wellbeing.services import accounts, audit, invitations, people
from wellbeing.storage import audit_queries
from wellbeing.storage.verification import verify


def note(ctx, viewer, event=Event.RULES_CHANGED, **told):
    with ctx.writing() as db:
        audit.note(ctx, db, viewer, event, **told)


def faults(ctx):
    with ctx.reading() as db:
        return audit_queries.faults_of_chain(db)


def without_refusals(ctx, *statements):
    """Do what somebody with the database in hand can do: drop the triggers first."""
    if ctx.engine.dialect.name == "sqlite":
        drops = [
            "DROP TRIGGER no_update_of_audit_record",
            "DROP TRIGGER no_delete_of_audit_record",
        ]
    else:
        drops = [
            "DROP TRIGGER no_update_of_audit_record ON audit_record",
            "DROP TRIGGER no_delete_of_audit_record ON audit_record",
        ]
    with ctx.writing() as db:
        for statement in (*drops, *statements):
            db.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_record SET about = 'other'",
        "UPDATE audit_record SET actor = NULL",
        "DELETE FROM audit_record",
        "DELETE FROM audit_record WHERE number = 2",
    ],
)
def test_the_database_refuses_to_change_or_drop_a_record(ctx, cast, statement):
    for _ in range(3):
        note(ctx, cast.ada)
    with pytest.raises(sa.exc.IntegrityError, match="only grows"), ctx.writing() as db:
        db.exec_driver_sql(statement)
    assert faults(ctx) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_record SET about = 'other' WHERE number = 2", "changed at .* 2"),
        ("UPDATE audit_record SET actor = NULL WHERE number = 3", "changed at .* 3"),
        ("DELETE FROM audit_record WHERE number = 2", "changed at .* 2"),
        ("DELETE FROM audit_record WHERE number = 1", "changed at .* 1"),
        ("DELETE FROM audit_record WHERE number = 4", "cut off after number 3"),
        ("DELETE FROM audit_record", "cut off after number 0"),
        ("DELETE FROM audit_end", "cut off after number 4"),
        (
            "UPDATE audit_record SET number = 9 WHERE number = 4",
            "changed at number 4",
        ),
    ],
)
def test_a_chain_that_was_tampered_with_is_noticed(ctx, cast, statement, found):
    for n in range(4):
        note(ctx, cast.ada, about=f"2026-W{n + 10}")
    assert faults(ctx) == []
    without_refusals(ctx, statement)
    (told,) = faults(ctx)
    assert re.search(found, told)


def test_verify_says_when_the_record_is_not_kept_from_change(door_ctx, cast):
    note(door_ctx, cast.ada)
    without_refusals(door_ctx)
    checks = verify(door_ctx.engine, door_ctx.releases, door_ctx.door)
    (check,) = [c for c in checks if c.name == "ledgers"]
    assert not check.fine


def test_a_record_noted_down_is_found_again(ctx, cast):
    note(ctx, cast.ada)
    end = audit.audit_record(ctx, cast.ada).end
    assert end is not None
    number, seal = end
    note(ctx, cast.ada)
    assert audit.seal_ends_with(ctx, cast.ada, number, seal[-12:].upper())
    assert not audit.seal_ends_with(ctx, cast.ada, number, "0" * 12)
    assert not audit.seal_ends_with(ctx, cast.ada, number, seal[-3:])
    assert not audit.seal_ends_with(ctx, cast.ada, 99, seal[-12:])


def test_records_of_two_at_once_make_one_chain(ctx, cast):
    barrier = threading.Barrier(8)

    def write():
        barrier.wait()
        note(ctx, cast.ada)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults(ctx) == []
    numbers = [one.record.number for one in audit.audit_record(ctx, cast.ada).records]
    assert numbers == [8, 7, 6, 5, 4, 3, 2, 1]


def test_what_is_undone_leaves_no_record(ctx, cast):
    def fail_after_noting():
        with ctx.writing() as db:
            audit.note(ctx, db, cast.ada, Event.RULES_CHANGED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_noting()
    assert audit.audit_record(ctx, cast.ada).end is None


def test_signing_in_is_recorded_once_a_day(ctx, cast, clock):
    for _ in range(3):
        note(ctx, cast.dora, Event.SIGNED_IN)
    assert len(audit.my_records(ctx, cast.dora)) == 1
    clock.turn(days=1)
    note(ctx, cast.dora, Event.SIGNED_IN)
    assert len(audit.my_records(ctx, cast.dora)) == 2


@pytest.mark.parametrize("event", sorted(PRIVATE))
def test_that_somebody_who_only_checks_in_was_there_is_not_recorded(ctx, cast, event):
    note(ctx, cast.ada)
    before = audit.audit_record(ctx, cast.ada)
    note(ctx, cast.alice, event)
    assert audit.my_records(ctx, cast.alice) == ()
    assert audit.audit_record(ctx, cast.ada) == before
    # Nor does it come to light when they get another role.
    roles = [Role.CLINICIAN, Role.REPRESENTATIVE]
    people.set_roles(ctx, cast.ada, cast.alice.person_id, roles=roles)
    events = {one.record.event for one in audit.audit_record(ctx, cast.ada).records}
    assert events == {Event.RULES_CHANGED, Event.ROLES_CHANGED}


def test_signing_in_for_real_leaves_no_trace_of_who_only_checks_in(ctx, cast):
    for viewer in (cast.alice, cast.dora):
        given = {"email": viewer.email, "password": PASSWORD}
        accounts.sign_in(ctx, **given, address="192.0.2.1")
    seen = audit.audit_record(ctx, cast.ada).records
    assert [one.actor for one in seen] == ["Dora"]


def test_entering_by_an_invitation_is_a_sign_in_but_not_of_who_only_checks_in(
    ctx, cast
):
    for name, role in (("Rosa", Role.REPRESENTATIVE), ("Carl", Role.CLINICIAN)):
        email = f"{name.lower()}@example.org"
        person_id = people.add_person(
            ctx, cast.ada, name=name, email=email, roles=[role]
        )
        token = invitations.invite(ctx, cast.ada, person_id).rsplit("/", 1)[1]
        assert invitations.accept_invitation(ctx, token, PASSWORD).token
    seen = audit.audit_record(ctx, cast.ada).records
    entered = [one.actor for one in seen if one.record.event is Event.SIGNED_IN]
    assert entered == ["Rosa"]


def test_whose_trends_somebody_opened_is_read_as_the_name_of_the_team(ctx, cast):
    gone = str(new_id(ctx.now()))
    for team_id in (str(cast.north.team_id), gone):
        note(ctx, cast.dora, Event.TRENDS_READ, about=team_id)
    found = audit.audit_record(ctx, cast.ada).records
    assert [one.about for one in found] == [gone, "North"]
    assert audit.my_records(ctx, cast.dora) == found


def test_an_emptied_account_does_not_tell_what_was_recorded_before(ctx, cast):
    note(ctx, cast.dora, Event.SIGNED_IN)
    invitations.start_over(ctx, cast.ada, cast.dora.person_id)
    assert [one.record.event for one in audit.my_records(ctx, cast.dora)] == [
        Event.STARTED_OVER
    ]


def test_somebody_reads_what_was_done_to_them(ctx, cast):
    note(ctx, cast.ada, Event.ROLES_CHANGED, concerning=cast.alice.person_id)
    (one,) = audit.my_records(ctx, cast.alice)
    assert (one.actor, one.concerning) == ("Ada", "Alice")


def test_a_deleted_person_has_no_name_in_the_record(ctx, cast):
    note(ctx, cast.ada, Event.ROLES_CHANGED, concerning=cast.bob.person_id)
    with ctx.writing() as db:
        db.exec_driver_sql("DELETE FROM person WHERE name = 'Bob'")
    (one,) = audit.audit_record(ctx, cast.ada).records
    assert one.concerning is None
    assert faults(ctx) == []


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.LEAD, Role.RESEARCHER])
def test_only_administrators_and_staff_representatives_read_it(ctx, cast, role):
    nosy = replace(cast.alice, roles=frozenset({role}))
    for look in (audit.audit_record, lambda c, v: audit.seal_ends_with(c, v, 1, "a")):
        with pytest.raises(NotAllowedError):
            look(ctx, nosy)


def test_a_staff_representative_reads_it(ctx, cast):
    note(ctx, cast.ada)
    rep = replace(cast.alice, roles=frozenset({Role.REPRESENTATIVE}))
    assert len(audit.audit_record(ctx, rep).records) == 1


def test_records_older_than_two_years_can_go_and_the_chain_stays_whole(
    ctx, cast, clock
):
    now = clock.instant
    clock.instant = now - timedelta(days=900)
    for _ in range(3):
        note(ctx, cast.ada)
    clock.instant = now
    for _ in range(2):
        note(ctx, cast.ada)
    assert audit.drop_old_records(ctx) == 3
    assert audit.drop_old_records(ctx) == 0
    assert faults(ctx) == []
    assert len(audit.audit_record(ctx, cast.ada).records) == 2


NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
TEXTS = st.text(max_size=20)
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@given(day=DAYS, event=st.sampled_from(Event), about=TEXTS, other=TEXTS)
def test_a_seal_holds_for_one_content_and_one_place_only(day, event, about, other):
    clinic_id, person = ClinicId(new_id(NOON)), PersonId(new_id(NOON))
    one = next_record(
        clinic_id,
        None,
        day=day,
        event=event,
        actor=person,
        concerning=None,
        about=about,
    )
    assert one.is_sealed_after(FIRST_SEAL)
    assert not one.is_sealed_after(one.seal)
    assert replace(one, about=other).is_sealed_after(FIRST_SEAL) == (about == other)
    assert not replace(one, actor=None, concerning=person).is_sealed_after(FIRST_SEAL)

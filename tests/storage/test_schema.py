"""Migrations, and what the tables themselves refuse."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.clinic import THIS_WEEK
from wellbeing.domain.errors import DatabaseUnusableError
from wellbeing.storage.metadata import METADATA
from wellbeing.storage.schema import is_current, move, upgrade, upgrade_engine

ANSWERED = (
    *("check_in", "draft", "answer", "private_text", "week_tag"),
    *("support_week", "support_entry"),
)
BETWEEN_PEERS = (
    *("peer_setting", "peer_pair", "peer_block", "peer_contact", "peer_record"),
    *("peer_sentence", "peer_share", "peer_share_indicator", "peer_note"),
    "peer_appointment",
)
OF_PEOPLE = {"clinic_id", "person_id", "peer_id", "first_id", "second_id"}
AUDIT = {"audit_record", "audit_end"}
"""It outlives whom it names, by ids that lead nowhere then (test_audit)."""
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def tables(engine):
    return set(sa.inspect(engine).get_table_names())


def change(ctx, statement, **values):
    with ctx.writing() as db:
        db.execute(sa.text(statement), values)


@pytest.mark.usefixtures("filled")
def test_a_filled_database_goes_down_and_up_again(ctx):
    assert is_current(ctx.engine)
    move(ctx.engine, "base", down=True)
    assert not is_current(ctx.engine)
    assert tables(ctx.engine) <= {"alembic_version"}
    upgrade_engine(ctx.engine)
    assert is_current(ctx.engine)
    assert tables(ctx.engine) >= set(METADATA.tables)


def test_an_empty_database_is_brought_up_and_a_second_time_changes_nothing(
    database_url,
):
    upgrade(database_url)
    upgrade(database_url)
    engine = sa.create_engine(database_url)
    assert tables(engine) >= set(METADATA.tables)
    engine.dispose()


@pytest.mark.usefixtures("filled")
def test_migrating_keeps_what_is_there(ctx):
    upgrade_engine(ctx.engine)
    with ctx.reading() as db:
        for name in ("person", *ANSWERED):
            count = sa.select(sa.func.count()).select_from(METADATA.tables[name])
            assert db.scalar(count) > 0


def test_models_and_migrations_agree(ctx):
    with ctx.reading() as db:
        found = MigrationContext.configure(db, opts={"compare_type": True})
        assert compare_metadata(found, METADATA) == []


def test_a_database_of_a_newer_version_is_refused(ctx, migrated_database_url):
    change(ctx, "UPDATE alembic_version SET version_num = '9999'")
    assert not is_current(ctx.engine)
    with pytest.raises(DatabaseUnusableError, match="newer version"):
        upgrade(migrated_database_url)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE answer SET missing = 'skipped'",
        "UPDATE answer SET value = NULL, missing = NULL",
        "UPDATE answer SET value = 11, missing = NULL",
        "UPDATE answer SET value = -1, missing = NULL",
        "UPDATE answer SET value = NULL, missing = 'forgotten'",
        "UPDATE check_in SET overall = 101",
        "UPDATE check_in SET burnout = -0.5",
        "UPDATE check_in SET sessions = 101",
        "UPDATE check_in SET days_off = 8",
        "UPDATE check_in SET kind = 'half'",
        "UPDATE check_in SET absence = 'lazy'",
        "UPDATE week_tag SET tag = 'wine'",
        "UPDATE support_entry SET kind = 'wine'",
        "UPDATE support_entry SET lasted = 'ages'",
        "UPDATE support_entry SET helped = 5",
        "UPDATE support_entry SET week = '2020-W01'",
        "UPDATE contact SET kind = 'boss'",
        "UPDATE contact SET agreed = TRUE",
        "UPDATE person SET standing = 'gone'",
        "UPDATE person SET email = 'same@example.org'",
        "UPDATE person_role SET role = 'owner'",
        "UPDATE membership SET to_week = '2020-W01'",
        "UPDATE team SET name = 'same'",
        "UPDATE web_session SET person_id = clinic_id",
        "UPDATE identity SET person_id = clinic_id",
        "UPDATE identity SET subject = 'same'",
        "UPDATE identity_ticket SET person_id = clinic_id",
        "UPDATE provider_session SET token_hash = 'x'",
        "UPDATE gathering SET places = 0",
        "UPDATE gathering SET kind = 'party'",
        "UPDATE gathering SET host_id = clinic_id",
        "UPDATE gathering_joined SET person_id = clinic_id",
        "UPDATE reminder SET hour = 24",
        "UPDATE reminder_message SET state = 'lost'",
        "UPDATE reminder_message SET kind = 'advert'",
        "UPDATE peer_appointment SET hour = 5",
        "UPDATE peer_appointment SET from_week = NULL",
        "UPDATE peer_appointment SET agreed = TRUE, first_id = second_id",
        "DELETE FROM team",
        "UPDATE peer_pair SET first_id = second_id",
        "UPDATE peer_pair SET first_says = 'perhaps'",
        "UPDATE peer_record SET connected = 11",
        "UPDATE peer_share SET last_week = '2026-W01'",
        "UPDATE peer_share SET shown_from = '2027-W01'",
        "UPDATE peer_share_indicator SET indicator = 'answers'",
    ],
)
@pytest.mark.usefixtures("filled")
def test_the_tables_refuse_what_must_not_be(ctx, statement):
    with pytest.raises(sa.exc.IntegrityError):
        change(ctx, statement)


@pytest.mark.usefixtures("filled")
def test_a_second_check_in_of_a_person_and_week_is_refused(ctx):
    table = METADATA.tables["check_in"]
    with ctx.engine.connect() as db:
        row = db.execute(sa.select(table)).first()
        with pytest.raises(sa.exc.IntegrityError):
            db.execute(table.insert().values(row._asdict()))


@pytest.mark.parametrize("name", [*ANSWERED, *BETWEEN_PEERS])
def test_no_time_of_day_is_stored_of_what_somebody_answers(ctx, name):
    columns = sa.inspect(ctx.engine).get_columns(name)
    kinds = (sa.DateTime, sa.Date, sa.Time, sa.Uuid)
    for column in columns:
        if column["name"] not in OF_PEOPLE:
            assert not isinstance(column["type"], kinds)


@ON_SQLITE
@pytest.mark.parametrize("name", [*ANSWERED, *BETWEEN_PEERS])
@pytest.mark.usefixtures("filled")
def test_sqlite_keeps_no_row_number_of_what_somebody_answers(ctx, name):
    statement = sa.text(f"SELECT rowid FROM {name}")  # noqa: S608 (a table's name)
    with (
        ctx.engine.connect() as db,
        pytest.raises(sa.exc.OperationalError, match="rowid"),
    ):
        db.execute(statement)


def test_every_key_begins_with_the_clinic():
    for table in METADATA.tables.values():
        assert next(iter(table.primary_key)).name == "clinic_id"


def test_deleting_a_person_leaves_nothing_of_theirs_anywhere(ctx, filled):
    alice = filled.alice
    before = everything(ctx)
    assert any(alice.person_id in row for rows in before.values() for row in rows)
    change_own = METADATA.tables["person"].delete()
    with ctx.writing() as db:
        db.execute(change_own.where(sa.column("person_id") == alice.person_id))
    after = everything(ctx)
    for name in after.keys() - AUDIT:
        rows = after[name]
        assert not any(alice.person_id in row or alice.name in row for row in rows)
        kept = [row for row in before[name] if alice.person_id not in row]
        orphans = {str(THIS_WEEK)} if name in ANSWERED else set()
        assert rows == [row for row in kept if not orphans & set(row)]


@pytest.mark.usefixtures("filled")
def test_deleting_the_clinic_leaves_attempts_and_the_audit_record_alone(ctx):
    change(ctx, "DELETE FROM clinic")
    assert {name for name, rows in everything(ctx).items() if rows} <= {
        "sign_in_attempt",
        *AUDIT,
    }


def everything(ctx):
    with ctx.reading() as db:
        return {
            name: [tuple(row) for row in db.execute(sa.select(table))]
            for name, table in METADATA.tables.items()
        }

"""A deleted person is searched for in the raw files of the database, byte by byte."""

import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.clinic import PASSWORD, THIS_WEEK, give_keys, make_person
from wellbeing.domain.people import Role
from wellbeing.services import closing, keeping, my_data, small_successes
from wellbeing.storage import key_queries, private_text_queries
from wellbeing.storage.metadata import METADATA
from wellbeing.storage.rewriting import empty_log, rewrite

NAME, EMAIL = "Quetzalina", "quetzalina@example.org"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "database_kind",
    [pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)


@pytest.fixture
def person(ctx, cast):
    """Somebody with a name that stands nowhere else, a text, a check-in and a key."""
    made = make_person(ctx, cast.clinic, NAME, Role.CLINICIAN, team=cast.north)
    keys = give_keys(ctx, made, "a code")
    small_successes.note_success(ctx, made, keys, THIS_WEEK, "A calm hour")
    with ctx.writing() as db:
        row = {"clinic_id": made.clinic_id, "person_id": made.person_id}
        week = {"week": str(THIS_WEEK), "field": "rest", "value": 3}
        db.execute(METADATA.tables["draft"].insert().values(**row, **week))
    closing.close(ctx)
    return made


def traces(ctx, viewer):
    """Return what would show the person, under a name for each, as it is stored."""
    own = viewer.clinic_id, viewer.person_id
    table = METADATA.tables["private_text"]
    with ctx.reading() as db:
        kinds = set(
            db.scalars(sa.select(table.c.kind).where(table.c.person_id == own[1]))
        )
        texts = [t for k in kinds for t in private_text_queries.texts_of(db, *own, k)]
        wraps = key_queries.wraps_of(db, *own)
    assert wraps is not None
    assert texts
    number = uuid.UUID(str(viewer.person_id))
    return {
        "name": NAME.encode(),
        "email": EMAIL.encode(),
        "session": viewer.session.encode(),
        "text": texts[0].content,
        "secret": wraps.shred,
        "key under the password": wraps.by_password,
        "key under the code": wraps.by_code,
        "id": number.bytes
        if ctx.engine.dialect.name == "postgresql"
        else number.hex.encode(),
    }


def found_in(files, wanted):
    held = [file.read_bytes() for file in files if file.is_file()]
    return {name for name, what in wanted.items() if any(what in one for one in held)}


def files_of(ctx, tmp_path):
    """Return every file of the database: tables, log, releases, or PostgreSQL's."""
    if ctx.engine.dialect.name == "sqlite":
        return list(tmp_path.glob("wellbeing*"))
    with ctx.engine.connect() as db:
        db.exec_driver_sql("CHECKPOINT")
        folder = db.exec_driver_sql("SHOW data_directory").scalar_one()
        number = db.exec_driver_sql(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).scalar_one()
    base = Path(folder) / "base" / str(number)
    try:
        return list(base.iterdir())
    except OSError:
        pytest.skip("The files of this server cannot be read here.")


def without_audit(ctx):
    """Remove the audit record, whose ids outlive people by design."""
    with ctx.writing() as db:
        if ctx.engine.dialect.name == "sqlite":
            db.exec_driver_sql("DROP TRIGGER no_delete_of_audit_record")
        else:
            db.exec_driver_sql("SET session_replication_role = replica")
        db.exec_driver_sql("DELETE FROM audit_record")


@ON_SQLITE
def test_on_sqlite_nothing_is_left_once_the_log_is_emptied(ctx, person, tmp_path):
    wanted = traces(ctx, person)
    empty_log(ctx.engine)
    assert found_in(files_of(ctx, tmp_path), wanted) == set(wanted)
    my_data.delete_account(ctx, person, password=PASSWORD)
    # The log still has it: this is what the search would miss if it looked away.
    assert found_in(tmp_path.glob("wellbeing.db-wal"), wanted)
    keeping.remove_old(ctx)
    assert found_in(files_of(ctx, tmp_path), wanted) == {"id"}
    without_audit(ctx)
    rewrite(ctx.engine)
    assert found_in(files_of(ctx, tmp_path), wanted) == set()


@ON_SQLITE
def test_without_secure_delete_it_would_be_found(ctx, person, tmp_path):
    def careless(connection, _record):
        connection.execute("PRAGMA secure_delete = OFF")

    ctx.engine.dispose()
    sa.event.listen(ctx.engine, "connect", careless)
    wanted = traces(ctx, person)
    my_data.delete_account(ctx, person, password=PASSWORD)
    empty_log(ctx.engine)
    assert found_in(files_of(ctx, tmp_path), wanted) > {"id"}
    rewrite(ctx.engine)
    assert found_in(files_of(ctx, tmp_path), wanted) == {"id"}


@ON_POSTGRESQL
def test_on_postgresql_nothing_is_left_in_the_tables_once_they_are_written_anew(
    ctx, person, tmp_path
):
    wanted = traces(ctx, person)
    with ctx.engine.connect() as db:
        db.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    assert found_in(files_of(ctx, tmp_path), wanted) == set(wanted)
    my_data.delete_account(ctx, person, password=PASSWORD)
    # Dead rows stay until they are written over; the command does not wait for that.
    assert found_in(files_of(ctx, tmp_path), wanted) == set(wanted)
    rewrite(ctx.engine)
    assert found_in(files_of(ctx, tmp_path), wanted) == {"id"}
    without_audit(ctx)
    rewrite(ctx.engine)
    assert found_in(files_of(ctx, tmp_path), wanted) == set()

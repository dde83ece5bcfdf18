"""How databases are opened, and what is said when they cannot be used."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.clinic import THIS_WEEK, Clock, make_cast, open_context
from tests.databases import sqlite_url
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.errors import DatabaseUnusableError
from wellbeing.services import check_ins, people
from wellbeing.storage import draft_queries, people_queries
from wellbeing.storage.engine import open_engine, reading, upsert, writing
from wellbeing.storage.metadata import METADATA
from wellbeing.storage.schema import is_current, upgrade

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def file_of(ctx) -> Path:
    return Path(ctx.engine.url.database)


@ON_SQLITE
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)],
)
def test_every_connection_to_sqlite_is_durable_and_strict(ctx, pragma, value):
    with ctx.reading() as one, ctx.reading() as other:
        for db in (one, other):
            assert db.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


@ON_SQLITE
def test_what_is_deleted_is_gone_from_the_bytes_of_the_file(ctx, cast):
    # E-mail addresses are in an index, too.
    needles = (b"Charlie", b"charlie@example.org")
    checkpoint(ctx)
    assert all(needle in file_of(ctx).read_bytes() for needle in needles)
    with ctx.writing() as db:
        people_queries.drop_person(db, cast.clinic.clinic_id, cast.charlie.person_id)
    checkpoint(ctx)
    for file in file_of(ctx).parent.glob(f"{file_of(ctx).name}*"):
        assert not any(needle in file.read_bytes() for needle in needles)


def checkpoint(ctx):
    with ctx.engine.connect() as db:
        raw = db.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_all_that_is_read_in_one_look_sees_one_moment(ctx, cast):
    key = cast.clinic.clinic_id, cast.alice.person_id, THIS_WEEK
    with ctx.one_look():
        with ctx.reading() as db:
            assert draft_queries.draft_of(db, *key) == {}
        check_ins.keep(ctx, cast.alice, THIS_WEEK, {"overall": 5})
        with ctx.reading() as db, ctx.reading() as other:
            assert db is other
            assert draft_queries.draft_of(db, *key) == {}
        with ctx.reading_releases() as out:
            assert out is not db
    with ctx.reading() as db:
        assert draft_queries.draft_of(db, *key) == {"overall": 5}


def test_nobody_waits_for_a_look_that_takes_long(ctx, cast):
    seen, over = [], threading.Event()

    def look_long():
        with ctx.reading():
            over.wait(60)

    def look():
        with ctx.reading() as db:
            seen.append(db.execute(sa.text("SELECT name FROM clinic")).scalar())

    threads = [threading.Thread(target=each) for each in (look_long, look)]
    try:
        for each in threads:
            each.start()
        threads[1].join(30)
        assert seen == [cast.clinic.name]
    finally:
        over.set()
        for each in threads:
            each.join()


def test_a_look_that_fails_leaves_no_connection_behind(ctx, cast):
    key = cast.clinic.clinic_id, cast.alice.person_id, THIS_WEEK
    with pytest.raises(RuntimeError), ctx.one_look():
        raise RuntimeError
    check_ins.keep(ctx, cast.alice, THIS_WEEK, {"overall": 5})
    with ctx.reading() as db:
        assert draft_queries.draft_of(db, *key) == {"overall": 5}
    assert ctx.engine.pool.checkedout() == 0


def test_a_failed_transaction_leaves_nothing(ctx, cast):
    key = cast.clinic.clinic_id, cast.alice.person_id, THIS_WEEK
    with pytest.raises(RuntimeError), ctx.writing() as db:  # noqa: PT012 (its end counts)
        draft_queries.put_draft(db, *key, {"overall": 5})
        raise RuntimeError
    with ctx.reading() as db:
        assert draft_queries.draft_of(db, *key) == {}


def test_an_upsert_replaces_the_other_columns_and_takes_an_empty_list(ctx, cast):
    table = METADATA.tables["draft"]
    key = {
        "clinic_id": cast.clinic.clinic_id,
        "person_id": cast.alice.person_id,
        "week": str(THIS_WEEK),
    }
    with ctx.writing() as db:
        upsert(db, table, [])
        for value in (1, 2, None, 3):
            upsert(db, table, [key | {"field": "rest", "value": value}])
        upsert(db, table, [key | {"field": "overall", "value": None}])
        rows = db.execute(sa.select(table.c.field, table.c.value)).all()
    assert set(rows) == {("rest", 3), ("overall", None)}


def test_an_upsert_of_a_key_alone_keeps_the_row(ctx, cast):
    row = {
        "clinic_id": cast.clinic.clinic_id,
        "person_id": cast.alice.person_id,
        "role": "lead",
    }
    with ctx.writing() as db:
        for _ in range(2):
            upsert(db, METADATA.tables["person_role"], [row])


def test_a_draft_is_taken_by_one_of_many_only(ctx, cast):
    key = cast.clinic.clinic_id, cast.alice.person_id, THIS_WEEK
    with ctx.writing() as db:
        draft_queries.put_draft(db, *key, {"overall": 5, "rest": 2})
    together = threading.Barrier(6)

    def take(_):
        together.wait()
        with ctx.writing() as db:
            return draft_queries.take_draft(db, *key)

    with ThreadPoolExecutor(6) as pool:
        found = [taken for taken in pool.map(take, range(6)) if taken]
    assert found == [{"overall": 5, "rest": 2}]


@pytest.mark.parametrize(
    "content", [b"name,email\n" * 500, b"SQLite format 3\x00" + b"\x00" * 5000]
)
def test_a_file_that_is_no_database_is_refused(tmp_path, content):
    file = tmp_path / "wellbeing.db"
    file.write_bytes(content)
    with pytest.raises(DatabaseUnusableError, match="damaged or is no database"):
        upgrade(sqlite_url(file))
    assert file.read_bytes() == content


@ON_SQLITE
def test_a_truncated_database_is_refused(ctx, cast):
    checkpoint(ctx)
    ctx.dispose()
    file = file_of(ctx)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(DatabaseUnusableError, match="damaged"):
        check_ins.keep(ctx, cast.alice, THIS_WEEK, {"overall": 5})


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseUnusableError, match="cannot be made"):
        open_engine(sqlite_url(tmp_path / "file" / "data" / "wellbeing.db"))


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    (tmp_path / "wellbeing.db").mkdir()
    with pytest.raises(DatabaseUnusableError, match="cannot be opened"):
        upgrade(sqlite_url(tmp_path / "wellbeing.db"))


@ON_SQLITE
def test_a_database_without_write_permission_says_so(ctx, cast):
    # The same answer as a file's rights give, for root, too, who may write all.
    sa.event.listen(
        ctx.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA query_only = ON")
    )
    with pytest.raises(DatabaseUnusableError, match="cannot be written"):
        check_ins.keep(ctx, cast.alice, THIS_WEEK, {"overall": 5})


@ON_SQLITE
def test_a_full_disk_is_said_and_nothing_is_half_saved(ctx, cast):
    alice = cast.alice
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 5})

    def fill_up(raw, *_):
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages}")

    sa.event.listen(ctx.engine, "checkout", fill_up)
    with pytest.raises(DatabaseUnusableError, match="disk is full"):  # noqa: PT012 (until it is)
        for n in range(50):
            people.add_team(ctx, cast.ada, f"{n} {'x' * 110}")
    sa.event.remove(ctx.engine, "checkout", fill_up)
    sa.event.listen(
        ctx.engine,
        "checkout",
        lambda raw, *_: raw.execute("PRAGMA max_page_count = 1000000"),
    )
    saved = check_ins.save(ctx, alice, THIS_WEEK, Kind.FULL)
    assert saved.values() == {"overall": 5}


@ON_SQLITE
def test_a_busy_database_is_said_after_the_wait(ctx, cast):
    sa.event.listen(
        ctx.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA busy_timeout = 50")
    )
    with (
        ctx.writing(),
        pytest.raises(DatabaseUnusableError, match="busy"),
    ):
        check_ins.keep(ctx, cast.alice, THIS_WEEK, {"overall": 5})


@ON_POSTGRESQL
def test_connections_that_the_server_ended_are_opened_again_by_themselves(ctx, cast):
    check_ins.keep(ctx, cast.alice, THIS_WEEK, {"overall": 5})
    end_all_connections(ctx)
    saved = check_ins.save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    assert saved.values() == {"overall": 5}


@ON_POSTGRESQL
def test_a_connection_that_ends_in_the_middle_is_said_and_saves_nothing(ctx, cast):
    key = cast.clinic.clinic_id, cast.alice.person_id, THIS_WEEK
    with (  # noqa: PT012 (its end counts)
        pytest.raises(DatabaseUnusableError, match="does not answer"),
        ctx.writing() as db,
    ):
        draft_queries.put_draft(db, *key, {"overall": 5})
        end_all_connections(ctx)
        draft_queries.put_draft(db, *key, {"rest": 1})
    with ctx.reading() as db:
        assert draft_queries.draft_of(db, *key) == {}


def end_all_connections(ctx):
    other = sa.create_engine(ctx.engine.url, isolation_level="AUTOCOMMIT")
    with other.connect() as db:
        db.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    other.dispose()


def test_a_server_that_is_not_there_is_said(tmp_path):
    engine = open_engine(f"postgresql+psycopg://nobody@/none?host={tmp_path}")
    for use in (reading, writing):
        with pytest.raises(DatabaseUnusableError, match="does not answer"), use(engine):
            pass
    with pytest.raises(DatabaseUnusableError):
        is_current(engine)


def test_a_clinic_written_by_one_process_is_read_by_the_next(migrated_database_url):
    ctx = open_context(migrated_database_url, Clock())
    cast = make_cast(ctx)
    check_ins.keep(ctx, cast.alice, THIS_WEEK, {"overall": 5})
    ctx.dispose()
    again = open_context(migrated_database_url, Clock())
    assert check_ins.check_in_form(again, cast.alice).fields == {"overall": 5}
    again.dispose()

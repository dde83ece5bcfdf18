"""The door: a lead's connection reads the release tables, and nothing else at all."""

import base64
import hashlib
import hmac
import re
import secrets
import sqlite3
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.clinic import Clock, make_cast
from tests.databases import postgresql_database
from wellbeing.bootstrap import make_context, migrated_context
from wellbeing.domain.errors import DatabaseUnusableError, InvalidInputError
from wellbeing.settings import Settings, SettingsError, read_settings
from wellbeing.storage.lead_identity import grant_lead
from wellbeing.storage.metadata import METADATA, RELEASE_METADATA
from wellbeing.storage.release_engine import DoorClosedError
from wellbeing.storage.verification import verify

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "database_kind",
    [pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)
REFUSED = (DatabaseUnusableError, sa.exc.DatabaseError)


@pytest.fixture
def lead_name(ctx):
    """A name for an identity; roles belong to the whole server, so it goes again."""
    name = f"lead_{secrets.token_hex(6)}"
    yield name
    with ctx.writing() as db:
        roles = set(db.exec_driver_sql("SELECT rolname FROM pg_roles").scalars())
        for made in roles & {name, f"{name}_group"}:
            db.exec_driver_sql(f"DROP OWNED BY {made}")
            db.exec_driver_sql(f"DROP ROLE {made}")


@pytest.fixture
def owner(ctx):
    """A user who owns the tables, and may make nobody."""
    name = f"owner_{secrets.token_hex(6)}"
    with ctx.writing() as db:
        db.exec_driver_sql(f"CREATE ROLE {name} LOGIN")
        everything = db.exec_driver_sql(
            "SELECT schemaname || '.' || tablename FROM pg_tables "
            "WHERE schemaname IN ('public', 'release')"
        )
        for table in everything.scalars().all():
            db.exec_driver_sql(f"ALTER TABLE {table} OWNER TO {name}")
        for schema in ("public", "release"):
            db.exec_driver_sql(f"ALTER SCHEMA {schema} OWNER TO {name}")
    engine = sa.create_engine(sa.make_url(ctx.settings.database_url).set(username=name))
    yield engine
    engine.dispose()
    with ctx.writing() as db:
        db.exec_driver_sql(f"REASSIGN OWNED BY {name} TO CURRENT_USER")
        db.exec_driver_sql(f"DROP OWNED BY {name}")
        db.exec_driver_sql(f"DROP ROLE {name}")


@pytest.fixture
def lead_ctx(ctx, lead_name):
    """The clinic's context, with a door for the identity that was just made."""
    make_cast(ctx)
    url = grant_lead(ctx.engine, lead_name).url
    settings = Settings(database_url=ctx.settings.database_url, releases_url=url)
    other = replace(make_context(settings), now=Clock())
    yield other
    other.dispose()


def attempt(ctx, statement):
    with ctx.door.open() as db:
        return db.exec_driver_sql(statement).all()


def look(ctx, name, schema=""):
    """Try to read a table, a view or a sequence."""
    where = f'"{schema}"."{name}"' if schema else name
    return attempt(ctx, f"SELECT * FROM {where} LIMIT 1")  # noqa: S608 (our own names)


@ON_SQLITE
@pytest.mark.parametrize("table", sorted(RELEASE_METADATA.tables))
def test_release_tables_answer_on_sqlite(ctx, table):
    assert look(ctx, table) == []


@ON_SQLITE
@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH DATABASE '{raw}' AS raw",
        "PRAGMA table_list",
        "PRAGMA database_list",
        "PRAGMA query_only = OFF",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM alembic_version",
        "SELECT load_extension('x')",
        "SELECT readfile('{raw}')",
        "SELECT count(*) FROM pragma_table_info('figure')",
        "INSERT INTO figure (clinic_id) VALUES ('x')",
        "UPDATE figure SET lower = 1",
        "DELETE FROM figure",
        "DROP TABLE figure",
        "CREATE TABLE mine (x)",
        "CREATE TEMP TABLE mine (x)",
        "VACUUM INTO '/tmp/x'",
        "EXPLAIN SELECT * FROM alembic_version",
    ],
)
def test_whatever_else_a_lead_connection_tries_is_refused_on_sqlite(ctx, statement):
    raw = ctx.engine.url.database
    with pytest.raises(REFUSED):
        attempt(ctx, statement.format(raw=raw))


@ON_SQLITE
@pytest.mark.parametrize("table", sorted(METADATA.tables))
def test_no_table_of_people_or_answers_is_in_the_release_file(ctx, table):
    with pytest.raises(REFUSED):
        look(ctx, table)


@ON_SQLITE
def test_the_release_file_holds_no_raw_table(ctx):
    file = ctx.releases.url.database
    with sqlite3.connect(file) as connection:
        names = {
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            )
        }
    connection.close()
    assert names == {*RELEASE_METADATA.tables, "alembic_version"}


@ON_SQLITE
def test_a_lead_identity_is_made_on_postgresql_only(ctx):
    with pytest.raises(InvalidInputError, match="PostgreSQL"):
        grant_lead(ctx.engine, "wellbeing_lead")


@ON_POSTGRESQL
@pytest.mark.parametrize("name", ["", "Lead", "x; DROP ROLE y", "1lead", "a" * 64])
def test_a_name_that_is_no_plain_name_is_refused(ctx, name):
    with pytest.raises(InvalidInputError, match="small letters"):
        grant_lead(ctx.engine, name)


@ON_POSTGRESQL
def test_the_lead_identity_reads_releases_and_no_other_table_view_or_sequence(
    ctx, lead_ctx
):
    with ctx.reading() as db:
        everything = db.exec_driver_sql(
            "SELECT n.nspname, c.relname, c.relkind FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname IN ('public', 'release') "
            "AND c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')"
        ).all()
    assert len(everything) > len(METADATA.tables)
    answered = set()
    for schema, name, _kind in everything:
        try:
            look(lead_ctx, name, schema)
        except REFUSED:
            continue
        answered.add((schema, name))
    assert answered == {("release", name) for name in RELEASE_METADATA.tables}


@ON_POSTGRESQL
def test_the_lead_identity_can_call_no_function_of_ours(ctx, lead_ctx):
    with ctx.reading() as db:
        functions = db.exec_driver_sql(
            "SELECT n.nspname, p.proname FROM pg_proc p "
            "JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname IN ('public', 'release')"
        ).all()
    assert functions
    for schema, name in functions:
        with pytest.raises(REFUSED):
            attempt(lead_ctx, f"SELECT {schema}.{name}()")


@ON_POSTGRESQL
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO release.calendar VALUES (gen_random_uuid(), '2026-W01')",
        "UPDATE release.figure SET lower = 1",
        "DELETE FROM release.figure",
        "TRUNCATE release.figure",
        "DROP TABLE release.figure",
        "CREATE TABLE public.mine (x int)",
        "CREATE TABLE release.mine (x int)",
        "CREATE VIEW release.mine AS SELECT * FROM public.check_in",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER TABLE release.figure DISABLE TRIGGER ALL",
        "COPY release.figure TO '/tmp/x'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT setval('x', 1)",
        "SELECT lo_import('/etc/passwd')",
        "SELECT rolpassword FROM pg_authid",
    ],
)
def test_whatever_else_the_lead_identity_tries_is_refused(lead_ctx, statement):
    with pytest.raises(REFUSED):
        attempt(lead_ctx, statement)


@ON_POSTGRESQL
def test_leaving_the_read_only_transaction_gives_the_lead_identity_nothing(lead_ctx):
    with lead_ctx.door.engine.connect() as db:
        db.exec_driver_sql("SET TRANSACTION READ WRITE")
        with pytest.raises(sa.exc.DatabaseError, match="permission denied"):
            db.exec_driver_sql("UPDATE release.figure SET lower = 1")


@ON_POSTGRESQL
def test_granting_again_keeps_the_identity_and_its_password(ctx, lead_ctx, lead_name):
    again = grant_lead(ctx.engine, lead_name)
    assert (again.made, again.url) == (False, "")
    assert attempt(lead_ctx, "SELECT * FROM release.figure") == []


@ON_POSTGRESQL
def test_without_an_identity_the_door_stays_closed(ctx):
    with pytest.raises(DoorClosedError, match="grant-lead"):
        attempt(ctx, "SELECT 1")


@ON_POSTGRESQL
def test_an_identity_that_could_read_check_ins_opens_no_door(ctx):
    url = sa.make_url(ctx.settings.database_url).update_query_dict(
        {"application_name": "lead"}
    )
    wide = make_context(
        Settings(
            database_url=ctx.settings.database_url,
            releases_url=url.render_as_string(hide_password=False),
        )
    )
    with pytest.raises(DoorClosedError, match="more than releases"):
        attempt(wide, "SELECT 1")
    wide.dispose()


@ON_POSTGRESQL
@pytest.mark.parametrize(
    "grants",
    [
        ["GRANT SELECT (overall) ON public.check_in TO {lead}"],
        ["GRANT TRUNCATE ON public.check_in TO {lead}"],
        ["GRANT REFERENCES (person_id) ON public.check_in TO {lead}"],
        [
            "CREATE ROLE {lead}_group",
            "GRANT SELECT ON public.check_in TO {lead}_group",
            "ALTER ROLE {lead} NOINHERIT",
            "GRANT {lead}_group TO {lead}",
        ],
    ],
    ids=["one column", "emptying", "a key to it", "a role to switch to"],
)
def test_a_right_that_is_not_seen_at_first_sight_opens_no_door(
    ctx, lead_ctx, lead_name, grants
):
    with ctx.writing() as db:
        for grant in grants:
            db.exec_driver_sql(grant.format(lead=lead_name))
    with pytest.raises(DoorClosedError, match="more than releases"):
        attempt(lead_ctx, "SELECT 1")


@ON_POSTGRESQL
def test_releases_of_another_database_open_no_door(ctx, lead_ctx, postgresql_server):
    make_cast(ctx)  # as after a restore: the same clinic, in a place with another name
    with postgresql_database(postgresql_server) as other:
        restored = migrated_context(Settings(database_url=other))
        moved = make_context(
            Settings(database_url=other, releases_url=lead_ctx.settings.releases_url)
        )
        with pytest.raises(DoorClosedError, match="names another database"):
            attempt(moved, "SELECT 1")
        checks = verify(moved.engine, moved.releases, moved.door)
        faults = [fault for check in checks for fault in check.faults]
        assert len(faults) == 1
        assert "names another database than WELLBEING_DATABASE_URL" in faults[0]
        restored.dispose()
        moved.dispose()


@ON_POSTGRESQL
def test_the_same_database_may_be_named_by_another_way(ctx, lead_ctx, lead_name):
    query = {"application_name": "leads"}
    url = sa.make_url(lead_ctx.settings.releases_url).update_query_dict(query)
    plain = url.render_as_string(hide_password=False)
    settings = Settings(database_url=ctx.settings.database_url, releases_url=plain)
    same = make_context(settings)
    assert attempt(same, "SELECT current_user") == [(lead_name,)]
    same.dispose()


@ON_POSTGRESQL
def test_a_password_that_is_made_stands_in_no_statement(ctx, lead_name):
    sent = []

    def keep(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    sa.event.listen(ctx.engine, "before_cursor_execute", keep)
    made = grant_lead(ctx.engine, lead_name)
    sa.event.remove(ctx.engine, "before_cursor_execute", keep)
    password = sa.make_url(made.url).password
    assert password
    assert password not in " ".join(sent)
    assert "PASSWORD 'SCRAM-SHA-256$" in " ".join(sent)
    with ctx.reading() as db:
        query = f"SELECT rolpassword FROM pg_authid WHERE rolname = '{lead_name}'"  # noqa: S608 (ours)
        kept = db.exec_driver_sql(query).scalar()
    assert is_verifier_of(password, kept)


def is_verifier_of(password, kept):
    """Compute it anew, as RFC 5803 and PostgreSQL write it."""
    _, rounds, salt, stored, _ = re.split(r"[$:]", kept)
    bare = base64.b64decode(salt)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), bare, int(rounds))
    key = hmac.digest(salted, b"Client Key", "sha256")
    return base64.b64encode(hashlib.sha256(key).digest()).decode() == stored


@ON_POSTGRESQL
def test_a_user_who_may_make_no_other_is_told_what_to_do(ctx, owner, lead_name):
    with pytest.raises(DatabaseUnusableError, match="such as postgres"):
        grant_lead(owner, lead_name)
    made = grant_lead(ctx.engine, lead_name)
    assert made.made
    # As after an upgrade: the owner of the tables may grant again.
    assert not grant_lead(owner, lead_name).made


@ON_POSTGRESQL
def test_before_the_tables_are_there_nobody_is_made(database_url, lead_name):
    engine = sa.create_engine(database_url)
    with pytest.raises(DatabaseUnusableError, match="run migrate"):
        grant_lead(engine, lead_name)
    with engine.connect() as db:
        query = f"SELECT count(*) FROM pg_roles WHERE rolname = '{lead_name}'"  # noqa: S608 (ours)
        assert db.exec_driver_sql(query).scalar() == 0
    engine.dispose()


@ON_POSTGRESQL
def test_one_grant_too_many_closes_the_door(ctx, lead_ctx, lead_name):
    with ctx.writing() as db:
        db.exec_driver_sql(f"GRANT SELECT ON public.check_in TO {lead_name}")
    with pytest.raises(DoorClosedError, match="more than releases"):
        attempt(lead_ctx, "SELECT 1")


def test_migrating_twice_keeps_releases(database_url):
    for _ in range(2):
        context = migrated_context(Settings(database_url=database_url))
        with context.releases.connect() as db:
            found = set(sa.inspect(db).get_table_names())
        context.dispose()
    assert found >= set(RELEASE_METADATA.tables)


@pytest.mark.parametrize(
    ("database", "releases", "sentence"),
    [
        ("sqlite:////tmp/a.db", "sqlite:////tmp/a.db", "of their own"),
        ("sqlite:////tmp/a.db", "postgresql://x@y/z", "same kind"),
        ("postgresql://x@y/z", "sqlite:////tmp/a.db", "same kind"),
        ("postgresql://x@y/z", "postgresql://x@y/z", "of their own"),
        ("postgresql://x@y/z", "mysql://x@y/z", "postgresql://USER"),
    ],
)
def test_releases_that_are_not_apart_are_refused(
    monkeypatch, database, releases, sentence
):
    monkeypatch.setenv("WELLBEING_DATABASE_URL", database)
    monkeypatch.setenv("WELLBEING_RELEASES_URL", releases)
    with pytest.raises(SettingsError, match=sentence):
        read_settings()

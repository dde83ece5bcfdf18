"""Everything moves to another database, and every row is compared with its copy."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread, Timer

import pytest
import sqlalchemy as sa

from tests import databases
from tests.clinic import Clock, open_context
from wellbeing.cli.main import main
from wellbeing.domain.errors import DatabaseNotEmptyError, DatabaseUnusableError
from wellbeing.services import closing
from wellbeing.storage.empty_places import OtherClinicError, is_free
from wellbeing.storage.engine import open_engine
from wellbeing.storage.metadata import METADATA, RELEASE_METADATA
from wellbeing.storage.moving import NotAlikeError, SomebodyThereError, move_all
from wellbeing.storage.schema import move

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "database_kind",
    [pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)


@contextmanager
def other_place(request, kind, tmp_path):
    """An empty place on the other engine than the one that is moved."""
    if kind == "postgresql":
        ctx = open_context(databases.sqlite_url(tmp_path / "other.db"), Clock())
        yield ctx
        ctx.dispose()
        return
    server = request.getfixturevalue("postgresql_server")
    with databases.postgresql_database(server) as url:
        ctx = open_context(url, Clock())
        yield ctx
        ctx.dispose()


@pytest.fixture(autouse=True)
def nobody_else(request):
    """Whoever moves a clinic is alone with it, so what empties it for tests leaves."""
    if "migrated_database_url" in request.fixturenames:
        request.getfixturevalue("migrated_database_url")
        if request.getfixturevalue("database_kind") == "postgresql":
            request.getfixturevalue("postgresql_kept").leave()


@pytest.fixture
def there(request, database_kind, tmp_path):
    with other_place(request, database_kind, tmp_path) as ctx:
        yield ctx


@pytest.fixture
def near(tmp_path):
    ctx = open_context(databases.sqlite_url(tmp_path / "near.db"), Clock())
    yield ctx
    ctx.dispose()


def moved(ctx, to):
    ctx.dispose()  # the app has stopped
    return move_all(ctx.engine, ctx.releases, to.engine, to.releases)


def everything(ctx):
    found = {}
    for engine, metadata in (
        (ctx.engine, METADATA),
        (ctx.releases, RELEASE_METADATA),
    ):
        with engine.connect() as db:
            for name, table in metadata.tables.items():
                found[name] = sorted(map(repr, db.execute(sa.select(table))))
    return found


@pytest.mark.usefixtures("filled")
def test_every_row_is_there_afterwards_sessions_and_secrets_too(ctx, there):
    ctx.now.turn(weeks=9)
    closing.close(ctx)
    before = everything(ctx)
    counts = moved(ctx, there)
    assert everything(there) == before
    assert everything(ctx) == before
    assert all(before[name] for name in ("web_session", "text_secret", "calendar"))
    assert {name: n for name, n in counts.items() if n} == {
        name: len(rows) for name, rows in before.items() if rows
    }


@pytest.mark.parametrize(
    ("planted", "table"),
    [
        ("DELETE FROM week_tag", "week_tag"),
        ("UPDATE private_text SET content = X'78'", "private_text"),
    ],
)
@pytest.mark.usefixtures("filled")
@ON_SQLITE
def test_a_fault_on_the_way_is_found_and_nothing_is_moved(
    ctx, near, planted, table, tmp_path
):
    def fault(_connection, _cursor, statement, *_more):
        # When the last table is written, and before anything is compared.
        if statement.startswith(f"INSERT INTO {table} "):
            wrong.append(planted)

    def plant(connection, _cursor, statement, *_more):
        if wrong and statement.startswith("SELECT"):
            connection.connection.driver_connection.execute(wrong.pop())

    wrong: list[str] = []
    sa.event.listen(near.engine, "before_cursor_execute", fault)
    sa.event.listen(near.engine, "before_cursor_execute", plant)
    with pytest.raises(NotAlikeError, match=f"table {table} "):
        moved(ctx, near)
    assert not list(tmp_path.glob("near*"))


@pytest.mark.usefixtures("cast")
@ON_SQLITE
def test_a_fault_on_the_other_engine_is_found_too(ctx, there):
    def plant(connection, _cursor, statement, *_more):
        if statement.startswith("SELECT person.") and not done:
            done.append(statement)
            connection.connection.driver_connection.execute(
                "UPDATE person SET name = 'Bop' WHERE name = 'Bob'"
            )

    done: list[str] = []
    sa.event.listen(there.engine, "before_cursor_execute", plant)
    with pytest.raises(NotAlikeError, match="table person "):
        moved(ctx, there)
    assert done
    assert is_free(there.engine, there.releases)


@ON_SQLITE
def test_a_place_with_people_is_left_alone(ctx, filled, near):
    moved(ctx, near)
    with pytest.raises(DatabaseNotEmptyError):
        moved(ctx, near)
    change = METADATA.tables["clinic"].update().values(name="Elsewhere")
    with near.writing() as db:
        db.execute(change)
        db.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name, table in METADATA.tables.items():
            if name in {"audit_record", *bundles()}:
                continue
            db.execute(table.update().values(clinic_id=filled.alice.person_id))
    with pytest.raises(OtherClinicError):
        moved(ctx, near)


def bundles():
    return {"bundle", "bundle_maker", "bundle_member", "bundle_recall"}


@ON_POSTGRESQL
@pytest.mark.usefixtures("cast")
def test_on_postgresql_an_app_that_still_runs_is_noticed(ctx, near):
    ctx.dispose()
    with ctx.engine.connect(), pytest.raises(SomebodyThereError):
        move_all(ctx.engine, ctx.releases, near.engine, near.releases)
    assert is_free(near.engine, near.releases)


@ON_POSTGRESQL
@pytest.mark.usefixtures("cast")
def test_on_postgresql_who_is_just_leaving_is_waited_for(ctx, near):
    ctx.dispose()
    other = open_engine(ctx.engine.url.render_as_string(hide_password=False))
    leaving = other.connect()
    leaving.exec_driver_sql("SELECT 1")
    Timer(0.3, leaving.invalidate).start()
    assert move_all(ctx.engine, ctx.releases, near.engine, near.releases)


@ON_SQLITE
@pytest.mark.usefixtures("cast")
def test_the_command_notices_an_app_that_says_it_is_asked_for_another_host(
    ctx, tmp_path, monkeypatch, capsys, migrated_database_url
):
    class Edge(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(421)

        def log_message(self, *_said):
            pass

    ctx.dispose()
    (tmp_path / "new").mkdir()
    other = databases.sqlite_url(tmp_path / "new" / "it.db")
    monkeypatch.setenv("WELLBEING_DATABASE_URL", migrated_database_url)
    monkeypatch.setenv("WELLBEING_PUBLIC_URL", "https://wellbeing.example.org")
    monkeypatch.setenv("WELLBEING_ADDRESS", "0.0.0.0")  # noqa: S104 (what is tried)
    with HTTPServer(("127.0.0.1", 0), Edge) as app:
        monkeypatch.setenv("WELLBEING_PORT", str(app.server_port))
        answering = Thread(target=app.handle_request)
        answering.start()
        assert main(["move", "--to", other]) == 1
        answering.join()
    assert capsys.readouterr().err == f"{SomebodyThereError()}\n"
    assert not list((tmp_path / "new").iterdir())


@ON_SQLITE
def test_an_older_schema_is_migrated_first(ctx, near):
    move(ctx.engine, "0001", down=True)
    with pytest.raises(DatabaseUnusableError, match="migrate"):
        moved(ctx, near)


@ON_SQLITE
@pytest.mark.usefixtures("filled")
def test_the_command_counts_by_table_and_says_what_is_left_to_do(
    ctx, tmp_path, monkeypatch, capsys, migrated_database_url
):
    ctx.dispose()
    monkeypatch.setenv("WELLBEING_DATABASE_URL", migrated_database_url)
    monkeypatch.setenv("WELLBEING_PORT", "1")
    (tmp_path / "study_keys").mkdir()
    (tmp_path / "new").mkdir()
    other = databases.sqlite_url(tmp_path / "new" / "it.db")
    assert main(["move", "--to", migrated_database_url]) == 2
    assert main(["move", "--to", "mysql://x"]) == 2
    capsys.readouterr()
    assert main(["move", "--to", other, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"]["person"] == 7
    assert told["folders"] == [str(tmp_path / "study_keys")]
    assert main(["move", "--to", other]) == 1
    assert "already holds people" in capsys.readouterr().err

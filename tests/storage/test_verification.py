"""What ``verify`` finds, and how the three commands speak and end."""

import json
import shutil
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests import databases
from tests.clinic import open_context
from tests.counted_clinic import PERIODS, House
from wellbeing.cli.main import main
from wellbeing.domain.errors import DatabaseUnusableError
from wellbeing.services import closing
from wellbeing.storage.release_engine import open_door
from wellbeing.storage.schema import RELEASES, move
from wellbeing.storage.verification import verify

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "database_kind",
    [pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)


@pytest.fixture
def house(ctx) -> House:
    made = House(ctx, ctx.now)
    for period in PERIODS[:4]:
        made.everybody_answers(period)
        made.end(period)
        closing.close(ctx)
    return made


def faults(ctx):
    checks = verify(ctx.engine, ctx.releases, ctx.door)
    return {check.name: check.faults for check in checks if not check.fine}


def alter(engine, *statements):
    """Change what triggers and keys protect, as a fault of the disk would."""
    with engine.connect() as db:
        if db.dialect.name == "sqlite":
            raw = db.connection.driver_connection
            raw.execute("PRAGMA foreign_keys = OFF")
            for name in raw.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ):
                raw.execute(f"DROP TRIGGER {name[0]}")
            for statement in statements:
                raw.execute(statement)
            raw.execute("PRAGMA foreign_keys = ON")
            return
        db.exec_driver_sql("SET session_replication_role = replica")
        for statement in statements:
            db.exec_driver_sql(statement)
        db.exec_driver_sql("SET session_replication_role = DEFAULT")
        db.commit()


@pytest.mark.usefixtures("house")
def test_databases_in_order_have_no_fault(ctx):
    assert faults(ctx) == {}
    checks = verify(ctx.engine, ctx.releases, ctx.door)
    assert [check.name for check in checks] == [
        "migrations",
        "check_ins",
        "release_tables",
        "triggers",
        "ledgers",
        "releases",
        "audit",
        "rights",
        "identity",
    ]


def test_an_empty_migrated_place_has_no_fault(ctx):
    assert faults(ctx) == {}


@pytest.mark.usefixtures("house")
def test_what_the_door_reads_is_looked_at_with_the_identity_of_leads(ctx):
    with databases.with_door(ctx) as opened:
        assert faults(opened) == {}


def test_a_schema_that_is_behind_ends_the_look(ctx):
    move(ctx.engine, "0001", down=True)
    assert list(faults(ctx)) == ["migrations"]
    move(ctx.releases, "base", down=True, schema=RELEASES)
    assert len(faults(ctx)["migrations"]) == 2


_MOVED = "UPDATE overview SET first_week = '2027-W01' WHERE first_week = '2026-W05'"
_HELPED = (
    "INSERT INTO action_figure (clinic_id, action_id, first_week, people) "
    "SELECT clinic_id, clinic_id, '2027-W01', '8-12' FROM calendar"
)


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        (["DELETE FROM period WHERE first_week = '2026-W09'"], "2026-W09 is missing"),
        (["DELETE FROM figure WHERE indicator = 'rest'"], "are missing"),
        (["DELETE FROM unit_team"], "has no team"),
        (["DELETE FROM calendar"], "Restore them"),
        (["UPDATE period SET quarter = '2026-W17'"], "wrong quarter"),
        (["DELETE FROM unit"], "belong to no unit"),
        ([_MOVED], "overview names 2027-W01"),
        ([_HELPED], "action_figure names 2027-W01"),
    ],
)
@pytest.mark.usefixtures("house")
def test_a_release_that_is_not_whole_is_a_fault(ctx, statements, sentence):
    alter(ctx.releases, *statements)
    found = " ".join(faults(ctx)["releases"])
    assert sentence in found


@pytest.mark.usefixtures("house")
def test_releases_that_are_newer_than_the_check_ins_are_a_fault(ctx):
    with ctx.writing() as db:
        db.exec_driver_sql("DELETE FROM panel_member WHERE quarter = '2026-W17'")
    assert "newer than the check-ins" in " ".join(faults(ctx)["releases"])


@pytest.mark.usefixtures("house")
def test_lost_releases_are_a_fault(ctx):
    move(ctx.releases, "base", down=True, schema=RELEASES)
    move(ctx.releases, "head", schema=RELEASES)
    assert "were lost" in " ".join(faults(ctx)["releases"])


@pytest.mark.usefixtures("house")
def test_a_reference_that_leads_nowhere_is_a_fault(ctx):
    alter(ctx.engine, "DELETE FROM check_in")
    assert faults(ctx)["check_ins"] == (
        "The check-ins: a row of answer refers to nothing.",
    )


@pytest.mark.usefixtures("house")
def test_a_missing_trigger_is_a_fault(ctx):
    name = "no_update_of_figure" if ctx.engine.dialect.name == "sqlite" else None
    statement = "ALTER TABLE figure DISABLE TRIGGER no_change_of_figure"
    with ctx.writing_releases() as out:
        out.exec_driver_sql(f"DROP TRIGGER {name}" if name else statement)
    assert "figure" in " ".join(faults(ctx)["triggers"])


@pytest.mark.usefixtures("house")
def test_a_trigger_that_refuses_nothing_any_more_is_a_fault(ctx):
    with ctx.writing() as db:
        if db.dialect.name == "sqlite":
            db.exec_driver_sql("DROP TRIGGER no_update_of_audit_record")
            db.exec_driver_sql(
                "CREATE TRIGGER no_update_of_audit_record BEFORE UPDATE "
                "ON audit_record BEGIN SELECT 1; END"
            )
        else:
            db.exec_driver_sql(
                "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger "
                "LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
            )
    assert faults(ctx)["ledgers"] == (
        "Ledgers: nothing keeps audit_record from being changed. Restore.",
    )


@ON_SQLITE
@pytest.mark.usefixtures("house")
def test_a_damaged_file_is_a_fault_or_cannot_be_read(ctx, tmp_path):
    ctx.dispose()
    file = tmp_path / "wellbeing.db"
    databases.fold(file)
    data = bytearray(file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 5000] = bytes(5000)
    file.write_bytes(data)
    with open_again(ctx) as again:
        try:
            found = faults(again)
        except DatabaseUnusableError as error:
            found = {"check_ins": (str(error),)}
    assert "damaged" in found["check_ins"][0]


@contextmanager
def open_again(ctx):
    again = open_context(ctx.settings.database_url, ctx.now)
    yield again
    again.dispose()


@ON_POSTGRESQL
@pytest.mark.usefixtures("house")
def test_an_identity_with_too_few_or_too_many_rights_is_a_fault(ctx):
    with databases.with_door(ctx) as opened:
        assert opened.door.engine is not None
        url = opened.door.engine.url
        name, plain = url.username, url.render_as_string(hide_password=False)
        with ctx.writing_releases() as out:
            out.exec_driver_sql(f"REVOKE SELECT ON figure FROM {name}")  # noqa: S608 (ours)
        assert "may not read" in faults(opened)["identity"][0]
        with ctx.writing_releases() as out:
            out.exec_driver_sql(f"GRANT SELECT, INSERT ON figure TO {name}")
        assert "may change releases" in faults(opened)["identity"][0]
        with ctx.writing() as db:
            db.exec_driver_sql(f"GRANT SELECT ON person TO {name}")
        door = open_door(ctx.settings.database_url, plain)
        assert "more than releases" in faults(replace(ctx, door=door))["identity"][0]
        if door.engine is not None:
            door.engine.dispose()


@pytest.mark.parametrize(
    "more",
    ["ALTER ROLE {name} CREATEDB", "GRANT pg_read_all_settings TO {name}"],
)
@ON_POSTGRESQL
def test_an_identity_that_could_come_to_read_more_is_a_fault(ctx, more):
    with databases.with_door(ctx) as opened:
        assert opened.door.engine is not None
        name = opened.door.engine.url.username
        with ctx.writing() as db:
            db.exec_driver_sql(more.format(name=name))
        assert "besides reading releases" in faults(opened)["identity"][0]


@ON_POSTGRESQL
def test_a_superuser_is_advised_against(ctx):
    checks = verify(ctx.engine, ctx.releases, ctx.door)
    [rights] = [check for check in checks if check.name == "rights"]
    assert rights.fine
    assert "superuser" in rights.advice[0]


@ON_SQLITE
def test_a_file_that_others_can_open_is_advised_against(ctx, tmp_path):
    def advice():
        checks = verify(ctx.engine, ctx.releases, ctx.door)
        return [one for check in checks for one in check.advice]

    file = tmp_path / "wellbeing.db"
    tmp_path.chmod(0o755)
    file.chmod(0o644)
    assert "other users" in advice()[0]
    file.chmod(0o600)
    assert advice() == []
    file.chmod(0o644)
    tmp_path.chmod(0o700)
    assert advice() == []


@pytest.fixture
def at(monkeypatch):
    return lambda url: monkeypatch.setenv("WELLBEING_DATABASE_URL", url)


@pytest.fixture
def run(capsys):
    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return command


@pytest.mark.usefixtures("house")
def test_the_commands_say_what_they_did(migrated_database_url, at, run, tmp_path):
    file, other = str(tmp_path / "it"), databases.sqlite_url(tmp_path / "other.db")
    at(migrated_database_url)
    status, out, _ = run("backup", file)
    assert (status, "as they were at one moment" in out) == (0, True)
    status, out, _ = run("verify")
    assert (status, out.count("Fine. ")) == (0, 10)
    status, out, _ = run("verify", file)
    assert (status, "already holds data" in out) == (0, True)
    at(other)
    status, out, _ = run("verify", file)
    assert (status, "could be restored here" in out) == (0, True)
    assert not list(tmp_path.glob("other*"))
    status, out, _ = run("restore", file)
    assert (status, "did not come back" in out) == (0, True)
    assert run("verify")[0] == 0
    status, _, err = run("restore", file)
    assert (status, "already holds people" in err) == (1, True)


@pytest.mark.usefixtures("house")
def test_the_commands_in_json(migrated_database_url, at, run, tmp_path):
    file, other = str(tmp_path / "it"), databases.sqlite_url(tmp_path / "other.db")
    at(migrated_database_url)
    made = json.loads(run("backup", file, "--json")[1])
    assert made["format"] == 1
    assert made["check_ins"]["parts"]
    assert json.loads(run("verify", "--json")[1])["fine"]
    found = json.loads(run("verify", file, "--json")[1])
    assert (found["fine"], found["restorable_here"]) == (True, False)
    assert found["private_texts_readable"]
    assert found["manifest"] == made
    at(other)
    restored = json.loads(run("restore", file, "--json")[1])
    assert restored == made | {"private_texts_readable": True}


@ON_SQLITE
def test_faults_end_with_status_one_and_bad_input_with_two(
    ctx, migrated_database_url, at, run, tmp_path
):
    at(migrated_database_url)
    with ctx.writing_releases() as out:
        out.exec_driver_sql("DROP TRIGGER no_update_of_figure")
    status, out, err = run("verify")
    assert status == 1
    assert "FAULT Releases: nothing keeps figure from being changed" in out
    assert err == "Not everything is in order. Each fault is listed, with what to do.\n"
    shutil.copyfile(__file__, tmp_path / "no backup")
    status, _, err = run("verify", str(tmp_path / "no backup"))
    assert (status, "is no backup" in err) == (1, True)
    assert run("verify", str(tmp_path / "nothing"))[0] == 2
    assert run("backup", str(tmp_path / "no folder" / "it"))[0] == 2
    at(databases.sqlite_url(tmp_path / "never.db"))
    status, _, err = run("backup", str(tmp_path / "it"))
    assert (status, "There is no database never.db" in err) == (1, True)
    assert not list(tmp_path.glob("never*"))


@ON_SQLITE
@pytest.mark.usefixtures("house")
def test_a_release_file_that_is_gone_is_said(ctx, tmp_path):
    ctx.dispose()
    databases.release_file(tmp_path / "wellbeing.db").unlink()
    with pytest.raises(DatabaseUnusableError, match=r"wellbeing\.releases\.db"):
        verify(ctx.engine, ctx.releases, ctx.door)
    assert sa.make_url(ctx.settings.database_url).database

"""The command line: what it does, says and answers with."""

import argparse
import importlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from tests import databases
from tests.clinic import open_context
from tests.counted_clinic import PERIODS, House
from tests.second_factors import set_up
from tests.studies import STUDY, open_study
from wellbeing.cli.commands import Commands
from wellbeing.cli.main import _FAMILIES, main
from wellbeing.domain.audit import Event
from wellbeing.domain.errors import SignedOutError
from wellbeing.services import accounts, audit
from wellbeing.services.accounts import sign_in
from wellbeing.storage.check_in_tables import CheckInRow
from wellbeing.storage.engine import open_engine, reading
from wellbeing.storage.schema import move

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
CHECK_INS = "email,week,overall,rest\nalice@example.org,2026-W40,7,2\n"


@pytest.fixture
def at(monkeypatch):
    """Point the settings at a database."""

    def point(url: str, **others: str) -> None:
        monkeypatch.setenv("WELLBEING_DATABASE_URL", url)
        for name, value in others.items():
            monkeypatch.setenv(f"WELLBEING_{name.upper()}", value)

    return point


@pytest.fixture
def run(capsys):
    """Run a command in this process; return status, output and error lines."""

    def command(*arguments: str) -> tuple[int, list[str], list[str]]:
        try:
            status = main(arguments)
        except SystemExit as left:
            status = int(left.code or 0)
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()

    return command


@pytest.fixture
def empty(migrated_database_url, at) -> str:
    at(migrated_database_url)
    return migrated_database_url


@pytest.fixture
def a_file(tmp_path):
    def write(text: str) -> str:
        file = tmp_path / "given.csv"
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write


def process(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "wellbeing", *arguments],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_whoever_has_read_enough_is_told_nothing_more():
    # The reader is gone before the first line comes.
    done = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m wellbeing instruments | true"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_migrate_brings_an_empty_database_to_the_newest_schema(database_url, at, run):
    at(database_url)
    for _ in range(2):
        assert run("migrate") == (0, ["The database has the newest schema."], [])


@ON_SQLITE
def test_the_demo_says_who_can_sign_in_with_which_password(empty, run, clock):
    status, told, complaints = run("demo", "--people", "10", "--weeks", "2")
    assert (status, complaints) == (0, [])
    assert told[0].startswith("Riverbend Practice (invented): 10 people in 1 teams, ")
    password = told[1].split()[3]
    ctx = open_context(empty, clock)
    email = told[2].split()[0]
    assert sign_in(ctx, email=email, password=password, address="")
    ctx.dispose()


@pytest.mark.usefixtures("empty")
def test_close_says_which_weeks_it_closed_and_a_second_time_that_there_are_none(run):
    run("demo", "--people", "10", "--weeks", "9")
    status, told, complaints = run("close")
    assert (status, told, complaints) == (
        0,
        ["Nothing to close: no period has ended since the last one."],
        [],
    )
    assert run("close", "--json")[1] == ['{"closed": []}']


@pytest.mark.usefixtures("empty")
def test_close_closes_what_has_ended(run, ctx, clock):
    house = House(ctx, clock, size=1)
    house.everybody_answers(PERIODS[0])
    status, told, _ = run("close", "--through", str(PERIODS[1].last_week))
    assert (status, told) == (
        0,
        ["Closed: 2026-W05 to 2026-W08.", "Closed: 2026-W09 to 2026-W12."],
    )


@pytest.mark.usefixtures("empty")
def test_close_refuses_a_week_that_does_not_exist(run):
    status, told, complaints = run("close", "--through", "2025-W53")
    assert (status, told) == (2, [])
    assert complaints == ["“2025-W53” is not a week. Write it like 2026-W47."]


def test_grant_lead_is_refused_on_sqlite_and_makes_an_identity_on_postgresql(
    empty, run, ctx
):
    status, told, complaints = run("grant-lead", "wellbeing_lead_of_a_test", "--json")
    if empty.startswith("sqlite"):
        assert (status, told) == (2, [])
        assert "SQLite" in complaints[0]
        return
    made = json.loads(told[0])
    assert (status, made["made"]) == (0, True)
    assert made["url"].startswith("postgresql://wellbeing_lead_of_a_test:")
    with ctx.writing() as db:
        db.exec_driver_sql("DROP OWNED BY wellbeing_lead_of_a_test")
        db.exec_driver_sql("DROP ROLE wellbeing_lead_of_a_test")


@pytest.mark.usefixtures("empty", "cast")
def test_the_demo_refuses_a_database_with_a_clinic(run):
    status, told, complaints = run("demo")
    assert (status, told) == (1, [])
    assert complaints == [
        (
            "This database already holds people, so nothing was written. "
            "Point WELLBEING_DATABASE_URL at an empty one."
        )
    ]


@pytest.mark.usefixtures("empty", "cast")
def test_the_demo_can_be_asked_for_only_if_the_database_is_empty(run):
    sentence = "The database holds a clinic already, so nothing was invented."
    assert run("demo", "--if-empty") == (0, [sentence], [])
    assert run("demo", "--if-empty", "--json") == (0, ['{"written": false}'], [])


@pytest.mark.usefixtures("empty")
def test_the_demo_in_json_is_one_object(run):
    status, told, _ = run("demo", "--people", "10", "--weeks", "2", "--json")
    made = json.loads("".join(told))
    assert status == 0
    assert made["written"]
    assert made["people"] == 10
    assert made["first_week"] < made["last_week"]
    assert {"email", "name", "part"} == set(made["sign_ins"][0])


@pytest.mark.usefixtures("empty")
def test_a_demo_of_an_impossible_size_is_bad_input(run):
    status, _, complaints = run("demo", "--people", "3")
    assert (status, complaints) == (2, ["Choose from 10 to 5184 people."])


@pytest.mark.usefixtures("empty", "cast")
def test_people_are_loaded_or_only_looked_at(run, a_file):
    file = a_file(
        "name,email,team,from_week\nEmil Sato,emil@example.org,North,2026-W40\n"
    )
    told = "Nothing was written. To be loaded: people 1."
    assert run("import-people", file, "--dry-run") == (0, [told], [])
    assert run("import-people", file, "--json") == (
        0,
        ['{"written": true, "people": 1, "notes": []}'],
        [],
    )
    status, _, complaints = run("import-people", file)
    assert status == 2
    assert complaints == [
        "Nothing was written: 1 problem in the file.",
        (
            "Line 2, column email: Somebody already has this e-mail address. "
            "Take the line out."
        ),
    ]


DRY_RUNS = {
    "remove-old": ["remove-old", "--dry-run"],
    "import-people": ["import-people", "--dry-run"],
    "import-check-ins": ["import-check-ins", "--dry-run"],
}


def files_beside(url):
    """Return every file of an SQLite database, with its bytes; none of a server's."""
    file = make_url(url).database or ""
    folder = Path(file).parent
    return {one.name: one.read_bytes() for one in folder.glob("*.db*") if one.is_file()}


def revision(url):
    engine = open_engine(url)
    with reading(engine) as db:
        found = db.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    engine.dispose()
    return found


@pytest.mark.parametrize("dry_run", DRY_RUNS.values(), ids=DRY_RUNS)
def test_a_dry_run_migrates_nothing_and_says_who_does(
    database_url, at, run, a_file, dry_run
):
    at(database_url)
    assert run("migrate")[0] == 0
    engine = open_engine(database_url)
    move(engine, "0014", down=True)
    engine.dispose()
    before = files_beside(database_url)
    given = [a_file(CHECK_INS)] if "import" in dry_run[0] else []
    status, told, complaints = run(*dry_run, *given)
    assert (status, told) == (1, [])
    assert complaints[0].endswith("Run: python -m wellbeing migrate")
    assert files_beside(database_url) == before
    assert revision(database_url) == "0014"


@ON_SQLITE
@pytest.mark.parametrize("dry_run", DRY_RUNS.values(), ids=DRY_RUNS)
@pytest.mark.usefixtures("cast")
def test_a_dry_run_leaves_every_byte_of_the_files(
    ctx, empty, run, tmp_path, a_file, dry_run
):
    assert run("migrate")[0] == 0
    ctx.dispose()
    new = "name,email,team,from_week\nEmil Sato,emil@example.org,North,2026-W40\n"
    people, check_ins = a_file(new), tmp_path / "check_ins.csv"
    check_ins.write_text(CHECK_INS, encoding="utf-8")
    given = {"import-people": [people], "import-check-ins": [str(check_ins)]}
    before = files_beside(empty)
    assert before
    assert run(*dry_run, *given.get(dry_run[0], []))[0] == 0
    assert files_beside(empty) == before


def test_a_dry_run_makes_no_database(tmp_path, at, run):
    file = tmp_path / "nothing.db"
    at(databases.sqlite_url(file))
    assert run("remove-old", "--dry-run")[0] == 1
    assert not file.exists()


@pytest.mark.usefixtures("empty", "cast")
def test_check_ins_are_loaded_or_only_looked_at(run, a_file, ctx):
    file = a_file(CHECK_INS)
    told = "Nothing was written. To be loaded: check-ins 1, people 1."
    assert run("import-check-ins", file, "--dry-run") == (0, [told], [])
    assert run("import-check-ins", file) == (
        0,
        ["Loaded: check-ins 1, people 1."],
        [],
    )
    note = "Line 2 is saved already and was left out."
    assert run("import-check-ins", file) == (
        0,
        [note, "Loaded: check-ins 0, people 0."],
        [],
    )
    with ctx.reading() as db:
        counted = select(func.count()).select_from(CheckInRow)
        assert db.scalar(counted) == 1


@pytest.mark.usefixtures("empty", "cast")
def test_a_file_with_problems_is_reported_line_by_line(run):
    file = str(SAMPLES / "check_ins_with_problems.csv")
    status, told, complaints = run("import-check-ins", file, "--dry-run")
    assert (status, told) == (2, [])
    assert complaints[0] == "Nothing was written: 14 problems in the file."
    assert [line.split(":")[0] for line in complaints[1:4]] == [
        "Line 2, column email",
        "Line 3, column week",
        "Line 4, column date",
    ]


@ON_SQLITE
@pytest.mark.parametrize("name", ["nothing", "", "../../x"])
@pytest.mark.usefixtures("empty", "cast")
def test_a_bundle_of_no_study_is_bad_input(run, tmp_path, name):
    status, told, complaints = run("export", "--study", name, "--out", str(tmp_path))
    assert (status, told, len(complaints)) == (2, [], 1)
    assert complaints[0].startswith("There is no open study")


@ON_SQLITE
@pytest.mark.usefixtures("empty")
def test_a_bundle_before_the_freeze_date_comes_with_a_warning(run, ctx, cast, tmp_path):
    open_study(ctx, cast, freeze_date=date(2999, 12, 31))
    _, told, complaints = run("export", "--study", STUDY, "--out", str(tmp_path))
    assert told == []
    assert complaints[0].startswith("The freeze date, 2999-12-31, has not passed.")


@pytest.mark.parametrize("command", ["import-people", "import-check-ins"])
@pytest.mark.usefixtures("empty")
def test_a_file_that_cannot_be_read_is_bad_input(run, tmp_path, command):
    missing = tmp_path / "missing.csv"
    status, _, complaints = run(command, str(missing))
    assert status == 2
    assert complaints == [
        f"{missing}: no such file or directory. Check the path and its rights."
    ]
    status, _, complaints = run(command, str(tmp_path))
    assert (status, len(complaints)) == (2, 1)


@pytest.mark.usefixtures("empty")
def test_loading_without_a_clinic_says_how_to_get_one(run, a_file):
    status, _, complaints = run("import-check-ins", a_file(CHECK_INS))
    assert status == 1
    assert complaints[0].startswith("This database holds no clinic yet.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "The following arguments are required: COMMAND. "),
        (["dance"], "Argument COMMAND: invalid choice: 'dance'"),
        (["demo", "--people", "many"], "Argument --people: invalid int value: 'many'."),
        (["import-people"], "The following arguments are required: FILE. "),
    ],
)
def test_arguments_that_cannot_be_are_refused_in_one_line(run, arguments, sentence):
    status, told, complaints = run(*arguments)
    assert (status, told, len(complaints)) == (2, [], 1)
    assert complaints[0].startswith(sentence)


def test_a_setting_that_does_not_exist_is_bad_input(run, monkeypatch):
    monkeypatch.setenv("WELLBEING_COLOUR", "blue")
    status, _, complaints = run("migrate")
    assert (status, len(complaints)) == (2, 1)
    assert complaints[0].startswith("WELLBEING_COLOUR is not a setting.")


def test_a_newer_database_is_left_alone(empty, ctx):
    with ctx.writing() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    done = process("demo", WELLBEING_DATABASE_URL=empty)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "This database was written by a newer version of Wellbeing. "
        "Start that version, or restore an older backup.\n"
    )


def test_a_damaged_database_is_a_failure_without_a_traceback(tmp_path):
    file = tmp_path / "damaged.db"
    file.write_bytes(b"this is no database, " * 400)
    url = databases.sqlite_url(file)
    done = process("migrate", WELLBEING_DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == "The database file is damaged or is no database. Restore it.\n"
    )


def test_a_database_below_a_file_is_a_failure_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    url = databases.sqlite_url(tmp_path / "file" / "folder" / "wellbeing.db")
    done = process("demo", WELLBEING_DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("cannot be made: Not a directory.\n")


def test_a_server_that_is_away_is_a_failure_in_one_sentence(tmp_path):
    url = f"postgresql://nobody@/nothing?host={tmp_path}"
    done = process("migrate", WELLBEING_DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The database does not answer.")
    assert done.stderr.count("\n") == 1


def test_bad_input_of_a_process_gives_status_two(tmp_path):
    url = databases.sqlite_url(tmp_path / "new.db")
    done = process("import-people", "missing.csv", WELLBEING_DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (2, "")
    assert not (tmp_path / "new.db").exists()


def test_serve_refuses_an_open_address_without_a_public_one(empty, at, run):
    at(empty, address="0.0.0.0")  # noqa: S104 (what is refused)
    status, told, complaints = run("serve")
    assert (status, told, len(complaints)) == (2, [], 1)
    assert complaints[0].startswith("Set WELLBEING_PUBLIC_URL ")


def test_serve_leaves_a_running_app_and_its_link_alone(empty, ctx, at, run):
    with ctx.writing() as db:
        db.exec_driver_sql(
            "INSERT INTO setup_link (clinic_id, token_hash) "
            "VALUES ('018f0000000070008000000000000000', 'kept')"
        )
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        at(empty, port=str(port))
        status, told, complaints = run("serve")
    assert (status, told) == (1, [])
    assert complaints == [
        (
            f"Port {port} of 127.0.0.1 cannot be used: something else uses it already. "
            "Stop that, or set WELLBEING_PORT or WELLBEING_ADDRESS."
        )
    ]
    with ctx.reading() as db:
        found = db.exec_driver_sql("SELECT token_hash FROM setup_link")
        assert found.scalars().all() == ["kept"]


def test_serve_on_an_address_of_another_machine_is_a_failure(empty, at, run):
    at(empty, address="192.0.2.1", public_url="https://wellbeing.example.org")
    status, _, complaints = run("serve")
    assert (status, len(complaints)) == (1, 1)
    assert complaints[0].startswith("Port 8501 of 192.0.2.1 cannot be used: ")


@pytest.mark.slow
def test_serve_prints_a_link_that_works_once_and_starts_the_app(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    variables = {
        # Relative to where it was typed, not to where the app runs.
        "WELLBEING_DATABASE_URL": "sqlite:///new.db",
        "WELLBEING_PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }
    with (
        (tmp_path / "said").open("w") as said,
        subprocess.Popen(
            [sys.executable, "-m", "wellbeing", "serve"],
            cwd=tmp_path,
            env=os.environ | variables,
            stdout=said,
            stderr=subprocess.STDOUT,
        ) as app,
    ):
        try:
            assert answer(port, "/healthz").startswith("HTTP/1.1 200")
        finally:
            app.terminate()
    first, link, address, *_ = (tmp_path / "said").read_text().splitlines()
    assert first.endswith("it works once:")
    assert link.startswith(f"  http://127.0.0.1:{port}/set-up/")
    assert address == f"The app is at http://127.0.0.1:{port}"
    with closing(sqlite3.connect(tmp_path / "new.db")) as db:
        assert db.execute("SELECT count(*) FROM setup_link").fetchone() == (1,)


def answer(port: int, path: str, seconds: float = 60) -> str:
    """Return what the app answers as soon as it listens."""
    until = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection(
                ("127.0.0.1", port), timeout=seconds
            ) as connection:
                request = f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"
                connection.sendall(request.encode())
                return connection.recv(1000).decode()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


@pytest.mark.usefixtures("empty")
def test_who_runs_the_server_ends_a_second_factor_and_that_is_recorded(run, ctx, cast):
    set_up(ctx, cast.ada)
    with ctx.writing() as db:  # as after a restore without the file of secrets
        db.exec_driver_sql("DELETE FROM text_secret")
    status, told, _ = run("end-second-factor", f" {cast.ada.email.upper()}")
    assert (status, "has ended" in told[0]) == (0, True)
    with ctx.reading() as db:
        assert not db.exec_driver_sql("SELECT * FROM second_factor").all()
        assert not db.exec_driver_sql("SELECT * FROM second_factor_code").all()
    with pytest.raises(SignedOutError):
        accounts.viewer_of(ctx, cast.ada.session)
    last = audit.audit_record(ctx, cast.ada).records[0]
    assert last.record.event is Event.SECOND_FACTOR_ENDED
    assert last.actor is None
    status, _, complaints = run("end-second-factor", "nobody@example.org")
    assert (status, complaints) == (
        2,
        ["Nobody here has this e-mail address. Check it."],
    )


def test_every_file_of_commands_adds_those_that_it_is_listed_with():
    files = {p.stem for p in (ROOT / "wellbeing/cli").glob("*.py")}
    assert set(_FAMILIES) == files - {"__init__", "main", "commands"}
    for name, listed in _FAMILIES.items():
        parsers = argparse.ArgumentParser().add_subparsers()
        importlib.import_module(f"wellbeing.cli.{name}").add(Commands(parsers))
        assert tuple(parsers.choices) == listed

"""A database that cannot be used: each command ends with one sentence, and status 1.

With status 2 ends what stands wrongly in the settings.
"""

import os
import pwd
import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from tests.databases import copy_sqlite, release_file, sqlite_url
from wellbeing.cli.main import main
from wellbeing.domain.errors import DatabaseUnusableError

DAMAGED = "The database file is damaged"
NEWER = "This database was written by a newer version of Wellbeing."
CLOSED = "The database file cannot be opened. Check path and rights."
FIXED = "The database cannot be written. Check the rights of its file and of the folder"
REFUSED = "The database refuses this user or password."
PEER = "At this socket the server takes the system's user of the same name only"
UNKNOWN = "The server has no such database, or no such user."
AWAY = "The database does not answer."
MAY_NOT = "The database's user may not do this."
COMMANDS = [["serve"], ["migrate"], ["close"], ["verify"], ["backup", "never"]]


@pytest.fixture
def fails(monkeypatch, capsys, tmp_path) -> Iterator[Callable[..., list[str]]]:
    """Run commands on a database; return the one sentence that each ends with."""
    monkeypatch.chdir(tmp_path)

    def run(url: str, commands=COMMANDS) -> list[str]:
        monkeypatch.setenv("WELLBEING_DATABASE_URL", url)
        # Nobody listens there, and nobody is going to: each ends before.
        monkeypatch.setenv("WELLBEING_PORT", "18499")
        told = []
        for command in commands:
            status = main(command)
            said = capsys.readouterr()
            assert (status, said.out, said.err.count("\n")) == (1, "", 1), said
            told.append(said.err.rstrip())
        return told

    yield run
    assert not (tmp_path / "never").exists()


@pytest.fixture
def file(sqlite_template, tmp_path) -> Path:
    """A database in order, until the test spoils it."""
    file = tmp_path / "place" / "wellbeing.db"
    file.parent.mkdir()
    copy_sqlite(sqlite_template, file)
    return file


def spoil(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    for n in range(4096, len(whole), 4096):
        whole[n : n + 300] = b"\xaa" * 300
    file.write_bytes(whole)


def make_newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")


def make_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (spoil, DAMAGED),
        (lambda file: file.write_text("no database\n" * 99), DAMAGED),
        (lambda file: release_file(file).write_text("no database\n" * 99), DAMAGED),
        (make_a_folder, CLOSED),
        (lambda file: make_a_folder(release_file(file)), CLOSED),
    ],
)
def test_what_is_no_sound_file_is_one_sentence(file, fails, change, sentence):
    change(file)
    told = fails(sqlite_url(file))
    assert all(one.startswith(sentence) for one in told), told


def test_a_newer_database_is_one_sentence(file, fails):
    make_newer(file)
    told = fails(sqlite_url(file), [["serve"], ["migrate"], ["close"]])
    assert all(one.startswith(NEWER) for one in told), told


@contextmanager
def somebody() -> Iterator[Path]:
    """Be a user to whom rights mean something; yield a folder that they can enter.

    Root may read and write everything, so no right would be missing.
    """
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-rights-"))
    folder.chmod(0o755)
    ids = os.geteuid(), os.getegid(), os.getgroups()
    try:
        yield folder
    finally:
        if ids[0] == 0:
            os.seteuid(ids[0])
            os.setegid(ids[1])
            os.setgroups(ids[2])
        folder.chmod(0o755)
        for one in folder.rglob("*"):
            one.chmod(0o755)
        rmtree(folder)


def become_nobody() -> None:
    if os.geteuid() == 0:
        entry = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setegid(entry.pw_gid)
        os.seteuid(entry.pw_uid)


@pytest.mark.parametrize(
    ("of_folder", "of_file", "sentence"),
    [
        (0o555, 0o666, FIXED),
        (0o555, 0o444, FIXED),
        (0o755, 0o000, CLOSED),
        (0o555, None, CLOSED),
        (0o000, 0o666, CLOSED),
    ],
)
def test_what_one_may_not_use_is_one_sentence(
    sqlite_template, fails, of_folder, of_file, sentence
):
    with somebody() as outer:
        file = outer / "place" / "wellbeing.db"
        file.parent.mkdir()
        if of_file is not None:
            copy_sqlite(sqlite_template, file)
            file.chmod(of_file)
            release_file(file).chmod(of_file)
        file.parent.chmod(of_folder)
        become_nobody()
        told = fails(sqlite_url(file), [["serve"], ["migrate"], ["close"]])
    assert all(one.startswith(sentence) for one in told), told


def test_a_file_that_one_may_only_read_does_not_serve(sqlite_template, fails):
    with somebody() as outer:
        file = outer / "wellbeing.db"
        copy_sqlite(sqlite_template, file)
        file.chmod(0o444)
        outer.chmod(0o777)
        become_nobody()
        assert fails(sqlite_url(file), [["serve"]])[0].startswith(FIXED)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:///", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("sqlite:///wellbeing.db?mode=ro", "name a file"),
        ("postgresql://a@/x?port=abc", "cannot be read"),
        ("postgresql://a@/x?host=one,two&port=1,2,3", "cannot be read"),
        ("mysql://a@b/c", "use sqlite:///FILE or postgresql://"),
        ("", "use sqlite:///FILE or postgresql://"),
    ],
)
def test_a_url_that_cannot_be_is_bad_input(monkeypatch, capsys, tmp_path, url, reason):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WELLBEING_DATABASE_URL", url)
    assert main(["serve"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n"), reason in said.err) == ("", 1, True)
    assert not list(tmp_path.iterdir())


def other(server: str, **parts: Any) -> str:
    return sa.make_url(server).set(**parts).render_as_string(hide_password=False)


@pytest.mark.postgresql
def test_a_server_that_is_not_there_or_knows_nothing_is_one_sentence(
    postgresql_server, fails
):
    query = {"colour": "blue"}
    added = sa.make_url(postgresql_server).update_query_dict(query)
    for url, sentence in (
        (other(postgresql_server, database="no_such"), UNKNOWN),
        (other(postgresql_server, username="no_such"), UNKNOWN),
        ("postgresql://a@nowhere.invalid/x", "The database's host cannot be found."),
        ("postgresql://a@127.0.0.1:1/x", AWAY),
        (
            added.render_as_string(hide_password=False),
            "The database's URL in the settings has an option",
        ),
    ):
        told = fails(url, [["serve"], ["backup", "never"]])
        assert all(one.startswith(sentence) for one in told), (url, told)


@pytest.fixture
def role(postgresql_server) -> Iterator[str]:
    """A user of the server, with the password right, who owns nothing."""
    plain = postgresql_server.replace("+psycopg", "")
    name = f"somebody_{secrets.token_hex(6)}"
    with psycopg.connect(plain, autocommit=True) as db:
        db.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'right'")
        yield name
        db.execute(f"DROP ROLE {name}")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_user_without_rights_is_one_sentence(migrated_database_url, role, fails):
    url = other(migrated_database_url, username=role, password="right")
    told = fails(url, COMMANDS[:-1])
    assert all(one.startswith(MAY_NOT) for one in told), told


@pytest.mark.skipif(
    "TEST_DATABASE_URL" in os.environ, reason="a named server keeps its rules"
)
@pytest.mark.postgresql
def test_a_wrong_password_is_one_sentence(postgresql_server, role, fails):
    plain = postgresql_server.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as db:
        (named,) = db.execute("SHOW hba_file").fetchone() or ("",)
        rules = Path(named).read_text(encoding="utf-8")
        asked = f"local all {role} scram-sha-256\nlocal all {role}_peer peer\n"
        try:
            Path(named).write_text(asked + rules, encoding="utf-8")
            db.execute("SELECT pg_reload_conf()")
            for one, sentence in (
                ({"password": "wrong"}, REFUSED),
                ({}, REFUSED),
                ({"username": f"{role}_peer"}, PEER),
            ):
                url = other(postgresql_server, **({"username": role} | one))
                told = fails(url, [["serve"], ["migrate"]])
                assert all(line.startswith(sentence) for line in told), told
                assert "wrong" not in " ".join(told)
        finally:
            Path(named).write_text(rules, encoding="utf-8")
            db.execute("SELECT pg_reload_conf()")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_an_identity_that_lost_its_rights_is_one_sentence(ctx, door_ctx):
    identity = door_ctx.door.engine.url.username
    with ctx.writing() as db:
        db.exec_driver_sql(f"REVOKE USAGE ON SCHEMA release FROM {identity}")
        db.exec_driver_sql(f"REVOKE ALL ON release.figure FROM {identity}")
    with (
        pytest.raises(DatabaseUnusableError, match="run grant-lead again"),
        door_ctx.door.open() as out,
    ):
        out.exec_driver_sql("SELECT count(*) FROM release.figure")

"""Databases for the tests: SQLite files, and a PostgreSQL server of their own."""

import os
import pwd
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from wellbeing.bootstrap import migrated_context
from wellbeing.services.context import Context
from wellbeing.settings import Settings
from wellbeing.storage.lead_identity import grant_lead
from wellbeing.storage.release_engine import open_door

_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off"


class NoServerError(Exception):
    """No PostgreSQL is installed here, and none is named."""

    def __init__(self) -> None:
        super().__init__(
            "No PostgreSQL here: install it (Debian: apt-get install postgresql), "
            "or name a server in TEST_DATABASE_URL."
        )


def new_server_folder() -> Path:
    """Return a new short folder that the server's user can enter, too."""
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-pg-"))
    folder.chmod(0o755)
    return folder


def server_url(folder: Path) -> str:
    """Return the URL of the server that all test processes share.

    It is ``TEST_DATABASE_URL`` if that is set, whose user must be allowed to create
    databases. Else the first process to ask starts a server in the folder.

    Raises:
        NoServerError: there is nothing to start.
    """
    if named := os.environ.get("TEST_DATABASE_URL"):
        return named
    with only_one_process(folder):
        if not (folder / "started").exists():
            _start(folder)
            (folder / "started").touch()
    return f"postgresql+psycopg://postgres@/postgres?host={folder}"


def remove_server(folder: Path) -> None:
    """Stop the server in a folder, if one was started, and delete the folder."""
    if (folder / "data" / "postmaster.pid").exists():
        _run(folder, "pg_ctl", "stop", "--mode=immediate", "-D", "data")
    shutil.rmtree(folder, ignore_errors=True)


def give_to_server(path: Path) -> None:
    """Let the server's user own a file or folder."""
    if user := _server_user():
        shutil.chown(path, user)


@contextmanager
def postgresql_database(server: str, template: str = "template0") -> Iterator[str]:
    """Create a database for as long as it is needed; yield its URL."""
    name = f"wellbeing_{secrets.token_hex(6)}"
    _on_server(server, "CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        url = sa.make_url(server).set(database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        _on_server(server, "DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def postgresql_template(server: str) -> Iterator[str]:
    """Create a migrated database to copy; yield its name."""
    with postgresql_database(server) as url:
        migrate(url)
        name = sa.make_url(url).database or ""
        # A database can be copied only while nobody is connected to it.
        _on_server(server, "ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
        yield name


class KeptDatabase:
    """One migrated PostgreSQL database after the other, emptied instead of made anew.

    Making one takes longer than most tests. A test that changed more than rows
    (a trigger, a right, the number of the schema) gets it replaced. The connection
    that empties it stays open: a new one would have to learn of every table.
    """

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._open: AbstractContextManager[str] | None = None
        self._connection: psycopg.Connection[Any] | None = None
        self._url, self._whole = "", ""

    def empty(self) -> str:
        """Return the URL of a database in which there is nothing."""
        if self._open is None or not self._emptied():
            self.drop()
            self._open = postgresql_database(self._server, self._template)
            self._url = self._open.__enter__()
            self._whole = _definition(self._connected())
            assert self._whole, "the query fails"
        return self._url

    def leave(self) -> None:
        """Close the connection, for a test that must find nobody else there."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def drop(self) -> None:
        """Remove the database, if there is one."""
        self.leave()
        if self._open is not None:
            self._open.__exit__(None, None, None)
            self._open = None

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            plain = self._url.replace("+psycopg", "")
            self._connection = psycopg.connect(plain, autocommit=True)
        return self._connection

    def _emptied(self) -> bool:
        try:
            self._connected().execute(_ALONE)
        except psycopg.OperationalError:
            # A test has ended every connection, this one too.
            self.leave()
            self._connected().execute(_ALONE)
        db = self._connected()
        if _definition(db) != self._whole:
            return False
        db.execute(_EMPTY)
        return True


_ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Without their triggers, some of which refuse exactly this.
_EMPTY = """
DO $$ DECLARE one record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname IN ('public', 'release')
    AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I.%I', one.schemaname, one.tablename); END LOOP;
END $$
"""
# Rights as they are, whether they were written out or go without saying: granting
# and taking back leaves them written out.
_RIGHTS = """(SELECT string_agg(one, ',' ORDER BY one)
  FROM unnest(coalesce({}acl, acldefault({}, {}owner))::text[]) AS one)"""
_KIND = """CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END"""
_DEFINITION = f"""
SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
  SELECT concat_ws(' ', c.oid, relname, relkind, relrowsecurity,
      {_RIGHTS.format("rel", _KIND, "rel")}) AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname IN ('public', 'release')
  UNION ALL SELECT concat_ws(' ', nspname, {_RIGHTS.format("nsp", "'n'", "nsp")})
    FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'
  UNION ALL SELECT concat_ws(' ', oid, tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT concat_ws(' ', oid, conname) FROM pg_constraint
  UNION ALL SELECT concat_ws(' ', attrelid, attname, atttypid, attacl)
    FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0
  UNION ALL SELECT concat_ws(' ', oid, proname, prosrc) FROM pg_proc
    WHERE oid >= 16384
  UNION ALL SELECT concat_ws(' ', datacl) FROM pg_database
    WHERE datname = current_database()
  UNION ALL SELECT version_num FROM public.alembic_version
  UNION ALL SELECT version_num FROM release.alembic_version
) AS lines
"""  # noqa: S608 (every word of it stands above)


def _definition(db: psycopg.Connection[Any]) -> str:
    """Return what stands for everything in a database but its rows."""
    try:
        row = db.execute(_DEFINITION).fetchone()
    except psycopg.Error:
        return ""  # a table of ours is gone
    return str(row[0]) if row else ""


@contextmanager
def with_door(ctx: Context) -> Iterator[Context]:
    """Give a context a door; on PostgreSQL by an identity that goes again."""
    if ctx.engine.dialect.name != "postgresql":
        yield ctx
        return
    made = grant_lead(ctx.engine, f"lead_{secrets.token_hex(6)}")
    settings = Settings(database_url=ctx.settings.database_url, releases_url=made.url)
    door = open_door(settings.database_url, settings.releases_url)
    yield replace(ctx, door=door)
    assert door.engine is not None
    door.engine.dispose()
    with ctx.writing() as db:
        db.exec_driver_sql(f"DROP OWNED BY {made.name}")
        db.exec_driver_sql(f"DROP ROLE {made.name}")


def sqlite_url(file: Path) -> str:
    """Return the URL of an SQLite file."""
    return f"sqlite:///{file}"


def migrate(url: str) -> None:
    """Bring a database and its release tables to the newest schema."""
    migrated_context(Settings(database_url=url)).dispose()


def make_sqlite_template(file: Path) -> None:
    """Migrate an SQLite file, to be copied."""
    migrate(sqlite_url(file))
    fold(file)


def fold(file: Path) -> None:
    """Write into an SQLite file what stands beside it, so that it can be copied."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def copy_sqlite(template: Path, file: Path) -> None:
    """Copy an SQLite database and its release file."""
    shutil.copyfile(template, file)
    shutil.copyfile(release_file(template), release_file(file))


def refill_sqlite(template: Path, file: Path) -> None:
    """Let a database that is in use hold what the template holds, and nothing else."""
    beside = release_file(template), release_file(file)
    for source, target in ((template, file), beside):
        with (
            closing(sqlite3.connect(source)) as origin,
            closing(sqlite3.connect(target, timeout=60)) as used,
        ):
            origin.backup(used)


def release_file(file: Path) -> Path:
    """Return the release file of an SQLite database."""
    return file.with_name(f"{file.stem}.releases{file.suffix}")


@contextmanager
def only_one_process(folder: Path) -> Iterator[None]:
    """Let the test processes do something in a folder one after the other."""
    # An SQLite write transaction is a lock that every system has.
    with closing(sqlite3.connect(folder / "lock.db", timeout=120)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def _start(folder: Path) -> None:
    data = folder / "data"
    data.mkdir(mode=0o700)
    for path in (folder, data):
        give_to_server(path)
    options = f"{_FAST} -c max_connections=200 -c listen_addresses='' -k {folder}"
    locale = ("--encoding=UTF8", "--locale=C.UTF-8")
    _run(folder, "initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-N", *locale)
    _run(folder, "pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", options)


def _run(folder: Path, program: str, *arguments: str) -> None:
    # A file, not a pipe: the server keeps it open for as long as it runs.
    with (folder / f"{program}.out").open("w+") as output:
        done = subprocess.run(
            [_programs() / program, *arguments],
            cwd=folder,
            user=_server_user(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            output.seek(0)
            raise RuntimeError(output.read())


def _programs() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name),
        reverse=True,
    )
    if initdb := shutil.which("initdb"):
        found.append(Path(initdb).resolve().parent)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoServerError


def _server_user() -> str | None:
    # PostgreSQL refuses to run as root.
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _on_server(server: str, statement: str, *names: str) -> None:
    url = sa.make_url(server).set(drivername="postgresql")
    conninfo = url.render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        identifiers = (sql.Identifier(name) for name in names)
        connection.execute(sql.SQL(statement).format(*identifiers))

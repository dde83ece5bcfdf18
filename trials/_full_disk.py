"""Disks that are really full: under an SQLite file, PostgreSQL's tables, or its log.

Each is a small file system of its own, in memory, which needs root to be mounted.
"""

import contextlib
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa

from tests import databases
from trials.kill import Server

_PATIENCE = 60


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """Mount a file system of so many bytes in memory; needs root."""
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-disk-"))
    folder.chmod(0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs"]
    try:
        subprocess.run([*mount, str(folder)], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607 (root's own)
    finally:
        folder.rmdir()


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Fill the file system of a folder to its last byte."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    ballast.unlink()


@contextmanager
def database_on(disk: Path, server: str, template: str) -> Iterator[str]:
    """Create a database whose tables are on a disk; its log is where it was.

    Args:
        disk: empty; the server must run on this machine.
        server: where somebody may make tablespaces.
        template: what is copied.
    """
    place, space = disk / "tables", f"small_{secrets.token_hex(6)}"
    place.mkdir(mode=0o700)
    databases.give_to_server(place)
    _on_server(server, f"CREATE TABLESPACE {space} LOCATION '{place}'")
    try:
        with databases.postgresql_database(server, template) as url:
            name = sa.make_url(url).database
            _on_server(server, f"ALTER DATABASE {name} SET TABLESPACE {space}")
            yield url
    finally:
        _on_server(server, f"DROP TABLESPACE {space}")


@contextmanager
def tables_full(url: str, disk: Path) -> Iterator[None]:
    """Fill the disk of the tables, and the last room in the pages of drafts.

    An open transaction fills the pages, so nobody else gets that room before it ends.
    """
    with full(disk), _connected(url) as db:
        for _ in range(2):
            _fill_drafts(db)
            # Whoever looks tidies up; what became free by that is filled, too.
            db.execute("SELECT count(*) FROM draft")
        yield
        db.rollback()


_BALLAST = """
INSERT INTO draft (clinic_id, person_id, week, field, value)
SELECT clinic_id, person_id, '2000-W01', %s, 0 FROM person LIMIT 1
"""


def _fill_drafts(db: psycopg.Connection) -> None:
    with contextlib.suppress(psycopg.errors.DiskFull):
        while True:
            with db.transaction():
                db.execute(_BALLAST, [secrets.token_hex(3)])


def move_log(server: Server, disk: Path) -> None:
    """Put the write-ahead log of a stopped or running server on a disk; start it."""
    server.stop()
    log, there = server.folder / "data" / "pg_wal", disk / "pg_wal"
    shutil.copytree(log, there)
    for one in (there, *there.rglob("*")):
        databases.give_to_server(one)
    there.chmod(0o700)
    shutil.rmtree(log)
    log.symlink_to(there)
    server.start_again()


@contextmanager
def log_full(server: Server, disk: Path) -> Iterator[None]:
    """Fill the disk of the log, and write until the server can write none and ends.

    Afterwards there is room, and whoever looks after the server starts it again.
    """
    with full(disk):
        with (
            contextlib.suppress(psycopg.OperationalError),
            _connected(server.url) as db,
        ):
            while True:
                db.execute(
                    "SELECT pg_logical_emit_message(false, '', %s)", ["x" * 10**6]
                )
        yield
    _start_if_it_ended(server)


def _start_if_it_ended(server: Server) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError), _connected(server.url):
            return
        if not server.runs():
            server.start_again()
        time.sleep(0.2)


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def _on_server(server: str, statement: str) -> None:
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as db:
        db.execute(statement)

"""A PostgreSQL server for a measurement: as careful with its disk as a clinic's."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import databases


@contextmanager
def durable_server() -> Iterator[str]:
    """Yield the URL of a server whose commits reach the disk.

    That of ``TEST_DATABASE_URL``, or one that is started for this and removed.
    """
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield named
        return
    folder = Path(tempfile.mkdtemp(prefix="wellbeing-bench-"))
    folder.chmod(0o755)
    try:
        _run(folder, "initdb", "-D", "data", "-U", "postgres", "-A", "trust")
        options = f"-c listen_addresses='' -k {folder}"
        _run(folder, "pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", options)
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            _run(folder, "pg_ctl", "stop", "--mode=fast", "-D", "data")
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, program: str, *arguments: str) -> None:
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        known = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in known else "nobody"
        shutil.chown(folder, user)
    with (folder / f"{program}.out").open("w") as output:
        subprocess.run(
            [_programs() / program, *arguments],
            cwd=folder,
            user=user,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=True,
        )


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if found:
        return found[-1]
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    raise databases.NoServerError

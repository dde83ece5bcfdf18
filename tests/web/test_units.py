"""The units of ``deploy/``: systemd understands them, and what they run does it."""

import asyncio
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.databases import copy_sqlite, sqlite_url
from tests.servers import free_port
from wellbeing.settings import ROOT
from wellbeing.storage.backup_keys import make_key
from wellbeing.web.readiness import tell_when_ready

UNITS = ROOT / "deploy/systemd"
HERE = "/opt/wellbeing/current"


def of_this_machine(text: str) -> str:
    """Name the program and the Python that are here."""
    return text.replace(f"{HERE}/.venv/bin/python", sys.executable).replace(
        HERE, str(ROOT)
    )


def test_the_units_run_commands_that_there_are():
    for name in ("@", "-backup", "-remind"):
        text = (UNITS / f"wellbeing{name}.service").read_text("utf-8")
        assert f"WorkingDirectory={HERE}\n" in text
        command = {"@": "serve"}.get(name, name[1:])
        assert f"-m wellbeing {command}" in text


def test_systemd_has_nothing_to_say_about_the_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze (Debian: apt-get install systemd)")
    for unit in UNITS.iterdir():
        changed = of_this_machine(unit.read_text("utf-8"))
        (tmp_path / unit.name).write_text(changed, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--recursive-errors=no"]
    units = sorted(str(file) for file in tmp_path.iterdir())
    done = subprocess.run(
        [*command, *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.slow
def test_the_nightly_lines_make_a_backup_verify_it_and_remove_old_ones(
    cast_template, tmp_path
):
    copy_sqlite(cast_template, tmp_path / "wellbeing.db")
    folder = tmp_path / "backups"
    folder.mkdir()
    for name, days in (("2020-01-01", 31), ("2026-01-01", 1), ("kept.txt", 31)):
        (folder / name).touch()
        long_ago = (folder / name).stat().st_mtime - days * 86_400 - 3_600
        os.utime(folder / name, (long_ago, long_ago))
    make_key(tmp_path / "backup.key")
    text = (UNITS / "wellbeing-backup.service").read_text("utf-8")
    assert "UMask=0077" in text
    lines = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        # What systemd makes of it: its own signs, then words.
        changed = line.replace("%%", "%").replace("/var/backups/wellbeing", str(folder))
        changed = changed.replace(" .venv/bin/python", f" {sys.executable}")
        subprocess.run(
            shlex.split(of_this_machine(changed)),
            check=True,
            cwd=ROOT,
            env=os.environ
            | {
                "WELLBEING_DATABASE_URL": sqlite_url(tmp_path / "wellbeing.db"),
                "WELLBEING_BACKUP_KEY_FILE": str(tmp_path / "backup.key"),
            },
            stdout=subprocess.DEVNULL,
        )
    left = {file.name for file in folder.iterdir()}
    assert {"2026-01-01", "kept.txt", "wellbeing-secrets.json"} < left
    [made] = left - {"2026-01-01", "kept.txt", "wellbeing-secrets.json"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d{6}", made)


@contextmanager
def ear(name: str) -> Iterator[socket.socket]:
    """Listen as systemd does: at a file, or at a name that begins with @."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(name.replace("@", "\0", 1) if name.startswith("@") else name)
        made.settimeout(60)
        yield made


@pytest.mark.slow
def test_who_starts_the_app_is_told_when_it_serves_and_its_folder_may_then_change(
    tmp_path,
):
    # As deployed: by a link, which leads to the folder of another version later.
    (tmp_path / "current").symlink_to(Path(sys.prefix), target_is_directory=True)
    port, told = free_port(), str(tmp_path / "told")
    variables = {
        "WELLBEING_DATABASE_URL": sqlite_url(tmp_path / "wellbeing.db"),
        "WELLBEING_PORT": str(port),
        "NOTIFY_SOCKET": told,
    }
    with (
        ear(told) as listening,
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            [str(tmp_path / "current/bin/python"), "-m", "wellbeing", "serve"],
            cwd=ROOT,
            env=os.environ | variables,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as app,
    ):
        try:
            assert listening.recv(100) == b"READY=1"
            where = f"http://127.0.0.1:{port}/readyz"
            assert httpx2.get(where).status_code == 200
            command = Path(f"/proc/{app.pid}/cmdline").read_text("utf-8").split("\0")
            assert "streamlit" in command
            assert not [word for word in command if str(tmp_path / "current") in word]
        finally:
            app.terminate()


def test_nobody_is_told_of_an_app_that_does_not_listen_or_lacks_its_schema(
    monkeypatch, sqlite_template, use_database, tmp_path
):
    name, port = f"@wellbeing-{tmp_path.name}-{os.getpid()}", free_port()
    monkeypatch.setenv("WELLBEING_PORT", str(port))
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    ctx = use_database(sqlite_template)

    def number(now):
        with ctx.writing() as db:
            before = db.exec_driver_sql("SELECT version_num FROM alembic_version")
            found = before.scalar()
            db.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{now}'")  # noqa: S608 (ours)
        return found

    def hang_up(_reader, writer):
        writer.close()

    async def begin(listening):
        telling = asyncio.create_task(tell_when_ready())
        newest = number("9999")
        await asyncio.sleep(0.3)
        server = await asyncio.start_server(hang_up, "127.0.0.1", port)
        await asyncio.sleep(0.3)
        assert not telling.done()
        number(newest)
        await telling
        server.close()
        return listening.recv(100)

    with ear(name) as listening:
        assert asyncio.run(begin(listening)) == b"READY=1"

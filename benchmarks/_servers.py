"""Starting the app and its floors, served alike, and reading what they use."""

import os
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from wellbeing.settings import PREFIX

ROOT = Path(__file__).resolve().parents[1]
_LONGEST_START = 60.0
_MEGABYTE = 2**20


@dataclass(frozen=True)
class Server:
    """A Streamlit process that listens."""

    origin: str
    pid: int

    def cpu(self) -> float:
        """Return the processor seconds of the process so far, ended threads included.

        Linux knows them to the nanosecond, under a clock made of the process's number.
        """
        return time.clock_gettime((~self.pid << 3) | 2)

    def memory(self) -> float:
        """Return the resident memory in MB."""
        return float(psutil.Process(self.pid).memory_info().rss) / _MEGABYTE


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def allow_many_files() -> None:
    """Let this process, and those it starts, hold four files for each session."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def app(folder: Path, url: str, port: int) -> Iterator[Server]:
    """Serve the app on a migrated database."""
    env = {f"{PREFIX}DATABASE_URL": url, f"{PREFIX}PORT": str(port)}
    with _serving(ROOT / "app.py", folder / "app.log", port, env) as server:
        yield server


@contextmanager
def floor(folder: Path, name: str) -> Iterator[Server]:
    """Serve one of the bare pages in ``_floors``."""
    script = ROOT / "benchmarks" / "_floors" / "app.py"
    log = folder / f"{name}.log"
    with _serving(script, log, free_port(), {"FLOOR": name}) as server:
        yield server


@contextmanager
def _serving(
    script: Path, log: Path, port: int, env: dict[str, str]
) -> Iterator[Server]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    inherited["PYTHONPATH"] = str(ROOT)
    # In the root of the repository, so that all read the same .streamlit/config.toml.
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--server.port", str(port)],
            cwd=ROOT,
            env=inherited | env,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            origin = f"http://127.0.0.1:{port}"
            _wait(process, origin, log)
            yield Server(origin, process.pid)
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: subprocess.Popen[bytes], origin: str, log: Path) -> None:
    end = time.monotonic() + _LONGEST_START
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{origin}/_stcore/health", timeout=1):  # noqa: S310 (our own address)
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    message = f"no answer from {origin}:\n{log.read_text()}"
    raise RuntimeError(message)

"""The nginx of ``deploy/``, started by a test in front of processes of its own."""

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from wellbeing.settings import ROOT

CONFIGURATION = ROOT / "deploy/nginx/wellbeing.conf"
HOST = "localhost"
_WHOLE = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log warn;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  # So that a test can come from any address.
  set_real_ip_from 127.0.0.1; real_ip_header X-From;
  include {folder}/wellbeing.conf;
}}
"""


@dataclass(frozen=True, kw_only=True)
class Front:
    """A running nginx.

    Attributes:
        trust: what believes its certificate, which is made for a day.
    """

    port: int
    folder: Path
    trust: ssl.SSLContext

    @property
    def url(self) -> str:
        """The address that people open."""
        return f"https://{HOST}:{self.port}"

    @property
    def log(self) -> str:
        """What it complained about."""
        return (self.folder / "error.log").read_text(encoding="utf-8")


def is_there() -> bool:
    """Tell whether nginx and openssl are installed."""
    return bool(_nginx() and shutil.which("openssl"))


@contextmanager
def front_of(ports: Sequence[int], port: int, folder: Path) -> Iterator[Front]:
    """Run nginx as deployed, on other ports, with a certificate of its own.

    Args:
        ports: of the processes of the app.
        port: where it listens.
        folder: for its files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key, certificate = folder / "key.pem", folder / "fullchain.pem"
    subject = f"/CN={HOST}"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    made += ["-keyout", str(key), "-out", str(certificate), "-subj", subject]
    made += ["-addext", f"subjectAltName=DNS:{HOST}"]
    subprocess.run(made, check=True, capture_output=True)
    text = CONFIGURATION.read_text(encoding="utf-8")
    first = "  server 127.0.0.1:8501 max_fails=0;\n"
    second = first.replace("8501", "8502")
    assert first + second in text
    servers = "".join(first.replace("8501", str(one)) for one in ports)
    text = text.replace(first + second, servers)
    text = text.replace("  listen [::]:443 ssl;\n", "").replace(
        "listen 443 ssl", f"listen 127.0.0.1:{port} ssl"
    )
    text = text.replace("/etc/ssl/wellbeing", str(folder))
    text = text.replace("server_name wellbeing.example.org", f"server_name {HOST}")
    # A test does not wait as long for somebody who sends slowly.
    assert text.count("_timeout 20s;") == 2
    text = text.replace("_timeout 20s;", "_timeout 1s;")
    (folder / "wellbeing.conf").write_text(text, encoding="utf-8")
    whole = folder / "nginx.conf"
    whole.write_text(_WHOLE.format(folder=folder), encoding="utf-8")
    (folder / "error.log").touch()
    front = Front(
        port=port,
        folder=folder,
        trust=ssl.create_default_context(cafile=str(certificate)),
    )
    process = subprocess.Popen(
        [_nginx() or "nginx", "-e", str(folder / "error.log"), "-c", str(whole)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(front)
        yield front
    finally:
        process.terminate()
        process.wait()


def _nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def _wait_for(front: Front) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(URLError, ConnectionError):
            urlopen(f"{front.url}/healthz", context=front.trust, timeout=5).close()  # noqa: S310 (ours)
            return
        time.sleep(0.1)
    raise RuntimeError(front.log)

"""Commands that start the app and bring its database up to date."""

import argparse
import errno
import ipaddress
import os
import socket
import sys
from pathlib import Path

from wellbeing.cli.commands import Commands, database, say
from wellbeing.domain.errors import WellbeingError
from wellbeing.services.setup import new_setup_link
from wellbeing.settings import PREFIX, ROOT, Settings, SettingsError


def add(commands: Commands) -> None:
    """Add ``serve`` and ``migrate``."""
    commands.add("serve", _serve, "Migrate the database and start the app")
    commands.add("migrate", _migrate, "Bring the database to the newest schema")


class _CannotListenError(WellbeingError):
    """The app cannot listen where the settings say."""

    def __init__(self, settings: Settings, error: OSError) -> None:
        where = f"Port {settings.port} of {settings.address}"
        reason = (error.strerror or "it cannot be used").lower()
        if error.errno == errno.EADDRINUSE:
            reason = "something else uses it already"
        remedy = "Stop that, or set WELLBEING_PORT or WELLBEING_ADDRESS."
        super().__init__(f"{where} cannot be used: {reason}. {remedy}")


def _serve(settings: Settings, _chosen: argparse.Namespace) -> None:
    if not settings.public_url and not _is_loopback(settings.address):
        sentence = (
            "Set WELLBEING_PUBLIC_URL to the address that people type: the app listens "
            f"on {settings.address}, and requests for unknown hosts are refused."
        )
        raise SettingsError(sentence)
    # Before the link is made: a start that fails must not take the place of a link that
    # was printed before; only the newest few work.
    _check_port(settings)
    with database(settings) as ctx:
        link = new_setup_link(ctx)
    first = "There is no clinic yet. Open this address to set it up; it works once:"
    say([] if link is None else [first, f"  {link}"])
    say([f"The app is at {settings.url}"])
    sys.stdout.flush()
    # Where it really stands: a link to the folder of this version may soon lead to the
    # next one, and this process goes on to load modules.
    python = Path(sys.executable)
    python = python.parent.resolve() / python.name
    command = [str(python), "-m", "streamlit", "run", str(ROOT / "app.py")]
    command += [f"--server.address={settings.address}"]
    command += [f"--server.port={settings.port}"]
    environment = os.environ | _environment(settings)
    os.chdir(ROOT)
    os.execvpe(command[0], command, environment)  # noqa: S606 (ours, without a shell)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _check_port(settings: Settings) -> None:
    try:
        found = socket.getaddrinfo(settings.address, settings.port)[0]
        socket.create_server(found[4][:2], family=found[0]).close()
    except OSError as error:
        raise _CannotListenError(settings, error) from error


def _environment(settings: Settings) -> dict[str, str]:
    """Return what the app needs to find the same databases from another folder."""
    # Two arenas instead of eight a core: threads then hold on to far less memory.
    found = {"MALLOC_ARENA_MAX": "2"}
    for name in ("database_url", "releases_url"):
        kind, _, file = getattr(settings, name).partition(":///")
        if kind == "sqlite":
            found[f"{PREFIX}{name.upper()}"] = f"sqlite:///{Path(file).absolute()}"
    return found


def _migrate(settings: Settings, _chosen: argparse.Namespace) -> None:
    with database(settings):
        pass
    say(["The database has the newest schema."])

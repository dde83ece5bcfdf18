"""The command line. What it says stands in sentences; errors go to standard error."""

import argparse
import errno
import ipaddress
import json
import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from wellbeing.bootstrap import migrated_context
from wellbeing.domain.errors import (
    ImportRefusedError,
    InvalidInputError,
    WellbeingError,
)
from wellbeing.services.context import Context
from wellbeing.services.demo import DemoClinic, fill_demo
from wellbeing.services.loading import (
    clinic_of_operator,
    load_check_ins,
    load_people_into,
)
from wellbeing.services.setup import clinic_exists, new_setup_link
from wellbeing.settings import ROOT, Settings, SettingsError, read_settings

FINE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
_BAD_INPUT = (ImportRefusedError, InvalidInputError, SettingsError)


class _CannotListenError(WellbeingError):
    """The app cannot listen where the settings say."""

    def __init__(self, settings: Settings, error: OSError) -> None:
        where = f"Port {settings.port} of {settings.address}"
        reason = (error.strerror or "it cannot be used").lower()
        if error.errno == errno.EADDRINUSE:
            reason = "something else uses it already"
        remedy = "Stop that, or set WELLBEING_PORT or WELLBEING_ADDRESS."
        super().__init__(f"{where} cannot be used: {reason}. {remedy}")


class _Parser(argparse.ArgumentParser):
    """A parser that refuses in one sentence, as every other error does."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and leave."""
        sentence = f"{message[:1].upper()}{message[1:]}".rstrip(".")
        self.exit(BAD_INPUT, f"{sentence}. See: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0: fine; 1: it failed; 2: something about the input has to be mended.
    """
    chosen = _parser().parse_args(arguments)
    command: Callable[[Settings, argparse.Namespace], None] = chosen.command
    try:
        command(read_settings(), chosen)
        sys.stdout.flush()
    except ImportRefusedError as error:
        _complain([str(error), *error.problems])
        return BAD_INPUT
    except WellbeingError as error:
        _complain([str(error)])
        return BAD_INPUT if isinstance(error, _BAD_INPUT) else FAILED
    except OSError as error:
        _complain([f"{error.filename or 'The system'}: {error.strerror or error}."])
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    return FINE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m wellbeing",
        description="Weekly check-ins for people who care for others.",
        epilog="The database and the address come from WELLBEING_* variables.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[Settings, argparse.Namespace], None], does: str
    ) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=does, description=f"{does}.")
        one.set_defaults(command=run)
        return one

    command("serve", _serve, "Migrate the database and start the app")
    command("migrate", _migrate, "Bring the database to the newest schema")
    demo = command("demo", _demo, "Fill an empty database with an invented clinic")
    demo.add_argument("--people", type=int, default=60, metavar="N")
    demo.add_argument("--weeks", type=int, default=40, metavar="N")
    demo.add_argument("--seed", type=int, default=1, metavar="N")
    demo.add_argument(
        "--if-empty",
        action="store_true",
        help="do nothing if the database holds a clinic already",
    )
    people = command("import-people", _import_people, "Add the people of a CSV file")
    check_ins = command(
        "import-check-ins", _import_check_ins, "Add past check-ins of a CSV file"
    )
    for one in (people, check_ins):
        one.add_argument("file", type=Path, metavar="FILE")
        one.add_argument("--dry-run", action="store_true", help="write nothing")
    for one in (demo, people, check_ins):
        one.add_argument("--json", action="store_true", help="print JSON")
    return parser


@contextmanager
def _database(settings: Settings) -> Iterator[Context]:
    ctx = migrated_context(settings)
    try:
        yield ctx
    finally:
        ctx.engine.dispose()


def _serve(settings: Settings, _chosen: argparse.Namespace) -> None:
    if not settings.public_url and not _is_loopback(settings.address):
        sentence = (
            "Set WELLBEING_PUBLIC_URL to the address that people type: the app listens "
            f"on {settings.address}, and requests for unknown hosts are refused."
        )
        raise SettingsError(sentence)
    # Before the link is made: a new one would end that of the app that runs already.
    _check_port(settings)
    with _database(settings) as ctx:
        link = new_setup_link(ctx)
    first = "There is no clinic yet. Open this address to set it up; it works once:"
    _say([] if link is None else [first, f"  {link}"])
    _say([f"The app is at {settings.url}"])
    sys.stdout.flush()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
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
    """Return what the app needs to find the same database from another folder."""
    kind, _, file = settings.database_url.partition(":///")
    url = f"sqlite:///{Path(file).absolute()}" if kind == "sqlite" else ""
    # Two arenas instead of eight a core: threads then hold on to far less memory.
    arenas = {"MALLOC_ARENA_MAX": "2"}
    return arenas | ({"WELLBEING_DATABASE_URL": url} if url else {})


def _migrate(settings: Settings, _chosen: argparse.Namespace) -> None:
    with _database(settings):
        pass
    _say(["The database has the newest schema."])


def _demo(settings: Settings, chosen: argparse.Namespace) -> None:
    with _database(settings) as ctx:
        if chosen.if_empty and clinic_exists(ctx):
            told = "The database holds a clinic already, so nothing was invented."
            _say([json.dumps({"written": False}) if chosen.json else told])
            return
        numbers = {"people": chosen.people, "weeks": chosen.weeks, "seed": chosen.seed}
        made = fill_demo(ctx, **numbers)
    if chosen.json:
        weeks = {"first_week": str(made.first_week), "last_week": str(made.last_week)}
        _say([json.dumps({"written": True} | asdict(made) | weeks)])
    else:
        _say(_about_demo(made))


def _about_demo(made: DemoClinic) -> Iterable[str]:
    yield (
        f"{made.clinic}: {made.people} people in {made.teams} teams, "
        f"{made.check_ins} check-ins from {made.first_week} to {made.last_week}."
    )
    yield f"Everybody's password is {made.password} and you can sign in as:"
    widest = max(len(one.email) for one in made.sign_ins)
    for one in made.sign_ins:
        yield f"  {one.email:<{widest}}  {one.part} ({one.name})"


def _import_people(settings: Settings, chosen: argparse.Namespace) -> None:
    data, dry_run = _read(chosen.file), chosen.dry_run
    with _database(settings) as ctx:
        loaded = load_people_into(ctx, clinic_of_operator(ctx), data, dry_run=dry_run)
    _tell_import(chosen, {"people": loaded.people}, loaded.notes)


def _import_check_ins(settings: Settings, chosen: argparse.Namespace) -> None:
    data, dry_run = _read(chosen.file), chosen.dry_run
    with _database(settings) as ctx:
        loaded = load_check_ins(ctx, clinic_of_operator(ctx), data, dry_run=dry_run)
    counts = {"check_ins": loaded.check_ins, "people": loaded.people}
    _tell_import(chosen, counts, loaded.notes)


def _tell_import(
    chosen: argparse.Namespace, counts: dict[str, int], notes: Sequence[str]
) -> None:
    written = not chosen.dry_run
    if chosen.json:
        _say([json.dumps({"written": written} | counts | {"notes": list(notes)})])
        return
    done = "Loaded" if written else "Nothing was written. To be loaded"
    told = ", ".join(f"{name.replace('_', '-')} {n}" for name, n in counts.items())
    _say([*notes, f"{done}: {told}."])


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        sentence = f"{file}: {reason}. Check the path and its rights."
        raise InvalidInputError(sentence) from error


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


def _complain(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stderr.write(f"{line}\n")

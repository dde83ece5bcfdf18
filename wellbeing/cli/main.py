"""The entry of the command line. Errors go to standard error, as sentences."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from wellbeing.cli.commands import Commands, Run, complain
from wellbeing.domain.errors import (
    ImportRefusedError,
    ImpossibleWeekError,
    InvalidInputError,
    WellbeingError,
)
from wellbeing.settings import SettingsError, read_settings

FINE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
_BAD_INPUT = (
    ImportRefusedError,
    ImpossibleWeekError,
    InvalidInputError,
    SettingsError,
)
_FAMILIES = {
    "serve": ("serve", "migrate"),
    "backups": ("backup", "restore", "verify", "backup-key"),
    "accounts": ("end-second-factor",),
    "demo": ("demo",),
    "keeping": ("remove-old",),
    "moving": ("move",),
    "imports": ("import-people", "import-check-ins"),
    "team_trends": ("close", "grant-lead"),
    "studies": ("export",),
    "instruments": ("instruments", "score"),
    "questionnaires": ("read-questionnaire",),
    "reminders": ("remind",),
}
"""The files of this folder and the commands in each. Only the file of the command that
was asked for is loaded: together they take longer than most commands."""


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
    given = list(sys.argv[1:] if arguments is None else arguments)
    chosen = _parser(given[:1]).parse_args(given)
    command: Run = chosen.command
    try:
        command(read_settings(), chosen)
        sys.stdout.flush()
    except ImportRefusedError as error:
        complain([str(error), *error.problems])
        return BAD_INPUT
    except WellbeingError as error:
        complain([str(error)])
        return BAD_INPUT if isinstance(error, _BAD_INPUT) else FAILED
    except BrokenPipeError:
        # Whoever reads has seen enough, as with ``| head``. The rest goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        complain([f"{error.filename or 'The system'}: {error.strerror or error}."])
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    return FINE


def _parser(asked: Sequence[str] = ()) -> argparse.ArgumentParser:
    """Return the parser of the command that is asked for, or else of all."""
    parser = _Parser(
        prog="python -m wellbeing",
        description="Weekly check-ins for people who care for others.",
        epilog="The database and the address come from WELLBEING_* variables.",
    )
    commands = Commands(parser.add_subparsers(required=True, metavar="COMMAND"))
    asked_for = [name for name, own in _FAMILIES.items() if set(asked) & set(own)]
    for name in asked_for or _FAMILIES:
        import_module(f"wellbeing.cli.{name}").add(commands)
    return parser

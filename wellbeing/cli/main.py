"""The entry of the command line. Errors go to standard error, as sentences."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from wellbeing.cli import (
    backups,
    demo,
    imports,
    instruments,
    questionnaires,
    reminders,
    serve,
    studies,
    team_trends,
)
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
_FAMILIES = (
    serve,
    backups,
    demo,
    imports,
    team_trends,
    studies,
    instruments,
    questionnaires,
    reminders,
)


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
    except OSError as error:
        complain([f"{error.filename or 'The system'}: {error.strerror or error}."])
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
    commands = Commands(parser.add_subparsers(required=True, metavar="COMMAND"))
    for family in _FAMILIES:
        family.add(commands)
    return parser

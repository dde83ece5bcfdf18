"""What every command is made of: its parser, the database, and what it prints."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wellbeing.bootstrap import make_context, migrated_context
from wellbeing.domain.errors import DatabaseUnusableError, InvalidInputError
from wellbeing.services.context import Context
from wellbeing.settings import Settings
from wellbeing.storage.backup_places import need_file
from wellbeing.storage.schema import HOUSE, RELEASES, is_current

Run = Callable[[Settings, argparse.Namespace], None]
"""A command: it is given the settings and its arguments, and prints."""


@dataclass(frozen=True, slots=True)
class Commands:
    """Where a file of this folder adds its commands."""

    parsers: Any

    def add(self, name: str, run: Run, does: str) -> argparse.ArgumentParser:
        """Add a command and return its parser, for its arguments."""
        one: argparse.ArgumentParser = self.parsers.add_parser(
            name, help=does, description=f"{does}."
        )
        one.set_defaults(command=run)
        return one


def add_json(parser: argparse.ArgumentParser) -> None:
    """Let a command print JSON."""
    parser.add_argument("--json", action="store_true", help="print JSON")


@contextmanager
def as_it_is(settings: Settings) -> Iterator[Context]:
    """Open the databases of the settings without migrating them."""
    ctx = make_context(settings)
    try:
        yield ctx
    finally:
        ctx.dispose()


@contextmanager
def database(settings: Settings, *, only_look: bool = False) -> Iterator[Context]:
    """Open the migrated database of the settings for as long as it is needed.

    Args:
        only_look: nothing may change, so it is not migrated either.

    Raises:
        DatabaseUnusableError: it cannot be opened or written, or is too new; or it
            may not be changed, and is too old.
    """
    if only_look:
        with as_it_is(settings) as ctx:
            _need_current(ctx)
            yield ctx
        return
    ctx = migrated_context(settings)
    try:
        yield ctx
    finally:
        ctx.dispose()


def _need_current(ctx: Context) -> None:
    for engine, schema in ((ctx.engine, HOUSE), (ctx.releases, RELEASES)):
        need_file(engine)
        if not is_current(engine, schema):
            sentence = (
                "Nothing was looked at: the database has to be migrated first. "
                "Run: python -m wellbeing migrate"
            )
            raise DatabaseUnusableError(sentence)


def read_file(file: Path) -> bytes:
    """Return the bytes of a file that the user named.

    Raises:
        InvalidInputError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        sentence = f"{file}: {reason}. Check the path and its rights."
        raise InvalidInputError(sentence) from error


def say(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        sys.stdout.write(f"{line}\n")


def complain(lines: Iterable[str]) -> None:
    """Print lines to standard error."""
    for line in lines:
        sys.stderr.write(f"{line}\n")

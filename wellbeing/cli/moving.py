"""The command that moves everything to another database."""

import argparse
import json
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from pydantic import ValidationError

from wellbeing.bootstrap import make_context
from wellbeing.cli.commands import Commands, add_json, say
from wellbeing.domain.errors import InvalidInputError
from wellbeing.services.audit import record_move
from wellbeing.services.context import Context
from wellbeing.services.study_folders import bundles_folder, keys_folder
from wellbeing.setting_checks import reason
from wellbeing.settings import Settings
from wellbeing.storage.moving import SomebodyThereError, move_all


def add(commands: Commands) -> None:
    """Add ``move``."""
    moving = commands.add(
        "move", _move, "Move everything to another, empty database, compared row by row"
    )
    moving.add_argument(
        "--to",
        required=True,
        metavar="URL",
        help="where to: sqlite:///FILE or postgresql://USER@HOST/NAME",
    )
    add_json(moving)


def _move(settings: Settings, chosen: argparse.Namespace) -> None:
    there = _settings_there(settings, chosen.to)
    if there.database_url == settings.database_url:
        sentence = "This is where everything is already. Name another database."
        raise InvalidInputError(sentence)
    if _answers(settings):
        raise SomebodyThereError
    # Not by ``database``, which would migrate what is left as it is.
    here, to = make_context(settings), make_context(there)
    try:
        counts = move_all(here.engine, here.releases, to.engine, to.releases)
        record_move(to)
        folders = _folders_left(here, to)
    finally:
        here.dispose()
        to.dispose()
    if chosen.json:
        say([json.dumps({"rows": counts, "folders": [str(one) for one in folders]})])
        return
    say(f"{count:>9,}  {table}" for table, count in sorted(counts.items()))
    say(["Every row reads the same there as here. The old place is as it was: put the"])
    say(
        ["new one into WELLBEING_DATABASE_URL, start the app and look; then delete the"]
    )
    say(["old one, and its backups when their time is over."])
    say(f"Move this folder, too: {one}" for one in folders)
    if to.engine.dialect.name == "postgresql":
        say(["Now run there: python -m wellbeing grant-lead NAME"])


def _settings_there(settings: Settings, url: str) -> Settings:
    """Return the settings with another database.

    Raises:
        InvalidInputError: it cannot be used.
    """
    other = settings.model_dump() | {"database_url": url, "releases_url": ""}
    try:
        return Settings(**other)
    except ValidationError as error:
        sentence = f"--to cannot be used: {reason(error)}."
        raise InvalidInputError(sentence) from None


def _answers(settings: Settings) -> bool:
    """Tell whether the app of these settings runs: whatever it says to this address."""
    with closing(HTTPConnection(settings.address, settings.port, timeout=2)) as asked:
        try:
            asked.connect()
        except OSError:
            return False
        try:
            asked.request("GET", "/healthz")
            asked.getresponse()
        except TimeoutError:
            return True  # somebody listens, and is busy
        except (OSError, HTTPException):
            return False
        return True


def _folders_left(here: Context, to: Context) -> list[Path]:
    """Return the folders that the new place looks for elsewhere."""
    pairs = ((each(here), each(to)) for each in (keys_folder, bundles_folder))
    return [old for old, new in pairs if old != new and old.exists()]

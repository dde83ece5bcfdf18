"""The command that writes a bundle of a study."""

import argparse
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from wellbeing.cli.commands import Commands, add_json, complain, database, say
from wellbeing.content.load import choice_text
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.exports.extras import Extra
from wellbeing.privacy.study_data import TimeUnit
from wellbeing.privacy.study_ledger import LedgerLine
from wellbeing.services.bundle_preparation import freeze_ahead
from wellbeing.services.bundles import export_bundle
from wellbeing.settings import Settings

_FORMATS = {one.value: one for one in Extra} | {"xlsx": Extra.WORKBOOK}


def add(commands: Commands) -> None:
    """Add ``export``."""
    export = commands.add("export", _export, "Write a bundle of a study")
    export.add_argument("--study", required=True, metavar="ID", help="its short name")
    export.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="the folder that the bundle is written into",
    )
    export.add_argument(
        "--with",
        dest="extras",
        default="",
        metavar="LIST",
        help=f"further formats, with commas between: {', '.join(_FORMATS)}",
    )
    export.add_argument(
        "--time",
        choices=[unit.value for unit in TimeUnit],
        default=TimeUnit.BLOCKS.value,
        help="weeks only if the study names this finer choice",
    )
    add_json(export)


def _export(settings: Settings, chosen: argparse.Namespace) -> None:
    extras = _extras(chosen.extras)
    with database(settings) as ctx:
        freeze_date = freeze_ahead(ctx, chosen.study)
        if freeze_date is not None:
            complain([_before_freeze(freeze_date)])
        try:
            line = export_bundle(
                ctx,
                chosen.study,
                chosen.out,
                extras=extras,
                time_unit=TimeUnit(chosen.time),
            )
        except NotFoundError:
            sentence = f"There is no open study {chosen.study or 'without a name'}."
            raise InvalidInputError(sentence) from None
    file = chosen.out / line.file
    if chosen.json:
        told = {"file": str(file), "sha256": line.sha256, "people": line.size.value}
        checks = {check.name: check.passed for check in line.checks}
        say([json.dumps(told | {"checks": checks})])
    else:
        say(_about(line, file))


def _before_freeze(freeze_date: date) -> str:
    return (
        f"The freeze date, {freeze_date.isoformat()}, has not passed. If somebody "
        "takes their consent back until then, this bundle is recalled, and another one "
        "can be made only when at least ten people differ."
    )


def _extras(text: str) -> frozenset[Extra]:
    names = [name for part in text.split(",") if (name := part.strip().lower())]
    for name in names:
        if name not in _FORMATS:
            sentence = f"There is no format {name}. Known: {', '.join(_FORMATS)}."
            raise InvalidInputError(sentence)
    return frozenset(_FORMATS[name] for name in names)


def _about(line: LedgerLine, file: Path) -> Iterable[str]:
    yield f"{file}: {choice_text(line.size)}."
    for check in line.checks:
        yield f"  {check.told}"
    yield f"SHA-256 {line.sha256}"

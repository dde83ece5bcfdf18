"""The command that removes what must not be kept any longer."""

import argparse
import json
from collections.abc import Iterable

from wellbeing.cli.commands import Commands, add_json, database, say
from wellbeing.services.keeping import Removal, remove_old, what_would_go
from wellbeing.settings import Settings
from wellbeing.storage.rewriting import rewrite


def add(commands: Commands) -> None:
    """Add ``remove-old``."""
    removing = commands.add(
        "remove-old",
        _remove,
        "Remove what must not be kept any longer, as the app does",
    )
    removing.add_argument(
        "--dry-run", action="store_true", help="only tell what would go; change nothing"
    )
    removing.add_argument(
        "--rewrite",
        action="store_true",
        help="write the database anew besides, so that its files hold nothing deleted",
    )
    add_json(removing)


def _remove(settings: Settings, chosen: argparse.Namespace) -> None:
    with database(settings, only_look=chosen.dry_run) as ctx:
        found = what_would_go(ctx)
        if not chosen.dry_run:
            remove_old(ctx)
            if chosen.rewrite:
                rewrite(ctx.engine)
    if chosen.json:
        say([json.dumps(_as_json(found) | {"removed": not chosen.dry_run})])
        return
    say(_about(found))
    if not chosen.dry_run:
        say(["This was removed. Backups made before still hold it."])
        if chosen.rewrite:
            say(["All tables were written anew. What is left to the server's log and"])
            say(["to the disk stands in docs/operations.md."])


def _as_json(found: Removal) -> dict[str, object]:
    return {
        "keep_months": found.rule and found.rule.months,
        "before": None if found.before is None else str(found.before),
        "rows": found.sizes,
        "people_who_left": found.leavers,
    }


def _about(found: Removal) -> Iterable[str]:
    if found.rule is None:
        yield "Nothing goes yet: how long things are kept is first told to people, and"
        yield "holds four weeks after that."
        return
    yield f"Kept: {found.rule.months} months. What is older than {found.before} goes,"
    yield "but for weeks that an open study still needs. Rows:"
    for kind, size in found.sizes.items():
        yield f"  {kind.replace('_', ' ')}: {size}"
    yield f"People who left, whose texts or account go: {found.leavers}."

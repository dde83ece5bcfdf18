"""Commands behind team trends: the closing job, and the identity that leads read by."""

import argparse
import json
from collections.abc import Iterable

from wellbeing.cli.commands import Commands, add_json, as_it_is, database, say
from wellbeing.domain.weeks import Week
from wellbeing.privacy.periods import Period
from wellbeing.services.closing import close
from wellbeing.settings import Settings
from wellbeing.storage.lead_identity import LeadIdentity, grant_lead


def add(commands: Commands) -> None:
    """Add ``close`` and ``grant-lead``."""
    closing = commands.add("close", _close, "Make the figures of ended periods")
    closing.add_argument(
        "--through",
        metavar="WEEK",
        help="close no period that ends after this week, such as 2026-W46",
    )
    grant = commands.add(
        "grant-lead", _grant_lead, "Make the PostgreSQL identity that leads read by"
    )
    grant.add_argument("name", metavar="NAME", help="its name, such as wellbeing_lead")
    for one in (closing, grant):
        add_json(one)


def _close(settings: Settings, chosen: argparse.Namespace) -> None:
    through = None if chosen.through is None else Week.parse(chosen.through)
    with database(settings) as ctx:
        closed = close(ctx, through)
    if chosen.json:
        weeks = [[str(one.first_week), str(one.last_week)] for one in closed]
        say([json.dumps({"closed": weeks})])
    else:
        say(_about(closed))


def _about(closed: Iterable[Period]) -> Iterable[str]:
    lines = [f"Closed: {one.first_week} to {one.last_week}." for one in closed]
    return lines or ["Nothing to close: no period has ended since the last one."]


def _grant_lead(settings: Settings, chosen: argparse.Namespace) -> None:
    # Not migrated: whoever makes users must not come to own tables.
    with as_it_is(settings) as ctx:
        made = grant_lead(ctx.engine, chosen.name)
    if chosen.json:
        say([json.dumps({"name": made.name, "url": made.url, "made": made.made})])
    else:
        say(_about_identity(made))


def _about_identity(made: LeadIdentity) -> Iterable[str]:
    if not made.made:
        yield f"{made.name} was there before; it may now read releases, nothing else."
        return
    yield f"{made.name} can sign in and read releases, nothing else. Keep this:"
    yield f"  WELLBEING_RELEASES_URL={made.url}"
    if made.by_socket:
        yield "This is a socket. Where the server takes only the system's users at it"
        yield "(peer, as on Debian), name a host instead: @127.0.0.1/ and the database."

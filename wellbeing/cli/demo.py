"""The command that invents a clinic."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict

from wellbeing.cli.commands import Commands, add_json, database, say
from wellbeing.services.demo import DemoClinic, fill_demo
from wellbeing.services.setup import clinic_exists
from wellbeing.settings import Settings


def add(commands: Commands) -> None:
    """Add ``demo``."""
    demo = commands.add("demo", _demo, "Fill an empty database with an invented clinic")
    demo.add_argument("--people", type=int, default=60, metavar="N")
    demo.add_argument("--weeks", type=int, default=40, metavar="N")
    demo.add_argument("--seed", type=int, default=1, metavar="N")
    demo.add_argument(
        "--if-empty",
        action="store_true",
        help="do nothing if the database holds a clinic already",
    )
    add_json(demo)


def _demo(settings: Settings, chosen: argparse.Namespace) -> None:
    with database(settings) as ctx:
        if chosen.if_empty and clinic_exists(ctx):
            told = "The database holds a clinic already, so nothing was invented."
            say([json.dumps({"written": False}) if chosen.json else told])
            return
        numbers = {"people": chosen.people, "weeks": chosen.weeks, "seed": chosen.seed}
        made = fill_demo(ctx, **numbers)
    if chosen.json:
        weeks = {"first_week": str(made.first_week), "last_week": str(made.last_week)}
        say([json.dumps({"written": True} | asdict(made) | weeks)])
    else:
        say(_about_demo(made))


def _about_demo(made: DemoClinic) -> Iterable[str]:
    yield (
        f"{made.clinic}: {made.people} people in {made.teams} teams, "
        f"{made.check_ins} check-ins from {made.first_week} to {made.last_week}."
    )
    yield f"Everybody's password is {made.password} and you can sign in as:"
    widest = max(len(one.email) for one in made.sign_ins)
    for one in made.sign_ins:
        yield f"  {one.email:<{widest}}  {one.part} ({one.name})"

"""The command that helps somebody in whom nobody else can let in."""

import argparse

from wellbeing.cli.commands import Commands, database, say
from wellbeing.services.second_factor import end_factor_by_operator
from wellbeing.settings import Settings


def add(commands: Commands) -> None:
    """Add ``end-second-factor``."""
    ending = commands.add(
        "end-second-factor",
        _end_factor,
        "End the second factor of somebody who lost it, and record that",
    )
    ending.add_argument("email", metavar="EMAIL")


def _end_factor(settings: Settings, chosen: argparse.Namespace) -> None:
    with database(settings) as ctx:
        end_factor_by_operator(ctx, chosen.email)
    say(
        ["Their second factor has ended, if there was one, and so have their sessions."]
    )
    say(["The password is still needed. Who has to have one sets up a new one at the"])
    say(["next sign-in. The audit record tells that this was done from the server."])

"""The command that sends the reminders that are due."""

import argparse
import json

from wellbeing.cli.commands import Commands, add_json, database, say
from wellbeing.domain.errors import InvalidInputError
from wellbeing.services.gathering_offers import tidy
from wellbeing.services.mail import can_send
from wellbeing.services.reminder_sending import send_due
from wellbeing.settings import Settings


def add(commands: Commands) -> None:
    """Add ``remind``."""
    remind = commands.add("remind", _remind, "Send the reminders that are due, once")
    remind.add_argument(
        "--due", action="store_true", required=True, help="what is due, and no more"
    )
    add_json(remind)


def _remind(settings: Settings, chosen: argparse.Namespace) -> None:
    with database(settings) as ctx:
        if not can_send(ctx):
            sentence = "Set WELLBEING_SMTP_URL and WELLBEING_MAIL_FROM to send mail."
            raise InvalidInputError(sentence)
        tidy(ctx)
        done = send_due(ctx)
    # How many, and for whom never: a log is read by others.
    if chosen.json:
        say([json.dumps({"sent": done.sent, "failed": done.failed})])
    else:
        again = " Those are tried again later." if done.failed else ""
        say([f"Sent: {done.sent}. Not sent: {done.failed}.{again}"])

"""Whether reminders are sent once, however many processes send and are killed.

Each round is a week in which everybody's reminder is due. Two processes send at the
same time; one gets SIGKILL soon after a random mail has arrived, in every fourth round
both. Then another one looks again, after the lease. Every mail that the mail server
said yes to is counted. A mail is doubled when the kill came between its last line and
the commit of its mark; both copies then carry one Message-ID ("not same": how many do
not).

The second trial kills at the worst moment: the mail server has the whole mail, kills
the sender and only then says yes, which nobody hears.
"""

import argparse
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa

from tests import databases
from tests.clinic import Clock, make_clinic, make_person, open_context
from tests.mail_server import MailServer, mail_server, with_mail
from wellbeing.domain.people import Role, Viewer
from wellbeing.services import reminders
from wellbeing.services.context import Context
from wellbeing.services.reminder_sending import send_due

_PROCESSES = multiprocessing.get_context("forkserver")
_BEGIN = datetime(2026, 11, 16, 9, tzinfo=UTC)
"""A Monday, 10:00 at the clinic: an hour after the reminder is due."""


@dataclass(kw_only=True)
class Outcome:
    """What a trial found on one database."""

    database: str
    rounds: int = 0
    kills: int = 0
    due: int = 0
    lost: int = 0
    doubled: int = 0
    other_name: int = 0

    def row(self) -> str:
        """Return one line of the table."""
        figures = (
            *(self.rounds, self.kills, self.due),
            *(self.lost, self.doubled, self.other_name),
        )
        return f"{self.database:<12}" + "".join(f"{n:>10,}" for n in figures)


HEADER = f"{'database':<12}" + "".join(
    f"{name:>10}" for name in ("rounds", "kills", "due", "lost", "doubled", "not same")
)


def trial(url: str, rounds: int, *, people: int = 10, seed: int = 1) -> Outcome:
    """Send in two processes, kill at random moments, count what arrived."""
    chance = random.Random(seed)
    outcome = Outcome(database=sa.make_url(url).get_backend_name())
    with mail_server() as server:
        ctx = with_mail(open_context(url, Clock(_BEGIN)), server.url)
        _ask(ctx, people)
        for n in range(rounds):
            now = _BEGIN + timedelta(weeks=n)
            senders = [_start(url, server, now) for _ in range(2)]
            killed = senders if n % 4 == 3 else senders[:1]  # noqa: PLR2004 (every fourth)
            wanted = chance.randrange(people)
            _wait_for(server, wanted, senders)
            time.sleep(chance.random() / 100)
            for process in killed:
                outcome.kills += _kill(process)
            _end_of_round(ctx, server, senders, now, outcome, people)
        ctx.dispose()
    return outcome


def worst(url: str, rounds: int, *, people: int = 3) -> Outcome:
    """Kill in each round in the one instant in which nobody can know."""
    outcome = Outcome(database=sa.make_url(url).get_backend_name())
    with mail_server() as server:
        ctx = with_mail(open_context(url, Clock(_BEGIN)), server.url)
        _ask(ctx, people)
        for n in range(rounds):
            now = _BEGIN + timedelta(weeks=n)
            running: list[BaseProcess] = []

            def kill(_mail: object, running: list[BaseProcess] = running) -> None:
                while not running:
                    time.sleep(0.001)
                server.on_mail = lambda _mail: None
                outcome.kills += _kill(running[0])

            server.on_mail = kill
            running.append(_start(url, server, now))
            _end_of_round(ctx, server, running, now, outcome, people)
        ctx.dispose()
    return outcome


def _ask(ctx: Context, people: int) -> list[Viewer]:
    before = replace(ctx, now=Clock(_BEGIN - timedelta(days=7)))
    clinic = make_clinic(before)
    made = [
        make_person(before, clinic, f"Person{n}", Role.CLINICIAN) for n in range(people)
    ]
    for viewer in made:
        reminders.choose_reminders(
            before, viewer, check_in=True, weekday=0, hour=9, gatherings=False
        )
    return made


def _start(url: str, server: MailServer, now: datetime) -> BaseProcess:
    process = _PROCESSES.Process(target=_send, args=(url, server.url, now), daemon=True)
    process.start()
    return process


def _send(url: str, mail_url: str, now: datetime) -> None:
    ctx = with_mail(open_context(url, Clock(now)), mail_url)
    send_due(ctx)
    ctx.dispose()


def _wait_for(server: MailServer, wanted: int, senders: list[BaseProcess]) -> None:
    while len(server.mails) < wanted and any(one.is_alive() for one in senders):
        time.sleep(0.0005)


def _kill(process: BaseProcess) -> bool:
    alive = process.is_alive()
    os.kill(process.pid or 0, signal.SIGKILL)
    return alive


def _end_of_round(
    ctx: Context,
    server: MailServer,
    senders: list[BaseProcess],
    now: datetime,
    outcome: Outcome,
    people: int,
) -> None:
    for process in senders:
        process.join()
    send_due(replace(ctx, now=Clock(now + timedelta(minutes=6))))
    names = Counter(str(mail["To"]) for mail in server.mails)
    pairs = {(str(mail["To"]), str(mail["Message-ID"])) for mail in server.mails}
    outcome.rounds += 1
    outcome.due += people
    outcome.lost += people - len(names)
    outcome.doubled += sum(names.values()) - len(names)
    outcome.other_name += len(pairs) - len(names)
    server.mails.clear()


def _on_both(run: str, rounds: int) -> None:
    measure = {"trial": trial, "worst": worst}[run]
    with tempfile.TemporaryDirectory(prefix="wellbeing-reminders-") as name:
        databases.make_sqlite_template(Path(name) / "wellbeing.db")
        url = databases.sqlite_url(Path(name) / "wellbeing.db")
        print(measure(url, rounds).row(), flush=True)
    folder = databases.new_server_folder()
    try:
        server = databases.server_url(folder)
        with (
            databases.postgresql_template(server) as template,
            databases.postgresql_database(server, template) as url,
        ):
            print(measure(url, rounds).row(), flush=True)
    finally:
        databases.remove_server(folder)


def main() -> None:
    """Run both trials on both databases and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    print(HEADER)
    _on_both("trial", rounds)
    print("killed before the yes is heard:")
    _on_both("worst", max(1, rounds // 10))


if __name__ == "__main__":
    main()

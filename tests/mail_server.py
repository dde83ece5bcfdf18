"""A real mail server for tests: it keeps what it is handed, and may be unkind."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from wellbeing.services.context import Context

FROM = "wellbeing@example.org"


@dataclass
class MailServer:
    """What a mail server was handed, and how it behaves.

    Attributes:
        mails: what it said yes to, in order.
        silent_for: addresses whose mail it never answers.
        refuses: addresses whose mail it refuses.
        on_mail: called with each mail before the yes is said.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    silent_for: set[str] = field(default_factory=set)
    refuses: set[str] = field(default_factory=set)
    on_mail: Callable[[EmailMessage], None] = lambda _mail: None

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (aiosmtpd's)
        """Take a mail, or not."""
        (to,) = envelope.rcpt_tos
        if to in self.silent_for:
            await asyncio.sleep(60)
        if to in self.refuses:
            return "550 no"
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(parsed)
        self.on_mail(parsed)
        return "250 taken"

    @property
    def recipients(self) -> list[str]:
        """To whom the mails went, in order."""
        return [str(mail["To"]) for mail in self.mails]

    @property
    def url(self) -> str:
        """What the settings name."""
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server for as long as it is needed."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = MailServer(port=free.getsockname()[1])
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def with_mail(ctx: Context, url: str) -> Context:
    """Give a context a mail server."""
    update = {"smtp_url": url, "mail_from": FROM}
    return replace(ctx, settings=ctx.settings.model_copy(update=update))

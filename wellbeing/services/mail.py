"""One mail to one address by the clinic's own mail server. Nothing of it is kept."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from wellbeing.content.load import say
from wellbeing.domain.errors import WellbeingError
from wellbeing.services.context import Context

SECONDS = 10
"""How long the mail server may take for each of its answers."""
# Shorter lines would be folded, and a long address in a header encoded beyond use.
_POLICY = SMTP.clone(max_line_length=998)
_GO_ON = 354
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class Trouble(StrEnum):
    """Why a mail was not sent."""

    NOT_SET_UP = "This app sends no mail: its administrator has not set that up. "
    IMPOSSIBLE = "This cannot be sent: an address or the subject is not possible. "
    NO_ANSWER = "It was not sent: the mail server does not answer. "
    REFUSED = "It was not sent: the mail server refused it. "
    UNKNOWN = "The mail server broke off, so it may or may not have been sent. "


class MailNotSentError(WellbeingError):
    """A mail that was not handed over, or of which that is not known."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(f"{trouble}Reach them another way, or try again later.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """A mail in plain text.

    Attributes:
        to: one address.
        reply_to: where an answer goes; empty: the mail has no such line.
        unsubscribe: an address that a mail program may POST to, so that no more such
            mail comes (RFC 8058); empty: there is none.
        message_id: the name of this very mail, should it be handed over twice; empty:
            a new one.
    """

    to: str
    subject: str
    text: str
    reply_to: str = ""
    unsubscribe: str = ""
    message_id: str = ""


def can_send(ctx: Context) -> bool:
    """Tell whether a mail server is set up."""
    return bool(ctx.settings.smtp_url)


HandOver = Callable[[Callable[[], None]], None]
"""Is given what sends the last line of a mail, and calls it: then it is handed over."""


def _at_once(last_line: Callable[[], None]) -> None:
    last_line()


class _Server(smtplib.SMTP):
    """A mail server whose last line of a mail is sent by somebody else's hand."""

    hand_over: HandOver = staticmethod(_at_once)

    def data(self, msg: Any) -> tuple[int, bytes]:  # noqa: ANN401 (the signature is smtplib's)
        """Send a mail as smtplib does, but for its last line."""
        code, answer = self.docmd("data")
        if code != _GO_ON:
            raise smtplib.SMTPDataError(code, answer)
        content: bytes = msg.encode("ascii") if isinstance(msg, str) else msg
        quoted = re.sub(rb"(?m)^\.", b"..", content)
        self.send(quoted if quoted.endswith(b"\r\n") else quoted + b"\r\n")
        self.hand_over(lambda: self.send(b".\r\n"))
        return self.getreply()


class _TlsServer(_Server, smtplib.SMTP_SSL):
    """The same, over TLS from the first byte on."""


def send(ctx: Context, mail: Mail, hand_over: HandOver = _at_once) -> None:
    """Hand a mail over to the mail server of the settings.

    Call it outside of every transaction: the server may take its time. No row and
    no line of the log says that there was a mail.

    Args:
        ctx: the surroundings, with the mail server of the settings.
        mail: what is sent.
        hand_over: is called when only the last line is missing, and sends it: so that
            a mark can be made at the very moment. It may raise, and nothing is sent.

    Raises:
        MailNotSentError: it was not handed over, or that is not known.
    """
    if not can_send(ctx):
        raise MailNotSentError(Trouble.NOT_SET_UP)
    message = _message(ctx, mail)
    try:
        server = _open(urlsplit(ctx.settings.smtp_url), _domain(ctx))
    except smtplib.SMTPServerDisconnected:
        raise MailNotSentError(Trouble.NO_ANSWER) from None
    except smtplib.SMTPException:
        raise MailNotSentError(Trouble.REFUSED) from None
    except OSError:
        raise MailNotSentError(Trouble.NO_ANSWER) from None
    try:
        server.hand_over = hand_over
        server.send_message(message)
        # It is handed over; how they say good-bye no longer matters.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    except smtplib.SMTPServerDisconnected:
        raise MailNotSentError(Trouble.UNKNOWN) from None
    except (smtplib.SMTPException, UnicodeError):
        raise MailNotSentError(Trouble.REFUSED) from None
    except OSError:
        raise MailNotSentError(Trouble.UNKNOWN) from None
    finally:
        server.close()


def _domain(ctx: Context) -> str:
    return ctx.settings.mail_from.rpartition("@")[2]


def _message(ctx: Context, mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    try:
        message["From"] = Address(
            say("frame.app_name"), addr_spec=ctx.settings.mail_from
        )
        message["To"] = _address(mail.to)
        if mail.reply_to:
            message["Reply-To"] = _address(mail.reply_to)
        if not mail.subject.isprintable():
            raise MailNotSentError(Trouble.IMPOSSIBLE)
        message["Subject"] = mail.subject
    except (HeaderParseError, ValueError):
        raise MailNotSentError(Trouble.IMPOSSIBLE) from None
    message["Date"] = format_datetime(ctx.now())
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    named = f"<{mail.message_id}@{_domain(ctx)}>" if mail.message_id else ""
    message["Message-ID"] = named or make_msgid(domain=_domain(ctx))
    message.set_content(mail.text)
    return message


def _address(text: str) -> Address:
    """Return one address; a line break or a second address in it is refused."""
    name, _, domain = text.rpartition("@")
    if not (name and domain and text.isprintable()):
        raise ValueError(text)
    return Address(addr_spec=text)


def _open(url: SplitResult, domain: str) -> _Server:
    """Greet the server, over TLS and signed in where the URL says so."""
    where, port = url.hostname or "", url.port or _PORTS[url.scheme]
    # The name in the greeting is given, or smtplib would ask the network for it.
    if url.scheme == "smtps":
        tls = ssl.create_default_context()
        server: _Server = _TlsServer(
            where, port, local_hostname=domain, timeout=SECONDS, context=tls
        )
    else:
        server = _Server(where, port, local_hostname=domain, timeout=SECONDS)
    try:
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server

"""“I want to talk to somebody”: one message, on the person's word, and no trace of it.

No row, no line of a log and no count says that somebody wrote, or to whom.
"""

from wellbeing.content.load import say
from wellbeing.domain.contacts import Contact
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.ids import ContactId
from wellbeing.domain.people import Viewer
from wellbeing.services.clinic import support_contacts
from wellbeing.services.context import Context
from wellbeing.services.fields import refuse_longer
from wellbeing.services.mail import Mail, can_send, send

LONGEST = 3000
"""Characters of a message."""


def people_to_write_to(ctx: Context, viewer: Viewer) -> tuple[Contact, ...]:
    """Return the contacts who agreed to get messages; none without a mail server."""
    if not can_send(ctx):
        return ()
    return tuple(c for c in support_contacts(ctx, viewer) if c.agreed)


def write_to(
    ctx: Context, viewer: Viewer, contact_id: ContactId, text: str, *, may_answer: bool
) -> None:
    """Send a contact a message, word for word.

    Args:
        contact_id: one of those who agreed to it.
        text: all of the message; nothing is added.
        may_answer: put the viewer's e-mail into it, so that an answer finds them.

    Raises:
        NotFoundError: there is no such contact, or they did not agree.
        InvalidInputError: there is no text, too much, or some that cannot be shown.
        MailNotSentError: it was not handed over, or that is not known.
    """
    found = {c.contact_id: c for c in people_to_write_to(ctx, viewer)}
    if contact_id not in found:
        raise NotFoundError("contact")
    mail = Mail(
        to=found[contact_id].email,
        subject=say("talk.subject"),
        text=_clean(text),
        reply_to=viewer.email if may_answer else "",
    )
    send(ctx, mail)


def _clean(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    if not any(lines):
        raise InvalidInputError("Write a sentence first.")
    refuse_longer(len("\n".join(lines)), LONGEST)
    if not all(line.replace("\t", " ").isprintable() for line in lines):
        raise InvalidInputError("There are characters that cannot be shown. Type anew.")
    return "\n".join(lines)

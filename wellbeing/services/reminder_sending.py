"""Sending what is due: each message once, by whichever process is there.

A message is claimed by one process for a few minutes. When only the last line of the
mail is missing, the mark is written, the line sent and the mark committed, in this
order: a process that is killed before leaves the message to the next one, and one that
is killed after leaves the mark. Between the line and the commit lie microseconds. A
kill just then, or a mail server whose yes is lost on the way, has the message handed
over twice: nobody can ask a mail server afterwards. Both copies then carry the same
Message-ID, by which a receiving server may know the second one. The other order would
lose messages instead.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from wellbeing.content.load import say
from wellbeing.domain.people import Clinic
from wellbeing.domain.reminders import (
    GIVEN_UP_AFTER,
    MOST_A_WEEK,
    NEWS,
    MessageState,
    ReminderKind,
    is_quiet,
    wait_after,
)
from wellbeing.services import passwords
from wellbeing.services.context import Context
from wellbeing.services.gathering_news import gathering_of_news, queue_moved_up
from wellbeing.services.mail import Mail, MailNotSentError, Trouble, can_send, send
from wellbeing.services.reminder_queue import (
    occasion_of,
    peer_begins,
    peer_occasion_of,
    places_of,
    queue_due,
)
from wellbeing.storage import clinic_queries, message_queries, reminder_queries
from wellbeing.storage.message_queries import Message

_LEASE = timedelta(minutes=5)
"""Longer than a mail server that answers each time at the last moment can take."""
_MESSAGE_WEEKS, _LINK_WEEKS = 8, 26
_IN_A_ROW = 3
"""So many times in a row no answer, and the next look tries again."""
_PATHS = {
    ReminderKind.CHECK_IN: "/check-in",
    ReminderKind.GATHERING: "/gatherings",
    ReminderKind.PEER: "/peers",
    ReminderKind.CANCELLED: "/gatherings",
    ReminderKind.CHANGED: "/gatherings",
    ReminderKind.MOVED_UP: "/gatherings",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one look at the queue came to."""

    sent: int = 0
    failed: int = 0


class _TakenOverError(Exception):
    """Another process has claimed the message since: this one was too slow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Claimed:
    message: Message
    email: str
    stop: str


def send_due(ctx: Context) -> Outcome:
    """Send what is due now; nothing in quiet hours, or without a mail server.

    Two processes may do so at once: each message is claimed by one of them.
    """
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
    if clinic is None:
        return Outcome()
    queue_moved_up(ctx, clinic)
    if not can_send(ctx) or is_quiet(ctx.now(), clinic.zone):
        return Outcome()
    queue_due(ctx, clinic)
    _forget_old(ctx, clinic)
    sent = failed = in_a_row = 0
    # Not later: a message that waits for an answer may last until the quiet hours.
    while in_a_row < _IN_A_ROW and not is_quiet(ctx.now(), clinic.zone):
        claimed = _claim(ctx, clinic)
        if claimed is None:
            break
        try:
            send(
                ctx,
                _mail(ctx, clinic, claimed),
                partial(_hand_over, ctx, clinic, claimed.message),
            )
        except _TakenOverError:
            continue
        except MailNotSentError as error:
            _fail(ctx, clinic, claimed.message)
            failed += 1
            in_a_row = 0 if error.trouble is Trouble.REFUSED else in_a_row + 1
        else:
            sent, in_a_row = sent + 1, 0
    return Outcome(sent=sent, failed=failed)


def _claim(ctx: Context, clinic: Clinic) -> _Claimed | None:
    """Claim the next message that its person still wants; drop those they do not."""
    while True:
        with ctx.writing() as db:
            now = ctx.now()
            message = message_queries.claim_next(db, clinic.clinic_id, now, _LEASE)
            if message is None:
                return None
            email = _wanted_by(ctx, db, clinic, message)
            if email is not None:
                token = passwords.new_token()
                reminder_queries.add_stop_link(
                    db,
                    clinic.clinic_id,
                    message.person_id,
                    passwords.hash_token(token),
                    message.week,
                )
                stop = f"{ctx.settings.url}/reminders/stop/{token}"
                return _Claimed(message=message, email=email, stop=stop)
            message_queries.finish(
                db, clinic.clinic_id, message, state=MessageState.DROPPED
            )


def _wanted_by(
    ctx: Context, db: Connection, clinic: Clinic, message: Message
) -> str | None:
    """Return the address of somebody who still wants a message; None: they do not."""
    own = clinic.clinic_id, message.person_id
    asked = reminder_queries.reminders_of(db, *own, lock=True)
    if not asked.wants(message.kind, ctx.this_week(clinic)):
        return None
    if message.kind not in NEWS:
        # The message itself is among them, for it is claimed.
        counted = message_queries.count_in_week(db, *own, message.week)
        if counted > MOST_A_WEEK:
            return None
    if not _is_still_so(ctx, db, clinic, message):
        return None
    return reminder_queries.email_of(db, *own)


def _is_still_so(
    ctx: Context, db: Connection, clinic: Clinic, message: Message
) -> bool:
    """Tell whether what a message is about still holds, and is still news."""
    own = message.person_id
    if message.kind is ReminderKind.GATHERING:
        ahead = places_of(db, clinic, ctx.now()).get(own, [])
        known = {occasion_of(g, begins) for g in ahead for begins in g.timing.begins()}
        return message.occasion in known
    if message.kind is ReminderKind.PEER:
        begins = peer_begins(ctx, db, clinic).get(own, set())
        return message.occasion in {peer_occasion_of(one) for one in begins}
    if message.kind in {ReminderKind.CHANGED, ReminderKind.MOVED_UP}:
        found = gathering_of_news(db, clinic, message)
        if found is None or found[0].cancelled:
            return False
        gathering, joined = found
        if message.kind is ReminderKind.MOVED_UP:
            return own in {one.person_id for one in joined[: gathering.places]}
        new = (one.person_id for one in joined if one.seen < gathering.revision)
        return own in set(new)
    return True


def _mail(ctx: Context, clinic: Clinic, claimed: _Claimed) -> Mail:
    message = claimed.message
    link = f"{ctx.settings.url}{_PATHS[message.kind]}"
    lines = [say(f"reminders.mail_{message.kind}"), link, say("reminders.mail_stop")]
    parts = clinic.clinic_id, message.person_id, message.kind, message.occasion
    name = hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:32]
    return Mail(
        to=claimed.email,
        subject=say("reminders.mail_subject"),
        text="\n\n".join([*lines, claimed.stop]) + "\n",
        unsubscribe=claimed.stop,
        message_id=name,
    )


def _hand_over(
    ctx: Context, clinic: Clinic, message: Message, last_line: Callable[[], None]
) -> None:
    """Send the last line of a mail and mark the message as sent, in one moment."""
    with ctx.writing() as db:
        if not message_queries.finish(
            db, clinic.clinic_id, message, state=MessageState.SENT
        ):
            raise _TakenOverError
        last_line()


def _fail(ctx: Context, clinic: Clinic, message: Message) -> None:
    """Let a message wait for another try, longer each time, and a day at most."""
    failures, now = message.failures + 1, ctx.now()
    until = message.try_until
    if message.failures == 0:
        until = min(until, now + GIVEN_UP_AFTER)
    with ctx.writing() as db:
        message_queries.finish(
            db,
            clinic.clinic_id,
            message,
            state=MessageState.WAITING,
            failures=failures,
            try_at=now + wait_after(failures),
            try_until=until,
        )


def _forget_old(ctx: Context, clinic: Clinic) -> None:
    this = ctx.this_week(clinic)
    with ctx.writing() as db:
        message_queries.drop_messages(db, clinic.clinic_id, this.plus(-_MESSAGE_WEEKS))
        reminder_queries.drop_stop_links(db, clinic.clinic_id, this.plus(-_LINK_WEEKS))

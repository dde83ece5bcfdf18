"""Kind notes to a peer: sealed, so that nobody but who receives one can read it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import keyring
from wellbeing.services.context import Context
from wellbeing.services.fields import clean_words
from wellbeing.services.peer_texts import NoKeyYetError
from wellbeing.services.peers_around import lock_both, require_active
from wellbeing.services.private_texts import (
    OpenKeys,
    UnreadableTextError,
    about,
    seal,
    unseal,
)
from wellbeing.storage import peer_share_queries
from wellbeing.storage.peer_share_queries import KeptNote

LONGEST = 300
"""Characters of a kind note."""
_NOTE = "kind note"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedNote:
    """A kind note to the viewer.

    Attributes:
        text: None: it cannot be read with these keys.
    """

    sender_id: PersonId
    sender: str
    week: Week
    text: str | None


def send_note(ctx: Context, viewer: Viewer, peer_id: PersonId, text: str) -> None:
    """Send a paired peer a note: one a week; a second one replaces the first.

    The sender cannot read it again, and does not learn whether it was read.

    Raises:
        InvalidInputError: there are no words, or too many.
        NotFoundError: the two are not paired now.
        NoKeyYetError: it cannot be sealed for the peer.
    """
    viewer.require(Role.CLINICIAN)
    words = clean_words(text, LONGEST)
    week = ctx.this_week(viewer.clinic)
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        require_active(ctx, db, viewer, peer_id)
        put_sealed(db, viewer, peer_id, week, words)


def put_sealed(
    db: Connection, sender: Viewer, peer_id: PersonId, week: Week, words: str
) -> None:
    """Write a note of a week, sealed for the one who receives it.

    Raises:
        NoKeyYetError: it cannot be sealed for them.
    """
    key = keyring.public_key_of(db, sender.clinic_id, peer_id)
    if key is None:
        raise NoKeyYetError
    place = _place(sender.clinic_id, peer_id, sender.person_id, week)
    note = KeptNote(
        sender_id=sender.person_id,
        sender=sender.name,
        week=week,
        sealed=seal(key, words, place),
    )
    peer_share_queries.put_note(db, sender.clinic_id, peer_id, note)


def has_notes(ctx: Context, viewer: Viewer) -> bool:
    """Tell whether there is a note to the viewer."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        return bool(peer_share_queries.notes_to(db, *own))


def my_notes(ctx: Context, viewer: Viewer, keys: OpenKeys) -> tuple[ReceivedNote, ...]:
    """Return the notes to the viewer, newest week first.

    Args:
        ctx: the surroundings.
        viewer: who received them.
        keys: the viewer's own.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        notes = peer_share_queries.notes_to(db, *own)
    return tuple(
        ReceivedNote(
            sender_id=note.sender_id,
            sender=note.sender,
            week=note.week,
            text=read_note(own, keys, note),
        )
        for note in notes
    )


def delete_note(ctx: Context, viewer: Viewer, peer_id: PersonId, week: Week) -> None:
    """Delete a note that the viewer received; who sent it is told nothing.

    Raises:
        NotFoundError: there is none.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        if not peer_share_queries.drop_note(db, *own, peer_id, week):
            raise NotFoundError("note")


def read_note(
    own: tuple[ClinicId, PersonId], keys: OpenKeys, note: KeptNote
) -> str | None:
    """Return the text of a note as these keys open it; None: they do not."""
    try:
        return unseal(keys, note.sealed, _place(*own, note.sender_id, note.week))
    except UnreadableTextError:
        return None


def _place(
    clinic_id: ClinicId, reader: PersonId, sender: PersonId, week: Week
) -> bytes:
    return about(clinic_id, reader, _NOTE, f"{sender} {week}")

"""Texts of peer check-ins as they are stored: locked for one, or sealed for both.

Steps inside a transaction of another service, which has asked for the role.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import keyring
from wellbeing.services.private_texts import (
    OpenKeys,
    UnreadableTextError,
    about,
    lock,
    seal,
    unlock,
    unseal,
)
from wellbeing.storage import peer_contact_queries
from wellbeing.storage.peer_contact_queries import KeptRecord, KeptSentence

_INTENTION, _SENTENCE = "peer intention", "peer sentence"


class NoKeyYetError(WellbeingError):
    """A text was to be sealed for somebody who has no key yet."""

    def __init__(self) -> None:
        super().__init__(
            "A text for both cannot be sealed yet: each of you has to sign in once "
            "more. Leave it out for now."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadTexts:
    """The texts of one contact as the viewer may read them; None: there is none."""

    intention: str | None = None
    mine: str | None = None
    theirs: str | None = None


Own = tuple[ClinicId, PersonId]
Opens = Callable[[OpenKeys, bytes, bytes], str]
Contact = tuple[PersonId, Week]
"""A contact of the viewer: with whom, and in which week."""


def lock_intention(own: Own, keys: OpenKeys, intention: str, contact: Contact) -> bytes:
    """Return an intention as it is stored: for its author alone."""
    return lock(keys, intention, _place(own, _INTENTION, contact))


def put_sentence(
    db: Connection, viewer: Viewer, contact: Contact, sentence: str
) -> None:
    """Seal a sentence twice: for the one who wrote it and for the other.

    Raises:
        NoKeyYetError: one of them has no key yet.
    """
    peer_id, week = contact
    me = viewer.person_id
    for reader, other, own in ((me, peer_id, True), (peer_id, me, False)):
        key = keyring.public_key_of(db, viewer.clinic_id, reader)
        if key is None:
            raise NoKeyYetError
        place = _place((viewer.clinic_id, reader), _kind(own), (other, week))
        copy = KeptSentence(
            peer_id=other, week=week, own=own, sealed=seal(key, sentence, place)
        )
        peer_contact_queries.put_sentence(db, viewer.clinic_id, reader, copy)


def read_texts(
    own: Own,
    keys: OpenKeys,
    records: Iterable[KeptRecord],
    sentences: Iterable[KeptSentence],
) -> Mapping[Contact, ReadTexts]:
    """Return stored texts as these keys open them.

    Args:
        own: whose they are.
        keys: that person's.
        records: with intentions.
        sentences: the copies for that person.
    """
    found: dict[Contact, dict[str, str | None]] = {}
    for kept in records:
        if kept.intention is not None:
            contact = kept.peer_id, kept.record.week
            place = _place(own, _INTENTION, contact)
            text = _read(unlock, keys, kept.intention, place)
            found.setdefault(contact, {})["intention"] = text
    for copy in sentences:
        contact = copy.peer_id, copy.week
        text = _read(unseal, keys, copy.sealed, _place(own, _kind(copy.own), contact))
        found.setdefault(contact, {})["mine" if copy.own else "theirs"] = text
    return {contact: ReadTexts(**texts) for contact, texts in found.items()}


def _kind(own: bool) -> str:  # noqa: FBT001 (what a copy is)
    return f"{_SENTENCE} {'mine' if own else 'theirs'}"


def _place(own: Own, kind: str, contact: Contact) -> bytes:
    peer_id, week = contact
    return about(*own, kind, f"{peer_id} {week}")


def _read(opens: Opens, keys: OpenKeys, blob: bytes, place: bytes) -> str | None:
    try:
        return opens(keys, blob, place)
    except UnreadableTextError:
        return None

"""Peer check-ins: that they took place, and what the viewer keeps of them for itself.

The other side learns that there was a contact, and the sentence meant for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from wellbeing.domain.errors import InvalidInputError, NotFoundError, WeekClosedError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.pairings import Stage
from wellbeing.domain.peer_check_ins import PeerRecord, next_due
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.services.fields import clean_words
from wellbeing.services.peer_texts import (
    Contact,
    ReadTexts,
    lock_intention,
    put_sentence,
    read_texts,
)
from wellbeing.services.peers_around import lock_both, look_around, require_active
from wellbeing.services.private_texts import OpenKeys
from wellbeing.storage import peer_contact_queries, peer_queries
from wellbeing.storage.peer_contact_queries import KeptRecord

LONGEST = 300
"""Characters of an intention or of a sentence for both."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """What the viewer writes with a record; None: what is there stays, empty: it goes.

    Attributes:
        keys: the viewer's own; needed for an intention.
        intention: for the viewer alone.
        sentence: for both.
    """

    keys: OpenKeys | None = None
    intention: str | None = None
    sentence: str | None = None


def weeks_to_record(ctx: Context, viewer: Viewer) -> tuple[Week, ...]:
    """Return the weeks of which a contact can be recorded: this one and the last."""
    this = ctx.this_week(viewer.clinic)
    return this, this.plus(-1)


def my_contacts(ctx: Context, viewer: Viewer) -> Mapping[PersonId, Sequence[Week]]:
    """Return in which weeks there was a contact, by peer: recorded by either."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        return peer_contact_queries.contact_weeks(db, *own)


def due_weeks(ctx: Context, viewer: Viewer) -> Mapping[PersonId, Week]:
    """Return when the next check-in with each peer is due: never before this week."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        # Asked after every check-in: whoever has no peer pays for one question only.
        found = peer_queries.pairings_of(db, *own)
        if not found:
            return {}
        around = look_around(ctx, db, viewer, {p.peer_id for p in found})
        contacts = peer_contact_queries.contact_weeks(db, *own)
    return {
        p.peer_id: next_due(
            p.rhythm, p.began_week, contacts.get(p.peer_id, ()), around.this
        )
        for p in found
        if p.began_week is not None and around.stage(p) is Stage.ACTIVE
    }


def my_records(ctx: Context, viewer: Viewer) -> Mapping[Contact, PeerRecord]:
    """Return what the viewer recorded, newest week first; nobody else's."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        kept = peer_contact_queries.records_of(db, *own)
    return {(k.peer_id, k.record.week): k.record for k in kept}


def record(
    ctx: Context,
    viewer: Viewer,
    peer_id: PersonId,
    kept: PeerRecord,
    texts: Texts | None = None,
) -> None:
    """Keep the viewer's side of a contact of this week or the last.

    There is one contact a week and pair, whoever records it; a second record of the
    same side replaces its first.

    Raises:
        NotFoundError: the two are not paired now.
        WeekClosedError: another week.
        InvalidInputError: a number that is not offered, or a text that is too long.
        NoKeyYetError: a sentence for both cannot be sealed.
    """
    viewer.require(Role.CLINICIAN)
    kept.check()
    texts = texts or Texts()
    intention = _clean(texts.intention)
    sentence = _clean(texts.sentence)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        require_active(ctx, db, viewer, peer_id)
        if kept.week not in weeks_to_record(ctx, viewer):
            raise WeekClosedError(str(kept.week))
        locked = _locked(db, viewer, (peer_id, kept.week), texts.keys, intention)
        new = KeptRecord(peer_id=peer_id, record=kept, intention=locked)
        peer_contact_queries.put_record(db, *own, new)
        if sentence == "":
            peer_contact_queries.drop_sentence(db, *own, peer_id, kept.week)
        elif sentence is not None:
            put_sentence(db, viewer, (peer_id, kept.week), sentence)


def forget(ctx: Context, viewer: Viewer, peer_id: PersonId, week: Week) -> None:
    """Erase the viewer's side of a contact, of any week, and their sentence for both.

    Raises:
        NotFoundError: they recorded none.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        if not peer_contact_queries.drop_record(db, *own, peer_id, week):
            raise NotFoundError("peer check-in")


def my_texts(
    ctx: Context, viewer: Viewer, keys: OpenKeys
) -> Mapping[Contact, ReadTexts]:
    """Return the texts that the viewer can open; one that cannot be read is left out.

    Args:
        ctx: the surroundings.
        viewer: whose texts they are.
        keys: the viewer's own.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        records = peer_contact_queries.records_of(db, *own)
        sentences = peer_contact_queries.sentences_of(db, *own)
    return read_texts(own, keys, records, sentences)


def _clean(text: str | None) -> str | None:
    if text is None or not text.strip():
        return None if text is None else ""
    return clean_words(text, LONGEST)


def _locked(
    db: Connection,
    viewer: Viewer,
    contact: Contact,
    keys: OpenKeys | None,
    intention: str | None,
) -> bytes | None:
    """Return an intention as it is stored: what was there, when none is given."""
    if intention is None:
        kept = peer_contact_queries.records_of(db, viewer.clinic_id, viewer.person_id)
        before = {(k.peer_id, k.record.week): k.intention for k in kept}
        return before.get(contact)
    if not intention:
        return None
    if keys is None:
        raise InvalidInputError("Open your private texts to write an intention.")
    own = viewer.clinic_id, viewer.person_id
    return lock_intention(own, keys, intention, contact)

"""Texts of the demo clinic: what those write for themselves who can be signed in as.

They are locked under the demo's password, which is printed, as their own would be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from sqlalchemy import Connection

from wellbeing.content.reading import Section, read
from wellbeing.domain.ids import PersonId
from wellbeing.domain.pairings import Origin, Pairing, PeerRhythm, Reply
from wellbeing.domain.peer_appointments import PeerTime
from wellbeing.domain.people import Clinic, Role, Standing, Viewer
from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.domain.reflections import Area, Outcome, Practice, Resolve
from wellbeing.domain.weeks import Week
from wellbeing.services import keyring, kind_notes, peer_texts
from wellbeing.services.demo_peers import demo_record
from wellbeing.services.demo_people import Invented, demo_texts
from wellbeing.services.private_rows import OpenRow, put_row
from wellbeing.services.private_texts import OpenKeys, password_secret
from wellbeing.storage import appointment_queries, peer_contact_queries, peer_queries
from wellbeing.storage.peer_contact_queries import KeptRecord

_FILE = "demo_writing"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Demo:
    """What is there already, and the random numbers for what is not."""

    clinic: Clinic
    people: Mapping[PersonId, Invented]
    viewers: Mapping[PersonId, Viewer]
    this: Week
    rng: Random


@dataclass(frozen=True, kw_only=True, slots=True)
class _Writer:
    """Somebody who can be signed in as, what opens their texts, and their peer."""

    me: Viewer
    keys: OpenKeys
    peer: Viewer


def write_texts(
    db: Connection,
    clinic: Clinic,
    people: Mapping[PersonId, Invented],
    this: Week,
    seed: int,
) -> None:
    """Invent texts of the clinicians who can be signed in as; each has a peer.

    Whoever has no peer by then gets one, with contacts of the last weeks.

    Args:
        db: an open write transaction.
        clinic: the demo's.
        people: everybody, by id.
        this: the week in which the demo is made.
        seed: another one gives other records of contacts.
    """
    demo = _Demo(
        clinic=clinic,
        people=people,
        viewers={
            person_id: _viewer(clinic, person_id, person)
            for person_id, person in people.items()
            if person.standing is Standing.ACTIVE and person.roles == {Role.CLINICIAN}
        },
        this=this,
        rng=Random(f"texts {seed}"),  # noqa: S311 (invented texts need a seed)
    )
    # One slow derivation for all, like the one hash of their password.
    typed = password_secret(demo_texts().text("password"))
    for person_id, viewer in demo.viewers.items():
        if people[person_id].part:
            peer_id = _peer_of(db, demo, person_id)
            if peer_id is None:
                continue
            keys = keyring.make(db, clinic.clinic_id, person_id, typed)
            keyring.make(db, clinic.clinic_id, peer_id, typed)
            writer = _Writer(me=viewer, keys=keys, peer=demo.viewers[peer_id])
            _write_for_oneself(db, demo, writer)
            _write_with_peer(db, demo, writer)


def _viewer(clinic: Clinic, person_id: PersonId, person: Invented) -> Viewer:
    return Viewer(
        clinic=clinic,
        person_id=person_id,
        name=person.name,
        email=person.email,
        roles=person.roles,
        session="",
    )


def _peer_of(db: Connection, demo: _Demo, person_id: PersonId) -> PersonId | None:
    """Return a peer of somebody; whoever has none is paired with somebody free."""
    clinic_id = demo.clinic.clinic_id
    known = peer_queries.pairings_of(db, clinic_id, person_id)
    begun = [p.peer_id for p in known if p.began_week is not None]
    if begun:
        return begun[0]
    taken = {p for pair, _ in peer_queries.all_pairs(db, clinic_id) for p in pair}
    free = [p for p in demo.viewers if p not in taken and not demo.people[p].part]
    if not free:
        return None
    began = demo.this.plus(-6)
    pairing = Pairing(
        peer_id=free[0],
        peer_name="",
        origin=Origin.ASKED,
        rhythm=PeerRhythm.FORTNIGHTLY,
        asked_week=began,
        mine=Reply.YES,
        theirs=Reply.YES,
        began_week=began,
        ended_week=None,
    )
    peer_queries.put_pairing(db, clinic_id, person_id, pairing)
    for week in began.through(demo.this.plus(-1))[:: pairing.rhythm.weeks]:
        for author, peer in ((person_id, free[0]), (free[0], person_id)):
            record = demo_record(demo.rng, week)
            kept = KeptRecord(peer_id=peer, record=record, intention=None)
            peer_contact_queries.put_record(db, clinic_id, author, kept)
    return free[0]


def _write_for_oneself(db: Connection, demo: _Demo, writer: _Writer) -> None:
    told = read(_FILE)
    kinds = {
        PrivateKind.REFLECTION: ("reflections", _reflection),
        PrivateKind.INTENTION: ("intentions", _intention),
        PrivateKind.SMALL_SUCCESS: ("successes", _success),
        PrivateKind.PRACTICE: ("log", _entry),
    }
    for kind, (name, values) in kinds.items():
        for each in told.sections(name):
            row = OpenRow(
                text_id=f"{demo.rng.getrandbits(128):032x}",
                week=demo.this.plus(-each.take("weeks_ago", int)),
                values=values(each),
            )
            put_row(db, writer.me, writer.keys, kind, row)


def _reflection(told: Section) -> dict[str, object]:
    area, prompt = Area(told.text("area")), told.take("prompt", str)
    return {"area": area, "prompt": prompt, "text": told.text("text")}


def _intention(told: Section) -> dict[str, object]:
    said = "outcome" in told.values
    return {
        "resolve": Resolve(told.text("resolve")),
        "text": told.text("text"),
        "outcome": Outcome(told.text("outcome")) if said else None,
    }


def _success(told: Section) -> dict[str, object]:
    return {"text": told.text("text")}


def _entry(told: Section) -> dict[str, object]:
    return {
        "practice": Practice(told.text("practice")),
        "minutes": told.take("minutes", int),
        "text": told.text("about"),
    }


def _write_with_peer(db: Connection, demo: _Demo, writer: _Writer) -> None:
    """Agree on a time, and write to the last contact and to each other."""
    told, me, peer = read(_FILE).section("with_peer"), writer.me, writer.peer
    own = me.clinic_id, me.person_id
    weeks = peer_contact_queries.contact_weeks(db, *own).get(peer.person_id, ())
    last = max(weeks, default=demo.this.plus(-1))
    contact = peer.person_id, last
    means = told.text("intention")
    locked = peer_texts.lock_intention(own, writer.keys, means, contact)
    record = replace(demo_record(demo.rng, last), connected=8)
    kept = KeptRecord(peer_id=peer.person_id, record=record, intention=locked)
    peer_contact_queries.put_record(db, *own, kept)
    peer_texts.put_sentence(db, me, contact, told.text("mine"))
    peer_texts.put_sentence(db, peer, (me.person_id, last), told.text("theirs"))
    kind_notes.put_sealed(db, peer, me.person_id, last, told.text("note"))
    at = PeerTime(weekday=told.take("weekday", int), hour=told.take("hour", int))
    pair = me.person_id, peer.person_id
    appointment_queries.put_agreed(db, me.clinic_id, pair, at, demo.this.plus(1))

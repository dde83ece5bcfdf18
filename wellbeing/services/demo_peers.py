"""Peers of the demo clinic: a few pairings, contacts, and one chart that is shown."""

from collections.abc import Mapping, Sequence
from random import Random

from sqlalchemy import Connection

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.pairings import Origin, Pairing, PeerRhythm, PeerSettings, Reply
from wellbeing.domain.peer_check_ins import Guide, How, Length, PeerRecord, PeerSupport
from wellbeing.domain.peer_sharing import Share
from wellbeing.domain.people import Role, Standing
from wellbeing.domain.weeks import Week
from wellbeing.services.demo_people import Course, Invented
from wellbeing.storage import (
    peer_contact_queries,
    peer_queries,
    peer_setting_queries,
    peer_share_queries,
)
from wellbeing.storage.peer_contact_queries import KeptRecord

_PAIRS, _IN_POOL = 6, 5
_RHYTHMS = tuple(PeerRhythm)


def pair_people(
    db: Connection,
    clinic_id: ClinicId,
    people: Mapping[PersonId, Invented],
    past: Sequence[Week],
    seed: int,
) -> None:
    """Invent pairings of people of different teams, with contacts of their own weeks.

    The one whose weeks get harder is paired, and is shown a peer's chart; who is a
    plain clinician has a request to answer.

    Args:
        db: an open write transaction.
        clinic_id: of the demo.
        people: everybody, by id.
        past: the weeks of the demo, oldest first; the last one is the last complete.
        seed: another one gives other contacts.
    """
    rng = Random(seed)  # noqa: S311 (invented people need a seed, not a secret)
    this = past[-1].plus(1)
    there = [p for p, person in people.items() if _may_be_paired(person)]
    own = [p for p in there if people[p].part and people[p].course is Course.DECLINE]
    plain = [p for p in there if people[p].part and p not in own]
    others = [p for p in there if not people[p].part]
    rng.shuffle(others)
    chosen = [*own, *others][: 2 * _PAIRS]
    for n, (one, other) in enumerate(zip(chosen[::2], chosen[1::2], strict=False)):
        rhythm = _RHYTHMS[n % len(_RHYTHMS)]
        began = past[max(0, len(past) - 10)]
        pairing = _pairing(other, rhythm, began, theirs=Reply.YES, began=began)
        peer_queries.put_pairing(db, clinic_id, one, pairing)
        for week in began.through(past[-1])[:: rhythm.weeks]:
            for author, peer in ((one, other), (other, one)):
                kept = KeptRecord(
                    peer_id=peer, record=demo_record(rng, week), intention=None
                )
                peer_contact_queries.put_record(db, clinic_id, author, kept)
    if own and len(chosen) > 1:
        share = Share(
            owner_id=chosen[1],
            peer_id=own[0],
            from_week=past[-1],
            last_week=past[-1].plus(7),
            shown_from=past[max(0, len(past) - 9)],
            indicators=frozenset({Indicator.OVERALL, Indicator.REST}),
            early_signs=False,
        )
        peer_share_queries.put_share(db, clinic_id, share)
    left = [p for p in others if p not in chosen]
    if plain and left:
        asked = _pairing(plain[0], PeerRhythm.FORTNIGHTLY, this, theirs=None)
        peer_queries.put_pairing(db, clinic_id, left[0], asked)
    for person_id in left[1 : 1 + _IN_POOL]:
        wishes = PeerSettings(in_pool=True)
        peer_setting_queries.put_settings(db, clinic_id, person_id, wishes, this)


def _may_be_paired(person: Invented) -> bool:
    return person.roles == {Role.CLINICIAN} and person.standing is Standing.ACTIVE


def _pairing(
    peer_id: PersonId,
    rhythm: PeerRhythm,
    asked: Week,
    *,
    theirs: Reply | None,
    began: Week | None = None,
) -> Pairing:
    return Pairing(
        peer_id=peer_id,
        peer_name="",
        origin=Origin.ASKED,
        rhythm=rhythm,
        asked_week=asked,
        mine=Reply.YES,
        theirs=theirs,
        began_week=began,
        ended_week=None,
    )


def demo_record(rng: Random, week: Week) -> PeerRecord:
    """Invent what one side keeps of a contact."""
    kinds = list(PeerSupport)
    return PeerRecord(
        week=week,
        guide=Guide.WEEKLY,
        how=rng.choice(list(How)),
        length=rng.choice(list(Length)),
        given=frozenset(rng.sample(kinds, rng.randint(0, 2))),
        received=frozenset(rng.sample(kinds, rng.randint(0, 2))),
        connected=rng.choice([None, 5, 6, 7, 8, 9]),
        wants_more=rng.choice([None, True, False]),
    )

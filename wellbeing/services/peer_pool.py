"""The pool that suggests a peer, and what the viewer chose about being paired.

Of check-ins it knows nothing. Of support given and received it knows what each person
recorded for themselves, uses it to give rest, and shows it to nobody else.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from sqlalchemy import Connection

from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.pairings import (
    LONGEST_PAUSE,
    Colleague,
    Origin,
    Pairing,
    PeerSettings,
    is_open,
)
from wellbeing.domain.peer_check_ins import balance_of
from wellbeing.domain.peer_pool import (
    APART_WEEKS,
    BALANCE_WEEKS,
    Waiting,
    needs_rest,
    suggest_pairs,
)
from wellbeing.domain.people import Clinic, Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.storage import (
    clinic_queries,
    peer_contact_queries,
    peer_queries,
    peer_setting_queries,
    peer_share_queries,
)

Pair = frozenset[PersonId]


@dataclass(frozen=True, kw_only=True, slots=True)
class MyPool:
    """What the viewer chose, and how it stands with the pool.

    Attributes:
        resting: by their own records they gave much more than they received, so the
            pool leaves them out for now.
    """

    settings: PeerSettings
    resting: bool


def my_pool(ctx: Context, viewer: Viewer) -> MyPool:
    """Return what the viewer chose about being asked and paired."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    since = ctx.this_week(viewer.clinic).plus(1 - BALANCE_WEEKS)
    with ctx.reading() as db:
        chosen = peer_setting_queries.settings_of(db, *own).get(own[1])
        kept = peer_contact_queries.records_of(db, *own)
    settings = PeerSettings() if chosen is None else chosen[0]
    balance = balance_of(k.record for k in kept if k.record.week >= since)
    return MyPool(settings=settings, resting=settings.rests and needs_rest(balance))


def choose(ctx: Context, viewer: Viewer, settings: PeerSettings) -> None:
    """Keep what the viewer chose; whoever joins the pool waits from this week on.

    Raises:
        InvalidInputError: the pause ends before it begins, or lasts over a year.
    """
    viewer.require(Role.CLINICIAN)
    this = ctx.this_week(viewer.clinic)
    until = settings.pause_until
    if until is not None and not 0 <= until.minus(this) <= LONGEST_PAUSE:
        raise InvalidInputError("Choose a week within a year from now.")
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        peer_queries.lock_people(db, viewer.clinic_id, [viewer.person_id])
        before = peer_setting_queries.settings_of(db, *own).get(own[1])
        since = (before and before[1]) or this
        peer_setting_queries.put_settings(
            db, *own, settings, since if settings.in_pool else None
        )


def suggest(ctx: Context, viewer: Viewer) -> None:
    """Make this week's suggestions for the viewer's clinic, unless they are made.

    Whoever opens the screen first in a week sets it off; nobody can tell who it was.
    """
    viewer.require(Role.CLINICIAN)
    this = ctx.this_week(viewer.clinic)
    with ctx.reading() as db:
        if peer_setting_queries.is_round_done(db, viewer.clinic_id, this):
            return
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, viewer.clinic_id)
        if not peer_setting_queries.is_round_done(db, viewer.clinic_id, this):
            _draw(ctx, db, viewer.clinic)
            peer_setting_queries.put_round(db, viewer.clinic_id, this)


def _draw(ctx: Context, db: Connection, clinic: Clinic) -> None:
    clinic_id, this = clinic.clinic_id, ctx.this_week(clinic)
    peer_share_queries.drop_shares_over_before(db, clinic_id, this)
    peer_queries.drop_pairs_over_before(db, clinic_id, this.plus(-APART_WEEKS))
    clinicians = peer_setting_queries.clinicians_of(db, clinic_id, this)
    peer_queries.lock_people(db, clinic_id, list(clinicians))
    pairs = peer_queries.all_pairs(db, clinic_id)
    _end_what_cannot_be(db, clinic_id, this, clinicians, pairs)
    chosen = peer_setting_queries.settings_of(db, clinic_id)
    waiting = _waiting(ctx, db, clinic, clinicians, pairs)
    apart = {pair for pair, _ in pairs} | peer_queries.all_blocks(db, clinic_id)
    rng = Random(secrets.randbits(64))  # noqa: S311 (fair, not secret)
    for suggested in suggest_pairs(waiting, apart, rng):
        one, other = suggested.people
        pairing = Pairing(
            peer_id=other,
            peer_name=clinicians[other].name,
            origin=Origin.POOL,
            rhythm=suggested.rhythm,
            asked_week=this,
            mine=None,
            theirs=None,
            began_week=None,
            ended_week=None,
        )
        peer_queries.put_pairing(db, clinic_id, one, pairing)
        for person_id in suggested.people:
            # Behind those who have waited longer, the next time.
            settings = chosen[person_id][0]
            peer_setting_queries.put_settings(db, clinic_id, person_id, settings, this)


def _waiting(
    ctx: Context,
    db: Connection,
    clinic: Clinic,
    clinicians: Mapping[PersonId, Colleague],
    pairs: Sequence[tuple[Pair, Pairing]],
) -> list[Waiting]:
    clinic_id, this = clinic.clinic_id, ctx.this_week(clinic)
    since = this.plus(1 - BALANCE_WEEKS)
    records = peer_contact_queries.records_since(db, clinic_id, since)
    busy = {
        person
        for pair, pairing in pairs
        for person in pair
        if (pairing.began_week is not None and pairing.ended_week is None)
        or (pairing.origin is Origin.POOL and is_open(pairing, this))
    }
    found = []
    chosen = peer_setting_queries.settings_of(db, clinic_id)
    for person_id, (settings, waits_since) in chosen.items():
        colleague = clinicians.get(person_id)
        until = settings.pause_until
        paused = until is not None and until >= this
        if colleague is None or waits_since is None or paused or person_id in busy:
            continue
        balance = balance_of(records.get(person_id, ()))
        if not (settings.rests and needs_rest(balance)):
            one = Waiting(
                colleague=colleague,
                since=waits_since,
                balance=balance,
                rhythm=settings.rhythm,
            )
            found.append(one)
    return found


def _end_what_cannot_be(
    db: Connection,
    clinic_id: ClinicId,
    this: Week,
    clinicians: Mapping[PersonId, Colleague],
    pairs: Sequence[tuple[Pair, Pairing]],
) -> None:
    """End pairings with somebody who left, or who came to lead the other."""
    for pair, pairing in pairs:
        if pairing.began_week is None or pairing.ended_week is not None:
            continue
        first, second = sorted(pair)
        one, other = clinicians.get(first), clinicians.get(second)
        if one is None or other is None or one.is_apart_from(other):
            ended = replace(pairing, ended_week=this, mine=None, theirs=None)
            peer_queries.put_pairing(db, clinic_id, first, ended)
            peer_share_queries.drop_shares_between(db, clinic_id, first, second)

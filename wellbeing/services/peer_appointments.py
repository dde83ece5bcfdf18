"""The day and the hour that two peers agree on: proposed by one, agreed by the other.

Neither sees anything but what is agreed or proposed: not whether the other has it in a
calendar or is reminded of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from wellbeing.domain.errors import InvalidInputError, WellbeingError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.pairings import Stage
from wellbeing.domain.peer_appointments import (
    FIRST_HOUR,
    LAST_HOUR,
    AgreedTime,
    PeerTime,
    first_week,
)
from wellbeing.domain.peer_check_ins import next_due
from wellbeing.domain.people import Clinic, Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.services.peers_around import lock_both, look_around, require_active
from wellbeing.storage import (
    appointment_queries,
    peer_contact_queries,
    peer_queries,
    peer_setting_queries,
)
from wellbeing.storage.appointment_queries import PairTimes


class ProposedAnewError(WellbeingError):
    """What somebody agrees to is not proposed any more."""

    def __init__(self) -> None:
        super().__init__(
            "This time is not proposed any more, so nothing was agreed. Look at what "
            "stands there now, and answer that."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenTimes:
    """What the viewer and a peer agreed on and what one of them proposes.

    Attributes:
        agreed: None: nothing.
        next_begin: when the next agreed one begins, in UTC; None: nothing is agreed.
        proposed: None: nothing.
        mine: whether the viewer proposes it.
    """

    agreed: PeerTime | None = None
    next_begin: datetime | None = None
    proposed: PeerTime | None = None
    mine: bool = False


def my_times(ctx: Context, viewer: Viewer) -> Mapping[PersonId, SeenTimes]:
    """Return what the viewer agreed on with whom, or has to answer."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        around = look_around(ctx, db, viewer)
        pairings = peer_queries.pairings_of(db, *own)
        found = appointment_queries.times_of(db, *own)
    active = {p.peer_id for p in pairings if around.stage(p) is Stage.ACTIVE}
    return {
        peer: _seen(ctx, viewer, times)
        for peer, times in found.items()
        if peer in active
    }


def _seen(ctx: Context, viewer: Viewer, times: PairTimes) -> SeenTimes:
    agreed, proposed = times.agreed, times.proposed
    zone = viewer.clinic.zone
    return SeenTimes(
        agreed=None if agreed is None else agreed.at,
        next_begin=None if agreed is None else agreed.next_after(ctx.now(), zone),
        proposed=None if proposed is None else proposed.at,
        mine=proposed is not None and proposed.mine,
    )


def agreed_of_all(
    db: Connection, clinic: Clinic, this: Week
) -> dict[PersonId, list[tuple[PersonId, AgreedTime]]]:
    """Return with whom everybody has agreed on a time, of pairs that are one now."""
    clinicians = peer_setting_queries.clinicians_of(db, clinic.clinic_id, this)
    found: dict[PersonId, list[tuple[PersonId, AgreedTime]]] = {}
    for (one, other), agreed in appointment_queries.agreed_times(db, clinic.clinic_id):
        first, second = clinicians.get(one), clinicians.get(other)
        if first is None or second is None or first.is_apart_from(second):
            continue
        found.setdefault(one, []).append((other, agreed))
        found.setdefault(other, []).append((one, agreed))
    return found


def propose(ctx: Context, viewer: Viewer, peer_id: PersonId, at: PeerTime) -> None:
    """Propose a time; if the peer proposes the same, both have agreed.

    What both agreed on before holds until they agree on another. A proposal of the
    peer's is replaced: whoever proposes anew does not want theirs.

    Raises:
        InvalidInputError: there is no such day or hour.
        NotFoundError: the two are not paired now.
    """
    viewer.require(Role.CLINICIAN)
    if not at.is_possible:
        sentence = f"Choose a day, and an hour from {FIRST_HOUR}:00 to {LAST_HOUR}:00."
        raise InvalidInputError(sentence)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        require_active(ctx, db, viewer, peer_id)
        known = _known(db, viewer, peer_id)
        theirs = known.proposed
        if theirs is not None and not theirs.mine and theirs.at == at:
            _agree(ctx, db, viewer, peer_id, at)
        elif known.agreed is not None and known.agreed.at == at:
            # As it is agreed: what was proposed instead is not wanted any more.
            pair = viewer.person_id, peer_id
            appointment_queries.drop_times(db, own[0], pair, agreed=False)
        else:
            appointment_queries.put_proposal(db, *own, peer_id, at)


def agree(ctx: Context, viewer: Viewer, peer_id: PersonId, at: PeerTime) -> None:
    """Agree to what a peer proposes; a second press is the same.

    Args:
        ctx: the surroundings.
        viewer: who agrees.
        peer_id: who proposes it.
        at: what the viewer saw: the peer may have proposed another since.

    Raises:
        NotFoundError: the two are not paired now.
        ProposedAnewError: this is not proposed any more.
    """
    viewer.require(Role.CLINICIAN)
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        require_active(ctx, db, viewer, peer_id)
        known = _known(db, viewer, peer_id)
        if known.proposed is None and known.agreed and known.agreed.at == at:
            return
        theirs = known.proposed
        if theirs is None or theirs.mine or theirs.at != at:
            raise ProposedAnewError
        _agree(ctx, db, viewer, peer_id, at)


def drop_proposal(ctx: Context, viewer: Viewer, peer_id: PersonId) -> None:
    """Take one's own proposal back, or decline the peer's; what is agreed stays."""
    _drop(ctx, viewer, peer_id, agreed=False)


def drop_agreed(ctx: Context, viewer: Viewer, peer_id: PersonId) -> None:
    """Let what both agreed on hold no more, for both; the pairing stays."""
    _drop(ctx, viewer, peer_id, agreed=True)


def _drop(ctx: Context, viewer: Viewer, peer_id: PersonId, *, agreed: bool) -> None:
    viewer.require(Role.CLINICIAN)
    pair = viewer.person_id, peer_id
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        appointment_queries.drop_times(db, viewer.clinic_id, pair, agreed=agreed)


def _known(db: Connection, viewer: Viewer, peer_id: PersonId) -> PairTimes:
    own = viewer.clinic_id, viewer.person_id
    return appointment_queries.times_of(db, *own).get(peer_id, PairTimes())


def _agree(
    ctx: Context, db: Connection, viewer: Viewer, peer_id: PersonId, at: PeerTime
) -> None:
    own = viewer.clinic_id, viewer.person_id
    pairing = require_active(ctx, db, viewer, peer_id)
    this = ctx.this_week(viewer.clinic)
    contacts = peer_contact_queries.contact_weeks(db, *own).get(peer_id, ())
    began = pairing.began_week or this
    due = next_due(pairing.rhythm, began, contacts, this)
    first = first_week(due, at, ctx.now(), viewer.clinic.zone)
    pair = viewer.person_id, peer_id
    appointment_queries.put_agreed(db, viewer.clinic_id, pair, at, first)

"""Who can be a peer of the viewer now, and what is between the two.

Steps inside a transaction of another service, which has asked for the role.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.pairings import (
    Colleague,
    Pairing,
    Stage,
    stage_of,
    stepping_back,
)
from wellbeing.domain.people import Clinic, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.storage import (
    appointment_queries,
    peer_queries,
    peer_setting_queries,
    peer_share_queries,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """Who can be paired now, and whom the viewer has blocked."""

    this: Week
    me: PersonId
    clinicians: Mapping[PersonId, Colleague]
    blocked: frozenset[PersonId]

    def find(self, peer_id: PersonId) -> Colleague | None:
        """Return somebody whom the viewer may be paired with."""
        me, peer = self.clinicians.get(self.me), self.clinicians.get(peer_id)
        if me is None or peer is None or peer is me or me.is_apart_from(peer):
            return None
        return peer

    def stage(self, pairing: Pairing | None) -> Stage:
        """Return where a pairing stands; with somebody who left, it has ended."""
        if pairing is None:
            return Stage.OVER
        found = stage_of(pairing, self.this, blocked=pairing.peer_id in self.blocked)
        if found is Stage.ENDED or self.find(pairing.peer_id) is not None:
            return found
        return Stage.ENDED if found is Stage.ACTIVE else Stage.OVER


def look_around(
    ctx: Context,
    db: Connection,
    viewer: Viewer,
    among: Collection[PersonId] | None = None,
) -> Around:
    """Return who can be paired with the viewer now.

    Args:
        among: look at these people only, and at the viewer; None: at everybody.
    """
    this = ctx.this_week(viewer.clinic)
    clinic_id, me = viewer.clinic_id, viewer.person_id
    return Around(
        this=this,
        me=me,
        clinicians=peer_setting_queries.clinicians_of(
            db, clinic_id, this, None if among is None else {me, *among}
        ),
        blocked=frozenset(peer_queries.blocked_by(db, clinic_id, me)),
    )


def require_active(
    ctx: Context, db: Connection, viewer: Viewer, peer_id: PersonId
) -> Pairing:
    """Return the viewer's pairing with somebody, if it is one now.

    Raises:
        NotFoundError: it is none, or none any more: the same answer.
    """
    around = look_around(ctx, db, viewer)
    pairing = between(db, viewer, peer_id)
    if pairing is None or around.stage(pairing) is not Stage.ACTIVE:
        raise NotFoundError("pairing")
    return pairing


def lock_both(db: Connection, viewer: Viewer, peer_id: PersonId) -> None:
    """Let nobody change what is between the viewer and a peer meanwhile."""
    peer_queries.lock_people(db, viewer.clinic_id, (viewer.person_id, peer_id))


def between(db: Connection, viewer: Viewer, peer_id: PersonId) -> Pairing | None:
    """Return what is or was between the viewer and a peer, from the viewer's side."""
    own = viewer.clinic_id, viewer.person_id
    return next(iter(peer_queries.pairings_of(db, *own, peer_id)), None)


def leave_peers(
    ctx: Context, db: Connection, clinic: Clinic, person_id: PersonId
) -> None:
    """End what is between somebody who leaves and anybody, for good.

    Let in again, they begin anew: nothing that was shown comes back by itself.
    """
    own, this = (clinic.clinic_id, person_id), ctx.this_week(clinic)
    for before in peer_queries.pairings_of(db, *own):
        peer_queries.put_pairing(db, *own, stepping_back(before, this))
        _drop_between(db, clinic.clinic_id, person_id, before.peer_id)


def step_back(ctx: Context, db: Connection, viewer: Viewer, peer_id: PersonId) -> None:
    """End or take back what is between the two, with the time that they agreed on."""
    own = viewer.clinic_id, viewer.person_id
    before = between(db, viewer, peer_id)
    if before is not None:
        after = stepping_back(before, ctx.this_week(viewer.clinic))
        peer_queries.put_pairing(db, *own, after)
    _drop_between(db, *own, peer_id)


def _drop_between(
    db: Connection, clinic_id: ClinicId, one: PersonId, other: PersonId
) -> None:
    """End what two people showed each other and the time that they agreed on."""
    peer_share_queries.drop_shares_between(db, clinic_id, one, other)
    appointment_queries.drop_times(db, clinic_id, (one, other))

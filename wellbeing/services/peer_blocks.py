"""Whom the viewer never wants to be paired with. The others are told nothing."""

from collections.abc import Mapping

from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Role, Viewer
from wellbeing.services.context import Context
from wellbeing.services.peers_around import between, lock_both, look_around, step_back
from wellbeing.storage import peer_queries


def block(ctx: Context, viewer: Viewer, peer_id: PersonId) -> None:
    """Never be paired with somebody; for them it looks as if it had ended.

    Raises:
        NotFoundError: there is no such colleague.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        around = look_around(ctx, db, viewer)
        known = between(db, viewer, peer_id) is not None
        there = peer_id in around.clinicians and peer_id != viewer.person_id
        if not (known or there):
            raise NotFoundError("colleague")
        if known:
            step_back(ctx, db, viewer, peer_id)
        peer_queries.put_block(db, *own, peer_id)


def unblock(ctx: Context, viewer: Viewer, peer_id: PersonId) -> None:
    """Let somebody be paired with the viewer again; they are told nothing."""
    viewer.require(Role.CLINICIAN)
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        peer_queries.drop_block(db, viewer.clinic_id, viewer.person_id, peer_id)


def my_blocks(ctx: Context, viewer: Viewer) -> Mapping[PersonId, str]:
    """Return whom the viewer has blocked, with their names."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        return peer_queries.blocked_names(db, *own)

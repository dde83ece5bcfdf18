"""Pairings of the viewer: asking, answering, ending.

Nothing here says to anybody but the two whether they are paired, and to neither what
the other did to end it.
"""

from dataclasses import dataclass, replace

from wellbeing.domain.errors import NotFoundError, WellbeingError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.pairings import (
    Colleague,
    Fact,
    Origin,
    Pairing,
    PeerRhythm,
    Reply,
    Stage,
    agreeing,
    asked,
    facts_of,
    stepping_back,
)
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.services.peers_around import (
    Around,
    between,
    lock_both,
    look_around,
    require_active,
    step_back,
)
from wellbeing.storage import peer_queries

MOST_REQUESTS = 3
"""So many requests of one person can wait for an answer at a time."""


class TooManyRequestsError(WellbeingError):
    """Somebody asked more colleagues than they can have in one go."""

    def __init__(self) -> None:
        super().__init__(
            f"{MOST_REQUESTS} of your requests are waiting. Take one back, or wait "
            "until its time is over."
        )


class RequestOverError(NotFoundError):
    """There is nothing to answer; why is not said, as it may be the other's doing."""

    def __init__(self) -> None:
        WellbeingError.__init__(
            self, "This request is over. There is nothing that you need to do."
        )


class BlockedByYouError(WellbeingError):
    """Somebody asks a colleague whom they have blocked themselves."""

    def __init__(self) -> None:
        super().__init__(
            "You do not want to be paired with this colleague. Change that under "
            "“What I want” first."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenPairing:
    """A pairing as one of the two sees it: never what the other said.

    Attributes:
        answer_until: the last week in which it can be agreed on.
        began_week: None: not begun.
        facts: what everybody knows about the two; of suggestions only.
    """

    peer_id: PersonId
    name: str
    stage: Stage
    origin: Origin
    rhythm: PeerRhythm
    answer_until: Week
    began_week: Week | None
    facts: tuple[Fact, ...]


def my_pairings(ctx: Context, viewer: Viewer) -> tuple[SeenPairing, ...]:
    """Return the viewer's pairings, requests and suggestions, by name."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        around = look_around(ctx, db, viewer)
        found = peer_queries.pairings_of(db, *own)
    seen = (_seen(around, pairing) for pairing in found)
    return tuple(one for one in seen if one.stage is not Stage.OVER)


def _seen(around: Around, pairing: Pairing) -> SeenPairing:
    me, peer = around.clinicians.get(around.me), around.find(pairing.peer_id)
    told = pairing.origin is Origin.POOL and me is not None and peer is not None
    return SeenPairing(
        peer_id=pairing.peer_id,
        name=pairing.peer_name,
        stage=around.stage(pairing),
        origin=pairing.origin,
        rhythm=pairing.rhythm,
        answer_until=pairing.last_week_to_answer,
        began_week=pairing.began_week,
        facts=facts_of(me, peer) if told and me and peer else (),
    )


def colleagues_to_ask(ctx: Context, viewer: Viewer) -> tuple[Colleague, ...]:
    """Return whom the viewer may ask, by name.

    Whoever has blocked them is among these: nothing tells it.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        around = look_around(ctx, db, viewer)
        known = peer_queries.pairings_of(db, *own)
    busy = {
        p.peer_id for p in known if around.stage(p) in {Stage.ACTIVE, Stage.WAITING}
    }
    return tuple(
        peer
        for peer in around.clinicians.values()
        if peer.may_be_asked
        and around.find(peer.person_id) is not None
        and peer.person_id not in busy | around.blocked
    )


def ask(ctx: Context, viewer: Viewer, peer_id: PersonId, rhythm: PeerRhythm) -> bool:
    """Ask a colleague; if they have asked the viewer, both are paired.

    Returns:
        True: the two are paired now; False: the request waits.

    Raises:
        NotFoundError: there is no such colleague, or they cannot be asked.
        BlockedByYouError, TooManyRequestsError.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        around = look_around(ctx, db, viewer)
        known = {p.peer_id: p for p in peer_queries.pairings_of(db, *own)}
        before, peer = known.get(peer_id), around.find(peer_id)
        stage = around.stage(before)
        if peer is None or not (peer.may_be_asked or stage is Stage.TO_ANSWER):
            raise NotFoundError("colleague")
        if peer_id in around.blocked:
            raise BlockedByYouError
        if stage in {Stage.ACTIVE, Stage.WAITING}:
            return stage is Stage.ACTIVE
        waiting = [p for p in known.values() if around.stage(p) is Stage.WAITING]
        if stage is not Stage.TO_ANSWER and len(waiting) >= MOST_REQUESTS:
            raise TooManyRequestsError
        after = asked(before, peer, rhythm, around.this)
        peer_queries.put_pairing(db, *own, after)
        return around.stage(after) is Stage.ACTIVE


def answer(ctx: Context, viewer: Viewer, peer_id: PersonId, *, agrees: bool) -> bool:
    """Agree to a request or a suggestion, or decline it; a second press is the same.

    Returns:
        True: the two are paired now.

    Raises:
        RequestOverError: there is nothing to answer, or not any more.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        around = look_around(ctx, db, viewer)
        before = between(db, viewer, peer_id)
        if before is None:
            raise RequestOverError
        if around.stage(before) is not Stage.TO_ANSWER:
            if before.mine is (Reply.YES if agrees else Reply.NO):
                return around.stage(before) is Stage.ACTIVE
            raise RequestOverError
        step = agreeing if agrees else stepping_back
        after = step(before, around.this)
        peer_queries.put_pairing(db, *own, after)
        return around.stage(after) is Stage.ACTIVE


def end(ctx: Context, viewer: Viewer, peer_id: PersonId) -> None:
    """End a pairing, or take a request back; a second press is the same.

    Whatever the two showed each other is not shown any more.

    Raises:
        NotFoundError: there is none.
    """
    viewer.require(Role.CLINICIAN)
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        if between(db, viewer, peer_id) is None:
            raise NotFoundError("pairing")
        step_back(ctx, db, viewer, peer_id)


def change_rhythm(
    ctx: Context, viewer: Viewer, peer_id: PersonId, rhythm: PeerRhythm
) -> None:
    """Agree on another rhythm; either of the two may change it.

    Raises:
        NotFoundError: the two are not paired.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        before = require_active(ctx, db, viewer, peer_id)
        peer_queries.put_pairing(db, *own, replace(before, rhythm=rhythm))

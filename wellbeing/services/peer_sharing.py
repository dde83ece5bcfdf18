"""What the viewer lets one peer see of their own weeks, and what peers let them see.

Scores are read at the moment of looking; nothing is copied, so what is withdrawn or
no longer shown is gone at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wellbeing.charts.my_weeks import WeekPoint
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.pairings import Stage
from wellbeing.domain.peer_sharing import Share
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.usual_range import SIGNAL_INDICATORS
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.services.meanings import History, history_of
from wellbeing.services.peers_around import lock_both, look_around, require_active
from wellbeing.storage import (
    check_in_queries,
    peer_queries,
    peer_share_queries,
    preference_queries,
)

LONGEST = 12
"""Weeks that a share lasts at most."""
WEEKS_BACK = (0, 4, 8, 12)
"""How many weeks before this one can be shown, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewShare:
    """What the viewer wants to show.

    Attributes:
        weeks: how many weeks the peer may look, 1 to 12, this one included.
        back: how many earlier weeks are shown, one of ``WEEKS_BACK``.
        early_signs: whether early signs are shown, too.
    """

    indicators: frozenset[Indicator]
    weeks: int
    back: int = 0
    early_signs: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedWeeks:
    """What a peer sees: scores of the chosen indicators, and nothing else.

    Attributes:
        last_week: the last week in which it is shown.
        panels: for each indicator, one point a week, without notes or usual range.
    """

    last_week: Week
    panels: Mapping[Indicator, tuple[WeekPoint, ...]]


def my_shares(ctx: Context, viewer: Viewer) -> tuple[Share, ...]:
    """Return what the viewer shows and what is shown to them, with peers of now."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        around = look_around(ctx, db, viewer)
        active = {
            pairing.peer_id
            for pairing in peer_queries.pairings_of(db, *own)
            if around.stage(pairing) is Stage.ACTIVE
        }
        found = peer_share_queries.shares_of(db, *own)
    return tuple(
        share
        for share in found
        if around.this <= share.last_week and {share.owner_id, share.peer_id} & active
    )


def share(ctx: Context, viewer: Viewer, peer_id: PersonId, new: NewShare) -> None:
    """Let a peer see indicators of the viewer's; replaces what they saw before.

    Raises:
        InvalidInputError: no indicator, or weeks that are not offered.
        NotFoundError: the two are not paired now.
    """
    viewer.require(Role.CLINICIAN)
    if not new.indicators:
        raise InvalidInputError("Choose what your peer may see.")
    if not 1 <= new.weeks <= LONGEST or new.back not in WEEKS_BACK:
        raise InvalidInputError(f"Choose from 1 to {LONGEST} weeks.")
    this = ctx.this_week(viewer.clinic)
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        require_active(ctx, db, viewer, peer_id)
        shown = Share(
            owner_id=viewer.person_id,
            peer_id=peer_id,
            from_week=this,
            last_week=this.plus(new.weeks - 1),
            shown_from=this.plus(-new.back),
            indicators=frozenset(Indicator(i) for i in new.indicators),
            early_signs=new.early_signs,
        )
        peer_share_queries.put_share(db, viewer.clinic_id, shown)


def stop_sharing(ctx: Context, viewer: Viewer, peer_id: PersonId) -> None:
    """Show a peer nothing any more, at once; a second press is the same."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        lock_both(db, viewer, peer_id)
        peer_share_queries.drop_share(db, *own, peer_id)


def weeks_of_peer(ctx: Context, viewer: Viewer, peer_id: PersonId) -> SharedWeeks:
    """Return what a peer lets the viewer see now.

    Raises:
        NotFoundError: nothing, or nothing any more: the same answer.
    """
    viewer.require(Role.CLINICIAN)
    clinic_id, this = viewer.clinic_id, ctx.this_week(viewer.clinic)
    with ctx.reading() as db:
        require_active(ctx, db, viewer, peer_id)
        shared = next(
            (
                share
                for share in peer_share_queries.shares_of(db, clinic_id, peer_id)
                if (share.owner_id, share.peer_id) == (peer_id, viewer.person_id)
                and this <= share.last_week
            ),
            None,
        )
        if shared is None:
            raise NotFoundError("chart")
        rows = check_in_queries.scores_of(db, clinic_id, peer_id)
        _, baseline = preference_queries.preferences(db, clinic_id, peer_id)
    weeks = shared.shown_from.through(this)
    history = history_of(rows, baseline)
    shown = (i for i in Indicator if i in shared.indicators)
    return SharedWeeks(
        last_week=shared.last_week,
        panels={i: _panel(history, i, weeks, signs=shared.early_signs) for i in shown},
    )


def _panel(
    history: History, indicator: Indicator, weeks: Collection[Week], *, signs: bool
) -> tuple[WeekPoint, ...]:
    values = dict(history.series(indicator))
    early: set[Week] = set()
    if signs and indicator in SIGNAL_INDICATORS:
        reading = history.reading(indicator)
        early = {s.week for s in reading.signs if s.early_sign}
    return tuple(
        WeekPoint(
            week=week,
            value=values.get(week),
            low=None,
            high=None,
            early_sign=week in early,
            tags="",
        )
        for week in weeks
    )

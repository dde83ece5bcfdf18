"""Two people who are paired, and how their pairings stand."""

from tests.clinic import give_keys
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.pairings import PeerRhythm, PeerSettings
from wellbeing.domain.peer_appointments import PeerTime
from wellbeing.domain.peer_check_ins import PeerRecord
from wellbeing.domain.people import Viewer
from wellbeing.services import (
    kind_notes,
    pairings,
    peer_appointments,
    peer_check_ins,
    peer_pool,
    peer_sharing,
)
from wellbeing.services.context import Context
from wellbeing.services.peer_check_ins import Texts
from wellbeing.services.peer_sharing import NewShare


def pair(ctx: Context, one: Viewer, other: Viewer) -> None:
    """Let one ask and the other agree."""
    pairings.ask(ctx, one, other.person_id, PeerRhythm.WEEKLY)
    pairings.answer(ctx, other, one.person_id, agrees=True)


def agree_on(ctx: Context, one: Viewer, other: Viewer, at: PeerTime) -> None:
    """Let one propose a time and the other agree."""
    peer_appointments.propose(ctx, one, other.person_id, at)
    peer_appointments.agree(ctx, other, one.person_id, at)


def fill_peers(ctx: Context, one: Viewer, other: Viewer) -> None:
    """Write something of one and the other into every table about peers."""
    keys = give_keys(ctx, one)
    give_keys(ctx, other)
    pair(ctx, one, other)
    peer_pool.choose(ctx, one, PeerSettings(in_pool=True))
    texts = Texts(keys=keys, intention="Rest", sentence="Next time at the pond")
    kept = PeerRecord(week=ctx.this_week(one.clinic), connected=6)
    peer_check_ins.record(ctx, one, other.person_id, kept, texts)
    new = NewShare(indicators=frozenset({Indicator.OVERALL}), weeks=4)
    peer_sharing.share(ctx, one, other.person_id, new)
    kind_notes.send_note(ctx, other, one.person_id, "Thank you")
    agree_on(ctx, one, other, PeerTime(weekday=1, hour=12))
    peer_appointments.propose(ctx, one, other.person_id, PeerTime(weekday=2, hour=8))


def stages(ctx: Context, viewer: Viewer) -> dict[str, str]:
    """Return where somebody's pairings stand, by name."""
    return {p.name: p.stage.value for p in pairings.my_pairings(ctx, viewer)}

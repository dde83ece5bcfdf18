"""What somebody lets one peer see of their own weeks."""

from dataclasses import dataclass

from wellbeing.domain.ids import PersonId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """That somebody lets a peer see indicators of theirs.

    Attributes:
        owner_id: whose scores are shown.
        peer_id: who may look.
        from_week, last_week: in which weeks the peer may look, both included.
        shown_from: the first week whose score is shown.
        early_signs: whether the owner's early signs are shown, too.
    """

    owner_id: PersonId
    peer_id: PersonId
    from_week: Week
    last_week: Week
    shown_from: Week
    indicators: frozenset[Indicator]
    early_signs: bool

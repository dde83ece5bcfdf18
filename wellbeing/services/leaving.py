"""What ends when somebody leaves."""

from sqlalchemy import Connection

from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic
from wellbeing.services.context import Context
from wellbeing.services.peers_around import leave_peers
from wellbeing.services.take_backs import take_everything_back


def leave(
    ctx: Context, db: Connection, clinic: Clinic, person_id: PersonId
) -> frozenset[str]:
    """Take back consents to studies, and end pairings and what was shown to peers.

    A step inside a transaction of another service, which has checked who asks;
    ``settle`` of take_backs.py follows when that is written.

    Returns:
        The studies that they agreed to.
    """
    studies = take_everything_back(ctx, db, clinic, person_id)
    leave_peers(ctx, db, clinic, person_id)
    return studies

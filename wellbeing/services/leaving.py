"""What ends when somebody leaves, or works with clients no more."""

from sqlalchemy import Connection

from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic
from wellbeing.services.consents import take_everything_back
from wellbeing.services.context import Context
from wellbeing.services.peers_around import leave_peers


def leave(ctx: Context, db: Connection, clinic: Clinic, person_id: PersonId) -> None:
    """Take back consents to studies, and end pairings and what was shown to peers.

    A step inside a transaction of another service, which has checked who asks.
    """
    take_everything_back(ctx, db, clinic, person_id)
    leave_peers(ctx, db, clinic, person_id)

"""Queries of what a clinic chose among the release rules, quarter by quarter."""

from sqlalchemy import Connection, select

from wellbeing.domain.ids import ClinicId
from wellbeing.domain.weeks import Week
from wellbeing.privacy.policy import RULES, Policy, small_teams
from wellbeing.storage.engine import upsert
from wellbeing.storage.team_trends_tables import TrendPolicyRow


def policies_of(db: Connection, clinic_id: ClinicId) -> list[tuple[Week, Policy]]:
    """Return each choice with the week from which it applies, oldest first.

    Raises:
        PolicyRefusedError: a row is looser than the rules; nothing is released then.
    """
    rows = db.execute(
        select(TrendPolicyRow.__table__)
        .where(TrendPolicyRow.clinic_id == clinic_id)
        .order_by(TrendPolicyRow.from_week)
    )
    return [
        (
            Week.parse(row.from_week),
            Policy(
                least_people=row.least_people,
                pool_below=row.pool_below,
                least_fresh=(small_teams() if row.small_teams else RULES).least_fresh,
                small_teams=row.small_teams,
            ),
        )
        for row in rows
    ]


def put_policy(
    db: Connection, clinic_id: ClinicId, from_week: Week, policy: Policy
) -> None:
    """Write a choice; one that begins in the same week is replaced."""
    row = {
        "clinic_id": clinic_id,
        "from_week": str(from_week),
        "least_people": policy.least_people,
        "pool_below": policy.pool_below,
        "small_teams": policy.small_teams,
    }
    upsert(db, TrendPolicyRow.__table__, [row])  # type: ignore[arg-type]

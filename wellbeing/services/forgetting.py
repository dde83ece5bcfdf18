"""What nobody needs any more goes when somebody signs in, and by the running app."""

from datetime import UTC, timedelta

from sqlalchemy import Connection

from wellbeing.domain.people import Clinic
from wellbeing.domain.responses import OPEN_WEEKS
from wellbeing.services.context import Context
from wellbeing.storage import (
    account_queries,
    draft_queries,
    proof_queries,
    response_queries,
    session_queries,
)


def forget_old(ctx: Context, db: Connection, clinic: Clinic) -> None:
    """Forget drafts that can never be saved, old failures and ended sessions."""
    now = ctx.now().astimezone(UTC)
    oldest = ctx.closing.open_weeks(now, clinic.zone)[-1]
    draft_queries.drop_drafts_before(db, clinic.clinic_id, oldest)
    first_round = ctx.this_week(clinic).plus(-OPEN_WEEKS)
    response_queries.drop_all_tapped_before(db, clinic.clinic_id, first_round)
    account_queries.drop_attempts(db, before=now - timedelta(days=1))
    proof_queries.drop_ended(db, now)
    session_queries.drop_old_sessions(
        db,
        started_before=now - timedelta(days=ctx.settings.session_days),
        seen_before=now - timedelta(hours=ctx.settings.idle_hours),
    )


def forget_ended_proofs(ctx: Context) -> None:
    """Forget sign-ins that wait no more and proofs that have ended."""
    with ctx.writing() as db:
        proof_queries.drop_ended(db, ctx.now())

"""Which teams somebody leads or belongs to: all that the door asks about them."""

from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.seats import Seat
from wellbeing.privacy.periods import QUARTER_WEEKS
from wellbeing.services.context import Context
from wellbeing.storage import team_queries


def seat_of(ctx: Context, viewer: Viewer) -> Seat:
    """Return where the viewer sits this week."""
    week = ctx.this_week(viewer.clinic)
    key = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        leads = team_queries.teams_led_by(db, *key)
        member_of = team_queries.teams_in_week(db, *key, week)
        if Role.ADMINISTRATOR in viewer.roles:
            # Else they could move from team to team and look at each picture.
            past = week.plus(-QUARTER_WEEKS)
            before = team_queries.teams_in_week(db, *key, past)
            member_of = [team for team in member_of if team in before]
    # Who sees figures must not choose who is in them (R14).
    sees = Role.LEAD in viewer.roles and Role.ADMINISTRATOR not in viewer.roles
    belongs = Role.CLINICIAN in viewer.roles
    return Seat(
        clinic_id=viewer.clinic_id,
        leads=tuple(leads) if sees else (),
        member_of=tuple(member_of) if belongs else (),
    )

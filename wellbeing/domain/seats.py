"""Where somebody sits: the teams whose released figures they may look at."""

from dataclasses import dataclass

from wellbeing.domain.ids import ClinicId, TeamId
from wellbeing.domain.people import Team


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """What the door asks about somebody: no name, no answer, only their teams.

    Attributes:
        leads: teams they lead; empty for somebody who may change people or teams,
            because who sees figures must not choose who is in them.
        member_of: the team they belong to this week; of somebody who may change people
            or teams, only if they did twelve weeks ago, too.
    """

    clinic_id: ClinicId
    leads: tuple[Team, ...]
    member_of: tuple[Team, ...]

    def may_see(self, team_id: TeamId) -> bool:
        """Tell whether the figures of a team's unit are shown to them."""
        return any(t.team_id == team_id for t in (*self.leads, *self.member_of))

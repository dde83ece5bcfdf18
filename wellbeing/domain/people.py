"""People, roles, teams and who is asking."""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from wellbeing.domain.errors import NotAllowedError
from wellbeing.domain.ids import ClinicId, PersonId, TeamId
from wellbeing.domain.weeks import Week


class Role(StrEnum):
    """What somebody may do; a person may hold several."""

    CLINICIAN = "clinician"
    LEAD = "lead"
    RESEARCHER = "researcher"
    ADMINISTRATOR = "administrator"
    REPRESENTATIVE = "representative"


LEAD_AND_ADMINISTRATOR = (
    "A lead cannot be an administrator, too: who sees team trends must not choose who "
    "is in them. Give one of the two roles to somebody else."
)
"""Why nobody holds both roles (rule R14 of team trends)."""


class Standing(StrEnum):
    """Where an account stands."""

    INVITED = "invited"
    ACTIVE = "active"
    LEFT = "left"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clinic:
    """The organisation: the tenant of every row.

    Attributes:
        country: ISO 3166-1 alpha-2, for the crisis lines.
        time_zone: IANA name; weeks begin and close by it.
    """

    clinic_id: ClinicId
    name: str
    country: str
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """A group of people in the clinic."""

    team_id: TeamId
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """Who belongs where, from which week to which (both included)."""

    team: Team
    from_week: Week
    to_week: Week | None

    def goes_on(self, team_id: TeamId | None, week: Week) -> bool:
        """Tell whether it is of this team, in this week and without an end."""
        same = self.team.team_id == team_id and self.to_week is None
        return same and self.from_week <= week


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody as an administrator sees them: never an answer, never a score."""

    person_id: PersonId
    name: str
    email: str
    standing: Standing
    roles: frozenset[Role]
    leads: frozenset[TeamId]
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who is asking. Every service takes one and checks it.

    Attributes:
        session: the hash of the session's token; it cannot be used as a cookie.
    """

    clinic: Clinic
    person_id: PersonId
    name: str
    email: str
    roles: frozenset[Role]
    session: str

    @property
    def clinic_id(self) -> ClinicId:
        """The tenant whose rows this viewer may ask for."""
        return self.clinic.clinic_id

    def require(self, role: Role) -> None:
        """Let the viewer pass only with a role.

        Raises:
            NotAllowedError: the viewer does not hold it.
        """
        if role not in self.roles:
            raise NotAllowedError(role)

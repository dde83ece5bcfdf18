"""An invented clinic: its people, their sessions, and a clock that tests turn."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from tests.compiled import share_compiled
from wellbeing.bootstrap import make_context
from wellbeing.domain.ids import ClinicId, PersonId, TeamId, new_id
from wellbeing.domain.people import Clinic, Role, Team, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import accounts, keyring, passwords, private_texts
from wellbeing.services.context import Context
from wellbeing.services.private_texts import OpenKeys, PasswordSecret
from wellbeing.settings import Settings
from wellbeing.storage import (
    account_queries,
    clinic_queries,
    people_queries,
    team_queries,
)

PASSWORD = "copper lantern drifting otter"
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
"""When tests begin: week 2026-W47; week 2026-W46 is still open."""
THIS_WEEK, LAST_WEEK = Week(2026, 47), Week(2026, 46)
JOINED = Week(2026, 1)


class Clock:
    """The time of a test; it moves only when it is turned."""

    def __init__(self, instant: datetime = TUESDAY) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def turn(self, **later: float) -> None:
        """Let time pass: ``turn(minutes=15)``."""
        self.instant += timedelta(**later)

    def turn_to(self, week: Week) -> None:
        """Make it Monday noon of a week."""
        self.instant = datetime.fromisoformat(f"{week.monday}T12:00:00+00:00")


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Everybody: alice and bob in North, which dora leads; charlie in South."""

    clinic: Clinic
    north: Team
    south: Team
    alice: Viewer
    bob: Viewer
    charlie: Viewer
    dora: Viewer
    rita: Viewer
    ada: Viewer


def open_context(url: str, clock: Clock) -> Context:
    """Open a migrated database with a clock of the test's."""
    ctx = make_context(Settings(database_url=url))
    return replace(share_compiled(ctx), now=clock)


def make_clinic(ctx: Context, name: str = "Riverside") -> Clinic:
    """Write a clinic in Berlin."""
    clinic = Clinic(
        clinic_id=ClinicId(new_id(ctx.now())),
        name=name,
        country="DE",
        time_zone="Europe/Berlin",
    )
    with ctx.writing() as db:
        clinic_queries.add_clinic(db, clinic)
    return clinic


def make_team(ctx: Context, clinic: Clinic, name: str) -> Team:
    """Write a team."""
    team = Team(team_id=TeamId(new_id(ctx.now())), name=name)
    with ctx.writing() as db:
        team_queries.add_teams(db, clinic.clinic_id, [team])
    return team


def make_person(
    ctx: Context,
    clinic: Clinic,
    name: str,
    *roles: Role,
    team: Team | None = None,
    leads: tuple[Team, ...] = (),
) -> Viewer:
    """Write somebody who has accepted their invitation, and sign them in."""
    own = clinic.clinic_id, PersonId(new_id(ctx.now()))
    email = f"{name.lower()}@example.org"
    with ctx.writing() as db:
        people_queries.add_person(db, *own, name=name, email=email, roles=roles)
        people_queries.set_leads(db, *own, [t.team_id for t in leads])
        account_queries.set_password(db, *own, hashed_password())
        if team is not None:
            team_queries.add_membership(db, *own, team.team_id, JOINED)
        token = accounts.begin_session(ctx, db, *own, proved=True)
    return accounts.viewer_of_token(ctx, token)


def make_cast(ctx: Context) -> Cast:
    """Write the clinic with all its people."""
    clinic = make_clinic(ctx)
    north, south = make_team(ctx, clinic, "North"), make_team(ctx, clinic, "South")
    return Cast(
        clinic=clinic,
        north=north,
        south=south,
        alice=make_person(ctx, clinic, "Alice", Role.CLINICIAN, team=north),
        bob=make_person(ctx, clinic, "Bob", Role.CLINICIAN, team=north),
        charlie=make_person(ctx, clinic, "Charlie", Role.CLINICIAN, team=south),
        dora=make_person(ctx, clinic, "Dora", Role.LEAD, leads=(north,)),
        rita=make_person(ctx, clinic, "Rita", Role.RESEARCHER),
        ada=make_person(ctx, clinic, "Ada", Role.ADMINISTRATOR),
    )


def give_keys(ctx: Context, viewer: Viewer, code: str | None = None) -> OpenKeys:
    """Give somebody the key to their private texts, as signing in does."""
    with ctx.writing() as db:
        return keyring.make(
            db, viewer.clinic_id, viewer.person_id, secret_of_password(), code
        )


@cache
def secret_of_password() -> PasswordSecret:
    """Return what PASSWORD comes to; made once, because it is slow on purpose."""
    return private_texts.password_secret(PASSWORD)


@cache
def hashed_password() -> str:
    """Return the hash of PASSWORD; made once, because it is slow on purpose."""
    return passwords.hash_password(PASSWORD)

"""What an administrator decides about team trends: the rules, and the teams' sites."""

from dataclasses import dataclass

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.ids import TeamId
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.privacy.periods import QUARTER_WEEKS, Calendar
from wellbeing.privacy.policy import RULES, Policy, policy_in, small_teams
from wellbeing.services.audit import note
from wellbeing.services.context import Context
from wellbeing.services.fields import clean_name
from wellbeing.storage import (
    clinic_queries,
    closing_queries,
    policy_queries,
    release_writes,
    team_queries,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamRules:
    """The rules of team trends as everybody in the clinic may read them.

    Attributes:
        now: what applies this week.
        later: what applies from ``from_week`` on; None: nothing else is decided.
    """

    now: Policy
    later: Policy | None
    from_week: Week | None


def team_rules(ctx: Context, viewer: Viewer) -> TeamRules:
    """Return the rules of the clinic: the same for everybody."""
    this = ctx.this_week(viewer.clinic)
    with ctx.reading() as db:
        choices = policy_queries.policies_of(db, viewer.clinic_id)
    later = [(week, policy) for week, policy in choices if week > this]
    week, policy = later[-1] if later else (None, None)
    return TeamRules(now=policy_in(choices, this), later=policy, from_week=week)


def choose_rules(
    ctx: Context,
    viewer: Viewer,
    *,
    least_people: int,
    pool_below: int,
    small: bool,
) -> Week:
    """Choose stricter rules, or small teams, from the next quarter on.

    Returns:
        The week from which they apply.

    Raises:
        PolicyRefusedError: a value is looser than the rules allow.
    """
    viewer.require(Role.ADMINISTRATOR)
    policy = Policy(
        least_people=least_people,
        pool_below=pool_below,
        least_fresh=(small_teams() if small else RULES).least_fresh,
        small_teams=small,
    )
    start = _next_quarter(ctx, viewer)
    with ctx.writing() as db:
        policy_queries.put_policy(db, viewer.clinic_id, start, policy)
        about = f"from {start}: {least_people}, {pool_below}, {small}"
        note(ctx, db, viewer, Event.RULES_CHANGED, about=about)
    return start


def _next_quarter(ctx: Context, viewer: Viewer) -> Week:
    """Return the first week of the next quarter: nothing changes within one."""
    this = ctx.this_week(viewer.clinic)
    with ctx.reading_releases() as out:
        calendar = release_writes.calendar_of(out, viewer.clinic_id)
    if calendar is None:
        with ctx.reading() as db:
            first = closing_queries.first_check_in(db, viewer.clinic_id)
        if first is None:
            return this
        calendar = Calendar(first)
    quarter = calendar.quarter_of(calendar.period_of(this))
    return quarter.first_week.plus(QUARTER_WEEKS)


def team_sites(ctx: Context, viewer: Viewer) -> dict[TeamId, tuple[str, str]]:
    """Return name and site of every team, by name."""
    viewer.require(Role.ADMINISTRATOR)
    with ctx.reading() as db:
        found = closing_queries.teams_with_sites(db, viewer.clinic_id)
    return dict(sorted(found.items(), key=lambda item: item[1]))


def change_team(
    ctx: Context, viewer: Viewer, team_id: TeamId, *, name: str, site: str
) -> None:
    """Give a team another name or site; pictures show it from the next quarter on.

    Args:
        site: teams of one site share pictures with one another only; "" is none.

    Raises:
        InvalidInputError: another team has the name, were it in letters of another
            case, or it cannot be taken.
        NotFoundError: no such team.
    """
    viewer.require(Role.ADMINISTRATOR)
    name, site = clean_name(name), clean_name(site) if site.strip() else ""
    own = viewer.clinic_id
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, own)
        named = team_queries.team_called(db, own, name)
        if named is not None and named.team_id != team_id:
            raise InvalidInputError("Another team has this name. Use another one.")
        if not team_queries.change_team(db, own, team_id, name=name, site=site):
            raise NotFoundError("team")

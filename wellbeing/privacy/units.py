"""Units: one partition of the teams; teams too small share a picture (R8, R9)."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NewType
from uuid import UUID, uuid5

from wellbeing.domain.ids import TeamId
from wellbeing.privacy.policy import Policy

UnitId = NewType("UnitId", UUID)
_POOLED = UUID("5f1c0a5e-7d4b-4c58-9f0e-6d3a0b1e2c47")


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamPosts:
    """A team and how many clinicians work there, which everybody knows.

    Attributes:
        site: teams of one site are pooled with one another only; "" is a site, too.
        posts: clinicians with a membership at the quarter's start who lead no team,
            whether they answer and whether they are counted or not.
    """

    team_id: TeamId
    name: str
    site: str
    posts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """The group of people whom one figure is about, for a quarter.

    Attributes:
        teams: one team, or several that share a picture; by name.
    """

    unit_id: UnitId
    site: str
    teams: tuple[TeamPosts, ...]

    @property
    def posts(self) -> int:
        """How many clinicians work there."""
        return sum(team.posts for team in self.teams)


def partition(
    policy: Policy,
    teams: Iterable[TeamPosts],
    before: Iterable[AbstractSet[TeamId]] = (),
) -> tuple[Unit, ...]:
    """Divide the teams of a clinic into units.

    Teams that shared a unit in the quarter before stay together, so that their trend
    goes on, until each of them could stand alone. Within a site the smallest groups are
    then put together, one after another, until they have ``pool_below`` posts; what is
    left over joins the smallest unit. Only posts and the quarter before decide, never
    answers: whether a team is pooled says nothing about anybody.

    Args:
        policy: the rules.
        teams: every team.
        before: the teams of each unit of the quarter before.

    Returns:
        Units by name; every team with a post is in exactly one.
    """
    together = {team: n for n, unit in enumerate(before) for team in unit}
    groups: dict[tuple[str, int | TeamId], list[TeamPosts]] = {}
    for team in teams:
        if team.posts:
            shared = together.get(team.team_id, team.team_id)
            groups.setdefault((team.site, shared), []).append(team)
    sites: dict[str, list[list[TeamPosts]]] = {}
    for (site, _), group in groups.items():
        alone = all(team.posts >= policy.pool_below for team in group)
        sites.setdefault(site, []).extend([[t] for t in group] if alone else [group])
    units = [
        _unit(site, group)
        for site, groups in sites.items()
        for group in _pooled(policy, groups)
    ]
    return tuple(sorted(units, key=lambda unit: [t.name for t in unit.teams]))


def _pooled(policy: Policy, groups: list[list[TeamPosts]]) -> list[list[TeamPosts]]:
    done: list[list[TeamPosts]] = []
    rest: list[TeamPosts] = []
    for group in sorted(groups, key=_size):
        rest = rest + group
        if _size(rest)[0] >= policy.pool_below:
            done.append(rest)
            rest = []
    if rest and done:
        done.sort(key=_size)
        done[0] = done[0] + rest
    elif rest:
        done.append(rest)
    return done


def _size(group: list[TeamPosts]) -> tuple[int, str]:
    # Between teams of the same size an id decides: a new name must not move anybody.
    return sum(t.posts for t in group), min(str(t.team_id) for t in group)


def _unit(site: str, group: list[TeamPosts]) -> Unit:
    ids = sorted(str(team.team_id) for team in group)
    # The same teams are the same unit in the next quarter: their trend goes on.
    unit = group[0].team_id if len(ids) == 1 else uuid5(_POOLED, " ".join(ids))
    return Unit(
        unit_id=UnitId(unit),
        site=site,
        teams=tuple(sorted(group, key=lambda t: (t.name, str(t.team_id)))),
    )

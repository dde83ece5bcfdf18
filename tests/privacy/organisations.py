"""An invented organisation: sites, teams and people, and who answered what for a year.

Arrays are (people, weeks). Ratings are 1 to 10, and 0 where nobody answered.
"""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from wellbeing.domain.ids import PersonId, TeamId
from wellbeing.domain.weeks import Week

WEEKS = 52
FIRST_WEEK = Week(2026, 1)
LOWEST, HIGHEST = 1, 10

_LEAST_TEAM, _MOST_TEAM = 5, 30
_TURNOVER, _ANSWERING, _LONG_LEAVE = 0.18, 0.8, 0.06
_MEAN, _BETWEEN_PEOPLE, _BETWEEN_TEAMS = 6.4, 1.5, 0.4
_DRIFT, _LASTING, _WEEKLY = 0.25, 0.5, 1.0
_ENDS_OF_THE_SCALE = (1, 2, 9, 10)

Rng = np.random.Generator


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisation:
    """Who worked where and answered what.

    Attributes:
        sites: the site of each team, by number.
        teams: each person's team, by number.
        employed: whether somebody worked there.
        ratings: 1 to 10; 0: no answer.
    """

    sites: tuple[int, ...]
    teams: NDArray[np.int64]
    employed: NDArray[np.bool_]
    ratings: NDArray[np.int64]

    @property
    def people(self) -> int:
        """How many people ever worked there in the year."""
        return len(self.teams)

    def averages(self) -> NDArray[np.float64]:
        """Return each person's own average of the year; nan: never answered."""
        answers = (self.ratings > 0).sum(axis=1)
        total = self.ratings.sum(axis=1)
        return np.divide(
            total, answers, out=np.full(len(total), np.nan), where=answers > 0
        )


def person_id(number: int) -> PersonId:
    """Return the id of a person by their row."""
    return PersonId(UUID(int=1 << 64 | number))


def row_of(person: PersonId) -> int:
    """Return the row of a person by their id."""
    return person.int & (1 << 64) - 1


def team_id(number: int) -> TeamId:
    """Return the id of a team by its number."""
    return TeamId(UUID(int=2 << 64 | number))


def invent(seed: int, *, alike: float = 0.0, sites: int = 4) -> Organisation:
    """Invent an organisation of three levels: teams of 5 to 30 posts in sites.

    About 18 in 100 leave within the year and are replaced within five weeks; eight of
    ten weekly questions are answered outside of leave.

    Args:
        seed: the same seed is the same organisation.
        alike: share of team-weeks in which everybody answers alike, at an end of the
            scale.
        sites: how many sites it has, of three or four teams.
    """
    rng = np.random.default_rng(seed)
    site_of = tuple(site for site in range(sites) for _ in range(rng.integers(3, 5)))
    posts = rng.integers(_LEAST_TEAM, _MOST_TEAM + 1, len(site_of))
    teams, employed = _staff(rng, posts)
    ratings = _ratings(rng, teams, alike)
    answered = employed & (rng.random(employed.shape) < _habits(rng, len(teams)))
    answered &= ~_leave(rng, len(teams))
    return Organisation(
        sites=site_of,
        teams=teams,
        employed=employed,
        ratings=np.where(answered, ratings, 0),
    )


def _staff(
    rng: Rng, posts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    spans = [(team, 0, WEEKS) for team, count in enumerate(posts) for _ in range(count)]
    for post, (team, _, _) in enumerate(spans.copy()):
        if rng.random() < _TURNOVER:
            end = int(rng.integers(6, WEEKS - 6))
            spans[post] = (team, 0, end)
            spans.append((team, end + int(rng.integers(0, 5)), WEEKS))
    weeks = np.arange(WEEKS)
    employed = [(start <= weeks) & (weeks < end) for _, start, end in spans]
    return np.array([team for team, _, _ in spans]), np.array(employed)


def _ratings(rng: Rng, teams: NDArray[np.int64], alike: float) -> NDArray[np.int64]:
    groups = int(teams.max()) + 1
    mean = np.clip(rng.normal(_MEAN, _BETWEEN_PEOPLE, len(teams)), 1.5, 9.5)
    mean += rng.normal(0, _BETWEEN_TEAMS, groups)[teams]
    drift, state = np.zeros(groups), rng.normal(0, 1.1, len(teams))
    columns = []
    for _ in range(WEEKS):
        drift = 0.8 * drift + rng.normal(0, _DRIFT, groups)
        state = _LASTING * state + rng.normal(0, _WEEKLY, len(teams))
        columns.append(mean + drift[teams] + state)
    rounded = np.rint(np.array(columns).T).astype(np.int64)
    ratings = np.clip(rounded, LOWEST, HIGHEST)
    same = rng.choice(_ENDS_OF_THE_SCALE, (groups, WEEKS))
    happens = rng.random((groups, WEEKS)) < alike
    return np.where(happens[teams], same[teams], ratings)


def _habits(rng: Rng, people: int) -> NDArray[np.float64]:
    share = rng.beta(8 * _ANSWERING, 8 * (1 - _ANSWERING), people)
    return np.clip(share, 0.15, 0.98)[:, None]


def _leave(rng: Rng, people: int) -> NDArray[np.bool_]:
    away = np.zeros((people, WEEKS), dtype=np.bool_)
    for row in away:
        for _ in range(2):
            start = int(rng.integers(0, WEEKS))
            row[start : start + int(rng.integers(1, 4))] = True
        if rng.random() < _LONG_LEAVE:
            start = int(rng.integers(0, WEEKS - 8))
            row[start : start + int(rng.integers(6, 14))] = True
    return away

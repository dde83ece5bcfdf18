"""Invented people of the demo clinic: names, roles, teams, who came and who left."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from random import Random

from wellbeing.content.reading import Section, read
from wellbeing.domain.people import Role, Standing

SMALLEST_TEAM, LARGEST_TEAM = 4, 18
_USUAL_TEAMS = 9
_SHORTEST_STORY = 12  # weeks below which nobody joins, moves or leaves


class Course(Enum):
    """How somebody's weeks go."""

    STEADY = auto()
    DECLINE = auto()
    NEVER_ANSWERS = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """A team somebody belongs to; weeks are counted from the first of the demo."""

    team: int
    first: int = 0
    last: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Invented:
    """Somebody of the demo clinic.

    Attributes:
        stays: the teams they belonged to, in order; none for staff without clients.
        leads: the teams they lead.
        part: what somebody shows who signs in as them; empty for most.
    """

    name: str
    email: str
    roles: frozenset[Role] = frozenset({Role.CLINICIAN})
    stays: tuple[Stay, ...] = ()
    leads: tuple[int, ...] = ()
    standing: Standing = Standing.ACTIVE
    team_trends: bool | None = None
    course: Course = Course.STEADY
    part: str = ""


def demo_texts() -> Section:
    """Return the texts the demo clinic is made of."""
    return read("demo_clinic")


def most_people() -> int:
    """Return how many different names there are."""
    texts = demo_texts()
    return len(texts.texts("first_names")) * len(texts.texts("family_names"))


def team_sizes(rng: Random, members: int) -> list[int]:
    """Return sizes of 4 to 18, large and small, that sum to the number of members."""
    if members < _USUAL_TEAMS * SMALLEST_TEAM:
        count = max(1, members // SMALLEST_TEAM)
    elif members <= _USUAL_TEAMS * LARGEST_TEAM:
        count = _USUAL_TEAMS
    else:
        count = members // 11
    sizes = [SMALLEST_TEAM] * count
    left = members - sum(sizes)
    sizes[0] += min(left, LARGEST_TEAM - SMALLEST_TEAM)
    for _ in range(members - sum(sizes)):
        sizes[rng.choice([n for n in range(count) if sizes[n] < LARGEST_TEAM])] += 1
    return sizes


def team_names(count: int) -> list[str]:
    """Return as many different names of teams."""
    names = demo_texts().texts("teams")
    rounds = range(1, count // len(names) + 2)
    return [n if r == 1 else f"{n} {r}" for r in rounds for n in names][:count]


def invent_people(rng: Random, people: int, weeks: int) -> list[Invented]:
    """Return invented people; the first ones have a part and a plain address."""
    names = list(_names(rng, people))
    outside, inside = _parts()
    sizes = team_sizes(rng, people - len(outside))
    seats = [n for n, size in enumerate(sizes) for _ in range(size)]
    own_teams = (min(1, len(sizes) - 1), 0, 0, len(sizes) - 1)
    for team in own_teams:
        seats.remove(team)
    rng.shuffle(seats)
    led = own_teams[0]
    cast = [
        *outside,
        *(
            replace(part, stays=(Stay(team=team),), team_trends=True)
            for part, team in zip(inside, own_teams, strict=True)
        ),
    ]
    others = [
        Invented(name="", email="", stays=(Stay(team=team),), team_trends=_trends(rng))
        for team in seats
    ]
    everybody = cast + _with_fates(rng, others, sizes, weeks)
    return [
        replace(
            person,
            name=name,
            email=person.email or _email(name),
            leads=_leads(person, led, len(sizes)),
        )
        for person, name in zip(everybody, names, strict=True)
    ]


def _parts() -> tuple[tuple[Invented, ...], tuple[Invented, ...]]:
    """Return who can be signed in as: those outside and those inside of teams."""

    def part(address: str, what: str, *roles: Role) -> Invented:
        email = f"{address}@example.org"
        return Invented(name="", email=email, roles=frozenset(roles), part=what)

    outside = (
        part("administrator", "administrator", Role.ADMINISTRATOR),
        part("lead", "lead of most teams", Role.LEAD),
        part("researcher", "researcher", Role.RESEARCHER),
    )
    declining = part("early.sign", "clinician, weeks getting harder", Role.CLINICIAN)
    inside = (
        part("team.lead", "clinician and lead of a team", Role.CLINICIAN, Role.LEAD),
        replace(declining, course=Course.DECLINE),
        part("clinician", "clinician", Role.CLINICIAN),
        part(
            "several.roles",
            "clinician, researcher and administrator",
            *(Role.CLINICIAN, Role.RESEARCHER, Role.ADMINISTRATOR),
        ),
    )
    return outside, inside


def _leads(person: Invented, led: int, teams: int) -> tuple[int, ...]:
    if Role.LEAD not in person.roles:
        return ()
    if person.stays:
        return (led,)
    return tuple(n for n in range(teams) if n != led) or (led,)


def _names(rng: Random, people: int) -> Iterator[str]:
    texts = demo_texts()
    first, family = texts.texts("first_names"), texts.texts("family_names")
    for n in rng.sample(range(len(first) * len(family)), people):
        yield f"{first[n % len(first)]} {family[n // len(first)]}"


def _email(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '.').lower()}@example.org"


def _trends(rng: Random) -> bool | None:
    return rng.choices([True, False, None], [85, 7, 8])[0]


def _with_fates(
    rng: Random, others: Sequence[Invented], sizes: Sequence[int], weeks: int
) -> list[Invented]:
    """Let some leave, join, move, grow tired or never answer; seats are shuffled."""
    sizes, changed, waiting = list(sizes), list(others), list(range(len(others)))
    fates = {"leave": 14, "move": 14, "join": 12, "decline": 7, "silent": 12}
    if weeks < _SHORTEST_STORY:
        fates = {"decline": 7, "silent": 12}
    for fate, one_in in fates.items():
        for _ in range(len(others) // one_in):
            free = (n for n in waiting if _may(fate, changed[n].stays[0].team, sizes))
            chosen = next(free, None)
            if chosen is not None:
                waiting.remove(chosen)
                changed[chosen] = _fated(rng, fate, changed[chosen], sizes, weeks)
    return changed


def _may(fate: str, team: int, sizes: Sequence[int]) -> bool:
    """Tell whether somebody's team can lose them; the largest ones stay large."""
    if fate not in {"leave", "move"}:
        return True
    spare = SMALLEST_TEAM < sizes[team] < LARGEST_TEAM
    return spare and (fate == "leave" or bool(_room(team, sizes)))


def _room(team: int, sizes: Sequence[int]) -> list[int]:
    return [n for n, size in enumerate(sizes) if size < LARGEST_TEAM and n != team]


def _fated(
    rng: Random, fate: str, person: Invented, sizes: list[int], weeks: int
) -> Invented:
    """Return somebody with their fate; teams keep 4 to 18 people in the last week."""
    if fate == "decline":
        return replace(person, course=Course.DECLINE)
    if fate == "silent":
        return replace(person, course=Course.NEVER_ANSWERS)
    team, week = person.stays[0].team, rng.randint(weeks // 4, weeks * 3 // 4)
    if fate == "join":
        return replace(person, stays=(Stay(team=team, first=week),))
    sizes[team] -= 1
    stay = Stay(team=team, last=week)
    if fate == "leave":
        return replace(person, stays=(stay,), standing=Standing.LEFT)
    then = rng.choice(_room(team, sizes))
    sizes[then] += 1
    return replace(person, stays=(stay, Stay(team=then, first=week + 1)))

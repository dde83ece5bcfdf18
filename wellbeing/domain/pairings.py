"""Two people who check in with each other: both agreed, and either may end it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from wellbeing.domain.ids import PersonId, TeamId
from wellbeing.domain.weeks import Week

ANSWER_WEEKS = 2
"""A request can be answered in the week it was made and in the one after."""
ENDED_WEEKS = 4
"""So many weeks somebody is still told that a pairing has ended."""
LONGEST_PAUSE = 52
"""Weeks that somebody can stay out of the pool before they say so again."""


class PeerRhythm(StrEnum):
    """How often two people want to check in with each other."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"

    @property
    def weeks(self) -> int:
        """How many weeks lie between two check-ins; a month is four of them."""
        return {"weekly": 1, "fortnightly": 2, "monthly": 4}[self.value]


class Origin(StrEnum):
    """How two people came together."""

    ASKED = "asked"
    POOL = "pool"


class Fact(StrEnum):
    """What everybody knows about two people, and why they are suggested."""

    SAME_TEAM = "same_team"
    OTHER_TEAMS = "other_teams"
    SAME_SITE = "same_site"


class Reply(StrEnum):
    """What one side said; nothing said is no member."""

    YES = "yes"
    NO = "no"


class Stage(StrEnum):
    """Where a pairing stands for one of the two; the other may see another one."""

    TO_ANSWER = "to_answer"
    WAITING = "waiting"
    ACTIVE = "active"
    ENDED = "ended"
    OVER = "over"


@dataclass(frozen=True, kw_only=True, slots=True)
class Colleague:
    """A clinician as every other clinician knows them.

    Attributes:
        team_id, team, site: of this week; None and empty without a team.
        leads: the teams they lead.
        may_be_asked: whether they let colleagues ask them.
    """

    person_id: PersonId
    name: str
    team_id: TeamId | None
    team: str
    site: str
    leads: frozenset[TeamId]
    may_be_asked: bool

    def is_apart_from(self, other: "Colleague") -> bool:
        """Tell whether one of the two leads the other: then they are never paired."""
        return other.team_id in self.leads or self.team_id in other.leads


def facts_of(one: Colleague, other: Colleague) -> tuple[Fact, ...]:
    """Return what everybody knows about two people."""
    if one.team_id is None or other.team_id is None:
        return ()
    same = one.team_id == other.team_id
    found = [Fact.SAME_TEAM if same else Fact.OTHER_TEAMS]
    if one.site and one.site == other.site:
        found.append(Fact.SAME_SITE)
    return tuple(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairing:
    """A pairing from one side, as it is stored.

    Attributes:
        asked_week: when one asked the other, or the pool suggested it.
        mine, theirs: what each side said; None: nothing yet.
        began_week: when both had agreed; None: not yet.
        ended_week: when either ended it; None: it was not ended.
    """

    peer_id: PersonId
    peer_name: str
    origin: Origin
    rhythm: PeerRhythm
    asked_week: Week
    mine: Reply | None
    theirs: Reply | None
    began_week: Week | None
    ended_week: Week | None

    @property
    def last_week_to_answer(self) -> Week:
        """The last week in which it can be answered."""
        return self.asked_week.plus(ANSWER_WEEKS - 1)


def stage_of(pairing: Pairing, this: Week, *, blocked: bool) -> Stage:
    """Return where a pairing stands for the side whose it is.

    Whether the other side refused, blocked, or did not answer yet looks the same: it
    waits until its time is over.

    Args:
        pairing: seen from this side.
        this: the week it is.
        blocked: whether this side has blocked the other.
    """
    if pairing.began_week is not None:
        return _stage_of_begun(pairing, this)
    if this > pairing.last_week_to_answer or blocked:
        return Stage.OVER
    if pairing.mine is Reply.YES:
        return Stage.WAITING
    suggested = pairing.origin is Origin.POOL
    if pairing.mine is None and (suggested or pairing.theirs is Reply.YES):
        return Stage.TO_ANSWER
    return Stage.OVER


def _stage_of_begun(pairing: Pairing, this: Week) -> Stage:
    if pairing.ended_week is None:
        return Stage.ACTIVE
    told = this.minus(pairing.ended_week) < ENDED_WEEKS
    return Stage.ENDED if told else Stage.OVER


def is_open(pairing: Pairing, this: Week) -> bool:
    """Tell whether a request or a suggestion can still be agreed on."""
    return pairing.began_week is None and this <= pairing.last_week_to_answer


def asked(
    before: Pairing | None, peer: Colleague, rhythm: PeerRhythm, this: Week
) -> Pairing:
    """Return the pairing after this side has asked the other.

    Asking somebody who has asked is agreeing. Asking again, after taking it back,
    begins the time anew whether the other said no or nothing: it must not tell. What
    they said stays, so that nobody who declined is asked twice in it.
    """
    if before is not None and is_open(before, this):
        agreed = agreeing(before, this)
        if agreed.began_week is None:
            return replace(agreed, asked_week=this, rhythm=rhythm)
        return agreed
    return Pairing(
        peer_id=peer.person_id,
        peer_name=peer.name,
        origin=Origin.ASKED,
        rhythm=rhythm,
        asked_week=this,
        mine=Reply.YES,
        theirs=None,
        began_week=None,
        ended_week=None,
    )


def agreeing(pairing: Pairing, this: Week) -> Pairing:
    """Return the pairing after this side has agreed; it begins when both have."""
    both = pairing.theirs is Reply.YES
    return replace(pairing, mine=Reply.YES, began_week=this if both else None)


def stepping_back(pairing: Pairing, this: Week) -> Pairing:
    """Return the pairing after this side wants it no more: ended, or taken back."""
    if pairing.began_week is not None:
        ended = pairing.ended_week or this
        return replace(pairing, ended_week=ended, mine=None, theirs=None)
    taken_back = pairing.origin is Origin.ASKED and pairing.mine is Reply.YES
    return replace(pairing, mine=None if taken_back else Reply.NO)


@dataclass(frozen=True, kw_only=True, slots=True)
class PeerSettings:
    """What somebody chose about being asked and being paired.

    Attributes:
        may_be_asked: colleagues may ask.
        in_pool: they want to be suggested a peer.
        rests: the pool leaves them out for a while when they gave much more support
            than they received, by their own records.
        rhythm: how often they would like to check in with a peer of the pool.
        pause_until: the last week in which the pool leaves them out; None: no pause.
    """

    may_be_asked: bool = True
    in_pool: bool = False
    rests: bool = True
    rhythm: PeerRhythm = PeerRhythm.FORTNIGHTLY
    pause_until: Week | None = None

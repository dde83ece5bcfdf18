"""Queries of the times that two peers propose and agree on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, or_, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.pairings import PeerRhythm
from wellbeing.domain.peer_appointments import AgreedTime, PeerTime
from wellbeing.domain.weeks import Week
from wellbeing.storage.appointment_tables import PeerAppointmentRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.peer_queries import pair_key
from wellbeing.storage.peer_tables import PeerPairRow

_TIME: Table = PeerAppointmentRow.__table__  # type: ignore[assignment]
_PAIR: Table = PeerPairRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A time that one of two proposes.

    Attributes:
        mine: whether the side whose it is proposes it.
    """

    at: PeerTime
    mine: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PairTimes:
    """What two people agreed on and what one of them proposes, from one side."""

    agreed: AgreedTime | None = None
    proposed: Proposal | None = None


def times_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> dict[PersonId, PairTimes]:
    """Return somebody's times by peer; the pairing may not be one any more."""
    mine = or_(_TIME.c.first_id == person_id, _TIME.c.second_id == person_id)
    found: dict[PersonId, dict[str, Any]] = {}
    for row in db.execute(_with_rhythm(clinic_id).where(mine)):
        first = row.first_id == person_id
        times = found.setdefault(PersonId(row.second_id if first else row.first_id), {})
        if row.agreed:
            times["agreed"] = _agreed(row)
        else:
            at = PeerTime(weekday=row.weekday, hour=row.hour)
            times["proposed"] = Proposal(at=at, mine=row.by_first is first)
    return {peer: PairTimes(**times) for peer, times in found.items()}


def agreed_times(
    db: Connection, clinic_id: ClinicId
) -> list[tuple[tuple[PersonId, PersonId], AgreedTime]]:
    """Return what pairs agreed on, each with the two; for the reminders alone."""
    statement = _with_rhythm(clinic_id).where(_TIME.c.agreed.is_(True))
    return [
        ((PersonId(row.first_id), PersonId(row.second_id)), _agreed(row))
        for row in db.execute(statement)
    ]


def put_agreed(
    db: Connection,
    clinic_id: ClinicId,
    pair: tuple[PersonId, PersonId],
    at: PeerTime,
    from_week: Week,
) -> None:
    """Write what two people agreed on; what was agreed or proposed before goes."""
    drop_times(db, clinic_id, pair)
    _put(db, clinic_id, pair, at, {"agreed": True, "from_week": str(from_week)})


def put_proposal(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    peer_id: PersonId,
    at: PeerTime,
) -> None:
    """Write what somebody proposes to a peer, in place of an earlier proposal."""
    said = {"agreed": False, "by_first": person_id < peer_id}
    _put(db, clinic_id, (person_id, peer_id), at, said)


def drop_times(
    db: Connection,
    clinic_id: ClinicId,
    pair: tuple[PersonId, PersonId],
    *,
    agreed: bool | None = None,
) -> bool:
    """Remove what two people agreed on or what one proposed; None: both.

    Returns:
        Whether there was something.
    """
    statement = delete(_TIME)
    for name, value in pair_key(clinic_id, *pair).items():
        statement = statement.where(_TIME.c[name] == value)
    if agreed is not None:
        statement = statement.where(_TIME.c.agreed.is_(agreed))
    return bool(db.execute(statement).rowcount)


def _put(
    db: Connection,
    clinic_id: ClinicId,
    pair: tuple[PersonId, PersonId],
    at: PeerTime,
    said: Mapping[str, object],
) -> None:
    row = {
        **pair_key(clinic_id, *pair),
        "weekday": at.weekday,
        "hour": at.hour,
        "from_week": None,
        "by_first": None,
    }
    upsert(db, _TIME, [{**row, **said}])


def _with_rhythm(clinic_id: ClinicId) -> Any:  # noqa: ANN401 (an SQL statement)
    keys = ("clinic_id", "first_id", "second_id")
    of_pair = and_(*(_PAIR.c[name] == _TIME.c[name] for name in keys))
    return (
        select(_TIME, _PAIR.c.rhythm)
        .join(_PAIR, of_pair)
        .where(_TIME.c.clinic_id == clinic_id)
    )


def _agreed(row: Any) -> AgreedTime:  # noqa: ANN401 (a row)
    return AgreedTime(
        at=PeerTime(weekday=row.weekday, hour=row.hour),
        from_week=Week.parse(row.from_week),
        weeks=PeerRhythm(row.rhythm).weeks,
    )

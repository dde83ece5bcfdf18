"""Queries of who joined gatherings. Who has left the clinic takes part in nothing."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from wellbeing.domain.gatherings import GatheringId
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Standing
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.gathering_tables import JoinedRow

_JOINED: Table = JoinedRow.__table__  # type: ignore[assignment]
_PERSON: Table = PersonRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """That somebody takes part.

    Attributes:
        visible: whether the host and other visible people see their name.
        seen: the revision of the gathering that they know.
        waits: whether they are to be told when they have a place.
    """

    person_id: PersonId
    name: str
    visible: bool
    seen: int
    waits: bool


def joined_of(
    db: Connection, clinic_id: ClinicId, gathering_id: GatheringId
) -> list[Joined]:
    """Return who takes part: first those with a place, then those who wait."""
    return joined_of_all(db, clinic_id, gathering_id).get(gathering_id, [])


def joined_of_all(
    db: Connection, clinic_id: ClinicId, gathering_id: GatheringId | None = None
) -> dict[GatheringId, list[Joined]]:
    """Return who takes part in what, or in one: in the order in which places go."""
    statement = (
        select(
            _JOINED.c.gathering_id,
            _JOINED.c.person_id,
            _PERSON.c.name,
            _JOINED.c.visible,
            _JOINED.c.seen,
            _JOINED.c.waits,
        )
        .join(
            _PERSON,
            (_PERSON.c.clinic_id == _JOINED.c.clinic_id)
            & (_PERSON.c.person_id == _JOINED.c.person_id),
        )
        .where(_JOINED.c.clinic_id == clinic_id, _PERSON.c.standing != Standing.LEFT)
        .order_by(_JOINED.c.turn)
    )
    if gathering_id is not None:
        statement = statement.where(_JOINED.c.gathering_id == gathering_id)
    found: dict[GatheringId, list[Joined]] = {}
    for row in db.execute(statement):
        one = Joined(
            person_id=PersonId(row.person_id),
            name=row.name,
            visible=row.visible,
            seen=row.seen,
            waits=row.waits,
        )
        found.setdefault(GatheringId(row.gathering_id), []).append(one)
    return found


def add_joined(
    db: Connection,
    clinic_id: ClinicId,
    gathering_id: GatheringId,
    person_id: PersonId,
    *,
    visible: bool,
    seen: int,
) -> None:
    """Let somebody take part, after everybody who does; the gathering is locked."""
    there = _one(clinic_id, gathering_id)
    last = db.scalar(select(func.max(_JOINED.c.turn)).where(there))
    db.execute(
        insert(_JOINED).values(
            clinic_id=clinic_id,
            gathering_id=gathering_id,
            person_id=person_id,
            turn=0 if last is None else last + 1,
            visible=visible,
            seen=seen,
            waits=False,
        )
    )


def change_joined(
    db: Connection,
    clinic_id: ClinicId,
    gathering_id: GatheringId,
    person_id: PersonId,
    **values: int,
) -> None:
    """Write whether somebody is visible, or which revision they know."""
    where = _one(clinic_id, gathering_id) & (_JOINED.c.person_id == person_id)
    db.execute(update(_JOINED).where(where).values(**values))


def wait_no_more(
    db: Connection,
    clinic_id: ClinicId,
    gathering_id: GatheringId,
    person_id: PersonId,
) -> bool:
    """Let nobody tell somebody again that they have a place; False: it was told."""
    where = _one(clinic_id, gathering_id) & (_JOINED.c.person_id == person_id)
    told = update(_JOINED).where(where, _JOINED.c.waits.is_(True)).values(waits=False)
    return db.execute(told).rowcount == 1


def drop_joined(
    db: Connection,
    clinic_id: ClinicId,
    gathering_id: GatheringId,
    person_id: PersonId,
) -> None:
    """Let somebody take part no more; whoever waits first then has the place."""
    where = _one(clinic_id, gathering_id)
    db.execute(delete(_JOINED).where(where, _JOINED.c.person_id == person_id))


def drop_joined_of_gone(db: Connection, clinic_id: ClinicId) -> None:
    """Let people who have left take part no more, should they come back."""
    own = _PERSON.c.clinic_id == clinic_id
    gone = select(_PERSON.c.person_id).where(own, _PERSON.c.standing == Standing.LEFT)
    theirs = _JOINED.c.person_id.in_(gone)
    db.execute(delete(_JOINED).where(_JOINED.c.clinic_id == clinic_id, theirs))


def _one(clinic_id: ClinicId, gathering_id: GatheringId) -> Any:  # noqa: ANN401 (an SQL expression)
    return (_JOINED.c.clinic_id == clinic_id) & (_JOINED.c.gathering_id == gathering_id)

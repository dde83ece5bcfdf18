"""Queries of gatherings. What people offer who have left the clinic is cancelled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Table,
    delete,
    insert,
    select,
    update,
)

from wellbeing.domain.gatherings import Gathering, GatheringId, Timing
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Standing
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.gathering_tables import GatheringRow

_GATHERING: Table = GatheringRow.__table__  # type: ignore[assignment]
_PERSON: Table = PersonRow.__table__  # type: ignore[assignment]


def gatherings_of(
    db: Connection, clinic_id: ClinicId, over_after: datetime | None = None
) -> list[tuple[PersonId, Gathering]]:
    """Return what is offered, each with its host; or what ends after an instant."""
    statement = _gatherings(clinic_id)
    if over_after is not None:
        statement = statement.where(_GATHERING.c.over_at > over_after)
    ordered = statement.order_by(_GATHERING.c.start, _GATHERING.c.gathering_id)
    return [(PersonId(row.host_id), _gathering(row)) for row in db.execute(ordered)]


def gathering_of(
    db: Connection, clinic_id: ClinicId, gathering_id: GatheringId
) -> tuple[PersonId, Gathering] | None:
    """Return one gathering with its host; None if there is no such one."""
    one = _GATHERING.c.gathering_id == gathering_id
    row = db.execute(_gatherings(clinic_id).where(one)).first()
    return None if row is None else (PersonId(row.host_id), _gathering(row))


def lock_gathering(
    db: Connection, clinic_id: ClinicId, gathering_id: GatheringId
) -> None:
    """Let nobody else join or change a gathering until this transaction ends.

    SQLite's write transaction has done so already.
    """
    db.execute(
        select(_GATHERING.c.gathering_id)
        .where(_one(_GATHERING, clinic_id, gathering_id))
        .with_for_update(key_share=True)
    )


def put_gathering(
    db: Connection,
    clinic_id: ClinicId,
    gathering_id: GatheringId,
    values: Mapping[str, Any],
    *,
    new: bool,
) -> None:
    """Write a gathering, or change one."""
    if new:
        key = {"clinic_id": clinic_id, "gathering_id": gathering_id}
        db.execute(insert(_GATHERING).values(**key, **values))
    else:
        where = _one(_GATHERING, clinic_id, gathering_id)
        db.execute(update(_GATHERING).where(where).values(**values))


def drop_gatherings(db: Connection, clinic_id: ClinicId, over_before: datetime) -> None:
    """Forget gatherings that were over before an instant, with who joined them."""
    old = _GATHERING.c.over_at < over_before
    db.execute(delete(_GATHERING).where(_GATHERING.c.clinic_id == clinic_id, old))


def offered_by_gone(db: Connection, clinic_id: ClinicId) -> list[GatheringId]:
    """Return what people offer who have left, and that is not cancelled yet."""
    statement = (
        select(_GATHERING.c.gathering_id)
        .join(_PERSON, _same_person(_GATHERING.c.host_id))
        .where(
            _GATHERING.c.clinic_id == clinic_id,
            _PERSON.c.standing == Standing.LEFT,
            _GATHERING.c.cancelled.is_(False),
        )
    )
    return [GatheringId(row.gathering_id) for row in db.execute(statement)]


def _same_person(person_id: Any) -> Any:  # noqa: ANN401 (SQL expressions)
    same = _PERSON.c.clinic_id == person_id.table.c.clinic_id
    return same & (_PERSON.c.person_id == person_id)


def _one(table: Table, clinic_id: ClinicId, gathering_id: GatheringId) -> Any:  # noqa: ANN401 (an SQL expression)
    return (table.c.clinic_id == clinic_id) & (table.c.gathering_id == gathering_id)


def _gatherings(clinic_id: ClinicId) -> Select[Any]:
    return (
        select(_GATHERING, _PERSON.c.name.label("host"), _PERSON.c.standing)
        .join(_PERSON, _same_person(_GATHERING.c.host_id))
        .where(_GATHERING.c.clinic_id == clinic_id)
    )


def _gathering(row: Row[Any]) -> Gathering:
    timing = Timing(
        start=datetime.fromisoformat(row.start),
        zone=row.zone,
        minutes=row.minutes,
        repeats=row.repeats,
        times=row.times,
    )
    return Gathering(
        gathering_id=GatheringId(row.gathering_id),
        host=row.host,
        kind=row.kind,
        title=row.title,
        about=row.about,
        timing=timing,
        place=row.place,
        link=row.link,
        places=row.places,
        revision=row.revision,
        changed_on=row.changed_on,
        cancelled=row.cancelled or row.standing is Standing.LEFT,
    )

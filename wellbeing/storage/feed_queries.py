"""Queries of calendar feeds. The address itself is stored nowhere."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, update

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Clinic, Standing
from wellbeing.domain.reminders import Appointment, Feed
from wellbeing.domain.weeks import Week
from wellbeing.storage.clinic_tables import ClinicRow, PersonRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.reminder_tables import CalendarFeedRow

_FEED: Table = CalendarFeedRow.__table__  # type: ignore[assignment]
_PERSON: Table = PersonRow.__table__  # type: ignore[assignment]
_CLINIC: Table = ClinicRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundFeed:
    """Whose feed an address is."""

    clinic: Clinic
    person_id: PersonId
    feed: Feed


def feed_of(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> Feed | None:
    """Return somebody's feed; None: they have none."""
    row = db.execute(select(_FEED).where(_of(clinic_id, person_id))).first()
    return None if row is None else _feed(row)


def feed_behind(db: Connection, token_hash: str) -> FoundFeed | None:
    """Return whose feed an address is; None: nobody's who can sign in."""
    statement = (
        select(_FEED, _CLINIC.c.name, _CLINIC.c.country, _CLINIC.c.time_zone)
        .join(
            _PERSON,
            (_PERSON.c.clinic_id == _FEED.c.clinic_id)
            & (_PERSON.c.person_id == _FEED.c.person_id),
        )
        .join(_CLINIC, _CLINIC.c.clinic_id == _FEED.c.clinic_id)
        .where(_FEED.c.token_hash == token_hash, _PERSON.c.standing == Standing.ACTIVE)
    )
    row = db.execute(statement).first()
    if row is None:
        return None
    clinic = Clinic(
        clinic_id=ClinicId(row.clinic_id),
        name=row.name,
        country=row.country,
        time_zone=row.time_zone,
    )
    return FoundFeed(clinic=clinic, person_id=PersonId(row.person_id), feed=_feed(row))


def put_feed(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, token_hash: str
) -> None:
    """Make this the only address of somebody's feed; what it holds stays."""
    row = {"clinic_id": clinic_id, "person_id": person_id, "token_hash": token_hash}
    upsert(db, _FEED, [row])


def set_check_in(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    check_in: Appointment | None,
) -> None:
    """Write when somebody wants to check in; nothing happens without a feed."""
    values: dict[str, object] = dict.fromkeys(("weekday", "hour", "from_week"))
    if check_in is not None:
        values = {
            "weekday": check_in.weekday,
            "hour": check_in.hour,
            "from_week": str(check_in.from_week),
        }
    db.execute(update(_FEED).where(_of(clinic_id, person_id)).values(**values))


def drop_feed(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> None:
    """Let the address of somebody's feed work no more."""
    db.execute(delete(_FEED).where(_of(clinic_id, person_id)))


def _of(clinic_id: ClinicId, person_id: PersonId) -> Any:  # noqa: ANN401 (an SQL expression)
    return (_FEED.c.clinic_id == clinic_id) & (_FEED.c.person_id == person_id)


def _feed(row: Row[Any]) -> Feed:
    if row.weekday is None or row.hour is None or row.from_week is None:
        return Feed(check_in=None)
    return Feed(
        check_in=Appointment(
            weekday=row.weekday, hour=row.hour, from_week=Week.parse(row.from_week)
        )
    )

"""Queries of wordings and of how often instruments are asked for."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from wellbeing.domain.ids import ClinicId
from wellbeing.domain.responses import Rhythm
from wellbeing.domain.weeks import Week
from wellbeing.instruments.wording import Choice, WordedItem, Wording
from wellbeing.storage.engine import upsert
from wellbeing.storage.instrument_tables import (
    ChoiceRow,
    RhythmRow,
    WordedItemRow,
    WordingRow,
)

_WORDING: Table = WordingRow.__table__  # type: ignore[assignment]
_ITEM: Table = WordedItemRow.__table__  # type: ignore[assignment]
_CHOICE: Table = ChoiceRow.__table__  # type: ignore[assignment]
_RHYTHM: Table = RhythmRow.__table__  # type: ignore[assignment]


def _which(table: Table, clinic_id: ClinicId, instrument: str, language: str) -> Any:  # noqa: ANN401 (an SQL expression)
    return (
        (table.c.clinic_id == clinic_id)
        & (table.c.instrument == instrument)
        & (table.c.language == language)
    )


def add_wording(db: Connection, clinic_id: ClinicId, wording: Wording) -> None:
    """Write a wording.

    Raises:
        IntegrityError: there is one of the instrument in this language.
    """
    key = {
        "clinic_id": clinic_id,
        "instrument": wording.instrument,
        "language": wording.language,
    }
    terms = {"copyright": wording.copyright, "licence": wording.licence}
    version = {"key_version": wording.key_version}
    db.execute(insert(_WORDING).values(key | terms | version))
    items = [
        key
        | {
            "position": item.position,
            "text": item.text,
            "heading": item.heading,
            "hint": item.hint,
        }
        for item in wording.items
    ]
    db.execute(insert(_ITEM), items)
    choices = [
        key
        | {
            "position": item.position,
            "code": choice.code,
            "place": place,
            "label": choice.label,
        }
        for item in wording.items
        for place, choice in enumerate(item.choices)
    ]
    db.execute(insert(_CHOICE), choices)


def wording_of(
    db: Connection, clinic_id: ClinicId, instrument: str, language: str
) -> Wording | None:
    """Return the wording of an instrument in a language, if the clinic has it."""
    which = clinic_id, instrument, language
    found = db.execute(select(_WORDING).where(_which(_WORDING, *which))).first()
    if found is None:
        return None
    choices: dict[int, list[Choice]] = {}
    for row in db.execute(
        select(_CHOICE.c.position, _CHOICE.c.code, _CHOICE.c.label)
        .where(_which(_CHOICE, *which))
        .order_by(_CHOICE.c.position, _CHOICE.c.place)
    ):
        one = Choice(code=row.code, label=row.label)
        choices.setdefault(row.position, []).append(one)
    items = db.execute(
        select(_ITEM.c.position, _ITEM.c.text, _ITEM.c.heading, _ITEM.c.hint)
        .where(_which(_ITEM, *which))
        .order_by(_ITEM.c.position)
    )
    return _wording(
        found,
        tuple(
            WordedItem(
                position=row.position,
                text=row.text,
                heading=row.heading,
                hint=row.hint,
                choices=tuple(choices.get(row.position, ())),
            )
            for row in items
        ),
    )


def _wording(row: Any, items: tuple[WordedItem, ...]) -> Wording:  # noqa: ANN401 (a row)
    return Wording(
        instrument=row.instrument,
        key_version=row.key_version,
        language=row.language,
        copyright=row.copyright,
        licence=row.licence,
        items=items,
    )


def wordings_of(db: Connection, clinic_id: ClinicId) -> list[Wording]:
    """Return the clinic's wordings by instrument and language, without their items."""
    statement = (
        select(_WORDING)
        .where(_WORDING.c.clinic_id == clinic_id)
        .order_by(_WORDING.c.instrument, _WORDING.c.language)
    )
    return [_wording(row, ()) for row in db.execute(statement)]


def drop_wording(
    db: Connection, clinic_id: ClinicId, instrument: str, language: str
) -> bool:
    """Remove a wording; tell whether there was one."""
    which = _which(_WORDING, clinic_id, instrument, language)
    return db.execute(delete(_WORDING).where(which)).rowcount > 0


def put_rhythm(
    db: Connection, clinic_id: ClinicId, instrument: str, rhythm: Rhythm
) -> None:
    """Ask for an instrument so often from now on."""
    row = {
        "clinic_id": clinic_id,
        "instrument": instrument,
        "every_weeks": rhythm.every_weeks,
        "from_week": str(rhythm.from_week),
    }
    upsert(db, _RHYTHM, [row])


# Asked after every check-in, so it is built once.
_RHYTHMS = select(_RHYTHM).where(_RHYTHM.c.clinic_id == bindparam("clinic"))


def rhythms_of(db: Connection, clinic_id: ClinicId) -> dict[str, Rhythm]:
    """Return how often the clinic asks for which instrument."""
    return {
        row.instrument: Rhythm(
            every_weeks=row.every_weeks, from_week=Week.parse(row.from_week)
        )
        for row in db.execute(_RHYTHMS, {"clinic": clinic_id})
    }


def drop_rhythms(
    db: Connection, clinic_id: ClinicId, instruments: Iterable[str]
) -> None:
    """Ask for these instruments no more."""
    db.execute(
        delete(_RHYTHM).where(
            _RHYTHM.c.clinic_id == clinic_id,
            _RHYTHM.c.instrument.in_(list(instruments)),
        )
    )

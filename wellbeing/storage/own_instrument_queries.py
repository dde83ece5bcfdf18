"""Queries of keys: the shipped ones, and those that a clinic made itself."""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.own_keys import Hand, KeyState
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.own import PREFIX, OwnKey, read_own
from wellbeing.instruments.registry import find_instrument, instruments
from wellbeing.instruments.worked import Example
from wellbeing.storage.engine import upsert
from wellbeing.storage.own_instrument_tables import (
    OwnKeyExampleRow,
    OwnKeyHandRow,
    OwnKeyRow,
)

_KEY: Table = OwnKeyRow.__table__  # type: ignore[assignment]
_EXAMPLE: Table = OwnKeyExampleRow.__table__  # type: ignore[assignment]
_HAND: Table = OwnKeyHandRow.__table__  # type: ignore[assignment]

_read = lru_cache(maxsize=128)(read_own)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredKey:
    """A version of a clinic's own key.

    Attributes:
        sha256: of its definition.
        changed_on: the day of the last change to it or its examples.
        confirmed_on: None: it is a draft.
        examples: by their number.
        hands: who did what with it, as far as they still have an account.
    """

    instrument: Instrument
    version: int
    state: KeyState
    definition: str
    sha256: str
    changed_on: date
    confirmed_on: date | None
    examples: dict[int, Example]
    hands: frozenset[tuple[PersonId, Hand]]


def instruments_of(db: Connection, clinic_id: ClinicId) -> tuple[Instrument, ...]:
    """Return every instrument that a clinic can use: shipped ones, then its own.

    Of its own there is the newest version that was confirmed.
    """
    own = {one.id: one for one in confirmed(db, clinic_id)}
    return (*instruments(), *(own[name] for name in sorted(own)))


def instrument_of(
    db: Connection, clinic_id: ClinicId, instrument_id: str
) -> Instrument:
    """Return an instrument that a clinic can use, by its id.

    Raises:
        UnknownInstrumentError, NotShippedError: there is none.
    """
    wanted = instrument_id.strip().casefold()
    if wanted.startswith(PREFIX):
        for found in reversed(confirmed(db, clinic_id, wanted)):
            return found
    return find_instrument(instrument_id)


def confirmed(
    db: Connection, clinic_id: ClinicId, instrument_id: str | None = None
) -> list[Instrument]:
    """Return the clinic's own keys that were confirmed, oldest version first."""
    examples = (
        select(func.count())
        .where(*(_EXAMPLE.c[c.name] == c for c in _KEY.primary_key))
        .scalar_subquery()
    )
    statement = select(_KEY.c.definition, examples.label("examples")).where(
        _KEY.c.clinic_id == clinic_id, _KEY.c.state == KeyState.CONFIRMED
    )
    if instrument_id is not None:
        statement = statement.where(_KEY.c.instrument == instrument_id)
    rows = db.execute(statement.order_by(_KEY.c.instrument, _KEY.c.version))
    return [_read(row.definition, row.examples) for row in rows]


def stored_keys(
    db: Connection, clinic_id: ClinicId, instrument_id: str | None = None
) -> list[StoredKey]:
    """Return the clinic's own keys, or one's, drafts too, oldest version first."""

    def where(table: Table) -> Any:  # noqa: ANN401 (an SQL expression)
        clause = table.c.clinic_id == clinic_id
        if instrument_id is None:
            return clause
        return clause & (table.c.instrument == instrument_id)

    examples: dict[tuple[str, int], dict[int, Example]] = {}
    for row in db.execute(
        select(_EXAMPLE).where(where(_EXAMPLE)).order_by(*_EXAMPLE.primary_key)
    ):
        one = Example(
            answers=tuple(json.loads(row.answers)),
            expected=json.loads(row.expected),
            source=row.source,
        )
        examples.setdefault((row.instrument, row.version), {})[row.number] = one
    hands: dict[tuple[str, int], set[tuple[PersonId, Hand]]] = {}
    for row in db.execute(select(_HAND).where(where(_HAND))):
        at = row.instrument, row.version
        hands.setdefault(at, set()).add((PersonId(row.person_id), row.hand))
    found = db.execute(select(_KEY).where(where(_KEY)).order_by(*_KEY.primary_key))
    return [
        _stored(
            row,
            examples.get((row.instrument, row.version), {}),
            frozenset(hands.get((row.instrument, row.version), ())),
        )
        for row in found
    ]


def _stored(
    row: Any,  # noqa: ANN401 (a row)
    examples: dict[int, Example],
    hands: frozenset[tuple[PersonId, Hand]],
) -> StoredKey:
    return StoredKey(
        instrument=_read(row.definition, len(examples)),
        version=row.version,
        state=row.state,
        definition=row.definition,
        sha256=row.sha256,
        changed_on=row.changed_on,
        confirmed_on=row.confirmed_on,
        examples=examples,
        hands=hands,
    )


def put_draft(db: Connection, clinic_id: ClinicId, key: OwnKey, day: date) -> None:
    """Write a draft; one of the same version is replaced, its examples stay."""
    row = {
        "clinic_id": clinic_id,
        "instrument": key.instrument.id,
        "version": int(key.instrument.version),
        "state": KeyState.DRAFT,
        "definition": key.text,
        "sha256": key.sha256,
        "changed_on": day,
        "confirmed_on": None,
    }
    upsert(db, _KEY, [row])


def touch(
    db: Connection, clinic_id: ClinicId, key: StoredKey, person_id: PersonId, day: date
) -> None:
    """Write that somebody changed a draft or its examples."""
    db.execute(update(_KEY).where(_this(_KEY, clinic_id, key)).values(changed_on=day))
    put_hand(db, clinic_id, key.instrument, person_id, Hand.MADE)


def put_hand(
    db: Connection,
    clinic_id: ClinicId,
    instrument: Instrument,
    person_id: PersonId,
    hand: Hand,
) -> None:
    """Write what somebody did with a version; a second time is the same."""
    row = {
        "clinic_id": clinic_id,
        "instrument": instrument.id,
        "version": int(instrument.version),
        "person_id": person_id,
        "hand": hand,
    }
    upsert(db, _HAND, [row])


def confirm(db: Connection, clinic_id: ClinicId, key: StoredKey, day: date) -> None:
    """Write that a draft is confirmed."""
    db.execute(
        update(_KEY)
        .where(_this(_KEY, clinic_id, key))
        .values(state=KeyState.CONFIRMED, confirmed_on=day)
    )


def drop_draft(db: Connection, clinic_id: ClinicId, key: StoredKey) -> None:
    """Remove a draft and its examples."""
    draft = _KEY.c.state == KeyState.DRAFT
    db.execute(delete(_KEY).where(_this(_KEY, clinic_id, key), draft))


def add_example(
    db: Connection, clinic_id: ClinicId, key: StoredKey, example: Example
) -> None:
    """Write an example of a draft, with the next number."""
    row = {
        "clinic_id": clinic_id,
        "instrument": key.instrument.id,
        "version": key.version,
        "number": max(key.examples, default=0) + 1,
        "answers": json.dumps(example.answers),
        "expected": json.dumps(dict(example.expected)),
        "source": example.source,
    }
    db.execute(insert(_EXAMPLE).values(row))


def drop_example(
    db: Connection, clinic_id: ClinicId, key: StoredKey, number: int
) -> None:
    """Remove an example of a draft."""
    this = _this(_EXAMPLE, clinic_id, key)
    db.execute(delete(_EXAMPLE).where(this, _EXAMPLE.c.number == number))


def hands_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[tuple[str, int, Hand]]:
    """Return in which keys somebody had a hand: instrument, version, and what."""
    statement = (
        select(_HAND.c.instrument, _HAND.c.version, _HAND.c.hand)
        .where(_HAND.c.clinic_id == clinic_id, _HAND.c.person_id == person_id)
        .order_by(*_HAND.primary_key)
    )
    return [(row.instrument, row.version, row.hand) for row in db.execute(statement)]


def _this(table: Table, clinic_id: ClinicId, key: StoredKey) -> Any:  # noqa: ANN401 (an SQL expression)
    return (
        (table.c.clinic_id == clinic_id)
        & (table.c.instrument == key.instrument.id)
        & (table.c.version == key.version)
    )

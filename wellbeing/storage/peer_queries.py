"""Queries of pairings, and of who has blocked whom."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    or_,
    select,
    union_all,
)

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.pairings import Pairing
from wellbeing.domain.weeks import Week
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.peer_tables import PeerBlockRow, PeerPairRow

_PAIR: Table = PeerPairRow.__table__  # type: ignore[assignment]
_BLOCK: Table = PeerBlockRow.__table__  # type: ignore[assignment]


def lock_people(
    db: Connection, clinic_id: ClinicId, people: Collection[PersonId]
) -> None:
    """Let nobody else change what is between these people until this transaction ends.

    Always in the order of ids, so that two transactions never wait for each other.
    SQLite's write transaction has done so already.
    """
    db.execute(
        select(PersonRow.person_id)
        .where(PersonRow.clinic_id == clinic_id, PersonRow.person_id.in_(people))
        .order_by(PersonRow.person_id)
        .with_for_update(key_share=True)
    )


def _side(mine: str, theirs: str) -> Any:  # noqa: ANN401 (an SQL expression)
    peer = _PAIR.c[f"{theirs}_id"]
    return (
        select(
            peer.label("peer_id"),
            PersonRow.name.label("peer_name"),
            _PAIR.c.origin,
            _PAIR.c.rhythm,
            _PAIR.c.asked_week,
            _PAIR.c[f"{mine}_says"].label("mine"),
            _PAIR.c[f"{theirs}_says"].label("theirs"),
            _PAIR.c.began_week,
            _PAIR.c.ended_week,
        )
        .join(
            PersonRow,
            and_(PersonRow.clinic_id == _PAIR.c.clinic_id, PersonRow.person_id == peer),
        )
        .where(
            _PAIR.c.clinic_id == bindparam("clinic"),
            _PAIR.c[f"{mine}_id"] == bindparam("person"),
        )
    )


# Asked after every check-in, so it is built once.
_PAIRINGS = union_all(_side("first", "second"), _side("second", "first"))


def pairings_of(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    peer_id: PersonId | None = None,
) -> list[Pairing]:
    """Return the pairings of somebody from their side, by the other's name; or one."""
    rows = db.execute(_PAIRINGS, {"clinic": clinic_id, "person": person_id})
    found = [_pairing(r) for r in rows if peer_id is None or r.peer_id == peer_id]
    return sorted(found, key=lambda p: (p.peer_name.lower(), p.peer_id))


def _pairing(row: Any) -> Pairing:  # noqa: ANN401 (a row)
    return Pairing(
        peer_id=PersonId(row.peer_id),
        peer_name=row.peer_name,
        origin=row.origin,
        rhythm=row.rhythm,
        asked_week=Week.parse(row.asked_week),
        mine=row.mine,
        theirs=row.theirs,
        began_week=None if row.began_week is None else Week.parse(row.began_week),
        ended_week=None if row.ended_week is None else Week.parse(row.ended_week),
    )


def put_pairing(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, pairing: Pairing
) -> None:
    """Write a pairing as seen from somebody's side; the row of the pair is replaced."""
    turned = person_id > pairing.peer_id
    says = (pairing.mine, pairing.theirs)
    row = {
        **pair_key(clinic_id, person_id, pairing.peer_id),
        "origin": pairing.origin,
        "rhythm": pairing.rhythm,
        "asked_week": str(pairing.asked_week),
        "first_says": says[turned],
        "second_says": says[not turned],
        "began_week": None if pairing.began_week is None else str(pairing.began_week),
        "ended_week": None if pairing.ended_week is None else str(pairing.ended_week),
    }
    upsert(db, _PAIR, [row])


def pair_key(
    clinic_id: ClinicId, one: PersonId, other: PersonId
) -> dict[str, ClinicId | PersonId]:
    """Return the key of two people, whoever is named first."""
    first, second = sorted((one, other))
    return {"clinic_id": clinic_id, "first_id": first, "second_id": second}


def all_pairs(
    db: Connection, clinic_id: ClinicId
) -> list[tuple[frozenset[PersonId], Pairing]]:
    """Return every pair for the pool, as seen from the first of the two; no names."""
    rows = db.execute(select(_PAIR).where(_PAIR.c.clinic_id == clinic_id))
    return [
        (
            frozenset((PersonId(row.first_id), PersonId(row.second_id))),
            Pairing(
                peer_id=PersonId(row.second_id),
                peer_name="",
                origin=row.origin,
                rhythm=row.rhythm,
                asked_week=Week.parse(row.asked_week),
                mine=row.first_says,
                theirs=row.second_says,
                began_week=row.began_week and Week.parse(row.began_week),
                ended_week=row.ended_week and Week.parse(row.ended_week),
            ),
        )
        for row in rows
    ]


def drop_pairs_over_before(db: Connection, clinic_id: ClinicId, week: Week) -> None:
    """Forget pairs that ended, or were never agreed on, before a week."""
    never = and_(_PAIR.c.began_week.is_(None), _PAIR.c.asked_week < str(week))
    db.execute(
        delete(_PAIR).where(
            _PAIR.c.clinic_id == clinic_id,
            or_(_PAIR.c.ended_week < str(week), never),
        )
    )


def blocked_by(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> set[PersonId]:
    """Return whom somebody has blocked."""
    statement = select(_BLOCK.c.peer_id).where(
        _BLOCK.c.clinic_id == clinic_id, _BLOCK.c.person_id == person_id
    )
    return {PersonId(peer) for peer in db.scalars(statement)}


def blocked_names(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> dict[PersonId, str]:
    """Return whom somebody has blocked, in the order of names."""
    named = and_(
        PersonRow.clinic_id == _BLOCK.c.clinic_id,
        PersonRow.person_id == _BLOCK.c.peer_id,
    )
    statement = (
        select(_BLOCK.c.peer_id, PersonRow.name)
        .join(PersonRow, named)
        .where(_BLOCK.c.clinic_id == clinic_id, _BLOCK.c.person_id == person_id)
        .order_by(PersonRow.name, _BLOCK.c.peer_id)
    )
    return {PersonId(row.peer_id): row.name for row in db.execute(statement)}


def names_of(
    db: Connection, clinic_id: ClinicId, people: Collection[PersonId]
) -> dict[PersonId, str]:
    """Return the names of people."""
    statement = select(PersonRow.person_id, PersonRow.name).where(
        PersonRow.clinic_id == clinic_id, PersonRow.person_id.in_(people)
    )
    return {PersonId(row.person_id): row.name for row in db.execute(statement)}


def all_blocks(db: Connection, clinic_id: ClinicId) -> set[frozenset[PersonId]]:
    """Return the pairs of which one has blocked the other: for the pool alone."""
    statement = select(_BLOCK.c.person_id, _BLOCK.c.peer_id).where(
        _BLOCK.c.clinic_id == clinic_id
    )
    return {
        frozenset((PersonId(row.person_id), PersonId(row.peer_id)))
        for row in db.execute(statement)
    }


def put_block(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, peer_id: PersonId
) -> None:
    """Write that somebody blocks somebody."""
    row = {"clinic_id": clinic_id, "person_id": person_id, "peer_id": peer_id}
    upsert(db, _BLOCK, [row])


def drop_block(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, peer_id: PersonId
) -> None:
    """Forget that somebody blocks somebody."""
    db.execute(
        delete(_BLOCK).where(
            _BLOCK.c.clinic_id == clinic_id,
            _BLOCK.c.person_id == person_id,
            _BLOCK.c.peer_id == peer_id,
        )
    )
